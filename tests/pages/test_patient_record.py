"""The page of one patient's record: who it is, the way to the diagnoses, and that it is theirs who may read it."""

from functools import partial

from nicegui import ui

from domain import diagnosis, profile, sharing
from domain.patient import PatientInput
from domain.sharing import ShareInput
from pages.elements.live_table import LiveTable
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.waiting import eventually


async def test_the_name_on_recommendations_leads_to_the_record(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    where = leila.the(ui.link, "about").props["href"]
    assert where == f"/patient/{house.mina.patient_id}"
    await leila.open(where)
    (row,) = leila.the(LiveTable, "diagnoses").rows
    assert row["cells"]["condition"]["href"] == f"/recommendations/{house.diagnosis_id}"
    assert row["cells"]["status"]["text"] == "Open"


def chosen(who: ui.select, patient_id: int | None) -> bool:
    return bool(who.value == patient_id)


async def test_a_follow_up_begins_where_the_patient_is(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    for place in (f"/recommendations/{house.diagnosis_id}", f"/patient/{house.mina.patient_id}"):
        await leila.open(place)
        begin = leila.the(ui.link, "record-visit").props["href"]
        await leila.open(begin)
        who = leila.the(ui.select, "patient")
        await eventually(partial(chosen, who, house.mina.patient_id))
    given = ShareInput(person_id=house.chen.person_id or 0, level="read")
    sharing.share(house.services, house.leila, house.mina.patient_id or 0, given)
    chen = await visitor(house.chen)
    await chen.open(f"/patient/{house.mina.patient_id}")
    assert not chen.shows("record-visit")  # who may only read records nothing


async def test_the_record_is_kept_up(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{house.mina.patient_id}")
    line, table = leila.the(ui.label, "patient"), leila.the(LiveTable, "diagnoses")
    assert "not known" in line.text
    given = PatientInput.model_validate({"name": "Mina Farahani", "sex": "female", "born": "1980-05-03"})
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)
    await eventually(lambda: "born 3 May 1980" in line.text and "Female" in line.text)
    before = table.rows[0]["cells"]["condition"]["text"]
    diagnosis.confirm(house.services, house.leila, house.diagnosis_id, "t-qi")
    await eventually(lambda: table.rows[0]["cells"]["condition"]["text"] != before)


async def test_a_record_of_somebody_else_is_unknown(house: House, visitor: Visit) -> None:
    for who in (house.chen, house.ida, house.stranger):
        there = await visitor(who)
        for patient_id in (house.mina.patient_id, 999_999, "x"):
            await there.open(f"/patient/{patient_id}")
            await there.user.should_see("There is no such patient.")
            await there.user.should_not_see("Mina")
