"""What a patient measures: two symptoms and an activity of their own, of which the first symptom alone is the outcome."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import func, select

from domain import analytics, diagnosis, feedback
from domain.correcting import FeedbackChange, edit, history
from domain.diagnosis import DiagnosisInput
from domain.errors import Invalid
from domain.export import export
from domain.feedback import FeedbackInput
from domain.ledger import Change
from domain.patient import PatientInput
from storage.tables import Diagnosis, Event, Evidence, Feedback
from tests.support.house import Course, House, approve, diagnose, new_patient, recommended
from tests.support.snapshots import follows_from_nothing

ALL: dict[str, Any] = {
    "second_symptom": "Nausea",
    "second_baseline": 5,
    "activity": "Eating with the family",
    "activity_baseline": 8,
}


@pytest.fixture
def measuring(house: House) -> Course:
    """Take in a patient who measures all three, with one approved herb."""
    who = new_patient(house.services, house.leila)
    diagnosis_id = diagnose(house.services, house.leila, who, **ALL)
    plan = recommended(house.services, diagnosis_id, "ginger")
    approve(house.services, house.leila, plan)
    return Course(who, diagnosis_id, plan)


def of_mina(house: House) -> Course:
    """Give Mina's treatment, in which the first symptom is all that is measured."""
    return Course(house.mina, house.diagnosis_id, house.ginger)


def say(house: House, about: Course, **given: Any) -> dict[str, Any]:
    said = FeedbackInput.model_validate({"recommendation_id": about.recommendation_id, "rating": 4} | given)
    return feedback.submit(house.services, about.patient, about.diagnosis_id, said)


def improved(house: House) -> tuple[int, int]:
    """Answered and improved, of ginger for a cold stomach."""
    with house.services.database.read() as session:
        cell = session.exec(select(Evidence).where(Evidence.item_id == "ginger")).one()
        return cell.answered, cell.improved


def counted(house: House) -> tuple[int, int]:
    with house.services.database.read() as session:
        return (
            session.exec(select(func.count()).select_from(Feedback)).one(),
            session.exec(select(func.count()).select_from(Event)).one(),
        )


def test_all_three_go_everywhere_that_the_first_goes(house: House, measuring: Course) -> None:
    kept = say(house, measuring, symptom=6, second_symptom=4, activity=0)
    scores = {"symptom": 6, "second_symptom": 4, "activity": 0}
    assert kept.items() >= scores.items()
    seen = diagnosis.read(house.services, measuring.patient, measuring.diagnosis_id)
    assert seen["diagnosis"].items() >= {"symptom": "Stomach pain", "baseline": 7, **ALL}.items()
    assert seen["feedback"][0].items() >= scores.items()
    with house.services.database.read() as session:
        told = session.exec(
            select(Event.data, Event.patient_data).where(
                Event.diagnosis_id == measuring.diagnosis_id, Event.type == "feedback_update"
            )
        ).one()
    assert all(f'"{name}":{score}' in str(text).replace(" ", "") for text in told for name, score in scores.items())
    written = export(house.services, house.leila, measuring.patient.patient_id or 0)["diagnoses"][-1]
    assert written["feedback"][0].items() >= scores.items()
    assert written["diagnosis"].items() >= ALL.items()
    follows_from_nothing(house.services, measuring.diagnosis_id)


def test_the_course_of_each_is_followed(house: House, measuring: Course) -> None:
    say(house, measuring, symptom=6, activity=9)
    say(house, measuring, symptom=3, second_symptom=5)
    seen = analytics.of_diagnosis(house.services, house.leila, measuring.diagnosis_id)
    first, second, activity = seen["measures"]
    assert [one["measure"] for one in seen["measures"]] == ["symptom", "second_symptom", "activity"]
    assert (first["baseline"], first["latest"], first["change"]) == (7, 3, -4)
    assert (second["name"], second["latest"], second["change"]) == ("Nausea", 5, 0)
    assert (activity["baseline"], activity["latest"], activity["change"]) == (8, 9, 1)
    assert [point["score"] for point in activity["course"]] == [9]
    assert (seen["latest_symptom"], seen["change"]) == (3, -4), "as before there were three"
    assert [point["symptom"] for point in seen["course"]] == [6, 3]


