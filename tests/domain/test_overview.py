"""The inbox: what needs a practitioner, and nothing drowns it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain import correcting, diagnosis, feedback, overview, profile
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import Risk
from domain.ledger import Change
from domain.patient import PatientInput, profile_of
from storage.tables import Feedback, Patient
from tests.support.clock import in_zone
from tests.support.house import House, under_treatment


def say(house: House, **more: Any) -> None:
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4} | more)
    feedback.submit(house.services, house.mina, house.diagnosis_id, given)


CENTRAL_EUROPE = "CET-1CEST,M3.5.0,M10.5.0/3"
"""Its clocks are put forward on 29 March 2026, and back on 25 October."""


def risks(house: House) -> list[Risk]:
    return [item.risk for item in overview.read(house.services, house.leila).inbox]


def test_a_serious_answer_is_not_drowned_by_later_ones(house: House) -> None:
    say(house, side_effects=[SideEffectInput(term="wheeze", serious=True)])
    for _ in range(30):
        say(house, improvement=4)
    assert risks(house) == [Risk.SERIOUS]


def test_a_dangerous_plan_is_not_drowned_by_serious_answers_nor_by_others(house: House) -> None:
    """Twenty-five patients with a plan that has become dangerous, and as many with a serious answer: each of them is there."""
    courses = [under_treatment(house.services, house.leila, name=f"Patient {number}") for number in range(25)]
    for course in courses:
        profile.change(
            house.services,
            house.leila,
            course.patient.patient_id or 0,
            PatientInput(name=course.patient.name, medicines=["warfarin"]),
        )
        answer = FeedbackInput(
            recommendation_id=course.recommendation_id,
            rating=1,
            side_effects=[SideEffectInput(term="wheeze", serious=True)],
        )
        feedback.submit(house.services, course.patient, course.diagnosis_id, answer)
    found = risks(house)
    assert (found.count(Risk.SERIOUS), found.count(Risk.DANGEROUS)) == (25, 25)


def test_a_severe_side_effect_that_the_phone_acts_on_is_seen_by_the_practitioner(house: House) -> None:
    say(house, improvement=4, side_effects=[SideEffectInput(term="headache", severity=4)])
    assert risks(house) == [Risk.SERIOUS]
    assert overview.answers(house.services, house.leila)[0].serious


def test_only_the_last_answer_counts_for_getting_worse(house: House) -> None:
    say(house, improvement=1)
    assert risks(house) == [Risk.WORSE]
    say(house, improvement=4)
    assert risks(house) == []


def test_within_a_risk_what_has_risen_most_comes_first_then_the_newest(house: House) -> None:
    courses = [under_treatment(house.services, house.leila, name=f"Patient {number}") for number in range(4)]
    for course, (first, then) in zip(courses, ((6, 8), (2, 9), (6, None), (6, 8)), strict=True):
        for symptom in (first, then):
            answer = FeedbackInput(recommendation_id=course.recommendation_id, rating=2, symptom=symptom, improvement=2)
            feedback.submit(house.services, course.patient, course.diagnosis_id, answer)
    found = overview.read(house.services, house.leila).inbox
    assert [(one.patient, one.rise) for one in found] == [
        ("Patient 1", 7),
        ("Patient 3", 2),
        ("Patient 0", 2),
        ("Patient 2", None),
    ]
    assert {one.risk for one in found} == {Risk.WORSE}


def test_the_first_answer_rises_from_the_baseline_and_a_rise_alone_is_worse(house: House) -> None:
    say(house, symptom=8)
    assert risks(house) == []
    say(house, symptom=10)
    [item] = overview.read(house.services, house.leila).inbox
    assert (item.risk, item.rise, item.symptom) == (Risk.WORSE, 2, "Stomach pain")


def test_the_inbox_can_be_emptied_and_a_danger_wants_a_decision(house: House) -> None:
    say(house, improvement=1)
    other = under_treatment(house.services, house.leila, name="Sara Lind")
    stopped = FeedbackInput(recommendation_id=other.recommendation_id, rating=1, stopped=True)
    feedback.submit(house.services, other.patient, other.diagnosis_id, stopped)
    assert risks(house) == [Risk.STOPPED, Risk.WORSE]
    for item in overview.read(house.services, house.leila).inbox:
        correcting.mark_seen(house.services, house.leila, item.feedback_id or 0)
    assert risks(house) == []
    changed = PatientInput(name="Sara Lind", medicines=["warfarin"])
    profile.change(house.services, house.leila, other.patient.patient_id or 0, changed)
    [danger] = overview.read(house.services, house.leila).inbox
    assert (danger.risk, danger.feedback_id) == (Risk.DANGEROUS, None)


def test_a_warning_sign_in_the_complaint_stays_with_the_diagnosis(house: House) -> None:
    given = diagnosis.DiagnosisInput.model_validate(
        {
            "patient": {"name": "Sara Lind"},
            "tradition": "tcm",
            "condition_id": "t-stcold",
            "complaint": "Crushing chest pain and trouble breathing since this morning.",
        }
    )
    recorded = diagnosis.record(house.services, house.leila, given)
    assert recorded["diagnosis"]["red_flags"], "whoever opens it later is told, too"
    assert diagnosis.read(house.services, house.leila, house.diagnosis_id)["diagnosis"]["red_flags"] == []
    assert "red_flags" not in diagnosis.read(house.services, house.mina, house.diagnosis_id)["diagnosis"]


@pytest.mark.parametrize(
    ("noon", "midnight"),
    [
        (datetime(2026, 10, 25, 11, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2026, 3, 29, 10, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_also_when_the_clocks_change(
    house: House, monkeypatch: pytest.MonkeyPatch, noon: datetime, midnight: datetime
) -> None:
    monkeypatch.setattr(overview, "utc_now", lambda: noon)
    say(house)
    for at, by_day in ((midnight - timedelta(minutes=1), [1, 0]), (midnight, [0, 1])):

        def answered(change: Change, at: datetime = at) -> None:
            row = change.session.exec(select(Feedback)).one()
            row.created = at
            change.session.add(row)

        house.services.ledger.write(answered)
        with in_zone(CENTRAL_EUROPE):
            seen = overview.read(house.services, house.leila)
        assert [count for _day, count in seen.days[-2:]] == by_day
        assert seen.counters["answers_since"] == by_day[-1]


def test_a_recorded_pregnancy_is_believed_whatever_the_sex_says() -> None:
    given = PatientInput(name="Robin", sex="male", pregnant=True)
    profile = profile_of(Patient(practice_id=1, practitioner_id=1, **given.model_dump()))
    assert profile.pregnant is True
    unasked = profile_of(Patient(practice_id=1, practitioner_id=1, **PatientInput(name="Bo", sex="male").model_dump()))
    assert unasked.pregnant is False
