"""A reconnect storm, simulated: everybody loses their socket at once and comes back as our clients do.

Full jitter between 0 and a bound that doubles from half a second to twenty; a process that has let in as many as it lets in
a second sends the next away (1013), and those begin where the backoff of a full server begins.
"""

import heapq
import random
from collections import Counter
from dataclasses import dataclass

FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
"""Of ``clients/vervain_client.py`` and ``static/m/live.js``; a test holds them together."""


@dataclass(frozen=True)
class Storm:
    """How it went."""

    back_50_s: float
    back_99_s: float
    back_all_s: float
    attempts_each: float
    busiest_second: int
    """Attempts in the busiest second, at all processes together."""


def storm(clients: int, joins_per_second: float, *, seed: int = 1) -> Storm:
    """Let so many clients come back to processes that together let in so many a second."""
    dice = random.Random(seed)
    waiting = [(dice.uniform(0, FIRST_WAIT), number) for number in range(clients)]
    heapq.heapify(waiting)
    attempts = [0] * clients
    tried: Counter[int] = Counter()
    let_in: Counter[int] = Counter()
    back: list[float] = []
    while waiting:
        at, number = heapq.heappop(waiting)
        attempts[number] += 1
        second = int(at)
        tried[second] += 1
        if let_in[second] < joins_per_second:
            let_in[second] += 1
            back.append(at)
            continue
        bound = min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts[number])
        heapq.heappush(waiting, (at + dice.uniform(0, bound), number))
    return Storm(
        back_50_s=back[len(back) // 2],
        back_99_s=back[int(len(back) * 0.99)],
        back_all_s=back[-1],
        attempts_each=sum(attempts) / clients,
        busiest_second=max(tried.values()),
    )
