"""By which right somebody did something with a record: what the record was to them at that moment, as the audit tells it.

Every share, its end, every handing over and every opening in an emergency has an entry of its own; what held when another entry
was written follows from those before it. Nothing is noted twice, and a right that is shown is as safe from changing as the chain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.emergency import LASTS
from domain.permission import Level
from storage.tables import AuditEntry

Right = Literal["own", "treat", "read", "emergency", "patient"]
"""What a record is to a practitioner, or ``patient``: it is theirs who is treated."""

TURNING = ("share", "end share", "hand over", "break glass")
"""After these entries a record is something else to somebody."""

_SHARED = re.compile(r"(read|treat) to person (\d+)(?: until (\S+))?")
_ENDED = re.compile(r"of person (\d+)")
_HANDED_OVER = re.compile(r"from person (\d+) to person (\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """What of an entry says something about rights."""

    id: int
    at: datetime
    person_id: int | None
    action: str
    detail: str = ""


def turn_of(entry: AuditEntry) -> Turn:
    """Take from an entry what says something about rights."""
    return Turn(entry.id or 0, entry.at, entry.person_id, entry.action, entry.detail)


def right_of(done: Turn, role: str, turns: Sequence[Turn], *, owner: int) -> Right | None:
    """Say by which right an entry came about, from the entries in ``TURNING``, oldest first.

    ``owner`` is whose patient it is now. None for an admin, a service or the program, and where the audit has no right for a
    practitioner: a share from before shares were audited.
    """
    if role == "patient":
        return "patient"
    if role != "practitioner" or done.person_id is None:
        return None
    if done.action == "break glass":
        return "emergency"
    before = [one for one in turns if one.id < done.id]
    if _owner(turns, len(before), owner) == done.person_id:
        return "own"
    return _shared(done.person_id, before, done.at)


def _owner(turns: Sequence[Turn], passed: int, owner: int) -> int:
    """Say whose patient it was after so many turns: from whom it was handed over next, else whose it is now."""
    later = (_HANDED_OVER.fullmatch(one.detail) for one in turns[passed:] if one.action == "hand over")
    return next((int(one[1]) for one in later if one is not None), owner)


def _shared(person_id: int, turns: Sequence[Turn], at: datetime) -> Right | None:
    """Say what the newest share with somebody, or opening by them, lets them do at a moment."""
    level: Level | None = None
    until: datetime | None = None
    for one in turns:
        if one.action == "break glass" and one.person_id == person_id:
            level, until = Level.EMERGENCY, one.at + LASTS
        elif one.action == "share" and (shared := _SHARED.fullmatch(one.detail)) and int(shared[2]) == person_id:
            level, until = Level(shared[1]), datetime.fromisoformat(shared[3]) if shared[3] else None
        elif (one.action == "end share" and (ended := _ENDED.match(one.detail)) and int(ended[1]) == person_id) or (
            one.action == "hand over"
            and (handed := _HANDED_OVER.fullmatch(one.detail))
            and int(handed[2]) == person_id  # it was their own then, and is shared with them no more
        ):
            level = None
    return level.value if level is not None and (until is None or at < until) else None
