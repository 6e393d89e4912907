"""The first page shows what the domain counts, and keeps showing it."""

from typing import Any

from nicegui import ui

from domain import consent, overview
from domain.consent import ConsentInput
from domain.correcting import set_comment
from domain.feedback import FeedbackInput, SideEffectInput, submit
from pages.elements.stream import Stream
from tests.pages.conftest import Visit
from tests.support.house import House, new_patient
from tests.support.waiting import eventually


async def test_the_counters_are_computed(house: House, visitor: Visit) -> None:
    new_patient(house.services, house.chen)  # somebody else's patient is not counted
    leila = await visitor(house.leila)
    await leila.open("/")
    counted = overview.read(house.services, house.leila).counters
    assert counted["patients"] == 2
    for name in ("answers_since", "proposed", "approved", "open_diagnoses", "patients"):
        assert leila.the(ui.label, f"count-{name}").text == str(counted[name])


async def test_an_answer_moves_the_counter_and_comes_in_on_top(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/")
    answers = leila.the(ui.label, "count-answers_since")
    assert answers.text == "0"
    effect = SideEffectInput(term="wheeze")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3, comment="Better."))
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, side_effects=[effect]))
    await eventually(lambda: answers.text == "2")
    recent, inbox = leila.the(Stream, "recent").items, leila.the(Stream, "inbox").items
    assert [item["stars"] for item in recent] == [1, 4]
    assert recent[1]["text"] == "Better."
    assert inbox[0]["title"] == house.mina.name
    assert inbox[0]["alert"]


async def test_an_answer_to_a_colleague_changes_nothing_here(house: House, visitor: Visit) -> None:
    chen, leila = await visitor(house.chen), await visitor(house.leila)
    await chen.open("/")
    await leila.open("/")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))
    await eventually(lambda: leila.the(ui.label, "count-answers_since").text == "1")
    assert chen.the(ui.label, "count-answers_since").text == "0"
    assert chen.the(Stream, "recent").items == []


async def test_an_edited_answer_changes_its_card(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    for rating in (4, 2):
        submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating, comment="Fine."))
    await leila.open("/")
    recent = leila.the(Stream, "recent").items
    first = recent[1]["key"]
    set_comment(house.services, house.mina, first, "Not so fine.")
    await eventually(lambda: recent[1]["text"] == "Not so fine.")
    assert [item["stars"] for item in recent] == [2, 4]


async def test_consent_that_is_withdrawn_comes_in_and_leaves_when_it_is_seen(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/")
    inbox = leila.the(Stream, "inbox")
    said = ConsentInput(granted=False)
    consent.say(house.services, house.mina, house.mina.patient_id or 0, said, kind="care")

    def item() -> dict[str, Any] | None:
        return next((one for one in inbox.items if one["key"].startswith("withdrawn-")), None)

    await eventually(lambda: item() is not None)
    shown = item() or {}
    assert (shown["title"], shown["href"]) == (house.mina.name, f"/patient/{house.mina.patient_id}")
    assert shown["chips"] == [{"kind": "major", "text": "Consent to treatment withdrawn"}]
    assert shown["subtitle"].startswith("Said by the patient.")
    leila.happen(inbox, "act", shown["key"])
    await eventually(lambda: item() is None)
