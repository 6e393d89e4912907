"""What of a judgement is shown: all that is major, the rest once for each mechanism, without what somebody has acknowledged."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from domain.gate.doses import ADULT_FROM, ELDER_FROM
from domain.gate.naming import NOTHING
from domain.gate.populations import SURGERY_DAYS
from domain.gate.verdict import GateReason, Item, Profile, Verdict, badness, worst
from domain.knowledge import fold


@dataclass(frozen=True, slots=True)
class Row:
    """One line to show: reasons that say the same kind of thing, worst first; ``count`` how many they are."""

    mechanism: str
    verdict: Verdict
    reasons: tuple[GateReason, ...]
    acknowledged: bool = False

    @property
    def count(self) -> int:
        """Count the reasons behind the line."""
        return len(self.reasons)

    @property
    def keys(self) -> tuple[str, ...]:
        """List what is acknowledged with this line, each key once, sorted."""
        return tuple(sorted({one.key for one in self.reasons}))


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines to show, worst first, and those folded away because they were acknowledged; together every reason once."""

    rows: tuple[Row, ...]
    folded: tuple[Row, ...] = ()


def collapse(reasons: Iterable[GateReason], acknowledged: Collection[str] = ()) -> Shown:
    """Arrange reasons for a page; the verdict of their judgement stays what it is.

    Block and major stand singly and stay: an acknowledged major is marked, a block cannot be acknowledged. Below, one line for
    each mechanism, what could not be checked apart from what is documented; a reason whose key is acknowledged moves to
    ``folded``, so that a new reason of the same mechanism is seen. Source: reference 6 (alert fatigue).
    """
    single: list[Row] = []
    open_: dict[tuple[str, str], list[GateReason]] = {}
    folded: dict[tuple[str, str], list[GateReason]] = {}
    for one in reasons:
        if badness(one.verdict) >= badness(Verdict.MAJOR):
            seen = one.verdict is Verdict.MAJOR and one.key in acknowledged
            single.append(Row(_mechanism(one), one.verdict, (one,), seen))
        else:
            to = folded if one.key in acknowledged else open_
            to.setdefault((_kind(one), _mechanism(one)), []).append(one)
    return Shown(
        tuple(sorted([*single, *_grouped(open_, acknowledged=False)], key=_place)),
        tuple(sorted(_grouped(folded, acknowledged=True), key=_place)),
    )


def regimen(profile: Profile, beside: Sequence[Item], item: Item) -> str:
    """Give a name to all that takes part in a judgement: an acknowledgement holds as long as it is the same.

    The order of medicines, conditions, allergies and items does not matter, nor how a name is written (case, accents, digits,
    spaces), nor which of the items is the one judged: a pair that was acknowledged for one of them is for the other.
    Age counts by the bands of the rules, surgery by whether it is near. Findings are not part of it: what a new finding
    contradicts is a reason with a key of its own.
    """
    plan = [item, *(one for one in beside if one is not item)]
    parts = {
        "medicines": _names(profile.medicines),
        "conditions": _names(profile.conditions),
        "allergies": _names(profile.allergies),
        "age": _band(profile.age),
        "pregnancy": [profile.pregnant, profile.trimester, profile.lactating],
        "surgery": profile.surgery_within_days is not None and 0 <= profile.surgery_within_days <= SURGERY_DAYS,
        "plan": sorted(json.dumps(_item(one), sort_keys=True) for one in plan),
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _kind(reason: GateReason) -> str:
    # A documented effect, an open question and an answer are three lines, whatever they are about.
    if reason.verdict is Verdict.UNKNOWN:
        return "unchecked"
    return reason.verdict.value if reason.verdict is Verdict.NOTHING_DOCUMENTED else "documented"


def _mechanism(reason: GateReason) -> str:
    return reason.mechanism or reason.rule


def _grouped(groups: dict[tuple[str, str], list[GateReason]], *, acknowledged: bool) -> list[Row]:
    return [
        Row(mechanism, worst(one.verdict for one in ones), tuple(sorted(ones, key=_worst_first)), acknowledged)
        for (_, mechanism), ones in groups.items()
    ]


def _place(row: Row) -> tuple[int, str, tuple[str, ...]]:
    return -badness(row.verdict), row.mechanism, tuple(repr(one) for one in row.reasons)


def _worst_first(reason: GateReason) -> tuple[int, str, str, str]:
    return -badness(reason.verdict), reason.rule, reason.message, repr(reason)


def _names(typed: Iterable[str]) -> list[str]:
    return sorted({folded for one in typed if (folded := fold(one)) not in NOTHING})


def _band(age: int | None) -> str:
    if age is None:
        return "not recorded"
    # Below 18 each year may have a dose of its own.
    return f"{age}" if age < ADULT_FROM else "elder" if age >= ELDER_FROM else "adult"


def _item(item: Item) -> list[object]:
    return [item.kind, item.id or fold(item.name), asdict(item.dose) if item.dose else None]
