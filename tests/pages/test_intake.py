"""Intake: who is offered, what is recorded and refused, what was found last time, and what becomes of what was filled in."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from nicegui import ui

from domain import diagnosis, patient, profile
from domain.diagnosis import FindingInput
from domain.errors import Unavailable
from domain.ledger import utc_now
from domain.patient import PatientInput
from pages.elements.facts import Facts
from pages.elements.findings import Findings
from pages.elements.notes import Notes
from pages.elements.question import Question
from pages.kinds import FIRST, KINDS, TIMES, order_of, scale_of
from pages.language import Language
from pages.matches import fit_in_words
from pages.profile import add_words
from storage.knowledge import FindingKind, load
from tests.pages.conftest import Visit
from tests.support.house import House, diagnose, new_patient
from tests.support.intake import fill, intake_of
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
        ({"born": "20260-01-01"}, {"born": "This is not a date."}),
        ({"surgery": "2026-02-30"}, {"surgery": "This is not a date."}),
        ({"name": "", "born": "then"}, {"name": "This cannot be empty.", "born": "This is not a date."}),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_the_first_has_the_focus(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: dict[str, str]
) -> None:
    focused: list[str] = []

    def run_method(self: ui.input, method: str, *_given: Any, **_more: Any) -> None:
        if method == "focus":
            focused.append(self.props["data-testid"])

    monkeypatch.setattr(ui.input, "run_method", run_method)
    leila = await visitor(house.leila)
    await leila.open("/intake")
    fill(leila, **{"name": "Sara Lind", **given})
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: focused == [f"patient-{next(iter(said))}"])
    fields = {name: leila.the(ui.input, f"patient-{name}") for name in ("name", "born", "surgery")}
    assert {name: field.error for name, field in fields.items() if field.error} == said
    assert "need" in leila.the(ui.label, "wrong").text
    assert len(diagnosis.listing(house.services, house.leila)) == 1
    for name in said:
        fields[name].value = "1990-01-02"
    assert [field.error for field in fields.values()] == [None, None, None]
    assert leila.the(ui.label, "wrong").text == ""


async def test_a_finding_is_recorded_graded_and_saved_as_it_was(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    tell(leila, "put", id="stool-loose", mark="there", days="")
    tell(leila, "put", id="tongue-pale", mark="absent", days="")
    assert marks(leila) == {"tongue-pale": "absent", "stool-loose": "there"}, "the tongue is looked at first"
    tell(leila, "put", id="stool-loose", mark="3", days="14")
    tell(leila, "put", id="pulse-weak", mark="there", days="")
    tell(leila, "remove", "pulse-weak")
    fill(leila, name="Sara Lind")
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 2)
    assert recorded(house) == [
        {"finding_id": "stool-loose", "present": True, "severity": 3, "degree": None, "duration_days": 14},
        {"finding_id": "tongue-pale", "present": False, "severity": None, "degree": None, "duration_days": None},
    ]


async def test_a_quality_of_mizaj_has_a_degree(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor, tradition="avicenna")
    tell(leila, "put", id="skin-cold", mark="2", days="")
    [row] = leila.the(Findings, "findings").rows
    assert (row["scale"], row["mark"], row["group"]) == ("degree", "2", "Temperament (mizaj)")
    fill(leila, name="Sara Lind")
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 2)
    assert [(one["severity"], one["degree"]) for one in recorded(house)] == [(None, 2)]


async def test_what_excludes_another_is_offered_in_its_place_and_nothing_is_half_done(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(Findings, "object", lambda self, text, **more: said.append({"text": text, **more}))
    leila = await intake_of(house, visitor)
    tell(leila, "put", id="tongue-pale", mark="there", days="")
    tell(leila, "put", id="tongue-red", mark="there", days="")
    assert marks(leila) == {"tongue-pale": "there"}
    assert said[0]["text"] == "“Red tongue body” cannot be there beside “Pale tongue body”."
    assert (said[0]["replace"], said[0]["put"].id) == ("Replace “Pale tongue body”", "tongue-red")
    tell(leila, "put", id="tongue-red", mark="absent", days="")
    assert marks(leila) == {"tongue-pale": "there", "tongue-red": "absent"}, "what is absent excludes nothing"
    tell(leila, "replace", id="tongue-red", mark="there", days="")
    assert marks(leila) == {"tongue-red": "there"}
    assert len(said) == 1


async def test_more_findings_than_anybody_records_are_refused_in_one_sentence(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    monkeypatch.setattr(Findings, "object", lambda self, text, **more: said.append(text))
    leila = await intake_of(house, visitor)
    for one in load().findings:
        tell(leila, "put", id=one, mark="absent", days="")
    assert len(marks(leila)) == 200
    assert set(said) == {"At most 200 findings can be recorded at once."}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_finding_is_found_by_any_of_its_names(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers: dict[int, list[str]] = {}

    def offer(self: Findings, number: int, groups: list[dict[str, Any]]) -> None:
        offers[number] = [one["name"] for group in groups for one in group["items"]]

    monkeypatch.setattr(Findings, "offer", offer)
    leila = await intake_of(house, visitor)
    asked = [
        "loose stool",
        "lose stol",
        "舌淡白",
        "مدفوع شل",
        "zzzzzz",
        "shé dàn bái",
        "she dan bai",
        "mai shuo",
        "mai fu",
    ]
    for number, text in enumerate(asked):
        tell(leila, "ask", text=text, kind="", number=number)
    tell(leila, "ask", text="", kind="tongue_moisture", number=len(asked))
    await eventually(lambda: len(offers) == len(asked) + 1)
    assert offers[0][0] == offers[1][0] == offers[3][0] == "Loose stool"
    assert offers[2][0] == "Pale tongue body"
    assert offers[4] == []
    assert offers[5][0] == offers[6][0] == "Pale tongue body"
    assert offers[7][0] == "Rapid pulse"
    assert set(offers[8][:2]) == {"Floating pulse", "Hidden pulse"}, "without tones it may be either"
    assert len(offers[9]) == 2


async def test_what_fits_says_how_well_in_words_and_takes_the_answer_to_its_question(
    house: House, visitor: Visit
) -> None:
    leila = await intake_of(house, visitor)
    question = next(one for one in leila.page.elements.values() if isinstance(one, Question))
    for one in ("stool-loose", "tired-after-meals", "tongue-tooth-marked"):
        tell(leila, "put", id=one, mark="there", days="")
    first = dict(question.asked)
    assert first["why"].startswith("It helps to tell “")
    before = len(marks(leila))
    leila.happen(question, "answer", {"id": first["id"], "answer": "unknown"})
    second = dict(question.asked)
    assert second["id"] not in ("", first["id"])
    assert len(marks(leila)) == before, "what nobody knows is not recorded"
    leila.happen(question, "answer", {"id": first["id"], "answer": "no"})
    assert len(marks(leila)) == before, "a key that came too late answers nothing"
    leila.happen(question, "answer", {"id": second["id"], "answer": "no"})
    assert marks(leila)[second["id"]] == "absent"
    assert question.asked["id"] not in ("", first["id"], second["id"])


@pytest.mark.parametrize(
    ("score", "words"),
    [(0.95, "strong fit, 95%"), (0.65, "strong fit, 65%"), (0.64, "possible fit, 64%"), (0.25, "possible fit, 25%"),
     (0.24, "weak fit, 24%")],
)  # fmt: skip
def test_a_fit_in_words(score: float, words: str) -> None:
    assert fit_in_words(score, Language("en")) == words


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


async def test_another_tradition_keeps_what_is_recorded_and_says_what_does_not_count(
    house: House, visitor: Visit
) -> None:
    leila = await intake_of(house, visitor)
    tell(leila, "put", id="pulse-wiry", mark="there", days="")
    leila.the(ui.toggle, "tradition").value = "ayurveda"
    [row] = leila.the(Findings, "findings").rows
    assert row["note"] == "not of this tradition"


def test_every_kind_has_a_name_and_a_place() -> None:
    assert set(KINDS) == set(get_args(FindingKind))
    assert all(set(order_of(tradition)) == set(KINDS) for tradition in FIRST)
    assert {scale_of(kind) for kind in KINDS} == {"", "severity", "degree"}
    assert list(TIMES) == sorted(TIMES)


def test_a_date_comes_as_it_was_written() -> None:
    assert PatientInput.model_validate({"name": "Sara", "surgery_on": "2030-01-02"}).surgery_on == date(2030, 1, 2)


def offered(select: ui.select) -> list[str]:
    """Read what a select offers."""
    assert isinstance(select.options, dict)
    return list(select.options.values())


def marks(one: Visitor) -> dict[str, str]:
    """Read what is recorded, in the order in which it is shown."""
    return {row["id"]: row["mark"] for row in one.the(Findings, "findings").rows}


def recorded(house: House) -> list[dict[str, Any]]:
    """Read the findings of the newest diagnosis, by id."""
    newest = diagnosis.listing(house.services, house.leila)[0]
    return sorted(newest["findings"], key=lambda row: str(row["finding_id"]))


def tell(one: Visitor, event: str, value: str = "", **given: Any) -> None:
    """Do what the browser does where somebody searches, records or removes."""
    one.happen(one.the(Findings, "findings"), event, given or value)


def verdicts(notes: Notes) -> list[dict[str, str]]:
    """Read what the gate would say of all that fits."""
    return [verdict for note in notes.notes for verdict in note.get("verdicts", [])]


def type_into(one: Visitor, select: ui.select, text: str) -> None:
    """Type where a select offers to search."""
    one.happen(select, "inputValue", text)
