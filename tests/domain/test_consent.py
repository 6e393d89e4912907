"""What a patient allows: a no takes all of theirs out of every number, a yes brings it back."""

import pytest

from domain import consent, feedback
from domain.consent import ConsentInput
from domain.errors import NotAllowed, NotFound
from domain.feedback import FeedbackInput
from tests.support.house import House, under_treatment
from tests.support.recount import Counts, kept
from tests.support.snapshots import follows

YES, NO = ConsentInput(granted=True), ConsentInput(granted=False)


def ginger(house: House) -> Counts | None:
    with house.services.database.read() as session:
        cells, _ = kept(session)
    return next((counts for (item, _condition), counts in cells.items() if item == "ginger"), None)


def test_a_no_takes_everything_out_and_a_yes_brings_it_back(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    other = under_treatment(services, house.leila, name="Another")
    given = FeedbackInput(recommendation_id=other.recommendation_id, rating=2, symptom=8)
    feedback.submit(services, other.patient, other.diagnosis_id, given)
    alone = ginger(house)
    said = FeedbackInput(recommendation_id=house.ginger, rating=5, symptom=1)
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    both = ginger(house)
    assert alone
    assert both
    assert both.answered == alone.answered + 1
    with follows(services, house.diagnosis_id):
        state = consent.say(services, house.mina, mine, NO)
    assert (state.granted, state.kind) == (False, "statistics")
    counts = ginger(house)
    assert counts is not None
    assert (counts.prescribed, counts.answered, counts.rating_sum) == (1, 1, 2), "only the other one is left"
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    assert ginger(house) == counts, "a new answer does not count either"
    with follows(services, house.diagnosis_id):
        consent.say(services, house.leila, mine, YES)
    assert ginger(house) == both


def test_saying_the_same_again_changes_nothing(house: House) -> None:
    mine = house.mina.patient_id or 0
    first = consent.say(house.services, house.mina, mine, NO)
    assert consent.say(house.services, house.mina, mine, NO) == first
    assert [one.granted for one in consent.listing(house.services, house.leila, mine) if one.kind == "statistics"] == [
        False
    ]


def test_it_is_for_the_patient_and_their_practitioner(house: House) -> None:
    mine = house.mina.patient_id or 0
    for stranger in (house.omar, house.stranger, house.chen):
        with pytest.raises((NotFound, NotAllowed)):
            consent.say(house.services, stranger, mine, NO)
    assert consent.say(house.services, house.leila, mine, NO).granted is False
