"""Where the moving windows are kept: the times of the last attempts under each key, in memory and bounded."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable

from limits.storage import MovingWindowSupport, Storage

MOST_KEYS = 50_000
"""About 30 MiB when each has as many times as a usual rule allows; a flood of addresses costs no more."""


class Windows(Storage, MovingWindowSupport):
    """A storage for ``limits``. Its own in memory has no bound, starts a thread at every hit and takes no clock.

    Beyond ``MOST_KEYS`` the key that was hit the longest ago is forgotten: one under attack is not among those.
    """

    STORAGE_SCHEME = None  # made by hand, never from an address

    def __init__(self, now: Callable[[], float], most: int = MOST_KEYS) -> None:
        super().__init__()
        self._now = now
        self._most = most
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What keeping something can raise."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` attempts unless that were more than ``limit`` in ``expiry`` seconds."""
        with self._lock:
            now = self._now()
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            _forget(times, now - expiry)
            if len(times) + amount > limit:
                return False
            times.extend([now] * amount)
            while len(self._times) > self._most:
                self._times.popitem(last=False)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """Give when the oldest attempt that counts was made, and how many there are."""
        with self._lock:
            now = self._now()
            times = self._times.get(key, deque())
            _forget(times, now - expiry)
            return (times[0] if times else now), len(times)

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._lock:
            self._times.pop(key, None)

    def reset(self) -> int | None:
        """Forget everything; gives how many keys there were."""
        with self._lock:
            count = len(self._times)
            self._times.clear()
            return count

    def check(self) -> bool:
        """Say that memory is there."""
        return True

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Refuse: these windows move, none is fixed."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Refuse: as ``incr``."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Refuse: as ``incr``."""
        raise NotImplementedError


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
