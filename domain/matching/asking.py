"""What to ask next: the findings whose answers are expected to tell the first two matches apart best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

from domain.matching.findings import FindingValue, seen
from domain.matching.likelihood import likelihoods_of, rate
from domain.matching.ranking import Match
from storage.knowledge import Knowledge

LEAST_GAIN = 1e-9
"""Bits below which a gain is the rounding of none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A finding to look for, and how much its answer is expected to tell: ``gain`` in bits, above 0 and at most 1."""

    finding_id: str
    gain: float


def next_questions(
    matches: Sequence[Match], findings: Iterable[FindingValue], knowledge: Knowledge, *, limit: int | None = None
) -> list[Question]:
    """Rank the findings that are worth asking for, the best first, ties by id.

    The gain is the mutual information between the answer and which of the first two matches it is, when it is one of them: how
    often each has the finding is what the scores are made with, and the scores are what is believed before the answer. Never
    asked: what is known already, what cannot be there beside a finding that is, and what has no question. Empty with fewer than
    two matches.
    """
    if len(matches) < 2:
        return []
    record = seen(findings)
    first, second = (knowledge.conditions[one.condition_id] for one in matches[:2])
    prior = _first_of_two(matches[0].score, matches[1].score)
    excluded = likelihoods_of(knowledge).excluded
    known = record.present.keys() | record.absent
    settled = known.union(*(excluded.get(finding, ()) for finding in record.present))
    asked = {*first.supporting, *first.contrary, *second.supporting, *second.contrary} - settled
    questions = [
        Question(finding, _information(prior, rate(first, finding), rate(second, finding)))
        for finding in asked
        if finding in knowledge.findings and knowledge.findings[finding].question
    ]
    useful = [question for question in questions if question.gain > LEAST_GAIN]
    return sorted(useful, key=lambda question: (-question.gain, question.finding_id))[:limit]


def next_question(matches: Sequence[Match], findings: Iterable[FindingValue], knowledge: Knowledge) -> str | None:
    """Name the finding to ask for next, the first of ``next_questions``; None when there is nothing worth asking."""
    best = next_questions(matches, findings, knowledge, limit=1)
    return best[0].finding_id if best else None


def _first_of_two(first: float, second: float) -> float:
    one, other = first * (1 - second), second * (1 - first)
    return one / (one + other)


def _information(prior: float, first: float, second: float) -> float:
    answer = prior * first + (1 - prior) * second
    return _entropy(answer) - prior * _entropy(first) - (1 - prior) * _entropy(second)


def _entropy(p: float) -> float:
    return 0.0 if p <= 0 or p >= 1 else -(p * log2(p) + (1 - p) * log2(1 - p))
