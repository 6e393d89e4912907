import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import red_flags
from domain.gate.phrases import needed_for, pattern_of
from tests.domain.small_knowledge import KNOWLEDGE
from tests.support.shipped import shipped

TERMS = {term for flag in shipped().red_flags.values() for terms in flag.terms.values() for term in terms}
RAISED = [
    "Chest pain since this morning",
    "I have chest pains",
    "No fever, chest pain since this morning",
    "no fever and chest pain",
    "no sleep because of chest pain",
    "Not only chest pain",
    "not without chest pain",
    "no doubt chest pain",
    "no chest pain yesterday but chest pain now",
    "chest pain no better",
    "chest pain: no relief",
    "history of chest pain, now chest pain again",
    "3 day history of chest pain",
    "recent history of chest pain",
    "history of chest pain since yesterday",
    "stroke 2 days ago",
    "my son has a seizure",
    "I can't breathe",
    "I can not breathe",
    "I want to die",
    "history of suicide attempt",
    "درد قفسه سینه دارم",
    "درد سینه دارم ولی تب ندارم",
    "از صبح درد سینه",
    "طاقت درد سینه را ندارم",
    "تنگی‌نفس دارم",
    "سكته کردم",  # with the Arabic kaf
]
RAISED += [
    "pain in my chest since noon",
    "tightness in chest",
    "I never had chest pain before today",
    "never had chest pain until today",
    "no chest pain except at night",
    "previous chest pain came back",
    "no less chest pain",
    "denies cough, has chest pain",
    "درد سینه کم نشده",
    "درد سینه قطع نشده",
    "درد قفسه‌ی سینه دارم",
    "سینه‌ام درد می‌کند",
]
QUIET = [
    "patient denies fever, cough or chest pain",
    "No chest pain, seizure or shortness of breath",
    "",
    "   ",
    "Slept well, less bloated.",
    "no chest pain",
    "No chest pain or shortness of breath.",
    "denies any chest pain",
    "I don't have chest pain",
    "I don’t have any chest pain",
    "without chest pain",
    "there is no chest pain",
    "chest pain: no, sleep: good",
    "chest pain - none",
    "I do not want to die",
    "No thoughts of suicide",
    "history of stroke",
    "Past medical history of a stroke",
    "family history of heart attack",
    "previous stroke",
    "stroke 5 years ago",
    "heart attack in 2010",
    "My father had a heart attack",
    "my mother died of a stroke",
    "درد سینه ندارم",
    "درد قفسه سینه ندارم.",
    "تنگی نفس و درد سینه ندارم",
    "بدون درد سینه",
    "سابقه سکته",
    "پدرم سکته کرد",
    "سکته ۵ سال پیش",
    "heartburn and a chesty cough",
]


@pytest.mark.parametrize("text", RAISED)
def test_a_red_flag_is_raised(text: str) -> None:
    assert red_flags(text, KNOWLEDGE)


@pytest.mark.parametrize("text", QUIET)
def test_what_is_denied_past_or_somebody_elses_raises_nothing(text: str) -> None:
    assert red_flags(text, KNOWLEDGE) == ()


def test_each_flag_is_raised_once_with_its_advice_in_a_fixed_order() -> None:
    found = red_flags("Slurred speech, chest pain, tightness in the chest and seizure", KNOWLEDGE)
    assert [(hit.id, hit.advice, hit.words) for hit in found] == [
        ("cardiac", "Refer now.", "chest pain"),
        ("stroke", "Refer now.", "slurred speech"),
    ]


def test_every_phrase_of_the_real_base_is_heard() -> None:
    real = shipped()
    for flag in real.red_flags.values():
        for phrase in (phrase for phrases in flag.terms.values() for phrase in phrases):
            for text in (phrase, f"I have {phrase} now", f"{phrase.upper()}."):
                assert flag.id in {hit.id for hit in red_flags(text, real)}


PHRASES = [term for flag in KNOWLEDGE.red_flags.values() for terms in flag.terms.values() for term in terms]


@given(
    phrase=st.sampled_from(PHRASES),
    before=st.sampled_from(["", "Since today: ", "I have "]),
    after=st.text(max_size=200),
)
def test_a_plain_phrase_in_a_clause_of_its_own_is_never_missed(phrase: str, before: str, after: str) -> None:
    assert red_flags(f"{before}{phrase}. {after}", KNOWLEDGE)


@given(text=st.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    red_flags(text, KNOWLEDGE)


@given(st.data())
def test_what_is_looked_for_first_is_in_every_way_of_saying_it(data: st.DataObject) -> None:
    term = data.draw(st.sampled_from(sorted(TERMS)))
    pattern = re.compile(pattern_of(term).pattern.removeprefix(r"(?<!\w)"))
    said = data.draw(st.from_regex(pattern, fullmatch=True))
    assert all(part in said for part in needed_for(term))
