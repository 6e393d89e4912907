"""What nobody recorded stays open; what somebody wrote for "nothing" is nothing."""

import pytest

from domain.gate import Item, Profile, Verdict, judge
from tests.domain.small_knowledge import KNOWLEDGE, NAMES


def test_a_caution_by_age_stays_open_while_the_age_is_not_recorded() -> None:
    found = judge(Item("herb", "valerian", "Valerian"), Profile(pregnant=False, lactating=False), (), KNOWLEDGE, NAMES)
    assert found.verdict is Verdict.UNKNOWN
    assert "The age is not recorded" in found.reasons[0].message


@pytest.mark.parametrize("nothing", ["none", "None", "NKDA", "ندارد", " "])
def test_an_empty_list_may_be_written_out(nothing: str) -> None:
    profile = Profile(
        age=40, pregnant=False, lactating=False, allergies=(nothing,), conditions=(nothing,), medicines=(nothing,)
    )
    found = judge(Item("herb", "kelp", "Kelp"), profile, (), KNOWLEDGE, NAMES)
    assert found.verdict is Verdict.NOTHING_DOCUMENTED
