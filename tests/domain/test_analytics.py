"""Numbers over answers."""

from datetime import timedelta

import pytest

from domain import analytics, feedback
from domain.errors import NotAllowed, NotFound
from domain.feedback import FeedbackInput
from tests.support.clock import with_clock
from tests.support.house import House, approve, under_treatment


def answer(house: House, **given: object) -> None:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, **given})
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)


def test_one_diagnosis_summed_up(house: House) -> None:
    answer(house, rating=3, symptom=6, adherence=50, side_effects=[{"term": "nausea"}, {"term": "headache"}])
    answer(house, rating=4, symptom=4, adherence=100, side_effects=[{"term": "nausea"}])
    answer(house, rating=5)
    seen = analytics.of_diagnosis(house.services, house.leila, house.diagnosis_id)
    assert (seen["baseline"], seen["latest_symptom"], seen["change"]) == (7, 4, -3)
    assert [point["symptom"] for point in seen["course"]] == [6, 4]
    assert (seen["answers"], seen["average_rating"], seen["average_adherence"]) == (3, 4.0, 75.0)
    assert seen["side_effects"] == [{"term": "headache", "count": 1}, {"term": "nausea", "count": 2}]
    assert seen["recommendations"]["approved"] == 1
    assert [one["herb"] for one in seen["effectiveness"]] == ["ginger"]


def test_nothing_is_made_up_where_nobody_has_answered(house: House) -> None:
    seen = analytics.of_diagnosis(house.services, house.leila, house.diagnosis_id)
    for name in ("latest_symptom", "change", "average_rating", "average_adherence"):
        assert seen[name] is None
    assert (seen["answers"], seen["course"], seen["side_effects"]) == (0, [], [])
    known = analytics.of_recommendation(house.services, house.leila, house.ginger)
    assert (known.prescribed, known.answered, known.effectiveness, known.tier) == (1, 0, None, "hidden")
    unknown = analytics.of_recommendation(house.services, house.leila, house.proposed("clove"))
    assert (unknown.prescribed, unknown.effectiveness, unknown.as_of) == (0, None, None)


def test_a_patient_sees_their_own_course_and_no_proposals(house: House) -> None:
    answer(house, symptom=5)
    seen = analytics.of_diagnosis(house.services, house.mina, house.diagnosis_id)
    assert (seen["latest_symptom"], seen["recommendations"]) == (5, {"approved": 1, "stopped": 0})
    assert seen["effectiveness"][0]["answered"] is None
    for nobody in (house.chen, house.stranger, house.ida, house.omar):
        with pytest.raises(NotFound):
            analytics.of_diagnosis(house.services, nobody, house.diagnosis_id)
        with pytest.raises(NotFound):
            analytics.of_recommendation(house.services, nobody, house.ginger)


def test_statistics_are_for_those_who_treat_or_administer(house: House) -> None:
    for reader in (house.leila, house.chen, house.ida):
        assert [cell.item_id for cell in analytics.of_practice(house.services, reader)] == ["ginger"]
    assert analytics.of_practice(house.services, house.stranger) == []
    assert analytics.trending(house.services, house.stranger) == []
    for attempt in (analytics.of_practice, analytics.trending):
        with pytest.raises(NotAllowed):
            attempt(house.services, house.mina)
    with pytest.raises(NotAllowed):
        analytics.view_of(house.services, house.mina, "ginger", "t-stcold")


def test_a_cell_with_its_worst_and_best_case(house: House) -> None:
    answer(house, symptom=2)
    under_treatment(house.services, house.leila)
    view = analytics.view_of(house.services, house.leila, "ginger", "t-stcold")
    assert view is not None
    assert (view.prescribed, view.answered, view.improved) == (2, 1, 1)
    assert view.worst_case == (0.5, 1.0), "the silent one may or may not have improved"
    assert view.condition == house.services.library.shared.knowledge.conditions["t-stcold"].names["en"]
    assert analytics.view_of(house.services, house.leila, "clove", "t-stcold") is None
    assert analytics.of_practice(house.services, house.leila, item_id="clove") == []


def test_few_answers_do_not_lead(house: House) -> None:
    approve(house.services, house.leila, house.proposed("fennel"))
    said = FeedbackInput(recommendation_id=house.proposed("fennel"), rating=5, symptom=1)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)  # 1 of 1
    for number in range(10):
        course = under_treatment(house.services, house.leila, name=f"Patient {number}")
        said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=2 if number < 8 else 7)
        feedback.submit(house.services, course.patient, course.diagnosis_id, said)  # 8 of 10
    assert [cell.item_id for cell in analytics.of_practice(house.services, house.leila)] == ["ginger", "fennel"]


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
    found = {one["herb"]: one for one in analytics.trending(house.services, house.leila)}
    assert set(found) == {"ginger", "fennel"}
    assert (found["ginger"]["trend"], found["fennel"]["trend"]) == ("rising", "steady")
    assert found["ginger"]["change"] == 1.0
    assert found["ginger"]["before"] == {"improved": 0, "answered": 10, "days": 60}
    assert found["ginger"]["recent"] == {"improved": 10, "answered": 10, "days": 30}
    known = analytics.of_recommendation(services, house.leila, house.ginger)
    assert known.trend == "rising"
