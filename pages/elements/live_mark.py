"""The Live mark: when the page was last known to be current."""

from collections.abc import Callable

from nicegui.element import Element

ASK_SECONDS = 5
"""After this long without an answer the page says that it is offline."""


class LiveMark(Element, component="live_mark.js"):
    """Asks the server every five seconds and shows the time of its answer."""

    def __init__(self, labels: dict[str, str], now: Callable[[], str]) -> None:
        super().__init__()
        self._props["labels"] = labels
        self._props["seconds"] = ASK_SECONDS
        self.on("confirm", lambda: self.run_method("confirmed_at", now()))
