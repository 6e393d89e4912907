"""Judge the rankings on cases that were held out, to choose their blend and to say how good it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from domain.cases.calibrating import Calibration, calibrate, reliability
from domain.cases.case import Case, Reliability
from domain.cases.measures import FIRST, measures
from domain.cases.nearest import Nearest
from domain.cases.pooling import Pool, pool
from domain.cases.ranker import best_first, numbers
from domain.cases.ridge import Ridge

FOLDS = 5
ENOUGH = 2_000
"""Held-out cases that suffice: of a large practice one fold is judged and no more of it, so that fitting stays within seconds."""
SHARES = (1.0, 0.0, 0.75, 0.5, 0.25)
"""Shares of the ridge that are tried: one ranking alone before both, as it is easier to explain and quicker."""
CHOSEN_BY = ("p@5", "r@20")
GOOD_ENOUGH = 0.995
"""The first share that reaches this part of the best is chosen: less is chance among a few thousand cases."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The chosen share of the ridge with its measures and calibration; see ``Card``."""

    ridge_share: float
    held_out: int
    repeated: float
    split: str
    measures: dict[str, float]
    popularity: dict[str, float]
    calibration: Calibration
    reliability: tuple[Reliability, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What each blend says for one held-out case: herbs, best first, and their scores."""

    case: Case
    repeated: bool
    usual: Sequence[str]
    ranked: Sequence[Sequence[str]]
    scores: Sequence[Sequence[float]]


def judge(cases: Sequence[Case], *, seed: int, progress: Callable[[float], None]) -> Judged:
    """Hold out a fifth of the cases, drawn plainly, and rank them by the rest; by turns until enough were judged.

    Plainly, not by set of findings: the next patient of a practice has findings that it has seen as often as its past cases have,
    and a ranking that is good at both is what it needs. The blend is chosen by p@5 and r@20, each beside the best blend's.
    """
    drawn = list(cases)
    Random(seed).shuffle(drawn)  # noqa: S311 - a draw that can be repeated, no secret
    folds = min(FOLDS, max(1, round(ENOUGH * FOLDS / len(drawn))))
    answers: list[_Answer] = []
    for fold in range(folds):
        fitted = pool([case for number, case in enumerate(drawn) if number % FOLDS != fold])
        answers += _ask(fitted, drawn[fold::FOLDS][:ENOUGH])
        progress((fold + 1) / folds)
    results = [measures((one.ranked[blend], one.case.herbs) for one in answers) for blend in range(len(SHARES))]
    chosen = _choose(results)
    pairs = [
        [(score, herb in one.case.herbs) for herb, score in zip(one.ranked[chosen], one.scores[chosen], strict=True)]
        for one in answers
    ]
    # What is told is compared with other cases than those that it was calibrated on.
    half = _calibration(pairs[::2])
    told = [(half.share(score), was) for one in pairs[1::2] for score, was in one]
    return Judged(
        ridge_share=SHARES[chosen],
        held_out=len(answers),
        repeated=sum(one.repeated for one in answers) / len(answers),
        split=f"{len(answers):,} cases from {folds} of {FOLDS} random parts, each ranked by the other {FOLDS - 1} parts",
        measures=results[chosen],
        popularity=measures((one.usual, one.case.herbs) for one in answers),
        calibration=_calibration(pairs),
        reliability=reliability([share for share, _ in told], [was for _, was in told]),
    )


def _choose(results: Sequence[Mapping[str, float]]) -> int:
    best = {name: max(result[name] for result in results) or 1.0 for name in CHOSEN_BY}
    worth = [sum(result[name] / best[name] for name in CHOSEN_BY) for result in results]
    return next(blend for blend, one in enumerate(worth) if one >= GOOD_ENOUGH * max(worth))


def _ask(fitted: Pool, held_out: Sequence[Case]) -> list[_Answer]:
    rankings = (Ridge(fitted), Nearest(fitted))
    seen = {frozenset(findings) for findings in fitted.sets}
    usual = [fitted.herbs[herb] for herb in best_first(fitted.usual, FIRST[-1])]
    answered: dict[tuple[int, ...], tuple[list[list[str]], list[list[float]]]] = {}
    answers = []
    for case in held_out:
        known = tuple(numbers(fitted, case.findings))
        if known not in answered:
            answered[known] = _ranked(fitted, rankings, list(known))
        answers.append(_Answer(case, case.findings in seen, usual, *answered[known]))
    return answers


def _ranked(
    fitted: Pool, rankings: tuple[Ridge, Nearest], known: list[int]
) -> tuple[list[list[str]], list[list[float]]]:
    if not known:
        return [[] for _ in SHARES], [[] for _ in SHARES]
    by_ridge, by_nearest = (ranking.scores(ranking.weigh(known)) for ranking in rankings)
    ranked, scores = [], []
    for share in SHARES:
        found = share * by_ridge + (1 - share) * by_nearest
        first = best_first(found, FIRST[-1])
        ranked.append([fitted.herbs[herb] for herb in first])
        scores.append(found[first].tolist())
    return ranked, scores


def _calibration(pairs: Sequence[Sequence[tuple[float, bool]]]) -> Calibration:
    flat = [pair for one in pairs for pair in one]
    return calibrate([score for score, _ in flat], [was for _, was in flat])
