"""A circuit breaker: who fails again and again is not asked for a while, so that nobody waits for the time limit each time."""

import time
from collections.abc import Callable

FAILURES = 5
"""One after the other, until it opens. A proposal."""
REST_SECONDS = 30.0
"""How long nobody is asked; then one question tries."""


class Breaker:
    """Counts failures, and says whether to ask."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_from = 0.0

    @property
    def lets_through(self) -> bool:
        """Whether to ask now; where it was open, the one question that tries is let through by this."""
        if self._failures < FAILURES:
            return True
        if self._clock() < self._closed_from:
            return False
        self._closed_from = self._clock() + REST_SECONDS  # the others wait for how this one ends
        return True

    def went_well(self) -> None:
        """Ask again as usual."""
        self._failures = 0

    def failed(self) -> bool:
        """Count a failure; says whether it has opened by this one."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_from = self._clock() + REST_SECONDS
        return self._failures == FAILURES
