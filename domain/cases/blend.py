"""Several rankings as one: the weighted sum of their scores, which are worths of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.cases.pooling import Floats


class Ranking(Protocol):
    """What the kernel ridge and the nearest cases have in common."""

    def weigh(self, findings: list[int]) -> Floats:
        """Weigh the past sets for findings by number, at least one."""

    def scores(self, weights: Floats) -> Floats:
        """Predict the worth of every herb."""

    def influences(self, weights: Floats) -> Floats:
        """Say how much the mean of each set counts in the prediction, 0 or more; what is usual counts for the rest of 1."""


class Blend:
    """Rankings with their shares, which sum to 1; one with the share 0 is not asked."""

    def __init__(self, parts: Sequence[tuple[float, Ranking]]) -> None:
        self._parts = [(share, ranking) for share, ranking in parts if share > 0]

    def weigh(self, findings: list[int]) -> list[Floats]:
        """Weigh the past sets for findings by number, at least one: one array for each ranking."""
        return [ranking.weigh(findings) for _, ranking in self._parts]

    def scores(self, weights: Sequence[Floats]) -> Floats:
        """Predict the worth of every herb."""
        return self._sum([ranking.scores(one) for one, (_, ranking) in zip(weights, self._parts, strict=True)])

    def influences(self, weights: Sequence[Floats]) -> Floats:
        """Say how much the mean of each set counts in the prediction."""
        return self._sum([ranking.influences(one) for one, (_, ranking) in zip(weights, self._parts, strict=True)])

    def _sum(self, arrays: Sequence[Floats]) -> Floats:
        import numpy as np

        blended = [share * array for (share, _), array in zip(self._parts, arrays, strict=True)]
        return np.asarray(np.sum(blended, axis=0), dtype=np.float32)
