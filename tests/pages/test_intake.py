"""Intake: who is offered, what is recorded and refused, and how findings are found and recorded."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from nicegui import ui

from domain import diagnosis, patient
from domain.ledger import utc_now
from domain.patient import PatientInput
from pages.elements.findings import Findings
from pages.elements.question import Question
from pages.kinds import FIRST, KINDS, TIMES, order_of, scale_of
from pages.language import Language
from pages.matches import fit_in_words
from storage.knowledge import FindingKind
from tests.pages.conftest import Visit
from tests.support.house import House, new_patient
from tests.support.intake import fill, intake_of, marks, recorded, tell
from tests.support.pages import Visitor
from tests.support.shipped import shipped
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
    for one in shipped().findings:
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


def type_into(one: Visitor, select: ui.select, text: str) -> None:
    """Type where a select offers to search."""
    one.happen(select, "inputValue", text)
