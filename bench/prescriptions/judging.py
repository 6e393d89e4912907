"""Fit to one set of cases, suggest for another, one case at a time as a page does, and measure."""

import resource
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.prescriptions.reading import Unreadable
from domain.cases import LEAST_CASES, Case, fit
from domain.cases.calibrating import reliability
from domain.cases.measures import FIRST, measures


@dataclass(frozen=True, slots=True)
class Judged:
    """The line that is printed, the same measures of popularity, the card, and the reliability on the cases suggested for."""

    line: dict[str, float]
    popularity: dict[str, float]
    card: dict[str, Any]
    reliability: list[dict[str, Any]]
    repeated: float


def judge(train: Sequence[Case], test: Sequence[Case]) -> Judged:
    """Fit to ``train`` and suggest for each case of ``test``.

    ``fit_s`` is the whole fit, its validation and the import of what it needs; ``us_per_case`` one ``rank`` of 20 herbs with its
    explanations; ``mb`` the process' highest memory so far. All herbs are candidates: those that no past case speaks for, and all
    where no finding is known, follow by how usual they are.
    """
    began = time.perf_counter()
    ranker = fit(train)
    fit_s = time.perf_counter() - began
    if ranker is None:
        raise Unreadable(f"There are {len(train)} cases to learn from where {LEAST_CASES} are needed.")
    began = time.perf_counter()
    suggested = [[(one.herb, one.score) for one in ranker.rank(case.findings, limit=FIRST[-1])] for case in test]
    us_per_case = (time.perf_counter() - began) / len(test) * 1e6
    usual = ranker.usual(limit=2 * FIRST[-1])
    rankings = []
    for found in suggested:
        named = [herb for herb, _ in found]
        rankings.append(named + [herb for herb in usual if herb not in named])
    told = [(score, herb in case.herbs) for case, found in zip(test, suggested, strict=True) for herb, score in found]
    seen = {case.findings for case in train}
    result = measures((ranked, case.herbs) for ranked, case in zip(rankings, test, strict=True))
    cost = {"fit_s": fit_s, "us_per_case": us_per_case, "mb": _peak_mb()}
    return Judged(
        line=result | cost,
        popularity=measures((usual, case.herbs) for case in test),
        card=asdict(ranker.card),
        reliability=[asdict(one) for one in reliability([score for score, _ in told], [was for _, was in told])],
        repeated=sum(case.findings in seen for case in test) / len(test),
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
