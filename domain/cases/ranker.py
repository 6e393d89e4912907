"""Rank herbs for a patient's findings by the practice's own cases, and name the cases that say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domain.cases.blend import Blend
from domain.cases.calibrating import Calibration
from domain.cases.case import Card, Suggestion, Support
from domain.cases.pooling import Pool

if TYPE_CHECKING:
    from domain.cases.pooling import Floats, Numbers

SUPPORTS, CASES_NAMED = 3, 3
"""How many sets of past cases a suggestion names, and how many cases of each."""


class CaseRanker:
    """Suggests herbs from past cases. Made by ``fit``; nothing changes it afterwards, so threads may share it."""

    def __init__(self, pool: Pool, blend: Blend, *, calibration: Calibration, card: Card) -> None:
        self.card = card
        self._pool = pool
        self._blend = blend
        self._calibration = calibration
        self._usual = tuple(pool.herbs[herb] for herb in best_first(pool.usual))

    def rank(self, findings: Iterable[str], *, limit: int = 20) -> list[Suggestion]:
        """Suggest up to ``limit`` herbs, best first, ties by name (numbers by value), each with the past cases that speak for it.

        Findings that no past case has change nothing; where none is known, no past case shares a finding and nothing is
        suggested. Neither order nor repetition matters. A herb among the first that no past case speaks for is left out.
        """
        known = numbers(self._pool, findings)
        if not known or limit < 1:
            return []
        weights = self._blend.weigh(known)
        scores = self._blend.scores(weights)
        herbs = best_first(scores, limit)
        supports = self._supports(herbs, known, self._blend.influences(weights))
        return [
            Suggestion(self._pool.herbs[herb], self._calibration.share(float(scores[herb])), supporting)
            for herb, supporting in zip(herbs, supports, strict=True)
            if supporting
        ]

    def usual(self, *, limit: int = 20) -> tuple[str, ...]:
        """Name the herbs that are given most, whatever was found."""
        return self._usual[:limit]

    def _supports(self, herbs: Numbers, known: list[int], influences: Floats) -> list[tuple[Support, ...]]:
        import numpy as np

        near = np.flatnonzero(influences)
        added = influences[near, None] * self._pool.targets[near[:, None], herbs]
        rest = max(1 - float(influences.sum()), 0.0) * self._pool.usual[herbs]
        shares = added / np.maximum(added.sum(axis=0) + rest, np.finfo(np.float32).tiny)
        first = np.argsort(-shares, axis=0, kind="stable")[:SUPPORTS]
        best = zip(near[first].T.tolist(), np.take_along_axis(shares, first, axis=0).T.tolist(), strict=True)
        patient = {self._pool.findings[one] for one in known}
        return [
            tuple(
                self._support(self._pool.herbs[herb], number, patient, share)
                for number, share in zip(*supports, strict=True)
                if share > 0
            )
            for herb, supports in zip(herbs.tolist(), best, strict=True)
        ]

    def _support(self, herb: str, number: int, patient: set[str], share: float) -> Support:
        findings = self._pool.sets[number]
        given = self._pool.with_herb[number][herb]
        return Support(
            case_ids=tuple(given[:CASES_NAMED]),
            findings=findings,
            shared=tuple(one for one in findings if one in patient),
            given=len(given),
            cases=int(self._pool.counts[number]),
            share=share,
        )


def numbers(pool: Pool, findings: Iterable[str]) -> list[int]:
    """Look up the findings that past cases have, in order, each once."""
    return sorted({pool.at[one] for one in findings if one in pool.at})


def best_first(scores: Floats, limit: int | None = None) -> Numbers:
    """Order by score, highest first; ties by place. A difference in the sixth digit is rounding, and a tie."""
    import numpy as np

    return np.argsort(-np.round(scores, 5), kind="stable")[:limit]
