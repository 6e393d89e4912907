"""The page of one diagnosis: refusals that can be overruled, and what stands beside the cards kept up."""

import asyncio
from typing import Any

import pytest
from nicegui import background_tasks, ui

from domain import diagnosis, profile, recommendation
from domain.diagnosis import FindingInput
from domain.errors import Invalid
from domain.patient import PatientInput
from domain.proposal import held_back
from domain.recommendation import StopInput
from domain.resuming import RESUME_WITHIN
from pages import overruling
from pages.decisions import ONE_AT_A_TIME
from pages.elements.notes import Notes
from pages.elements.plan import Plan
from pages.elements.reasons import Reasons
from storage.tables import Recommendation
from tests.pages.conftest import Visit
from tests.support.house import House, diagnose, new_patient
from tests.support.pages import Visitor
from tests.support.waiting import eventually


@pytest.mark.parametrize("code", ["needs_reason", "needs_confirmation"])
async def test_a_gate_that_is_stricter_than_its_card_asks_for_the_reason(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def stricter(*_given: object, **_more: object) -> None:
        raise Invalid("The safety gate has a serious objection.", code=code)

    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    proposed = next(one for one in plan.cards if plan.cards[one]["status"] == "proposed")
    monkeypatch.setattr(recommendation, "approve", stricter)
    click(leila, plan, "approve", proposed)
    await eventually(lambda: leila.shows("override-go") and dialog_of(leila, "override-go").value)
    assert leila.user.notify.messages == []


async def test_a_card_that_is_gone_does_nothing(house: House, visitor: Visit) -> None:
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    proposed = next(one for one in plan.cards if plan.cards[one]["status"] == "proposed")
    for event in ("approve", "stop"):
        click(leila, plan, event, 999_999)
    click(leila, plan, "stop", proposed)
    await eventually(lambda: leila.shows("stop-go"))
    await eventually(lambda: dialog_of(leila, "stop-go").value)
    assert not dialog_of(leila, "override-go").value, "what was clicked before it opened nothing"
    assert leila.user.notify.messages == []


async def test_what_stands_beside_the_cards_is_kept_up(house: House, visitor: Visit) -> None:
    services = house.services
    leila = await at_minas(house, visitor)
    plan, cards = leila.the(Plan, "plan"), dict(leila.the(Plan, "plan").cards)
    before = matches_in(leila)
    other = next(one for one in services.library.shared.knowledge.findings.values() if "tcm" in one.traditions)
    findings = [FindingInput(finding_id=other.id), FindingInput(finding_id="pain-epigastric", present=False)]
    diagnosis.set_findings(services, house.leila, house.diagnosis_id, findings)
    found = diagnosis.matches(services, house.leila, house.diagnosis_id)
    await eventually(lambda: matches_in(leila) != before)
    assert matches_in(leila) == [one.condition_id for one in found][:4]
    assert leila.the(Plan, "plan") is plan
    assert plan.cards.keys() & cards.keys()

    stopped = next(one for one in plan.cards if plan.cards[one]["status"] == "proposed")
    recommendation.stop(services, house.leila, stopped, StopInput(reason="Not wanted."))
    held = len(held_back(services, house.leila, house.diagnosis_id))
    expansion = leila.the(ui.expansion, "held-back")
    await eventually(lambda: expansion.visible == bool(held))
    assert expansion.text == f"Held back by the safety gate ({held})"


async def test_a_warning_sign_stands_on_top(house: House, visitor: Visit) -> None:
    who = new_patient(house.services, house.leila)
    complaint = "Chest pain and short of breath since this morning."
    diagnosis_id = diagnose(house.services, house.leila, who, complaint=complaint)
    flags = diagnosis.read(house.services, house.leila, diagnosis_id)["diagnosis"]["red_flags"]
    assert flags
    leila = await at_minas(house, visitor)
    assert not leila.the(ui.element, "red-flags").visible
    await leila.open(f"/recommendations/{diagnosis_id}")
    warnings = leila.the(ui.element, "red-flags")
    assert warnings.visible
    assert warnings.props["role"] == "alert"
    for sentence in flags:
        await leila.user.should_see(sentence)


async def test_to_stop_and_to_reject_are_said_apart_and_what_it_means(house: House, visitor: Visit) -> None:
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    proposed = next(one for one in plan.cards if plan.cards[one]["status"] == "proposed")
    means, go = leila.the(ui.label, "stop-means"), leila.the(ui.button, "stop-go")
    for recommendation_id, label, words in (
        (
            house.ginger,
            "Stop it",
            "The patient’s phone says at once that it has ended. For half an hour you can undo it.",
        ),
        (proposed, "Reject it", "The patient has not seen it. For half an hour you can undo it."),
    ):
        click(leila, plan, "stop", recommendation_id)
        await eventually(lambda words=words: means.text == words)  # type: ignore[misc]
        assert go.text == label
        leila.the(ui.textarea, "stop-reason").value = "Not for her."
        dialog_of(leila, "stop-go").close()
        leila.happen(dialog_of(leila, "stop-go"), "hide")
        assert leila.the(ui.textarea, "stop-reason").value == "", "a reason is for one card"


async def test_a_stop_is_undone_on_its_card(house: House, visitor: Visit) -> None:
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    assert plan.cards[house.ginger]["undo_until"] == ""
    stopped = recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="The wrong card."))
    assert stopped.stopped is not None
    until = (stopped.stopped + RESUME_WITHIN).isoformat()
    await eventually(lambda: plan.cards[house.ginger]["undo_until"] == until)
    click(leila, plan, "undo", house.ginger)
    await eventually(lambda: plan.cards[house.ginger]["status"] == "approved")
    assert plan.cards[house.ginger]["undo_until"] == ""
    await eventually(lambda: "Undone: it goes on as before" in leila.user.notify.messages)


