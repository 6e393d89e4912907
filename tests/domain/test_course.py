"""The course of what a patient scores: gaps stay gaps, and what changed in the plan stands where it changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import course, feedback, recommendation
from domain.course import CONNECTED, Point, runs
from domain.errors import NotFound
from domain.feedback import FeedbackInput, SideEffectInput
from domain.recommendation import ApproveInput, DoseInput, StopInput
from tests.support.clock import with_clock
from tests.support.house import House

BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)


def scored(*days: float) -> list[Point]:
    return [Point(BEGIN + timedelta(days=day), 5) for day in days]


@pytest.mark.parametrize(
    ("days", "lengths"),
    [((), []), ((0,), [1]), ((0, 7, 14), [3]), ((0, 16), [2]), ((0, 16.01), [1, 1]), ((0, 7, 40, 47, 90), [2, 2, 1])],
)
def test_missing_weeks_are_gaps(days: tuple[float, ...], lengths: list[int]) -> None:
    assert [len(run) for run in runs(scored(*days))] == lengths


@given(st.lists(st.floats(0, 400, allow_nan=False), max_size=30).map(sorted))
def test_no_score_is_lost_and_no_gap_is_joined(days: list[float]) -> None:
    points = scored(*days)
    found = runs(points)
    assert [point for run in found for point in run] == points
    for run in found:
        assert all(two.at - one.at <= CONNECTED for one, two in pairwise(run))
    for run, following in pairwise(found):
        assert following[0].at - run[-1].at > CONNECTED


def test_what_changed_in_the_plan_is_marked_where_it_changed(house: House) -> None:
    services, clock = with_clock(house.services)
    said = FeedbackInput(
        recommendation_id=house.ginger, rating=3, symptom=5, side_effects=[SideEffectInput(term="nausea", severity=1)]
    )
    clock.move(timedelta(days=7))
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    clock.move(timedelta(days=1))
    dose = DoseInput(amount=2, unit="g", per="day", preparation="decoction")
    accepted = ApproveInput(dose=dose, override_reason="As we agreed.", confirmed=True)
    recommendation.go_on(services, house.leila, house.ginger, accepted)
    clock.move(timedelta(days=30))
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=2))
    clock.move(timedelta(days=1))
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Better."))

    [one] = course.read(services, house.leila, house.mina.patient_id or 0)
    assert (one.measure, one.name) == ("symptom", "Stomach pain")
    assert [[(point.score, point.start) for point in run] for run in one.runs] == [
        [(7, True), (5, False)],
        [(2, False)],
    ]
    assert [mark.kind for mark in one.marks] == ["start", "dose", "stop"]
    begun, other, _ = one.marks
    assert other.new is not None
    assert (other.new.amount, other.old) == (2, begun.new)
    assert [(unwanted.terms, unwanted.serious) for unwanted in one.unwanted] == [(("nausea",), False)]


def test_a_dose_that_the_log_has_forgotten_is_still_marked(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(days=2))
    accepted = ApproveInput(
        dose=DoseInput(amount=2, unit="g", per="day", preparation="decoction"),
        override_reason="As we agreed.",
        confirmed=True,
    )
    recommendation.go_on(services, house.leila, house.ginger, accepted)
    with services.database.engine.execution_options(write=True).connect() as connection:
        connection.exec_driver_sql("DELETE FROM event")
        connection.commit()
    [one] = course.read(services, house.leila, house.mina.patient_id or 0)
    assert [(mark.kind, mark.old, mark.new) for mark in one.marks][1:] == [("dose", None, None)]
    assert one.marks[0].new is None, "what it began with is not known any more"


def test_who_may_not_read_the_record_gets_no_course(house: House) -> None:
    for nobody in (house.chen, house.ida, house.stranger, house.omar):
        with pytest.raises(NotFound):
            course.read(house.services, nobody, house.mina.patient_id or 0)
    house.share_with(house.chen)
    assert course.read(house.services, house.chen, house.mina.patient_id or 0)
