"""Learning from the practice's own cases: which herbs it gave for findings like these, and which past cases say so."""

from domain.cases.case import Card, Case, Reliability, Suggestion, Support
from domain.cases.fitting import LEAST_CASES, fit
from domain.cases.ranker import CaseRanker

__all__ = [
    "LEAST_CASES",
    "Card",
    "Case",
    "CaseRanker",
    "Reliability",
    "Suggestion",
    "Support",
    "fit",
]
