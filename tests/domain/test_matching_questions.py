"""What is asked next: what tells the first two apart best, and never what cannot help."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching import FindingValue, Match, match, next_question, next_questions
from domain.matching.likelihood import rate
from tests.domain.matching_knowledge import BASE
from tests.domain.small_knowledge import FINDING_IDS
from tests.domain.test_matching import present, records
from tests.support.shipped import shipped

UNSURE = [Match("qi", 0.5, (), (), ()), Match("yang", 0.5, (), (), ())]


def test_the_next_question_tells_the_first_two_apart() -> None:
    record = present("tired", "pale_tongue")
    found = match(record, BASE, tradition="tcm")
    assert [one.condition_id for one in found[:2]] == ["qi", "yang"]
    # "Cold limbs" nearly defines one and is not listed for the other.
    assert next_question(found, record, BASE) == "cold_limbs"
    answered = [*record, FindingValue("cold_limbs")]
    assert next_question(match(answered, BASE, tradition="tcm"), answered, BASE) not in (None, "cold_limbs")


def test_the_gain_is_the_mutual_information_in_bits() -> None:
    questions = {one.finding_id: one.gain for one in next_questions(UNSURE, [], BASE)}
    # Present in 85 % of one and 15 % of the other: 1 − H(0.15).
    assert questions["cold_limbs"] == pytest.approx(0.3902, abs=1e-4)
    assert questions["weak_pulse"] == pytest.approx(0.2381, abs=1e-4)
    assert "pale_tongue" not in questions, "as common in the one as in the other"


def test_the_scores_are_what_is_believed_before_the_answer() -> None:
    leaning = [Match("qi", 0.9, (), (), ()), Match("yang", 0.5, (), (), ())]
    # When it is one of the two, it is the first with 0.9 × 0.5 to 0.5 × 0.1: H(0.22) − H(0.15).
    questions = {one.finding_id: one.gain for one in next_questions(leaning, [], BASE)}
    assert questions["cold_limbs"] == pytest.approx(0.1503, abs=1e-4)


def test_more_to_tell_comes_first_and_what_is_even_by_id() -> None:
    questions = next_questions(UNSURE, [], BASE)
    assert questions == sorted(questions, key=lambda one: (-one.gain, one.finding_id))
    assert next_questions(UNSURE, [], BASE, limit=2) == questions[:2]
    evens = [Match("phlegm", 0.4, (), (), ()), Match("vata", 0.4, (), (), ())]
    assert [one.finding_id for one in next_questions(evens, [], BASE)][:2] == ["dry_skin", "feels_cold"]


def test_a_finding_without_a_question_is_not_asked_for() -> None:
    assert BASE.findings["sweat"].question == ""
    assert rate(BASE.conditions["qi"], "sweat") != rate(BASE.conditions["yang"], "sweat")
    assert "sweat" not in [one.finding_id for one in next_questions(UNSURE, [], BASE)]


def test_what_cannot_be_there_beside_a_present_finding_is_not_asked_for() -> None:
    unsure = [Match("qi", 0.5, (), (), ()), Match("yin", 0.5, (), (), ())]
    nothing: list[FindingValue] = []
    records = (nothing, present("pale_tongue"), present("red_tongue"), [FindingValue("pale_tongue", present=False)])
    asked = [{one.finding_id for one in next_questions(unsure, record, BASE)} for record in records]
    assert {"pale_tongue", "red_tongue"} <= asked[0]
    assert not {"pale_tongue", "red_tongue"} & (asked[1] | asked[2])
    assert "red_tongue" in asked[3]


def test_there_is_no_question_without_two_matches_or_anything_to_ask() -> None:
    assert next_question([], [], BASE) is None
    alone = present("dry_skin")
    assert next_question(match(alone, BASE), alone, BASE) is None
    everything = present(*FINDING_IDS)
    assert next_question(match(everything, BASE), everything, BASE) is None


@given(record=records, scores=st.tuples(st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9)))
def test_a_gain_is_at_most_one_bit_and_a_question_is_new(
    record: list[FindingValue], scores: tuple[float, float]
) -> None:
    pair = [Match(one, score, (), (), ()) for one, score in zip(("qi", "yin"), scores, strict=True)]
    settled = {one.finding_id for one in record}
    contradictory = {one.finding_id for one in record if one.there} & {
        one.finding_id for one in record if not one.there
    }
    for found in (pair, match(record, BASE)):
        for question in next_questions(found, record, BASE):
            assert 0 < question.gain <= 1
            assert question.finding_id not in settled - contradictory


def test_every_question_of_the_real_base_can_be_asked() -> None:
    real = shipped()
    for condition in real.conditions.values():
        record = present(*sorted(condition.supporting)[:2])
        for question in next_questions(match(record, real), record, real):
            assert real.findings[question.finding_id].question
