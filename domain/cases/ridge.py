"""Kernel ridge over the distinct sets of findings: for few findings, where many cases share their set with others.

k = 0.2·c + 0.8·c² of the likeness c; a set counts as often as it has cases. The regression is on what a herb is given beyond
its usual worth, so a set that resembles nothing gets what is usual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.likeness import Likeness, nearest
from domain.cases.pooling import Pool

if TYPE_CHECKING:
    from domain.cases.pooling import Floats

ALPHA, SQUARED, IDF_POWER, PROFILE_SHARE = 8.0, 0.8, 0.4, 0.35
"""Penalty, share of c² in the kernel, power of the idf, share of the herb profiles: chosen by validation, see the docs."""
MOST_SETS = 4_500
"""Time grows with the third power of the sets, memory with the second: it learns from those with most cases, then the newest."""
EXPLAINED_BY = 32
"""Nearest sets that an explanation looks at: alone they give nearly the scores of all sets (correlation 0.99, see the docs)."""


class Ridge:
    """Predicts the worth of each herb for some findings from the sets of past cases."""

    def __init__(self, pool: Pool) -> None:
        import numpy as np
        from sklearn.kernel_ridge import KernelRidge

        sets = slice(MOST_SETS)
        self._counts = pool.counts
        self._usual = pool.usual
        self._likeness = Likeness(pool, idf_power=IDF_POWER, profile_share=PROFILE_SHARE, sets=MOST_SETS)
        model = KernelRidge(alpha=ALPHA, kernel="precomputed")
        beyond = pool.targets[sets] - pool.usual
        model.fit(_kernel(self._likeness.among(slice(None))), beyond, sample_weight=pool.counts[sets])
        self._coefficients: Floats = np.ascontiguousarray(model.dual_coef_, dtype=np.float32)

    def weigh(self, findings: list[int]) -> Floats:
        """Give the kernel between these findings (by number, at least one) and the sets it was fitted on."""
        return _kernel(self._likeness.to_all(findings))

    def scores(self, weights: Floats) -> Floats:
        """Predict the worth of every herb from ``weigh``."""
        predicted: Floats = self._usual + weights @ self._coefficients
        return predicted

    def influences(self, weights: Floats) -> Floats:
        """Say how much the mean of each set counts in a prediction (0 or more, by set number), as if only the nearest were known.

        A kernel ridge is a weighted mean of what it was fitted on, with the weights (K + α/n)⁻¹k. Over thousands of sets these
        would take longer than the prediction itself. The few below zero, which say "less than that set", count as 0.
        """
        import numpy as np

        near = nearest(weights, EXPLAINED_BY)
        kernel = _kernel(self._likeness.among(near))
        kernel[np.diag_indices(len(near))] += ALPHA / self._counts[near]
        influences = np.zeros(len(self._counts), dtype=np.float32)
        influences[near] = np.maximum(np.linalg.solve(kernel, weights[near]), 0)
        return influences


def _kernel(likeness: Floats) -> Floats:
    kernel: Floats = likeness * ((1 - SQUARED) + SQUARED * likeness)
    return kernel
