"""How good a ranking of herbs is beside what was prescribed: precision, recall and NDCG among the first 5, 10 and 20."""

from collections.abc import Collection, Iterable, Sequence
from math import log2

FIRST = (5, 10, 20)
NAMES = tuple(f"{name}@{first}" for name in ("p", "r", "ndcg") for first in FIRST)


def measures(pairs: Iterable[tuple[Sequence[str], Collection[str]]]) -> dict[str, float]:
    """Average the measures over cases: each a ranking (best first, at least 20 or all there are) and what was prescribed.

    p@K = hits / K; r@K = hits / prescribed; ndcg@K = DCG / IDCG with DCG = Σ 1 / log2(1 + place of a hit) and IDCG the same for
    hits on the first min(K, prescribed) places. All 0–1; ValueError where there is no case or one without a herb.
    """
    sums = dict.fromkeys(NAMES, 0.0)
    cases = 0
    for ranked, prescribed in pairs:
        if not prescribed:
            raise ValueError("a case without herbs cannot be judged")
        cases += 1
        hits = [herb in prescribed for herb in ranked[: FIRST[-1]]]
        for first in FIRST:
            sums[f"p@{first}"] += sum(hits[:first]) / first
            sums[f"r@{first}"] += sum(hits[:first]) / len(prescribed)
            sums[f"ndcg@{first}"] += _gain(hits[:first]) / _gain([True] * min(first, len(prescribed)))
    if not cases:
        raise ValueError("no case to judge by")
    return {name: total / cases for name, total in sums.items()}


def _gain(hits: Sequence[bool]) -> float:
    return sum(1 / log2(place + 1) for place, hit in enumerate(hits, start=1) if hit)