async def test_an_undo_that_the_gate_objects_to_asks_for_a_reason(house: House, visitor: Visit) -> None:
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="The wrong card."))
    given = PatientInput(name="Mina Farahani", allergies=["ginger"])
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    click(leila, plan, "undo", house.ginger)
    await eventually(lambda: leila.shows("override-go") and dialog_of(leila, "override-go").value)
    assert leila.the(ui.button, "override-go").text == "Let it go on all the same"
    leila.the(ui.textarea, "override-reason").value = "It was no allergy."
    leila.the(ui.checkbox, "override-confirm").value = True
    leila.click("override-go")
    await eventually(lambda: plan.cards[house.ginger]["status"] == "approved")
    assert plan.cards[house.ginger]["override_reason"] == "It was no allergy."
    await eventually(lambda: not dialog_of(leila, "override-go").value)


async def test_a_dialog_is_about_one_card_whatever_else_is_pressed(house: House, visitor: Visit) -> None:
    taking(house, "warfarin")
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    serious = [one for one, card in plan.cards.items() if card["status"] == "proposed" and card["verdict"] == "major"]
    mild = next(one for one, card in plan.cards.items() if card["status"] == "proposed" and one not in serious)
    first, second = serious[:2]
    click(leila, plan, "approve", first)
    click(leila, plan, "approve", second)  # all of them before the browser has shown the first dialog
    click(leila, plan, "stop", second)
    click(leila, plan, "approve", mild)
    await eventually(lambda: dialog_of(leila, "override-go").value)
    assert leila.user.notify.messages == [ONE_AT_A_TIME] * 3
    assert not dialog_of(leila, "stop-go").value
    assert leila.the(ui.label, "override-name").text == plan.cards[first]["name"]
    leila.the(ui.textarea, "override-reason").value = "INR is checked weekly."
    leila.click("override-go")
    await eventually(lambda: plan.cards[first]["status"] == "approved")
    assert {plan.cards[one]["status"] for one in (second, mild)} == {"proposed"}


async def test_a_second_click_overrules_no_reason_that_nobody_has_read(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overruling, "READ_SECONDS", 3_600.0)
    taking(house, "warfarin")
    leila = await at_minas(house, visitor)
    plan, black_pepper = leila.the(Plan, "plan"), house.proposed("black-pepper")
    click(leila, plan, "approve", black_pepper)
    await eventually(lambda: dialog_of(leila, "override-go").value)
    listed = leila.the(Reasons, "override-why").sentences
    taking(house, "warfarin", "phenytoin")
    leila.the(ui.textarea, "override-reason").value = "INR is checked weekly."
    leila.click("override-go")
    await eventually(lambda: leila.the(Reasons, "override-why").sentences != listed)
    before = set(background_tasks.running_tasks)
    leila.click("override-go")  # meant for what was listed before
    await asyncio.gather(*set(background_tasks.running_tasks) - before)
    with house.services.database.read() as session:
        assert session.get_one(Recommendation, black_pepper).status == "proposed"
    assert dialog_of(leila, "override-go").value
    monkeypatch.setattr(overruling, "READ_SECONDS", 0.0)
    leila.click("override-go")
    await eventually(lambda: plan.cards[black_pepper]["status"] == "approved")


def taking(house: House, *medicines: str) -> None:
    """Note what Mina takes."""
    given = PatientInput(name="Mina Farahani", medicines=list(medicines))
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


async def test_a_refusal_that_comes_late_opens_nothing_over_another_card(house: House, visitor: Visit) -> None:
    leila = await at_minas(house, visitor)
    plan = leila.the(Plan, "plan")
    black_pepper, other = house.proposed("black-pepper"), house.proposed("fennel")
    taking(house, "warfarin")
    assert plan.cards[black_pepper]["verdict"] != "block", "the card does not say it yet"
    click(leila, plan, "approve", black_pepper)
    click(leila, plan, "stop", other)
    await eventually(lambda: dialog_of(leila, "stop-go").value)
    await eventually(lambda: any("reason" in said for said in leila.user.notify.messages))
    assert not dialog_of(leila, "override-go").value
    assert leila.the(ui.label, "stop-name").text == plan.cards[other]["name"]
    leila.the(ui.textarea, "stop-reason").value = "Not for her."
    leila.click("stop-go")
    await eventually(lambda: plan.cards[other]["status"] == "stopped")
    assert plan.cards[black_pepper]["status"] == "proposed"


async def at_minas(house: House, visitor: Visit) -> Visitor:
    """Open Mina's diagnosis as her practitioner."""
    leila = await visitor(house.leila)
    return await leila.open(f"/recommendations/{house.diagnosis_id}")


def matches_in(one: Visitor) -> list[str]:
    """Read which conditions are shown as fitting."""
    section = one.the(ui.element, "matches")
    return [str(note["key"]) for notes in section if isinstance(notes, Notes) for note in notes.props["initial"]]


def dialog_of(one: Visitor, testid: str) -> ui.dialog:
    """Find the dialog that a button stands in."""
    parent: Any = one.the(ui.button, testid)
    while not isinstance(parent, ui.dialog):
        parent = parent.parent_slot.parent
    return parent


def click(one: Visitor, plan: Plan, event: str, recommendation_id: int) -> None:
    """Click a button of a card."""
    one.user.find(Plan).trigger(event, recommendation_id)
