"""Fit to some ratings, predict others, and measure: the evidence model as the program has it, and what it must beat."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from bench.ratings.reading import Rating
from domain.statistics import Pool, Prior, fit_prior
from domain.statistics.shares import beta

JUDGED_FROM = 10
"""Ratings that a cell needs among those predicted for its k to be held against its predictive interval."""
INTERVAL = 0.95
PENALTIES = (0.03, 0.1, 0.2, 0.4, 1.0)
FOLDS_OF_THE_PENALTY = 5

Cell = tuple[str, str]
"""Supplement and condition."""
Model = Callable[[Sequence[Rating], Sequence[Cell]], dict[Cell, tuple[float, float]]]
"""Learns from ratings and gives, for each cell asked for, a share (0–1) and the answers that is worth (infinite: certain)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How well shares foretold: None where it cannot be said (one class only; no cell with enough ratings).

    ``skill`` is how far the Brier score is below that of the train file's own rate; ``coverage`` the share of ``cells`` whose k
    lies in their 95 % predictive interval, ``promised`` the share that the model itself expects there: more than 95 %, as k is
    a whole number.
    """

    brier: float
    log_loss: float
    auroc: float | None
    skill: float | None
    coverage: float | None
    promised: float | None
    cells: int
    seconds: float


def evidence_model(train: Sequence[Rating], asked: Sequence[Cell]) -> dict[Cell, tuple[float, float]]:
    """Predict as the Effectiveness page does: each cell's own answers and its prior from the pool."""
    cells = counts(train)
    pool = Pool.of(cells)
    herbs: dict[str, dict[str, tuple[int, int]]] = {}
    for (supplement, condition), found in cells.items():
        herbs.setdefault(supplement, {})[condition] = found
    return {
        (supplement, condition): _updated(
            cells.get((supplement, condition), (0, 0)), pool.prior(condition, herbs.get(supplement, {}))
        )
        for supplement, condition in asked
    }


def cells_alone(train: Sequence[Rating], asked: Sequence[Cell]) -> dict[Cell, tuple[float, float]]:
    """Predict each cell by its own answers and one prior that all cells share."""
    cells = counts(train)
    prior = fit_prior(cells.values(), fallback_mean=rate(train))
    return {cell: _updated(cells.get(cell, (0, 0)), prior) for cell in asked}


def penalised_logistic(train: Sequence[Rating], asked: Sequence[Cell]) -> dict[Cell, tuple[float, float]]:
    """Predict by a ridge-penalised logistic regression on supplement and condition, its penalty chosen within ``train``."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    fitted = make_pipeline(
        OneHotEncoder(handle_unknown="ignore"),
        LogisticRegressionCV(
            Cs=PENALTIES,
            cv=FOLDS_OF_THE_PENALTY,
            l1_ratios=(0.0,),
            scoring="neg_log_loss",
            max_iter=1000,
            use_legacy_attributes=False,
        ),
    ).fit([(one.supplement, one.condition) for one in train], [one.improved for one in train])
    shares = fitted.predict_proba(list(asked))[:, 1]
    return {cell: (float(share), inf) for cell, share in zip(asked, shares, strict=True)}


def judge(train: Sequence[Rating], test: Sequence[Rating], model: Model = evidence_model) -> Judged:
    """Fit ``model`` to ``train`` and predict ``test``; both are not empty."""
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    began = time.perf_counter()
    predicted = model(train, sorted(counts(test)))
    seconds = time.perf_counter() - began
    happened = [int(one.improved) for one in test]
    shares = [predicted[one.supplement, one.condition][0] for one in test]
    usual = rate(train)
    brier = float(brier_score_loss(happened, shares, pos_label=1))
    at_the_rate = sum((usual - one) ** 2 for one in happened) / len(happened)
    held = [_held(*predicted[cell], *found) for cell, found in counts(test).items() if found[1] >= JUDGED_FROM]
    return Judged(
        brier=brier,
        log_loss=float(log_loss(happened, shares, labels=[0, 1])),
        auroc=float(roc_auc_score(happened, shares)) if 0 < sum(happened) < len(happened) else None,
        skill=1 - brier / at_the_rate if at_the_rate else None,
        coverage=sum(inside for inside, _ in held) / len(held) if held else None,
        promised=sum(promised for _, promised in held) / len(held) if held else None,
        cells=len(held),
        seconds=seconds,
    )


def counts(ratings: Sequence[Rating]) -> dict[Cell, tuple[int, int]]:
    """Count (improved, answered) by cell."""
    answered = Counter((one.supplement, one.condition) for one in ratings)
    improved = Counter((one.supplement, one.condition) for one in ratings if one.improved)
    return {cell: (improved[cell], n) for cell, n in answered.items()}


def rate(ratings: Sequence[Rating]) -> float:
    """Give the share of all that improved."""
    return sum(one.improved for one in ratings) / len(ratings)


def _updated(found: tuple[int, int], prior: Prior) -> tuple[float, float]:
    a, b = beta(*found, prior)
    return a / (a + b), a + b


def _held(share: float, worth: float, k: int, n: int) -> tuple[bool, float]:
    """Say whether k of n lies in the 95 % predictive interval, and how probable that interval is said to be.

    Beta-binomial: what chance does to n answers, and that the cell's own true share is not known. The interval is the shortest
    one: the likeliest counts until they hold 95 %. As counts are whole, it holds 96 to 97 % with the cells of real ratings; one
    that leaves 2.5 % at either end holds 98 %.
    """
    from numpy import arange, argsort, cumsum, searchsorted
    from scipy.stats import betabinom, binom

    foretold: Any = binom(n, share) if worth == inf else betabinom(n, share * worth, (1 - share) * worth)
    chances = foretold.pmf(arange(n + 1))
    likeliest = argsort(-chances, kind="stable")
    held = cumsum(chances[likeliest])
    last = min(int(searchsorted(held, INTERVAL)), n)
    return k in likeliest[: last + 1], float(held[last])
