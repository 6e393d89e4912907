"""Rank the conditions that fit what was found, say why, and say what to ask next.

The score is a logistic of the log-odds, as in naive Bayes: every finding adds its own share, independently of the others.

* A finding that supports a condition is worth ``weight × rarity``; rarity is the inverse frequency
  ``ln(1 + N / n) / ln(1 + N)`` over the N conditions of the tradition, n of which know the finding: 1 for a sign that only one
  condition has, near 0 for one that all have.
* ``x`` = (worth of what is present − worth of what is known to be absent − worth of contrary findings present) / worth of all
  that supports the condition. What nobody looked at is unknown: it adds nothing and takes nothing away.
* score = 1 / (1 + exp(−(A + B·x))). A and B are set so that full support gives 0.97 and none gives 0.02, so one common sign alone
  stays low. Both ends, and that an absent or contrary finding weighs as much as a present one, are proposals.

A finding recorded both as present and as absent counts as unknown. Severity is kept on the record and does not move the match.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from storage.knowledge import Condition, Knowledge

NO_SUPPORT, FULL_SUPPORT = 0.02, 0.97
_A = log(NO_SUPPORT / (1 - NO_SUPPORT))
_B = log(FULL_SUPPORT / (1 - FULL_SUPPORT)) - _A

PRESENT_BY_WEIGHT = ((3.0, 0.85), (2.0, 0.70), (0.0, 0.55))
"""How often a finding is present in a condition that it is nearly defining, typical or helpful for. A proposal."""
PRESENT_OTHERWISE, PRESENT_AGAINST = 0.15, 0.05
"""How often a finding is present where it is not listed, and where it speaks against the condition. A proposal."""


@dataclass(frozen=True, slots=True)
class FindingValue:
    """A finding on the record: present or looked for and absent; ``severity`` as recorded, if it was."""

    finding_id: str
    present: bool = True
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How well a condition fits (``score`` 0–1), and the finding ids that say so.

    ``supporting`` are present; ``missing`` support it and are unknown; ``contrary`` speak against it: contrary findings that are
    present and supporting ones that are known to be absent. Heaviest first.
    """

    condition_id: str
    score: float
    supporting: tuple[str, ...]
    missing: tuple[str, ...]
    contrary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding or herb id and the traditions (two or more, sorted) that come to it."""

    id: str
    traditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the traditions agree on: findings that their first matches explain, herbs that they would use for them."""

    findings: tuple[Shared, ...]
    herbs: tuple[Shared, ...]


def match(
    findings: Iterable[FindingValue], knowledge: Knowledge, *, tradition: str | None = None, limit: int | None = None
) -> list[Match]:
    """Rank the conditions with at least one supporting finding, best first, ties by id.

    ``tradition`` keeps to one system of medicine; without it all are ranked together, each by its own rarities. Findings that
    the knowledge base does not have change nothing. The order of ``findings`` never matters.
    """
    present, absent = _sides(findings)
    by_tradition: dict[str, list[Condition]] = {}
    for condition in knowledge.conditions.values():
        if tradition is None or condition.tradition == tradition:
            by_tradition.setdefault(condition.tradition, []).append(condition)
    matches = [
        _weigh(condition, present, absent, rarity)
        for conditions in by_tradition.values()
        for rarity in (_rarity(conditions),)
        for condition in conditions
        if not present.isdisjoint(condition.supporting)
    ]
    return sorted(matches, key=lambda one: (-one.score, one.condition_id))[:limit]


