"""Intake: who is offered, and what becomes of what was filled in."""

from datetime import date, timedelta
from typing import Any

import pytest
from nicegui import events, ui

from domain import diagnosis, patient
from domain.ledger import utc_now
from domain.patient import PatientInput
from tests.pages.conftest import Visit
from tests.support.house import House, new_patient
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def test_patients_are_offered_newest_first_and_found_by_name(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.intake.MOST_PATIENTS", 2)
    new_patient(house.services, house.leila, "Past patient 1")
    new_patient(house.services, house.chen, "Omar of Chen")
    leila = await visitor(house.leila)
    await leila.open("/intake")
    who = leila.the(ui.select, "patient")
    assert offered(who) == ["A new patient", "Past patient 1", "Omar Haddad"]

    type_into(leila, who, "mina")
    await eventually(lambda: offered(who) == ["A new patient", "Mina Farahani"])
    who.value = house.mina.patient_id
    type_into(leila, who, "omar")
    await eventually(lambda: offered(who) == ["A new patient", "Omar Haddad", "Mina Farahani"])
    assert who.value == house.mina.patient_id
    type_into(leila, who, "Mina Farahani")  # what stands there after the choice asks for nothing
    await eventually(lambda: "Past patient 1" in offered(who))


async def test_a_planned_surgery_is_recorded(house: House, visitor: Visit) -> None:
    day = utc_now().date() + timedelta(days=7)
    leila = await visitor(house.leila)
    await leila.open("/intake")
    fill(leila, name="Sara Lind", born="1990-02-28", surgery=day.isoformat())
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: len(patient.listing(house.services, house.leila)) == 3)
    sara = patient.listing(house.services, house.leila, newest=True)[0]
    assert (sara.name, sara.born, sara.surgery_on) == ("Sara Lind", date(1990, 2, 28), day)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"born": "20260-01-01"}, "Born: This is not a date."),
        ({"surgery": "2026-02-30"}, "Planned surgery: This is not a date."),
        ({"name": ""}, "Name: This cannot be empty."),
    ],
)
async def test_what_is_wrong_is_said_in_one_sentence(
    house: House, visitor: Visit, given: dict[str, Any], said: str
) -> None:
    leila = await visitor(house.leila)
    await leila.open("/intake")
    fill(leila, **{"name": "Sara Lind", **given})
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: leila.user.notify.messages == [said])
    assert len(diagnosis.listing(house.services, house.leila)) == 1


def test_a_date_comes_as_it_was_written() -> None:
    assert PatientInput.model_validate({"name": "Sara", "surgery_on": "2030-01-02"}).surgery_on == date(2030, 1, 2)


def offered(select: ui.select) -> list[str]:
    """Read what a select offers."""
    assert isinstance(select.options, dict)
    return list(select.options.values())


def fill(one: Visitor, **given: str) -> None:
    """Fill in fields of the patient."""
    for name, text in given.items():
        one.the(ui.input, f"patient-{name}").value = text


def type_into(one: Visitor, select: ui.select, text: str) -> None:
    """Type where a select offers to search."""
    with one.page:
        for listener in select._event_listeners.values():
            if listener.type == "inputValue":
                arguments = events.GenericEventArguments(sender=select, client=one.page, args=text)
                events.handle_event(listener.handler, arguments)
