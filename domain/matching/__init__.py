"""Rank the conditions that fit what was found, say why, and say what to ask next; how it works is in docs/matching.md."""

from domain.matching.agreeing import Agreement, Shared, agreement
from domain.matching.asking import Question, next_question, next_questions
from domain.matching.calibration import SHIPPED, Calibration, recalibrated
from domain.matching.checking import check_findings, clashing
from domain.matching.findings import MOST_FINDINGS, FindingValue
from domain.matching.ranking import Match, match, worth

__all__ = [
    "MOST_FINDINGS",
    "SHIPPED",
    "Agreement",
    "Calibration",
    "FindingValue",
    "Match",
    "Question",
    "Shared",
    "agreement",
    "check_findings",
    "clashing",
    "match",
    "next_question",
    "next_questions",
    "recalibrated",
    "worth",
]
