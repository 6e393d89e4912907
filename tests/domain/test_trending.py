"""Which herbs help more often, or less often, than they did."""

from datetime import timedelta

from domain import analytics, feedback, trending
from domain.feedback import FeedbackInput
from domain.statistics import Trend
from tests.support.clock import with_clock
from tests.support.house import House, under_treatment


def test_what_is_trending(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(days=-60))

    def ten(item_id: str, symptom: int) -> None:
        for number in range(10):
            course = under_treatment(services, house.leila, item_id, name=f"{item_id} {number}")
            said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=symptom)
            feedback.submit(services, course.patient, course.diagnosis_id, said)

    ten("ginger", 7)
    ten("fennel", 2)
    clock.move(timedelta(days=59))
    ten("ginger", 2)
    ten("fennel", 2)
    seen = trending.of_practice(house.services, house.leila)
    found = {one.item_id: one for one in seen.compared}
    assert set(found) == {"ginger", "fennel"}
    assert (found["ginger"].trend, found["fennel"].trend) == (Trend.RISING, Trend.STEADY)
    assert (found["ginger"].recent, found["ginger"].before) == ((10, 10), (0, 10))
    assert found["ginger"].points == 1.0
    assert seen.holding == (found["ginger"],)
    assert seen.insufficient == 0
    known = analytics.of_recommendation(services, house.leila, house.ginger)
    assert known.trend == "rising"


def test_herbs_with_too_few_answers_are_counted_and_not_listed(house: House) -> None:
    under_treatment(house.services, house.leila, "fennel")
    assert trending.of_practice(house.services, house.leila) == trending.Trending((), insufficient=2)
