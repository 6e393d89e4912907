"""The audit as a chain: each entry's hash covers all that it says and the hash before; a seal covers the hash.

Form 1 (before migration 0014): the hash covers previous, practice, person, action, thing, id, detail and time. Form 2: every
column but the hash and the seal, as canonical JSON: names sorted, no spaces, ASCII, times as ISO 8601 in UTC.

Somebody who can only write to the database can recompute every hash, and no seal: its key comes from the program's secret.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FORM = 2
PURPOSE = b"vervain audit seal 1"
NOT_COVERED = frozenset({"hash", "seal", "text", "salt"})
"""The last two are the reason's, which its own hash covers."""


class Seal:
    """Seals hashes with a key of its own, made from the program's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, PURPOSE, "sha256")

    def of(self, hashed: str) -> str:
        """Give the seal of a hash, 64 hexadecimal digits."""
        return hmac.digest(self._key, hashed.encode(), "sha256").hex()


def digest(entry: Mapping[str, Any]) -> str:
    """Give the hash that an entry has to carry, by its form. Raises ValueError for a form that is not known."""
    if entry["form"] == 1:
        named = ("practice_id", "person_id", "action", "thing", "thing_id", "detail")
        said = {**entry, "person_id": entry["person_id"] or 0}
        facts = [entry["previous"], *(said[name] for name in named), _moment(entry["at"])]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    if entry["form"] != FORM:
        raise ValueError(f"there is no form {entry['form']}")
    covered = {name: value for name, value in entry.items() if name not in NOT_COVERED}
    text = json.dumps(covered | {"at": _moment(entry["at"])}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def reason_digest(text: str, salt: str) -> str:
    """Give what an entry keeps of the reason that was typed for it: it shows an alteration, and nothing of an erased one."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def linked(facts: Mapping[str, Any], end: tuple[int, str], seal: Seal | None) -> dict[str, Any]:
    """Make the entry that says ``facts`` behind the end of the chain (the id and the hash of the newest entry)."""
    entry = {**facts, "id": end[0] + 1, "previous": end[1], "form": FORM}
    hashed = digest(entry)
    return entry | {"hash": hashed, "seal": seal.of(hashed) if seal else ""}


@dataclass(slots=True)
class Reading:
    """A walk along the chain from its beginning, entry by entry."""

    seals: Sequence[Seal] = ()
    """Of the secrets that may have sealed an entry; none: seals are not looked at."""
    last: tuple[int, str] = (0, "")
    entries: int = 0
    old: int = 0
    """Entries of the first form."""
    _new: bool = field(default=False)

    def take(self, entry: Mapping[str, Any]) -> str | None:
        """Go on by one entry; says what is wrong with it, None where nothing is."""
        wrong = self._wrong(entry)
        self.last = (entry["id"], entry["hash"])
        self.entries += 1
        self.old += entry["form"] == 1
        self._new = self._new or entry["form"] != 1
        return wrong

    def _wrong(self, entry: Mapping[str, Any]) -> str | None:
        before = self.last
        if entry["previous"] != before[1]:
            return "does not follow the entry before it: one was taken out, put in or moved"
        if entry["form"] not in (1, FORM) or (entry["form"] == 1 and self._new):
            return "is of a form that cannot be there"
        if entry["hash"] != digest(entry):
            return "was changed"
        if entry["form"] == FORM and entry["id"] != before[0] + 1:
            return "does not follow the entry before it: one was taken out, put in or moved"
        if entry["form"] == FORM and self.seals and not any(_same(seal, entry) for seal in self.seals):
            return "is not sealed by the program's secret: it was written, or written anew, by somebody else"
        if entry.get("text") is not None and reason_digest(entry["text"], entry["salt"]) != entry["reason_hash"]:
            return "has a reason that was changed"
        return None


def _same(seal: Seal, entry: Mapping[str, Any]) -> bool:
    return hmac.compare_digest(seal.of(entry["hash"]), entry["seal"])


def _moment(at: datetime) -> str:
    return at.isoformat()
