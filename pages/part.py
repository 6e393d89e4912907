"""A part of a page that is built anew at times, and with it ends what it follows."""

from collections.abc import Callable, Sequence

from domain.permission import Action
from pages.follower import Handle, Keep
from pages.visit import Visit


class Part:
    """What was built together, for what somebody may do at that moment."""

    def __init__(self, here: Visit, allowed: frozenset[Action]) -> None:
        self.allowed = allowed
        self.over = False
        """Whether others have taken its place: it shows nothing any more."""
        self._here = here
        self._ends: list[Callable[[], None]] = []

    def follow(self, topics: str | Sequence[str], handle: Handle, *, keep: Keep = lambda _event: True) -> None:
        """Follow as the page does, and no longer than this part is there."""
        if not self.over:
            self._ends.append(self._here.follow(topics, handle, keep=keep))

    def end(self) -> None:
        """Follow nothing any more."""
        self.over = True
        while self._ends:
            self._ends.pop()()
