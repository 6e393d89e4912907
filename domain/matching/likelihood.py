"""How often a finding is present in each condition, and what finding it, or not, is worth as evidence.

The worth of a finding for a condition is a log-likelihood ratio in nats: ``ln(p / q)`` when it is present and
``ln((1 − p) / (1 − q))`` when it is absent, where p is how often it is present in the condition and q in the other conditions of
the tradition, each taken as often as the next. Three things differ from naive Bayes, each so that a reader can rely on it:

* A supporting finding never counts against its condition: where all the others have it as often, it is worth 0.
* A finding that a condition does not list is worth nothing for it, present or absent: the rows list what is typical, and what
  they leave out is not denied.
* A contrary finding that is absent is worth nothing.
"""

import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from storage.knowledge import Condition, Knowledge

PRESENT_BY_WEIGHT = ((3.0, 0.85), (2.0, 0.70), (0.0, 0.55))
"""How often a finding is present in a condition that it is nearly defining, typical or helpful for. A proposal."""
PRESENT_OTHERWISE, PRESENT_AGAINST = 0.15, 0.05
"""How often a finding is present where it is not listed, and where it speaks against the condition. A proposal."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What each finding is worth for one condition, in nats; the heaviest first.

    ``present`` and ``absent`` are for its supporting findings (0 or more; 0 or less), ``against`` for contrary ones that are
    present (0 or less). ``prior`` is the log-odds of the condition when one of its tradition holds and nothing is known.
    """

    condition_id: str
    course: str
    prior: float
    present: Mapping[str, float]
    absent: Mapping[str, float]
    against: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """The conditions of each tradition, weighed, and for each finding those that cannot be there beside it."""

    by_tradition: Mapping[str, tuple[Weighed, ...]]
    by_condition: Mapping[str, Weighed]
    excluded: Mapping[str, frozenset[str]]


def rate(condition: Condition, finding_id: str) -> float:
    """Say how often a finding is present in a condition, 0–1."""
    if finding_id in condition.contrary:
        return PRESENT_AGAINST
    weight = condition.supporting.get(finding_id)
    if weight is None:
        return PRESENT_OTHERWISE
    return next(present for least, present in PRESENT_BY_WEIGHT if weight >= least)


def likelihoods_of(knowledge: Knowledge) -> Likelihoods:
    """Weigh a knowledge base, once in its life: 2 ms for 50 conditions."""
    at = id(knowledge)
    found = _WEIGHED.get(at)
    if found is None:
        found = _WEIGHED[at] = _likelihoods(knowledge)
        # By identity, since a mapping has no hash; gone with the base, before its place in memory can be another's.
        weakref.finalize(knowledge, _WEIGHED.pop, at, None).atexit = False
    return found


_WEIGHED: dict[int, Likelihoods] = {}


def _likelihoods(knowledge: Knowledge) -> Likelihoods:
    rows: dict[str, list[Condition]] = {}
    for condition in knowledge.conditions.values():
        rows.setdefault(condition.tradition, []).append(condition)
    by_tradition = {str(tradition): _weighed(conditions) for tradition, conditions in rows.items()}
    excluded: dict[str, set[str]] = {}
    for finding in knowledge.findings.values():
        for other in finding.excludes:
            excluded.setdefault(finding.id, set()).add(other)
            excluded.setdefault(other, set()).add(finding.id)
    return Likelihoods(
        by_tradition,
        {one.condition_id: one for weighed in by_tradition.values() for one in weighed},
        {one: frozenset(others) for one, others in excluded.items()},
    )


def _weighed(conditions: Sequence[Condition]) -> tuple[Weighed, ...]:
    others = len(conditions) - 1
    listed = Counter(finding for one in conditions for finding in {*one.supporting, *one.contrary})
    over_all: dict[str, float] = {}
    for finding, number in listed.items():
        here = (rate(one, finding) for one in conditions if finding in one.supporting or finding in one.contrary)
        over_all[finding] = sum(here) + PRESENT_OTHERWISE * (len(conditions) - number)

    def elsewhere(condition: Condition, finding: str) -> float:
        # Where there is no other condition, it is as common as where nobody lists it.
        return (over_all[finding] - rate(condition, finding)) / others if others else PRESENT_OTHERWISE

    def weigh(one: Condition) -> Weighed:
        pairs = {finding: (rate(one, finding), elsewhere(one, finding)) for finding in (*one.supporting, *one.contrary)}
        present = {finding: max(0.0, _ratio(*pairs[finding])) for finding in one.supporting}
        return Weighed(
            condition_id=one.id,
            course=one.course,
            prior=-log(max(1, others)),
            present={finding: present[finding] for finding in sorted(present, key=lambda f: (-present[f], f))},
            absent={finding: min(0.0, _ratio(*(1 - p for p in pairs[finding]))) for finding in one.supporting},
            against={finding: min(0.0, _ratio(*pairs[finding])) for finding in one.contrary},
        )

    return tuple(weigh(one) for one in conditions)


def _ratio(here: float, elsewhere: float) -> float:
    return log(here / elsewhere)
