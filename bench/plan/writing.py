"""The one writer, simulated: changes come independently of one another, and what waits is committed together."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Waits:
    """How long a change takes from its coming to its commit, in ms, and how busy the writer is."""

    p50_ms: float
    p99_ms: float
    busy: float
    together: float
    """Changes in one transaction, on average."""


def waits(
    per_second: float, *, change_ms: float, commit_ms: float, together: int, seconds: float = 120.0, seed: int = 1
) -> Waits:
    """Let changes come to a writer that takes ``change_ms`` for each, and ``commit_ms`` for a transaction of all that wait."""
    dice = random.Random(seed)
    coming: list[float] = []
    at = 0.0
    while (at := at + dice.expovariate(per_second)) < seconds:
        coming.append(at)
    free, busy, first, transactions = 0.0, 0.0, 0, 0
    took: list[float] = []
    while first < len(coming):
        begins = max(free, coming[first])
        last = first
        while (
            last < len(coming)
            and last - first < together
            and coming[last] <= begins + (last - first) * change_ms / 1000
        ):
            last += 1  # whoever comes while the others are worked on goes along
        lasts = ((last - first) * change_ms + commit_ms) / 1000
        free = begins + lasts
        busy += lasts
        transactions += 1
        took += [free - one for one in coming[first:last]]
        first = last
    took.sort()
    return Waits(
        p50_ms=took[len(took) // 2] * 1000,
        p99_ms=took[int(len(took) * 0.99)] * 1000,
        busy=min(1.0, busy / max(seconds, free)),
        together=len(took) / transactions,
    )
