"""Side effects as people name them: in any language, in any letters, several in one field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain import correcting, feedback
from domain.correcting import FeedbackChange
from domain.effect_terms import by_name, parted, terms_of
from domain.errors import Invalid
from domain.feedback import CALL_NOW, FeedbackInput
from tests.support.house import House
from tests.support.shipped import shipped

LISTED = shipped().side_effects
NAMES = by_name(LISTED.values())


def said(house: House, *terms: str, **more: Any) -> dict[str, Any]:
    effects = [{"term": term} | more for term in terms]
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 2, "side_effects": effects})
    return feedback.submit(house.services, house.mina, house.diagnosis_id, given)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("nausea", ["nausea"]),
        ("  NAUSEA ", ["nausea"]),
        ("تهوع", ["nausea"]),
        ("خواب آلودگی", ["drowsiness"]),  # a space for the half-space
        ("خواب\u200cآلودگي", ["drowsiness"]),  # with the Arabic ye
        ("سوزش سردل", ["heartburn"]),
        ("كبودي", ["bruising"]),  # with the Arabic kaf and ye
        ("chest-pain", ["chest-pain"]),
        ("Chest pain", ["chest-pain"]),
        ("nausea, headache", ["nausea", "headache"]),
        ("تهوع، سردرد؛ سرگيجه", ["nausea", "headache", "dizziness"]),
        ("تهوع\nheadache", ["nausea", "headache"]),
        ("تهوع،", ["nausea"]),
        ("گرمی زیاد: تشنگی، آفت دهان، گرگرفتگی", ["excess-heat"]),  # one listed name
        ("a tickle behind  the ear", ["a tickle behind the ear"]),
        ("headache for 1,5 hours", ["headache for 1,5 hours"]),
        ("سنگینی پلک، تهوع", ["سنگینی پلک", "nausea"]),
    ],
)
def test_the_listed_term_is_found(typed: str, terms: list[str]) -> None:
    assert terms_of(typed, NAMES) == terms


@pytest.mark.parametrize("term", LISTED.values(), ids=lambda one: one.id)
def test_every_name_finds_its_own_effect(term: Any) -> None:
    assert [terms_of(name, NAMES) for name in (term.id, *term.names.values())] == [[term.id]] * (1 + len(term.names))


@given(st.text(max_size=60))
def test_parting_loses_no_word_and_parts_once(typed: str) -> None:
    parts = parted(typed)
    assert all(parted(part) == [part] for part in parts)
    letters = {letter for letter in typed if not letter.isspace() and letter not in ",،;؛"}
    assert letters == {letter for part in parts for letter in part if not letter.isspace() and letter not in ",،;؛"}


def test_each_is_kept_by_itself_under_its_listed_term(house: House) -> None:
    kept = said(house, "تهوع، سردرد", "Nausea", severity=2)
    assert [one["term"] for one in kept["side_effects"]] == ["nausea", "headache"], "one that is told twice is one"
    assert [one["severity"] for one in kept["side_effects"]] == [2, 2]
    change = FeedbackChange.model_validate({"side_effects": [{"term": "يبوست، nausea"}]})
    state = correcting.edit(house.services, house.mina, int(kept["id"]), change)
    assert [one["term"] for one in state["side_effects"]] == ["constipation", "nausea"]


def test_two_reports_of_one_effect_that_differ_are_both_kept(house: House) -> None:
    given = FeedbackInput.model_validate(
        {
            "recommendation_id": house.ginger,
            "rating": 2,
            "side_effects": [{"term": "nausea", "severity": 1}, {"term": "تهوع", "severity": 4}],
        }
    )
    kept = feedback.submit(house.services, house.mina, house.diagnosis_id, given)
    assert [one["severity"] for one in kept["side_effects"]] == [1, 4]


@pytest.mark.parametrize("typed", ["درد قفسهٔ سینه", "تورم گلو", "درد شدید شکم", "I cannot breathe", "تنگي نفس شديد"])
def test_what_is_dangerous_in_ones_own_words_alerts_at_once(house: House, typed: str) -> None:
    kept = said(house, typed)
    assert kept["advice"] == [CALL_NOW]
    assert [one["serious"] for one in kept["side_effects"]] == [True]


def test_own_words_alone_are_not_serious(house: House) -> None:
    kept = said(house, "a tickle behind the ear")
    assert (kept["advice"], kept["side_effects"][0]["serious"]) == ([], False)


def test_they_are_bounded(house: House) -> None:
    with pytest.raises(Invalid, match="at most 20"):
        said(house, ",".join("abcdefghijklmnopqrstu"))
    for empty in ("", " ", "،", ", ;\n"):
        with pytest.raises(ValidationError):
            said(house, empty)