def next_question(matches: Sequence[Match], findings: Iterable[FindingValue], knowledge: Knowledge) -> str | None:
    """Name the finding to ask for next: the one whose answer is expected to tell the first two matches apart best.

    That is the largest mutual information between the answer and which of the two it is (their scores taken as prior odds);
    ties by id. None when there are fewer than two matches or nothing unknown separates them.
    """
    if len(matches) < 2:
        return None
    present, absent = _sides(findings)
    first, second = (knowledge.conditions[one.condition_id] for one in matches[:2])
    prior = matches[0].score / (matches[0].score + matches[1].score)
    asked = {*first.supporting, *first.contrary, *second.supporting, *second.contrary} & knowledge.findings.keys()
    gains = {
        finding: _information(prior, _chance(first, finding), _chance(second, finding))
        for finding in asked - present - absent
    }
    useful = [finding for finding, gain in gains.items() if gain > 1e-9]
    return min(useful, key=lambda finding: (-gains[finding], finding), default=None)


def agreement(
    matches_by_tradition: Mapping[str, Sequence[Match]], knowledge: Knowledge, *, first: int = 1
) -> Agreement:
    """Collect what at least two traditions share among their ``first`` matches each: findings explained and herbs used.

    A herb counts when it is indicated for one of these conditions by itself or inside a formula. Most widely shared first.
    """
    findings: dict[str, set[str]] = {}
    herbs: dict[str, set[str]] = {}
    for tradition, matches in matches_by_tradition.items():
        best = matches[:first]
        conditions = {one.condition_id for one in best}
        for finding in (finding for one in best for finding in one.supporting):
            findings.setdefault(finding, set()).add(tradition)
        for indication in knowledge.indications:
            if indication.condition in conditions:
                formula = knowledge.formulas.get(indication.item)
                for herb in formula.herbs if formula else (indication.item,):
                    herbs.setdefault(herb, set()).add(tradition)
    return Agreement(_shared(findings), _shared(herbs))


def _weigh(condition: Condition, present: set[str], absent: set[str], rarity: Mapping[str, float]) -> Match:
    worth = {finding: weight * rarity[finding] for finding, weight in condition.supporting.items()}
    against = {
        finding: weight * rarity[finding] for finding, weight in condition.contrary.items() if finding in present
    }
    against |= {finding: worth[finding] for finding in worth if finding in absent}
    supporting = {finding: worth[finding] for finding in worth if finding in present}
    missing = {finding: worth[finding] for finding in worth if finding not in present and finding not in absent}
    # Sorted before adding up, so that no order of the record can change the last digit.
    share = (sum(sorted(supporting.values())) - sum(sorted(against.values()))) / sum(worth.values())
    score = 1 / (1 + exp(-(_A + _B * share)))
    return Match(condition.id, score, _heaviest(supporting), _heaviest(missing), _heaviest(against))


def _rarity(conditions: Sequence[Condition]) -> dict[str, float]:
    known = Counter(finding for one in conditions for finding in {*one.supporting, *one.contrary})
    whole = log(1 + len(conditions))
    return {finding: log(1 + len(conditions) / number) / whole for finding, number in known.items()}


def _sides(findings: Iterable[FindingValue]) -> tuple[set[str], set[str]]:
    values = list(findings)
    present = {one.finding_id for one in values if one.present}
    absent = {one.finding_id for one in values if not one.present}
    return present - absent, absent - present


def _chance(condition: Condition, finding: str) -> float:
    if finding in condition.contrary:
        return PRESENT_AGAINST
    weight = condition.supporting.get(finding)
    if weight is None:
        return PRESENT_OTHERWISE
    return next(chance for least, chance in PRESENT_BY_WEIGHT if weight >= least)


def _information(prior: float, first: float, second: float) -> float:
    answer = prior * first + (1 - prior) * second
    return _entropy(answer) - prior * _entropy(first) - (1 - prior) * _entropy(second)


def _entropy(p: float) -> float:
    return 0.0 if p <= 0 or p >= 1 else -(p * log(p) + (1 - p) * log(1 - p))


def _heaviest(worth: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(worth, key=lambda finding: (-worth[finding], finding)))


def _shared(by_id: Mapping[str, set[str]]) -> tuple[Shared, ...]:
    several = [Shared(one, tuple(sorted(traditions))) for one, traditions in by_id.items() if len(traditions) > 1]
    return tuple(sorted(several, key=lambda shared: (-len(shared.traditions), shared.id)))
