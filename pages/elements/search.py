"""The search that is on every page."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pages.elements.told import Told

Found = dict[str, Any]
"""``key, title, href`` and, where there are such, ``more``, ``icon`` and ``under``: it belongs to the one above."""
Group = dict[str, Any]
"""``label, items``."""
Answer = dict[str, Any]
"""``groups`` and ``said``: what to tell of them, or why there are none."""
LONGEST = 80


class Search(Told, component="search.js"):
    """A dialog with a field and a list; what is typed goes to the server over the page's own line and nowhere else.

    Somebody types faster than is searched: while one search runs, of those that came meanwhile only the newest is done.
    """

    def __init__(
        self, labels: dict[str, str], begin: Sequence[Group], *, on_ask: Callable[[str], Awaitable[Answer]]
    ) -> None:
        super().__init__()
        self._props.update(labels=labels, begin=list(begin))
        self._on_ask = on_ask
        self._next: tuple[int, str] | None = None
        self._running = False
        self.on("ask", lambda event: self._ask(event.args))

    async def _ask(self, given: Any) -> None:
        self._next = int(given["number"]), str(given["text"])[:LONGEST]
        if self._running:
            return
        self._running = True
        try:
            while self._next is not None:
                (number, text), self._next = self._next, None
                answer = await self._on_ask(text)
                if self._next is None:
                    self.run_method("offer", number, answer)
        finally:
            self._running = False
