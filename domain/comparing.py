"""What has become of what was found and measured at the last visit: a word for each finding, a difference for each score."""

from collections.abc import Mapping
from enum import StrEnum

from domain.matching import FindingValue


class Change(StrEnum):
    """What has become of one finding since the last visit."""

    NEW = "new"
    """There now, and not on record as there before."""
    KEPT = "kept"
    STRONGER = "stronger"
    WEAKER = "weaker"
    GONE = "gone"
    """Was there, and was looked for in vain now."""
    STILL_ABSENT = "still_absent"
    OPEN = "open"
    """Was looked for then, and nobody has looked now: neither gone nor kept."""


def change_of(then: FindingValue | None, now: FindingValue | None) -> Change | None:
    """Say what has become of a finding; None for one that is not on record, or absent now and unknown before.

    A severity or degree that is not known on one side says nothing: it is kept. Durations are not compared.
    """
    if now is None:
        return None if then is None else Change.OPEN
    if not now.there:
        return None if then is None else Change.GONE if then.there else Change.STILL_ABSENT
    if then is None or not then.there:
        return Change.NEW
    steps = sum(
        new - old
        for old, new in ((then.severity, now.severity), (then.degree, now.degree))
        if old is not None and new is not None
    )
    return Change.STRONGER if steps > 0 else Change.WEAKER if steps < 0 else Change.KEPT


def changes(then: Mapping[str, FindingValue], now: Mapping[str, FindingValue]) -> dict[str, Change]:
    """Say it of every finding that is on record on either side, by id, those of the last visit first."""
    found = {one: change_of(then.get(one), now.get(one)) for one in [*then, *now]}
    return {one: change for one, change in found.items() if change is not None}
