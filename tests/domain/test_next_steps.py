"""What to improve next, read from the counts of a practice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import consent, feedback, named_side_effects, next_steps
from domain.consent import ConsentInput
from domain.errors import NotAllowed
from domain.feedback import FeedbackInput, SideEffectInput
from domain.improving import Silent, Unsure, Watched
from tests.support.clock import with_clock
from tests.support.house import House, under_treatment


def test_patients_are_silent_when_their_first_check_in_is_overdue(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(days=-10))
    earlier = replace(house, services=services)
    before = [under_treatment(earlier.services, house.leila, "fennel", name=f"Silent {number}") for number in range(6)]
    for number in range(6):
        under_treatment(house.services, house.leila, "clove", name=f"New {number}")
    steps = next_steps.of_practice(house.services, house.leila)
    assert [one.cell.item_id for one in steps if isinstance(one, Silent)] == ["fennel"], "the others were not asked yet"
    assert [one.cell.silent for one in steps if isinstance(one, Silent)] == [6]
    assert [one.cell.item_id for one in steps if isinstance(one, Unsure)] == ["clove"]
    consent.say(house.services, before[0].patient, before[0].patient.patient_id or 0, ConsentInput(granted=False))
    steps = next_steps.of_practice(house.services, house.leila)
    assert [one.cell.silent for one in steps if isinstance(one, Silent)] == [5], "who said no is counted nowhere"


def test_it_is_said_in_the_readers_language(house: House) -> None:
    for number in range(6):
        under_treatment(house.services, house.leila, "ginger", name=f"New {number}")
    [step] = next_steps.of_practice(house.services, house.leila, "fa")
    assert isinstance(step, Unsure)
    assert step.cell.item == "زنجبیل"


def test_a_serious_side_effect_is_named_and_free_words_of_one_patient_are_not(house: House) -> None:
    effects = [SideEffectInput(term="nausea", serious=True), SideEffectInput(term="Aunt Rose came", serious=True)]
    said = FeedbackInput(recommendation_id=house.ginger, rating=2, symptom=7, side_effects=effects)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    terms = [one.term for one in next_steps.of_practice(house.services, house.chen) if isinstance(one, Watched)]
    assert sorted(terms) == ["", "nausea"]
    for number in range(4):
        course = under_treatment(house.services, house.leila, "ginger", name=f"Also {number}")
        said = FeedbackInput(
            recommendation_id=course.recommendation_id,
            rating=2,
            symptom=7,
            side_effects=[SideEffectInput(term="aunt rose  came")],
        )
        feedback.submit(house.services, course.patient, course.diagnosis_id, said)
    seen = named_side_effects.of_practice(house.services, house.chen)
    assert {one.term: one.reported for one in seen} == {"nausea": 1, "aunt rose came": 5}, "five have said the same"


def test_it_is_for_those_who_treat_or_administer(house: House) -> None:
    assert next_steps.of_practice(house.services, house.stranger) == []
    with pytest.raises(NotAllowed):
        next_steps.of_practice(house.services, house.mina)
