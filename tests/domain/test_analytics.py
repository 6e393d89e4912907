"""Numbers over answers."""

import pytest

from domain import analytics, feedback
from domain.errors import NotFound
from domain.feedback import FeedbackInput
from tests.support.house import House


def answer(house: House, **given: object) -> None:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, **given})
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)


def test_one_diagnosis_summed_up(house: House) -> None:
    answer(house, rating=3, symptom=6, adherence=50, side_effects=[{"term": "nausea"}, {"term": "headache"}])
    answer(
        house, rating=4, symptom=4, adherence=100, side_effects=[{"term": "nausea"}, {"term": "تهوع", "severity": 2}]
    )
    answer(house, rating=5, side_effects=[{"term": "rash", "severity": 0}])
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
