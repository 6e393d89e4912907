"""Pause live: a page holds back what happens until somebody wants to see it; what is about a danger is never held back."""

from collections.abc import Callable, Hashable, Iterable

from domain import alarm
from domain.events import LoggedEvent

MOST_HELD = 500
"""Changes that a page holds back; then it goes on by itself, because somebody has forgotten that they paused it."""


class Hold:
    """Whether a page is paused, and how many changes wait; its followers ask it before they show anything."""

    def __init__(self) -> None:
        self.paused = False
        self._waiting: set[Hashable] = set()
        self._release: list[Callable[[], None]] = []
        self._tell: Callable[[bool, int], None] = lambda _paused, _count: None

    @property
    def count(self) -> int:
        """How many changes wait; what one answer causes is one change."""
        return len(self._waiting)

    def tell(self, tell: Callable[[bool, int], None]) -> None:
        """Say whom to tell of a pause and of how many changes wait."""
        self._tell = tell

    def join(self, release: Callable[[], None]) -> None:
        """Let a follower take part: ``release`` is called when what it holds may be shown."""
        self._release.append(release)

    def pause(self) -> None:
        """Hold back what happens from now on."""
        if not self.paused:
            self.paused = True
            self._tell(True, 0)

    def resume(self) -> None:
        """Show what has been held back, and what happens from now on."""
        if self.paused:
            self.paused = False
            self._let_go()

    def holds(self, events: Iterable[LoggedEvent]) -> bool:
        """Say whether a follower keeps these to itself for now."""
        if not self.paused:
            return False
        events = list(events)
        if any(may_not_wait(event) for event in events):
            self._let_go()  # with all that came before it, on the whole page: it is read in its place
            return False
        before = self.count
        self._waiting.update((event.timestamp, event.patient_id) for event in events)
        if self.count > MOST_HELD:
            self.resume()
            return False
        if self.count != before:
            self._tell(True, self.count)
        return True

    def _let_go(self) -> None:
        self._waiting.clear()
        self._tell(self.paused, 0)
        for release in self._release:
            release()


def may_not_wait(event: LoggedEvent) -> bool:
    """Say whether an event is shown however long somebody wants to look at what was there before it.

    That is a danger or what may end one (an urgent answer, a plan that is blocked, has become dangerous or was stopped), and
    whatever says who may read a record, or that its profile is another one.
    """
    if event.type == "patient_update":
        return True
    if event.type == "feedback_update":
        return alarm.urgency(event.values) > 0 or bool(event.values["stopped"])
    if event.type == "recommendation_update":
        new = event.values["new"]
        return event.values["change"] == "stopped" or bool(new and (new["worsened"] or new["verdict"] == "block"))
    return False
