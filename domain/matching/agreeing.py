"""What the traditions agree on, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.matching.ranking import Match
from storage.knowledge import Knowledge, Quality

COMPARED: tuple[Quality, ...] = ("hot", "cold", "dry", "moist")
"""Words that each of the three uses of a condition; a dosha, or a deficiency, is not the same thing in another tradition."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding, herb, quality or code and the traditions (two or more, sorted) that come to it."""

    id: str
    traditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the traditions agree on: findings that their first matches explain, herbs that they would use for them, what there is
    too much of (hot, cold, dry, moist), and the biomedical codes that these are often found together with.
    """  # fmt: skip

    findings: tuple[Shared, ...]
    herbs: tuple[Shared, ...]
    qualities: tuple[Shared, ...] = ()
    biomedical: tuple[Shared, ...] = ()


@dataclass(slots=True)
class _Side:
    findings: set[str] = field(default_factory=set)
    herbs: set[str] = field(default_factory=set)
    qualities: set[str] = field(default_factory=set)
    biomedical: set[str] = field(default_factory=set)


def agreement(
    matches_by_tradition: Mapping[str, Sequence[Match]], knowledge: Knowledge, *, first: int = 1
) -> Agreement:
    """Collect what at least two traditions share among their ``first`` matches each. Most widely shared first, ties by id.

    A herb counts when it is indicated for one of these conditions by itself or inside a formula. That two traditions come to the
    same word or code says that they do, not that they mean the same illness.
    """
    sides = {
        tradition: _side({one.condition_id: one for one in matches[:first]}, knowledge)
        for tradition, matches in matches_by_tradition.items()
    }
    return Agreement(
        findings=_shared({tradition: side.findings for tradition, side in sides.items()}),
        herbs=_shared({tradition: side.herbs for tradition, side in sides.items()}),
        qualities=_shared({tradition: side.qualities for tradition, side in sides.items()}),
        biomedical=_shared({tradition: side.biomedical for tradition, side in sides.items()}),
    )


def _side(best: Mapping[str, Match], knowledge: Knowledge) -> _Side:
    side = _Side(findings={finding for one in best.values() for finding in one.supporting})
    for condition in (knowledge.conditions[one] for one in best):
        side.qualities |= {quality for quality in condition.qualities if quality in COMPARED}
        side.biomedical |= set(condition.biomedical)
    for indication in knowledge.indications:
        if indication.condition in best:
            formula = knowledge.formulas.get(indication.item)
            side.herbs |= set(formula.herbs if formula else (indication.item,))
    return side


def _shared(by_tradition: Mapping[str, set[str]]) -> tuple[Shared, ...]:
    traditions_of: dict[str, set[str]] = {}
    for tradition, ids in by_tradition.items():
        for one in ids:
            traditions_of.setdefault(one, set()).add(tradition)
    several = [Shared(one, tuple(sorted(those))) for one, those in traditions_of.items() if len(those) > 1]
    return tuple(sorted(several, key=lambda shared: (-len(shared.traditions), shared.id)))
