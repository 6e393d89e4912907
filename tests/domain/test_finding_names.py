"""Finding what can be recorded: by any name, in any script, misspelt; never of another tradition."""

import pytest

from domain.finding_names import MOST, offered
from tests.support.house import House


@pytest.mark.parametrize(
    ("text", "tradition", "first", "exact"),
    [
        ("Loose stool", "tcm", "stool-loose", True),
        ("LOOSE", "tcm", "stool-loose", False),
        ("loos stol", "tcm", "stool-loose", False),
        ("便溏", "tcm", "stool-loose", True),
        ("مدفوع شل", "tcm", "stool-loose", True),
        ("مدفوع‌ شل", "tcm", "stool-loose", True),
        ("bhrama", "ayurveda", "dizziness", True),
        ("backache", "tcm", "low-back-ache", False),
    ],
)
def test_it_is_found_by_any_of_its_names(house: House, text: str, tradition: str, first: str, *, exact: bool) -> None:
    best = offered(house.services, house.leila, text, tradition=tradition)[0]
    assert (best.finding_id, best.exact) == (first, exact)


@pytest.mark.parametrize("tradition", ["tcm", "avicenna", "ayurveda"])
@pytest.mark.parametrize("text", ["pulse", "pain", "", "کم"])
def test_only_findings_of_the_tradition_are_offered_and_few(house: House, text: str, tradition: str) -> None:
    rows = house.services.library.shared.knowledge.findings
    found = offered(house.services, house.leila, text, tradition=tradition, kind="pulse")
    assert found
    assert all(tradition in rows[one.finding_id].traditions for one in found)
    assert len(found) <= MOST or not text


@pytest.mark.parametrize(
    ("words", "among"),
    [
        ("insomnia", {"sleep-onset-hard", "sleep-light", "sleep-early-waking"}),
        ("بی خوابی", {"sleep-onset-hard", "sleep-light"}),
        ("diarrhoea", {"stool-loose", "stool-watery"}),
        ("یبوست", {"stool-hard", "stool-rare"}),
    ],
)
def test_a_complaint_in_everyday_words_leads_to_its_findings_and_takes_none(
    house: House, words: str, among: set[str]
) -> None:
    found = offered(house.services, house.leila, words, tradition="tcm")
    assert among <= {one.finding_id for one in found}
    assert not any(one.exact for one in found if one.known_as.casefold() == words)


def test_what_resembles_nothing_finds_nothing(house: House) -> None:
    assert offered(house.services, house.leila, "zzzzzz", tradition="tcm") == []
    assert offered(house.services, house.leila, "", tradition="tcm", kind="no such kind") == []
