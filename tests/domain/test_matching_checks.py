"""A record that cannot be meant is refused in one sentence, before anything is computed."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid, VervainError
from domain.knowledge import NameIndex
from domain.matching import (
    MOST_FINDINGS,
    FindingValue,
    check_findings,
    clashing,
    match,
    next_questions,
    worth,
)
from domain.matching.likelihood import likelihoods_of
from tests.domain.matching_knowledge import BASE
from tests.domain.small_knowledge import FINDING_IDS
from tests.support.shipped import shipped

PALE = "“Pale tongue body” (pale_tongue)"
RED = "“Red tongue body” (red_tongue)"


def said(*values: FindingValue, **more: Any) -> str:
    """What is wrong with a record, empty when nothing is."""
    try:
        check_findings(values, BASE, "tcm", **more)
    except Invalid as wrong:
        return wrong.message
    return ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([FindingValue("tierd")], "There is no finding “tierd”; near it: “tired”."),
        ([FindingValue("zzzzz")], "There is no finding “zzzzz”."),
        (
            [FindingValue("tired"), FindingValue("tired", present=False)],
            "The finding “tired” is recorded both as there and as not there.",
        ),
        (
            [FindingValue("tired", severity=0), FindingValue("tired")],
            "The finding “tired” is recorded both as there and as not there.",
        ),
        (
            [FindingValue("tired", severity=1), FindingValue("tired", severity=2)],
            "The finding “tired” is recorded twice, with different severity, degree or duration.",
        ),
        ([FindingValue("pale_tongue"), FindingValue("red_tongue")], f"{PALE} and {RED} exclude each other."),
        ([FindingValue("red_tongue"), FindingValue("pale_tongue")], f"{PALE} and {RED} exclude each other."),
        (
            [FindingValue("pale_tongue", degree=1)],
            f"{PALE} has no degree: only qualities of mizaj are graded.",
        ),
        ([FindingValue("feels_cold", degree=0)], "The degree of “feels_cold” must be from 1 to 4."),
        ([FindingValue("feels_cold", degree=5)], "The degree of “feels_cold” must be from 1 to 4."),
        ([FindingValue("tired", severity=5)], "The severity of “tired” must be from 0 (none) to 4 (very severe)."),
        ([FindingValue("tired", severity=-1)], "The severity of “tired” must be from 0 (none) to 4 (very severe)."),
        ([FindingValue("tired", duration_days=-1)], "The duration of “tired” must be from 0 to 43800 days."),
        ([FindingValue("tired", duration_days=43_801)], "The duration of “tired” must be from 0 to 43800 days."),
        (
            [FindingValue("tired", present=False, severity=3)],
            "“tired” is recorded as not there, so it has no severity, degree or duration.",
        ),
        (
            [FindingValue("tired", severity=0, duration_days=3)],
            "“tired” is recorded as not there, so it has no severity, degree or duration.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(values: list[FindingValue], sentence: str) -> None:
    assert said(*values) == sentence


@pytest.mark.parametrize(
    "values",
    [
        [],
        [FindingValue("tired"), FindingValue("tired")],
        [FindingValue("tired", present=False), FindingValue("tired", severity=0)],
        [FindingValue("pale_tongue"), FindingValue("red_tongue", present=False)],
        [FindingValue("pale_tongue"), FindingValue("red_tongue", severity=0)],
        [FindingValue("feels_cold", severity=4, degree=4, duration_days=43_800)],
        [FindingValue(one) for one in FINDING_IDS if one != "red_tongue"],
    ],
)
def test_what_can_be_meant_is_not_refused(values: list[FindingValue]) -> None:
    assert said(*values) == ""


def test_an_unknown_finding_is_looked_for_by_every_name_and_those_of_the_tradition_come_first() -> None:
    names = NameIndex(BASE)
    assert said(FindingValue("pale body of the tongue"), names=names) == (
        f"There is no finding “pale body of the tongue”; near it: {PALE}, {RED}."
    )
    with pytest.raises(Invalid, match="near it: “feels_cold”, "):
        check_findings([FindingValue("cold")], BASE, "avicenna", names=names)
    assert "near it: “cold_limbs”, " in said(FindingValue("cold"), names=names)


def test_a_long_name_is_not_repeated_whole() -> None:
    assert said(FindingValue("x" * 10_000)) == f"There is no finding “{'x' * 60}”."


def flood(number: int) -> Iterator[FindingValue]:
    yield from (FindingValue(f"finding-{one}") for one in range(number))


def test_ten_thousand_findings_are_refused_at_once_by_every_way_in() -> None:
    def endless() -> Iterator[FindingValue]:
        yield from flood(MOST_FINDINGS + 1)
        raise AssertionError("it reads on although these are too many")

    for way in (
        lambda values: check_findings(values, BASE, "tcm"),
        lambda values: match(values, BASE),
        lambda values: worth("qi", values, BASE),
        lambda values: next_questions(match([FindingValue("tired")], BASE), values, BASE),
    ):
        for values in (list(flood(10_000)), endless()):
            with pytest.raises(
                VervainError, match=r"^These are too many findings: at most 200 can be recorded at once.$"
            ):
                way(values)


def test_as_many_as_are_allowed_are_matched() -> None:
    values = [*flood(MOST_FINDINGS - 1), FindingValue("tired")]
    assert match(values, BASE) == match([FindingValue("tired")], BASE)


@given(data=st.data())
def test_excluding_holds_in_both_directions(data: st.DataObject) -> None:
    one, other = data.draw(st.permutations(["pale_tongue", "red_tongue"]))
    beside = data.draw(st.lists(st.sampled_from(["tired", "thirst"]), unique=True))
    values = data.draw(st.permutations([FindingValue(finding) for finding in (one, other, *beside)]))
    assert said(*values) == f"{PALE} and {RED} exclude each other."


def test_in_the_real_base_excluding_is_symmetric() -> None:
    real = shipped()
    excluded = likelihoods_of(real).excluded
    assert all(one in excluded[other] for one, others in excluded.items() for other in others)
    for finding in real.findings.values():
        assert excluded.get(finding.id, frozenset()) >= set(finding.excludes)


@pytest.mark.parametrize(
    ("value", "there", "named"),
    [
        (FindingValue("pale_tongue"), [FindingValue("red_tongue"), FindingValue("tired")], ["red_tongue"]),
        (FindingValue("red_tongue"), [FindingValue("pale_tongue")], ["pale_tongue"]),
        (FindingValue("red_tongue"), [FindingValue("pale_tongue", present=False)], []),
        (FindingValue("red_tongue", present=False), [FindingValue("pale_tongue")], []),
        (FindingValue("tired"), [FindingValue("pale_tongue")], []),
    ],
)
def test_what_cannot_be_there_beside_another_is_named(
    value: FindingValue, there: list[FindingValue], named: list[str]
) -> None:
    assert clashing(value, there, BASE) == named
