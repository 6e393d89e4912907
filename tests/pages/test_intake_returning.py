"""Intake of somebody who has been there before: the last visit, what was overruled, and what the gate would say now."""

from typing import Any

import pytest
from nicegui import ui

from domain import diagnosis, profile
from domain.diagnosis import FindingInput
from domain.errors import Unavailable
from domain.ledger import utc_now
from domain.patient import PatientInput
from pages.elements.facts import Facts
from pages.elements.findings import Findings
from pages.elements.notes import Notes
from pages.language import Language
from pages.profile import add_words
from tests.pages.conftest import Visit
from tests.support.house import House, diagnose
from tests.support.intake import fill, intake_of, marks, recorded, tell
from tests.support.waiting import eventually


async def test_the_last_visit_is_taken_over_by_group_and_compared(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(Findings, "object", lambda self, text, **more: said.append(text))
    findings = [
        FindingInput(finding_id="tongue-pale"),
        FindingInput(finding_id="stool-loose", severity=2, duration_days=5),
        FindingInput(finding_id="tired-after-meals", severity=3),
        FindingInput(finding_id="pulse-wiry", present=False),
    ]
    diagnose(house.services, house.leila, house.mina, findings=findings)
    leila = await intake_of(house, visitor)
    tell(leila, "put", id="tongue-red", mark="there", days="")
    leila.the(ui.select, "patient").value = house.mina.patient_id
    shown = leila.the(Findings, "findings")
    await eventually(lambda: shown.before["title"].startswith("Last visit, "))
    assert shown.before["summary"] == "1 new, 4 not looked for yet"
    assert [(row["id"], row["mark"], row["then"]) for row in shown.rows if row["kind"] == "stool"] == [
        ("stool-loose", "", "last time: Moderate")
    ]
    tell(leila, "again", "stool")
    assert marks(leila)["stool-loose"] == "2"
    assert marks(leila)["tired-after-meals"] == ""
    assert said == []
    tell(leila, "again", "")
    assert marks(leila) == {
        "tongue-pale": "", "tongue-red": "there", "pulse-wiry": "absent", "stool-loose": "2", "tired-after-meals": "3",
    }  # fmt: skip
    assert said == ["Left out, because it cannot be there beside what is recorded: “Pale tongue body”."]
    tell(leila, "put", id="stool-loose", mark="3", days="")
    tell(leila, "put", id="tired-after-meals", mark="1", days="")
    tell(leila, "put", id="tongue-pale", mark="absent", days="")
    assert {row["id"]: row["change"]["text"] for row in shown.rows} == {
        "tongue-pale": "gone", "tongue-red": "new", "pulse-wiry": "still not there", "stool-loose": "stronger",
        "tired-after-meals": "weaker",
    }  # fmt: skip
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 3)
    assert {one["finding_id"]: one["duration_days"] for one in recorded(house)} == dict.fromkeys(
        ["tongue-red", "tongue-pale", "pulse-wiry", "stool-loose", "tired-after-meals"]
    ), "whether five days have gone on all the time is not known"


async def test_what_the_gate_would_say_is_seen_before_anything_is_recorded(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    add_words(leila.the(ui.select, "patient-medicines"), ["warfarin"])
    fill(leila, born="1980-01-01")
    for one in ("stool-loose", "tongue-pale", "pain-epigastric"):
        tell(leila, "put", id=one, mark="there", days="")
    notes = next(one for one in leila.page.elements.values() if isinstance(one, Notes) and one.notes)
    await eventually(lambda: any("warfarin" in verdict["why"] for verdict in verdicts(notes)))
    assert {verdict["kind"] for verdict in verdicts(notes)} <= {"block", "major", "moderate"}
    assert all("documented option" in note["foot"] or "Nothing is documented" in note["foot"] for note in notes.notes)
    assert len(diagnosis.listing(house.services, house.leila)) == 1
    leila.the(ui.select, "patient-medicines").value = []
    await eventually(lambda: not any("warfarin" in verdict["why"] for verdict in verdicts(notes)))


async def test_where_the_gate_could_not_look_the_page_says_so(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise Unavailable("Not now.")

    monkeypatch.setattr("pages.thinking.foresee", refuse)
    leila = await intake_of(house, visitor)
    tell(leila, "put", id="stool-loose", mark="there", days="")
    notes = next(one for one in leila.page.elements.values() if isinstance(one, Notes) and one.notes)
    assert {note["foot"] for note in notes.notes} == {"The safety check is looking …"}
    await eventually(lambda: {note["foot"] for note in notes.notes} == {"Not judged: the safety check could not look."})


async def test_what_was_approved_against_the_gate_is_shown_again(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    leila.the(ui.select, "patient").value = house.mina.patient_id
    await eventually(lambda: leila.shows("overruled"))
    [note] = leila.the(Notes, "overruled").notes
    assert note["lines"][0] == "Reason given: Discussed with the patient."
    assert note["beside"] == Language("en").day(utc_now())
    leila.the(ui.select, "patient").value = house.omar.patient_id
    await eventually(lambda: not leila.shows("overruled"))


async def test_what_a_colleague_changes_of_who_is_chosen_is_seen_at_once(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    leila.the(ui.select, "patient").value = house.omar.patient_id
    await eventually(
        lambda: leila.shows("profile") and ("Medicines", "None recorded") in leila.the(Facts, "profile").facts
    )
    tell(leila, "put", id="stool-loose", mark="3", days="")
    given = PatientInput(name="Omar Haddad", medicines=["warfarin"])
    profile.change(house.services, house.leila, house.omar.patient_id or 0, given)
    await eventually(lambda: ("Medicines", "warfarin") in leila.the(Facts, "profile").facts)
    assert [row["id"] for row in leila.the(Findings, "findings").rows] == ["stool-loose"]


def verdicts(notes: Notes) -> list[dict[str, str]]:
    """Read what the gate would say of all that fits."""
    return [verdict for note in notes.notes for verdict in note.get("verdicts", [])]
