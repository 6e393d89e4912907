"""How features are spread: what is usual, and how far a later time is from it (the population stability index)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from math import log
from statistics import median, quantiles
from typing import Any

from domain.predictors.card import Spread
from domain.predictors.features import NAMES, WORDS, Features

BINS = 10
MOST_WORDS = 20
SCORE = "score"
LEAST_SHARE = 1e-3
"""An empty bin counts as this: its logarithm would be infinite."""


def typical_of(rows: Sequence[Features]) -> dict[str, float | int | str | None]:
    """Give the usual value of each feature: the median of what is known, the most frequent word."""
    usual: dict[str, float | int | str | None] = {}
    for name in NAMES:
        values = [getattr(row, name) for row in rows]
        if name in WORDS:
            usual[name] = max(sorted(set(values)), key=Counter(values).__getitem__) if values else ""
        else:
            known = [value for value in values if value is not None]
            usual[name] = median(known) if known else None
    return usual


def spreads_of(rows: Sequence[Features], scores: Sequence[float]) -> dict[str, Spread]:
    """Describe how each feature, and the score, are spread."""
    found = {name: spread([getattr(row, name) for row in rows], words=name in WORDS) for name in NAMES}
    return found | {SCORE: spread([float(one) for one in scores], words=False)}


def spread(values: Sequence[Any], *, words: bool) -> Spread:
    """Describe how values are spread: numbers over tenths of what is known, words over the 20 most frequent."""
    if words:
        ranked = sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))
        shape = Spread(words=[word for word, _ in ranked[:MOST_WORDS]], shares=[])
    else:
        known = [float(value) for value in values if value is not None]
        edges = sorted(set(quantiles(known, n=BINS, method="inclusive"))) if len(known) > 1 else []
        shape = Spread(edges=edges, shares=[])
    return shape.model_copy(update={"shares": shares(shape, values)})


def shares(shape: Spread, values: Sequence[Any]) -> list[float]:
    """Give the shares of values over the bins (or words) of a spread; the last is what is missing, or another word."""
    counts = [0] * ((len(shape.words) if shape.words else len(shape.edges) + 1) + 1)
    places = {word: at for at, word in enumerate(shape.words)}
    for value in values:
        if value is None:
            counts[-1] += 1
        elif shape.words:
            counts[places.get(value, -1)] += 1
        else:
            counts[bisect_right(shape.edges, float(value))] += 1
    return [count / max(1, len(values)) for count in counts]


def stability(shape: Spread, values: Sequence[Any]) -> float:
    """Compute the population stability index of values against a spread: Σ (a − e) ln(a / e) over the bins; 0 where alike.

    Recalled, not checked: below 0.1 is taken as stable, above 0.25 as a shift.
    """
    total = 0.0
    for expected, actual in zip(shape.shares, shares(shape, values), strict=True):
        one, other = max(actual, LEAST_SHARE), max(expected, LEAST_SHARE)
        total += (one - other) * log(one / other)
    return total
