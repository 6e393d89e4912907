"""Rank the conditions that fit what was found, and say why.

The evidence for a condition, in nats: its log-odds when nothing is known, and what each finding is worth as evidence: supporting
ones that are present speak for it, those that are known to be absent and contrary ones that are present against it
(domain/matching/likelihood.py). How marked a present finding is scales its worth. A supporting finding whose duration does not
fit the course of the condition counts as absent: a condition of days does not explain what has been there for months. What
nobody looked at is unknown: it adds nothing and takes nothing away. The calibration (domain/matching/calibration.py) makes a
score of the evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.matching.calibration import SHIPPED, Calibration
from domain.matching.findings import FindingValue, Seen, fits_course, seen
from domain.matching.likelihood import Weighed, likelihoods_of
from storage.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Match:
    """How well a condition fits (``score``, above 0 and below 1), and the finding ids that say so.

    ``supporting`` are present; ``missing`` support it and are unknown; ``contrary`` speak against it: contrary findings that are
    present, and supporting ones that are known to be absent or whose duration does not fit its course. Heaviest first.
    """

    condition_id: str
    score: float
    supporting: tuple[str, ...]
    missing: tuple[str, ...]
    contrary: tuple[str, ...]


def match(
    findings: Iterable[FindingValue],
    knowledge: Knowledge,
    *,
    tradition: str | None = None,
    limit: int | None = None,
    calibration: Calibration = SHIPPED,
) -> list[Match]:
    """Rank the conditions that know at least one finding that is present as supporting, best first, ties by id.

    ``tradition`` keeps to one system of medicine; without it all are ranked together, each by its own rates. Findings that the
    knowledge base does not have change nothing. The order of ``findings`` never matters. Raises Invalid for more than
    ``MOST_FINDINGS``.
    """
    record = seen(findings)
    by_tradition = likelihoods_of(knowledge).by_tradition
    wanted = by_tradition.values() if tradition is None else (by_tradition.get(tradition, ()),)
    matches = [
        _match(one, record, calibration)
        for conditions in wanted
        for one in conditions
        if not record.present.keys().isdisjoint(one.present)
    ]
    return sorted(matches, key=lambda one: (-one.score, one.condition_id))[:limit]


def worth(condition_id: str, findings: Iterable[FindingValue], knowledge: Knowledge) -> dict[str, float]:
    """Say what each recorded finding adds to the evidence for a condition, in nats, heaviest first; below 0 it speaks against.

    Raises KeyError for a condition that is not there, and Invalid for more than ``MOST_FINDINGS``.
    """
    supporting, contrary, _ = _reasons(likelihoods_of(knowledge).by_condition[condition_id], seen(findings))
    each = supporting | contrary
    return {finding: each[finding] for finding in sorted(each, key=lambda one: (-abs(each[one]), one))}


def _match(condition: Weighed, record: Seen, calibration: Calibration) -> Match:
    supporting, contrary, missing = _reasons(condition, record)
    # In the order of the condition, so that no order of the record can change the last digit.
    evidence = sum((condition.prior, *supporting.values(), *contrary.values()))
    score = calibration.score(evidence)
    return Match(condition.condition_id, score, _heaviest(supporting), tuple(missing), _heaviest(contrary))


def _reasons(condition: Weighed, record: Seen) -> tuple[dict[str, float], dict[str, float], list[str]]:
    supporting: dict[str, float] = {}
    contrary: dict[str, float] = {}
    missing: list[str] = []
    for finding, value in condition.present.items():
        speaks = record.present.get(finding)
        if speaks is not None and fits_course(record.days.get(finding), condition.course):
            supporting[finding] = value * speaks
        elif speaks is not None or finding in record.absent:
            contrary[finding] = condition.absent[finding]
        else:
            missing.append(finding)
    for finding, value in condition.against.items():
        speaks = record.present.get(finding)
        if speaks is not None:
            contrary[finding] = value * speaks
    return supporting, contrary, missing


def _heaviest(worth: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(worth, key=lambda finding: (-abs(worth[finding]), finding)))
