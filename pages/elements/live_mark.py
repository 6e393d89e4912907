"""The Live mark: when the page was last known to be current, and the button that holds it still."""

from collections.abc import Callable
from typing import Any

from pages.elements.told import Told

ASK_SECONDS = 2.2
"""How often a page asks, and how long it waits for the answer: a line that is cut is noticed within 4.7 s, of which 0.4 are
those between two looks at its watch."""


class LiveMark(Told, component="live_mark.js"):
    """Asks the server every few seconds and shows the time of its answer; says when somebody wants the page to stand still."""

    def __init__(self, labels: dict[str, Any], *, now: Callable[[], str], on_pause: Callable[[bool], None]) -> None:
        super().__init__()
        self._props["labels"] = labels
        self._props["seconds"] = ASK_SECONDS
        self.on("confirm", lambda event: self.run_method("confirmed_at", now(), event.args))
        self.on("pause", lambda event: on_pause(event.args is True))

    def held(self, paused: bool, count: str, said: str) -> None:
        """Show whether the page is paused and how many changes wait: as a number, and in words for those who do not see it."""
        self.run_method("held", paused, count, said)