def test_what_a_diagnosis_does_not_have_has_no_course(house: House) -> None:
    seen = analytics.of_diagnosis(house.services, house.leila, house.diagnosis_id)
    assert [(one["measure"], one["latest"], one["change"]) for one in seen["measures"]] == [("symptom", None, None)]


def test_only_the_first_symptom_is_the_outcome(house: House, measuring: Course) -> None:
    say(house, measuring, symptom=7, second_symptom=0, activity=0)
    assert improved(house) == (1, 0), "the best of three would flatter"
    say(house, measuring, symptom=2, second_symptom=10, activity=10)
    assert improved(house) == (1, 1)
    say(house, measuring, second_symptom=0, activity=0)
    assert improved(house) == (0, 0), "it says nothing about the outcome"


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ({"second_symptom": 4}, "This diagnosis has no second symptom: leave its score out."),
        ({"activity": 0}, "This diagnosis has no activity: leave its score out."),
    ],
)
def test_a_score_of_what_is_not_measured_is_refused(house: House, score: dict[str, int], sentence: str) -> None:
    about = of_mina(house)
    before = counted(house)
    with pytest.raises(Invalid) as error:
        say(house, about, symptom=3, **score)
    assert (error.value.message, error.value.status) == (sentence, 422)
    assert (counted(house), improved(house)) == (before, (0, 0)), "nothing was kept, nothing counted"
    given = int(say(house, about, symptom=3)["id"])
    with pytest.raises(Invalid, match=sentence):
        edit(house.services, house.mina, given, FeedbackChange.model_validate(score))
    assert history(house.services, house.leila, given) == []


def test_each_is_corrected_and_what_it_was_is_kept(house: House, measuring: Course) -> None:
    given = int(say(house, measuring, symptom=6, second_symptom=4, activity=7)["id"])
    state = edit(house.services, measuring.patient, given, FeedbackChange(second_symptom=None, activity=2))
    assert (state["symptom"], state["second_symptom"], state["activity"]) == (6, None, 2)
    [before] = history(house.services, house.leila, given)
    assert (before.said["second_symptom"], before.said["activity"]) == (4, 7)


def test_a_symptom_without_a_first_score_is_kept_and_does_not_count(house: House) -> None:
    def forget(change: Change) -> None:
        row = change.session.get_one(Diagnosis, house.diagnosis_id)
        row.symptom, row.baseline = "", None
        change.session.add(row)

    house.services.ledger.write(forget)
    about = of_mina(house)
    assert say(house, about, symptom=0)["symptom"] == 0
    assert improved(house) == (0, 0)
    say(house, about, symptom=10, improvement=4)
    assert improved(house) == (1, 1), "the patient's own judgement counts where the symptom cannot"


@pytest.mark.parametrize("score", [{"second_baseline": 4}, {"activity_baseline": 0}])
def test_a_first_score_needs_to_be_of_something(house: House, score: dict[str, int]) -> None:
    given = DiagnosisInput(patient=PatientInput(name="Sara Lind"), tradition="tcm").model_copy(update=score)
    with pytest.raises(Invalid, match="that is scored"):
        diagnosis.record(house.services, house.leila, given)


@pytest.mark.parametrize("score", [-1, 11, 4.5, 4.0, "4", "۴", True])
@pytest.mark.parametrize("name", ["symptom", "second_symptom", "activity"])
def test_a_score_is_a_whole_number_of_its_scale(name: str, score: object) -> None:
    with pytest.raises(ValidationError):
        FeedbackInput.model_validate({"rating": 4, name: score})
