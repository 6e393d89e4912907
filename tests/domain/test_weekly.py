"""Answers by week, and the funnel: what is too few is not known, and a week without an answer is still a week."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import weekly
from domain.errors import NotAllowed
from domain.feedback import FeedbackInput, submit
from domain.statistics import Tier, wilson
from domain.weekly import WEEKS, funnel, monday, weeks
from tests.support.house import House, under_treatment

TODAY = date(2026, 11, 26)  # a Thursday


def test_a_week_has_its_share_from_five_answers_on() -> None:
    found = weeks({date(2026, 11, 16): (2, 3), date(2026, 11, 22): (1, 2), date(2026, 11, 23): (3, 4)}, TODAY)
    assert len(found) == WEEKS
    before, present = found[-2:]
    assert (before.first, before.improved, before.answered, before.over) == (date(2026, 11, 16), 3, 5, True)
    assert (before.share, (before.low, before.high)) == (0.6, wilson(3, 5))
    assert (present.first, present.share, present.low, present.over) == (date(2026, 11, 23), None, None, False)
    assert {week.answered for week in found[:-2]} == {0}


def test_without_an_answer_there_are_no_weeks() -> None:
    assert weeks({}, TODAY) == ()


@given(
    st.dictionaries(
        st.integers(0, 400).map(lambda ago: TODAY - timedelta(days=ago)),
        st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
    )
)
def test_no_answer_of_these_weeks_is_lost_or_counted_twice(days: dict[date, tuple[int, int]]) -> None:
    found = weeks(days, TODAY)
    first = monday(TODAY) - timedelta(weeks=WEEKS - 1)
    assert sum(week.answered for week in found) == sum(n for day, (_k, n) in days.items() if day >= first)
    assert sum(week.improved for week in found) == sum(k for day, (k, _n) in days.items() if day >= first)
    assert all((week.share is None) == (week.answered < 5) for week in found)


@pytest.mark.parametrize(
    ("counts", "between", "tier"),
    [((0, 0, 0), None, Tier.HIDDEN), ((9, 4, 4), None, Tier.HIDDEN), ((10, 5, 4), (0.4, 0.9), Tier.EARLY)],
)
def test_the_funnel_is_bounded_from_five_answers_on(
    counts: tuple[int, int, int], between: tuple[float, float] | None, tier: Tier
) -> None:
    found = funnel(*counts)
    assert (found.worst_case, found.tier) == (between, tier)


def test_the_sums_are_those_of_what_the_words_find(house: House) -> None:
    for herb, symptom in (("ginger", 2), ("fennel", 2), ("fennel", 7)):
        course = under_treatment(house.services, house.leila, herb)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    whole = weekly.of_practice(house.services, house.chen)
    fennel = weekly.of_practice(house.services, house.chen, "FENNÉL")  # folded, not only in small letters
    nothing = weekly.of_practice(house.services, house.chen, "moon")
    assert [(one.funnel.prescribed, one.funnel.answered, one.funnel.improved) for one in (whole, fennel, nothing)] == [
        (4, 3, 2),
        (2, 2, 1),
        (0, 0, 0),
    ]
    assert [sum(week.answered for week in one.weeks) for one in (whole, fennel, nothing)] == [3, 2, 0]
    with pytest.raises(NotAllowed):
        weekly.of_practice(house.services, house.mina)
