"""What the scores mean on simulated cases that the calibration has not seen, and how often the true condition is first."""

from collections.abc import Sequence
from random import Random
from typing import Any

from bench.matching.simulation import Offered, offers
from domain.matching import Calibration
from storage.knowledge import Knowledge

BINS = 10
RECORDED = (3, 5, 8, 15, 30)
HELD_OUT_SEED, HIT_SEED, CHANCE_SEED = 2, 3, 5
CHANCES = 20

Scored = Sequence[tuple[float, bool]]
"""Score and whether the condition was one that was drawn."""


def reliability(knowledge: Knowledge, calibration: Calibration, cases: int) -> dict[str, dict[str, Any]]:
    """Measure all matches that are offered, and the first of each case alone."""
    seen = list(offers(knowledge, cases, HELD_OUT_SEED))
    scored = [[(calibration.score(evidence), true) for evidence, true in one.matches] for one in seen]
    return {
        "all": measured([pair for one in scored for pair in one]),
        "first": measured([pair for one in scored for pair in one[:1]]),
    }


def measured(pairs: Scored) -> dict[str, Any]:
    """Measure pairs: the table, the expected calibration error beside that of a perfect model, and the Brier score."""
    dice = Random(CHANCE_SEED)
    chance = [_error([(score, dice.random() < score) for score, _ in pairs]) for _ in range(CHANCES)]
    return {
        "pairs": len(pairs),
        "table": _table(pairs),
        "ece": _error(pairs),
        "ece_of_a_perfect_model": sum(chance) / len(chance),
        "brier": sum((score - true) ** 2 for score, true in pairs) / len(pairs),
        "brier_of_the_mean": _variance([true for _, true in pairs]),
    }


def hits(knowledge: Knowledge, calibration: Calibration, cases: int) -> list[dict[str, Any]]:
    """Count how often a true condition is first and among the first three, by tradition and number of recorded findings."""
    rows = []
    for recorded in RECORDED:
        seen = list(offers(knowledge, cases, HIT_SEED, recorded=recorded))
        for tradition in sorted({one.tradition for one in seen}):
            here = [one for one in seen if one.tradition == tradition]
            pairs = [(calibration.score(x), true) for one in here for x, true in one.matches]
            rows.append(
                {
                    "tradition": tradition,
                    "recorded": recorded,
                    "cases": len(here),
                    "offered": len(pairs) / len(here),
                    "first": _among(here, 1),
                    "first_three": _among(here, 3),
                    "score": sum(score for score, _ in pairs) / len(pairs),
                    "true": sum(true for _, true in pairs) / len(pairs),
                }
            )
    return rows


def _among(seen: Sequence[Offered], first: int) -> float:
    return sum(any(true for _, true in one.matches[:first]) for one in seen) / len(seen)


def _table(pairs: Scored) -> list[dict[str, Any]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, true in pairs:
        bins.setdefault(min(BINS - 1, int(score * BINS)), []).append((score, true))
    return [
        {
            "from": at / BINS,
            "count": len(inside),
            "score": sum(score for score, _ in inside) / len(inside),
            "true": sum(true for _, true in inside) / len(inside),
        }
        for at, inside in sorted(bins.items())
    ]


def _error(pairs: Scored) -> float:
    off: float = sum(one["count"] * abs(one["score"] - one["true"]) for one in _table(pairs))
    return off / len(pairs)


def _variance(outcomes: Sequence[bool]) -> float:
    share = sum(outcomes) / len(outcomes)
    return share * (1 - share)
