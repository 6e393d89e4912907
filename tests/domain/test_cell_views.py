"""What the practice knows of each herb for each condition."""

import pytest

from domain import cell_views, feedback, trending
from domain.errors import NotAllowed
from domain.feedback import FeedbackInput
from tests.support.house import House, approve, under_treatment


def answer(house: House, **given: object) -> None:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, **given})
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)


def test_statistics_are_for_those_who_treat_or_administer(house: House) -> None:
    for reader in (house.leila, house.chen, house.ida):
        assert [cell.item_id for cell in cell_views.of_practice(house.services, reader)] == ["ginger"]
    assert cell_views.of_practice(house.services, house.stranger) == []
    assert trending.of_practice(house.services, house.stranger).compared == ()
    for attempt in (cell_views.of_practice, trending.of_practice):
        with pytest.raises(NotAllowed):
            attempt(house.services, house.mina)
    with pytest.raises(NotAllowed):
        cell_views.view_of(house.services, house.mina, "ginger", "t-stcold")


def test_a_cell_with_its_worst_and_best_case(house: House) -> None:
    answer(house, symptom=2)
    under_treatment(house.services, house.leila)
    view = cell_views.view_of(house.services, house.leila, "ginger", "t-stcold")
    assert view is not None
    assert (view.prescribed, view.answered, view.improved) == (2, 1, 1)
    assert view.worst_case == (0.5, 1.0), "the silent one may or may not have improved"
    assert view.condition == house.services.library.shared.knowledge.conditions["t-stcold"].names["en"]
    assert cell_views.view_of(house.services, house.leila, "clove", "t-stcold") is None
    assert cell_views.of_practice(house.services, house.leila, item_id="clove") == []


def test_few_answers_do_not_lead(house: House) -> None:
    approve(house.services, house.leila, house.proposed("fennel"))
    said = FeedbackInput(recommendation_id=house.proposed("fennel"), rating=5, symptom=1)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)  # 1 of 1
    for number in range(10):
        course = under_treatment(house.services, house.leila, name=f"Patient {number}")
        said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=2 if number < 8 else 7)
        feedback.submit(house.services, course.patient, course.diagnosis_id, said)  # 8 of 10
    assert [cell.item_id for cell in cell_views.of_practice(house.services, house.leila)] == ["ginger", "fennel"]


def test_what_is_shown_is_the_beginning_of_all(house: House) -> None:
    for herb in ("fennel", "clove", "fennel"):
        course = under_treatment(house.services, house.leila, herb)
        said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=2)
        feedback.submit(house.services, course.patient, course.diagnosis_id, said)
    everything = cell_views.of_practice(house.services, house.leila)
    first = cell_views.found(house.services, house.leila, limit=2)
    assert (list(first.views), first.total) == (everything[:2], 3)
    assert cell_views.found(house.services, house.leila).views == tuple(everything)
    for view in everything:
        assert cell_views.view_of(house.services, house.leila, view.item_id, view.condition_id) == view
        assert cell_views.of_one(house.services, house.leila, "herb", view.item_id) == [view]
    by_condition = cell_views.of_one(house.services, house.leila, "condition", everything[0].condition_id)
    assert by_condition == everything


@pytest.mark.parametrize(
    ("words", "language", "items"),
    [
        ("FENN", "en", ["fennel"]),
        ("fennel", "fa", ["fennel"]),
        ("رازيانه", "fa", ["fennel"]),  # with the Arabic ye
        ("stomach", "en", ["ginger", "fennel"]),
        ("no such thing", "en", []),
    ],
)
def test_a_row_is_found_by_the_names_of_its_herb_and_condition(
    house: House, words: str, language: str, items: list[str]
) -> None:
    under_treatment(house.services, house.leila, "fennel")
    found = cell_views.found(house.services, house.leila, words, language)
    assert sorted(view.item_id for view in found.views) == sorted(items)
    assert found.total == len(items)
