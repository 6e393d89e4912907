"""Fit a ranker to a practice's cases: choose the blend on cases held out, then learn from all of them."""

from collections.abc import Callable, Iterable

from domain.cases.blend import Blend, Ranking
from domain.cases.case import Card, Case
from domain.cases.nearest import Nearest
from domain.cases.pooling import pool, usable
from domain.cases.ranker import CaseRanker
from domain.cases.ridge import Ridge
from domain.cases.validating import judge

LEAST_CASES = 50
"""With fewer cases the knowledge alone speaks."""
VALIDATION_SHARE = 0.7
"""How much of the time goes into validation, for the progress."""
SEED = 1


def fit(
    cases: Iterable[Case], *, seed: int = SEED, progress: Callable[[float], None] | None = None
) -> CaseRanker | None:
    """Fit a ranker, or give None where fewer than 50 cases have both findings and herbs.

    CPU work of seconds on one core: call it in a worker or thread. ``progress`` is told how much is done, 0–1, from there. The
    same cases in any order and the same ``seed``, by which validation draws, give the same ranker.
    """
    # Imported here, as everything numeric, because it costs a second; and first, because the limit holds for what is loaded.
    import sklearn.kernel_ridge
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    kept = usable(cases)
    if len(kept) < LEAST_CASES:
        return None
    tell = progress or (lambda _: None)
    tell(0.0)
    # One thread: the event loop and the other requests have the other cores.
    with threadpool_limits(limits=1):
        judged = judge(kept, seed=seed, progress=lambda done: tell(VALIDATION_SHARE * done))
        everything = pool(kept)
        share = judged.ridge_share
        parts: list[tuple[float, Ranking]] = []
        if share > 0:
            parts.append((share, Ridge(everything)))
        if share < 1:
            parts.append((1 - share, Nearest(everything)))
    tell(1.0)
    card = Card(
        cases=len(kept),
        sets=len(everything.sets),
        findings=len(everything.findings),
        herbs=len(everything.herbs),
        ridge_share=share,
        held_out=judged.held_out,
        repeated=judged.repeated,
        split=judged.split,
        measures=judged.measures,
        popularity=judged.popularity,
        reliability=judged.reliability,
    )
    return CaseRanker(everything, Blend(parts), calibration=judged.calibration, card=card)
