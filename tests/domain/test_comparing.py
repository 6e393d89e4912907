"""What has become of what was found at the last visit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.comparing import Change, change_of, changes
from domain.matching import FindingValue

F = FindingValue


@pytest.mark.parametrize(
    ("then", "now", "change"),
    [
        (None, None, None),
        (None, F("a"), Change.NEW),
        (None, F("a", present=False), None),
        (F("a", present=False), F("a"), Change.NEW),
        (F("a", severity=0), F("a", severity=1), Change.NEW),
        (F("a"), F("a"), Change.KEPT),
        (F("a"), F("a", severity=3), Change.KEPT),
        (F("a", duration_days=3), F("a", duration_days=300), Change.KEPT),
        (F("a", severity=1), F("a", severity=3), Change.STRONGER),
        (F("a", degree=3), F("a", degree=2), Change.WEAKER),
        (F("a"), F("a", present=False), Change.GONE),
        (F("a", severity=2), F("a", severity=0), Change.GONE),
        (F("a", present=False), F("a", present=False), Change.STILL_ABSENT),
        (F("a"), None, Change.OPEN),
        (F("a", present=False), None, Change.OPEN),
    ],
)
def test_what_has_become_of_a_finding(
    then: FindingValue | None, now: FindingValue | None, change: Change | None
) -> None:
    assert change_of(then, now) is change


records = st.dictionaries(
    st.sampled_from("abcd"),
    st.builds(F, st.just("a"), present=st.booleans(), severity=st.none() | st.integers(0, 4)),
    max_size=4,
)
BACK = {
    Change.STRONGER: {Change.WEAKER},
    Change.WEAKER: {Change.STRONGER},
    Change.KEPT: {Change.KEPT},
    Change.GONE: {Change.NEW},
    Change.NEW: {Change.GONE, Change.OPEN},
    Change.STILL_ABSENT: {Change.STILL_ABSENT},
}


@given(records)
def test_a_record_is_kept_against_itself(record: dict[str, FindingValue]) -> None:
    assert set(changes(record, record).values()) <= {Change.KEPT, Change.STILL_ABSENT}


@given(records, records)
def test_what_is_stronger_one_way_is_weaker_the_other(
    one: dict[str, FindingValue], other: dict[str, FindingValue]
) -> None:
    there, back = changes(one, other), changes(other, one)
    for name, change in there.items():
        if change is not Change.OPEN:
            assert back[name] in BACK[change]
