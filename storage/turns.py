"""So many at once, and the others for a moment in turn."""

import threading

from storage.busy import Busy


class Turns:
    """A context that ``most`` are in at once; who has no turn within ``seconds`` is told Busy."""

    def __init__(self, most: int, *, seconds: float) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._seconds = seconds

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=self._seconds):
            raise Busy

    def __exit__(self, *_error: object) -> None:
        self._free.release()
