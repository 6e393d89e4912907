"""When a patient is asked: cases by the day since the plan began, and laws for whatever they answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rhythm import (
    EARLY,
    FORTNIGHT,
    WEEK,
    CheckIns,
    Rhythm,
    Said,
    answer,
    begin,
    fold,
    local_day,
    midnight,
    overdue,
    stable,
)
from tests.support.clock import in_zone

START = date(2026, 3, 1)
BASELINE = 6


def on(day: int) -> date:
    return START + timedelta(days=day)


def says(day: int, symptom: int | None = 4, **more: Any) -> Said:
    return Said(on(day), symptom=symptom, **more)


def after(*answers: Said, baseline: int | None = BASELINE) -> CheckIns:
    return fold(START, answers, baseline)


ON_TIME = (7, 14, 21, 28, 42, 56)


@pytest.mark.parametrize(
    ("days", "due", "number", "rhythm"),
    [
        ((), 7, 1, "weekly"),
        ((7,), 14, 2, "weekly"),
        ((5,), 14, 2, "weekly"),  # early by two days: the week stays the week
        ((4,), 7, 1, "weekly"),  # too early to count
        ((7, 7, 8), 14, 2, "weekly"),  # about each herb in turn
        ((7, 11), 14, 2, "weekly"),
        ((7, 12), 21, 3, "weekly"),
        ((30,), 37, 2, "weekly"),  # however late: one check-in was due, and the next is a week later
        ((7, 14, 21), 28, 4, "weekly"),
        ((7, 14, 21, 28), 42, 5, "fortnightly"),
        ((7, 14, 21, 28, 40), 56, 6, "fortnightly"),
        (ON_TIME, None, 7, "stable"),
        ((*ON_TIME, 60), None, 7, "stable"),
        ((*ON_TIME, 68), None, 8, "stable"),
        ((*ON_TIME, 300), None, 8, "stable"),
    ],
)
def test_check_ins_that_go_well(days: tuple[int, ...], due: int | None, number: int, rhythm: str) -> None:
    found = after(*(says(day) for day in days))
    assert (found.due, found.number, found.rhythm) == (None if due is None else on(due), number, rhythm)


@pytest.mark.parametrize(
    "more",
    [
        {"symptom": 6},
        {"improvement": 2},
        {"stopped": True},
        {"alarming": True},
        {"effects": frozenset({"nausea"})},
        {"stopped": True, "running": False},
    ],
)
def test_a_worse_answer_begins_with_weekly_ones_again(more: dict[str, Any]) -> None:
    for earlier in (ON_TIME[:5], ON_TIME):
        found = answer(after(*(says(day) for day in earlier)), Said(on(70), **{"symptom": 4} | more), BASELINE)
        assert (found.due, found.number, found.rhythm) == (on(77), 1, Rhythm.WEEKLY)


def test_what_is_no_worse_leaves_the_rhythm() -> None:
    fortnightly = after(*(says(day) for day in ON_TIME[:5]))
    for said in (says(56, 5), says(56, 1, improvement=3), says(56, None)):
        assert answer(fortnightly, said, BASELINE).number == 6 + 1


def test_the_first_answer_is_compared_with_the_start() -> None:
    assert after(says(7, BASELINE + 2)).number == 1
    assert after(says(7, BASELINE + 1)).number == 2
    assert after(says(7, 9), baseline=None).number == 2, "there is nothing to compare with"


def test_a_side_effect_that_stays_is_not_new_and_is_never_stable() -> None:
    nausea = frozenset({"nausea"})
    found = after(*(says(day, effects=nausea) for day in (7, *(14 + 7 * number for number in range(12)))))
    assert found.rhythm is Rhythm.FORTNIGHTLY
    assert found.due is not None


def test_something_stopped_is_not_asked_about() -> None:
    assert after(says(7, running=False)) == begin(START)


def test_nothing_is_asked_while_nothing_runs() -> None:
    assert answer(CheckIns(), says(7, stopped=True, alarming=True), BASELINE) == CheckIns()


@pytest.mark.parametrize(
    ("odd", "baseline"),
    [
        (says(56, 4), None),  # nothing to compare with
        (says(56, None), BASELINE),  # a score is not known
        (says(56, 2), BASELINE),  # 4, 4, 2 do not agree, though it is better
        (says(56, 5), 4),  # within a point, and worse than at the start
    ],
)
def test_what_is_not_known_or_does_not_agree_is_not_stable(odd: Said, baseline: int | None) -> None:
    found = after(*(says(day) for day in ON_TIME[:5]), odd, baseline=baseline)
    assert (found.rhythm, found.due) == (Rhythm.FORTNIGHTLY, on(70))


def test_two_points_apart_within_one_check_in_are_not_stable() -> None:
    found = after(*(says(day) for day in ON_TIME[:5]), says(56), says(57, 5), says(58, 6))
    assert (found.rhythm, found.due) == (Rhythm.FORTNIGHTLY, on(70))


@pytest.mark.parametrize(("days", "late"), [(8, False), (9, True), (400, True)])
def test_somebody_is_told_two_days_after_it_was_due(days: int, *, late: bool) -> None:
    assert overdue(on(7), on(days)) is late
    assert not overdue(None, on(days))


answers = st.builds(
    Said,
    on=st.integers(0, 200).map(on),
    symptom=st.none() | st.integers(0, 10),
    improvement=st.none() | st.integers(1, 5),
    effects=st.frozensets(st.sampled_from(["nausea", "headache"]), max_size=2),
    alarming=st.booleans(),
    stopped=st.booleans(),
    running=st.booleans(),
)
courses = st.lists(answers, max_size=25).map(lambda found: sorted(found, key=lambda one: one.on))
baselines = st.none() | st.integers(0, 10)


@given(courses, answers, baselines)
def test_nothing_that_was_just_answered_is_due_again_at_once(
    course: list[Said], said: Said, baseline: int | None
) -> None:
    before = fold(START, course, baseline)
    last = max([START, *(one.on for one in course)])
    said = Said(max(last, said.on), said.symptom, said.improvement, said.effects, said.alarming, said.stopped)
    found = answer(before, said, baseline)
    assert found.due is None or found.due > said.on + EARLY
    assert found.due is None or found.due <= max(said.on, before.due or said.on) + FORTNIGHT
    assert (found.due is None) == (found.rhythm is Rhythm.STABLE)


@given(courses, baselines)
def test_only_who_is_well_is_not_asked_any_more(course: list[Said], baseline: int | None) -> None:
    found = fold(START, course, baseline)
    if found.rhythm is Rhythm.STABLE:
        assert stable(found.answered, baseline, already=True)
        assert all(one.quiet and one.high is not None and one.high <= (baseline or 0) for one in found.answered)
        assert not any(said.alarming or said.stopped for said in course if said.on > found.answered[0].on)


@given(courses, answers, baselines)
def test_an_alarm_is_followed_up_within_a_week(course: list[Said], said: Said, baseline: int | None) -> None:
    bad = Said(said.on, said.symptom, said.improvement, said.effects, alarming=True)
    assert answer(fold(START, course, baseline), bad, baseline).due == said.on + WEEK


@given(courses, baselines)
def test_a_course_can_be_followed_step_by_step(course: list[Said], baseline: int | None) -> None:
    standing = begin(START)
    for number, said in enumerate(course, start=1):
        standing = answer(standing, said, baseline)
        assert standing == fold(START, course[:number], baseline)
        assert len(standing.answered) <= 3


def test_a_day_is_the_machine_s_own() -> None:
    late = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
    for zone, day in (("Asia/Tehran", 2), ("America/Lima", 1)):
        with in_zone(zone):
            assert local_day(late) == date(2026, 3, day)


@pytest.mark.parametrize("zone", ["America/Santiago", "Africa/Cairo", "Europe/Berlin", "Asia/Tehran"])
def test_each_day_begins_with_its_first_second(zone: str) -> None:
    """In the first two the clocks are put forward at midnight, and that day has none."""
    with in_zone(zone):
        for number in range(365):
            day = date(2027, 1, 1) + timedelta(days=number)
            begins = midnight(day)
            assert local_day(begins) == day
            assert local_day(begins - timedelta(seconds=1)) < day
