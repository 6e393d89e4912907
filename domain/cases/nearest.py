"""The nearest past cases by their shared findings: for rich findings, where hardly two cases have the same set.

The score of a herb is its mean worth over the cases of the 300 nearest sets, each weighted by c⁶ of its likeness c; what is
usual counts as one more case that is as near as the nearest, so that a herb that one case had does not come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.likeness import Likeness, nearest
from domain.cases.pooling import Pool

if TYPE_CHECKING:
    from domain.cases.pooling import Floats

IDF_POWER, COSINE_POWER, NEAREST = 0.5, 6, 300
"""Starting values that did well on a clinic's cases of eight findings."""
USUAL_WEIGHT = 1.0
"""Cases that what is usual counts for: on the prescriptions better than 0 for findings never seen together."""


class Nearest:
    """Predicts the worth of each herb for some findings as the weighted mean of the nearest sets of past cases."""

    def __init__(self, pool: Pool) -> None:
        from scipy import sparse

        self._likeness = Likeness(pool, idf_power=IDF_POWER, profile_share=0.0)
        self._counts = pool.counts
        self._usual = pool.usual
        self._targets = sparse.csr_array(pool.targets)

    def weigh(self, findings: list[int]) -> Floats:
        """Give the weight of each set in the mean (0 or more, sum below 1) for findings by number, at least one."""
        import numpy as np

        likeness = self._likeness.to_all(findings)
        near = nearest(likeness, NEAREST)
        weights = np.zeros(len(likeness), dtype=np.float32)
        weights[near] = (likeness[near] / likeness[near].max()) ** COSINE_POWER * self._counts[near]
        weights /= weights.sum() + USUAL_WEIGHT
        return weights

    def scores(self, weights: Floats) -> Floats:
        """Predict the worth of every herb from ``weigh``."""
        import numpy as np

        near = np.flatnonzero(weights)
        predicted: Floats = (1 - weights.sum()) * self._usual + weights[near] @ self._targets[near]
        return predicted

    def influences(self, weights: Floats) -> Floats:
        """Say how much the mean of each set counts in a prediction: its weight."""
        return weights
