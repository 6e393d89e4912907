"""Refuse a record that cannot be meant: one clear sentence, before anything is written or computed."""

from collections.abc import Iterable
from difflib import get_close_matches

from domain.errors import Invalid
from domain.knowledge import NameIndex
from domain.matching.findings import (
    LEAST_DEGREE,
    LEAST_SEVERITY,
    MOST_DAYS,
    MOST_DEGREE,
    MOST_SEVERITY,
    FindingValue,
    not_too_many,
)
from domain.matching.likelihood import likelihoods_of
from storage.knowledge import Finding, FindingKind, Knowledge

GRADED: frozenset[FindingKind] = frozenset({"mizaj"})
"""Kinds of findings that have a degree (storage/knowledge/rows.py)."""
OFFERED = 3


def check_findings(
    values: Iterable[FindingValue], knowledge: Knowledge, tradition: str, *, names: NameIndex | None = None
) -> None:
    """Raise Invalid for the first thing that is wrong with a record, in one sentence.

    Wrong are: more than ``MOST_FINDINGS``; a finding that is not in the knowledge base, with the nearest ones offered, those of
    ``tradition`` first (``names`` finds them by every name, otherwise they are found by id); a severity, degree or duration out
    of range; a degree of what is not graded; one finding recorded in two ways; two present that exclude each other. Findings of
    another tradition are not wrong: the three are compared side by side.
    """
    recorded: dict[str, FindingValue] = {}
    for value in not_too_many(values):
        finding = knowledge.findings.get(value.finding_id)
        if finding is None:
            raise Invalid(_unknown(value.finding_id, knowledge, tradition, names))
        wrong = _out_of_range(value, finding) or _in_two_ways(value, recorded.setdefault(finding.id, value), finding)
        if wrong:
            raise Invalid(wrong)
    present = {one.finding_id for one in recorded.values() if one.there}
    excluded = likelihoods_of(knowledge).excluded
    for one in sorted(present):
        for other in sorted(present & excluded.get(one, frozenset())):
            raise Invalid(
                f"{_name(knowledge.findings[one])} and {_name(knowledge.findings[other])} exclude each other."
            )


def clashing(value: FindingValue, values: Iterable[FindingValue], knowledge: Knowledge) -> list[str]:
    """Name the findings of a record that are there and cannot be beside this one, by id and sorted; none where it is absent."""
    excluded = likelihoods_of(knowledge).excluded.get(value.finding_id, frozenset())
    return sorted({one.finding_id for one in values if one.there and one.finding_id in excluded}) if value.there else []


def _out_of_range(value: FindingValue, finding: Finding) -> str:
    severity, degree, days = value.severity, value.degree, value.duration_days
    if severity is not None and not LEAST_SEVERITY <= severity <= MOST_SEVERITY:
        return (
            f"The severity of {_name(finding)} must be from {LEAST_SEVERITY} (none) to {MOST_SEVERITY} (very severe)."
        )
    if degree is not None and finding.kind not in GRADED:
        return f"{_name(finding)} has no degree: only qualities of mizaj are graded."
    if degree is not None and not LEAST_DEGREE <= degree <= MOST_DEGREE:
        return f"The degree of {_name(finding)} must be from {LEAST_DEGREE} to {MOST_DEGREE}."
    if days is not None and not 0 <= days <= MOST_DAYS:
        return f"The duration of {_name(finding)} must be from 0 to {MOST_DAYS} days."
    if not value.there and (severity or degree is not None or days is not None):
        return f"{_name(finding)} is recorded as not there, so it has no severity, degree or duration."
    return ""


def _in_two_ways(value: FindingValue, other: FindingValue, finding: Finding) -> str:
    if value.there != other.there:
        return f"The finding {_name(finding)} is recorded both as there and as not there."
    if value.there and value != other:
        return f"The finding {_name(finding)} is recorded twice, with different severity, degree or duration."
    return ""


def _unknown(finding_id: str, knowledge: Knowledge, tradition: str, names: NameIndex | None) -> str:
    text = finding_id[:60]
    if names is not None:
        near = [hit.id for hit in names.search(text, "finding")]
    else:
        near = get_close_matches(text, knowledge.findings, n=2 * OFFERED)
    known = [knowledge.findings[one] for one in near if one in knowledge.findings]
    offered = sorted(known, key=lambda one: tradition not in one.traditions)[:OFFERED]  # otherwise the nearest first
    if not offered:
        return f"There is no finding “{text}”."
    return f"There is no finding “{text}”; near it: {', '.join(_name(one) for one in offered)}."


def _name(finding: Finding) -> str:
    english = finding.names.get("en")
    return f"“{english}” ({finding.id})" if english and english != finding.id else f"“{finding.id}”"
