"""How much two sets of findings resemble each other: by the findings they share, and by the herbs that their findings get.

A set is the vector of its findings, each weighted by idf^p, and, with the share s, the weighted sum of their herb profiles
beside it; likeness is the cosine. The profile of a finding says how much more often each herb was given with it than usually,
divided by the root of how usual the herb is; it has length √(n / (n + 5)) where n cases have the finding. So a set that nobody
recorded before still resembles those that are treated alike. idf = 1 + ln((1 + N) / (1 + n)) over N cases.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from domain.cases.pooling import Pool

if TYPE_CHECKING:
    from domain.cases.pooling import Floats, Numbers

FEW = 5.0
"""Cases with a finding at which its herb profile counts half. Chosen by validation, as is the root of the herb's own share."""
LEAST_SHARE = 0.001
"""Added to a herb's share before its root is taken, so that a herb given once is not everything."""


class Likeness:
    """Cosine between sets of findings, by ``idf_power`` and ``profile_share`` (0–1), over the first ``sets`` of a pool."""

    def __init__(self, pool: Pool, *, idf_power: float, profile_share: float, sets: int | None = None) -> None:
        import numpy as np

        cases_with = pool.has.T @ pool.counts
        idf = np.log((1 + pool.counts.sum()) / (1 + cases_with)) + 1
        worth = idf**idf_power
        self._has = pool.has[:sets]
        self._profiles = np.zeros((len(worth), 0), dtype=np.float32)
        if profile_share:
            self._profiles = sqrt(profile_share) * worth[:, None] * _profiles(pool, cases_with)
        self._worth = sqrt(1 - profile_share) * worth
        self._by_findings = self._has.multiply(self._worth).tocsr()
        self._by_herbs = self._has @ self._profiles
        self._length = np.sqrt(self._has @ self._worth**2 + (self._by_herbs**2).sum(axis=1))

    def among(self, sets: Numbers | slice) -> Floats:
        """Give the likeness of these past sets to each other."""
        import numpy as np

        found = self._by_findings[sets]
        length = self._length[sets]
        alike: Floats = self._by_herbs[sets] @ self._by_herbs[sets].T
        alike += found @ found.toarray().T
        alike /= length[:, None]
        alike /= length
        return np.asarray(alike)

    def to_all(self, findings: list[int]) -> Floats:
        """Give the likeness of these findings (by number, at least one) to every past set, −1 to 1."""
        import numpy as np

        herbs = self._profiles[findings].sum(axis=0)
        towards = self._profiles @ herbs
        towards[findings] += self._worth[findings] ** 2
        length = np.sqrt((self._worth[findings] ** 2).sum() + herbs @ herbs)
        alike: Floats = self._has @ towards / (self._length * length)
        return alike


def nearest(likeness: Floats, limit: int) -> Numbers:
    """Give the numbers of the ``limit`` sets that are most alike, in no order; all where there are fewer."""
    import numpy as np

    return np.arange(len(likeness)) if len(likeness) <= limit else np.argpartition(-likeness, limit)[:limit]


def _profiles(pool: Pool, cases_with: Floats) -> Floats:
    import numpy as np

    usual = np.asarray(pool.given.sum(axis=0)) / pool.counts.sum()
    profiles: Floats = (pool.has.T @ pool.given).toarray()
    profiles -= np.outer(cases_with, usual)
    profiles /= np.sqrt(usual + LEAST_SHARE)
    # Where every case has the same herbs nothing is more than usual: such a profile has no length.
    profiles /= np.maximum(np.linalg.norm(profiles, axis=1, keepdims=True), 1e-6)
    profiles *= np.sqrt(cases_with / (cases_with + FEW))[:, None]
    return profiles
