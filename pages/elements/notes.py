"""Short cards that stay as they are."""

from collections.abc import Callable, Sequence
from typing import Any

from nicegui.element import Element

Note = dict[str, Any]
"""``key, title, lines`` and, where there are such, ``beside``, ``mark`` (it is settled) or ``action`` (it can be chosen)."""


class Notes(Element, component="notes.js"):
    """Cards of one page in one element, however many they are."""

    def __init__(self, notes: Sequence[Note], *, on_choose: Callable[[str], Any] | None = None) -> None:
        super().__init__()
        self._props["notes"] = list(notes)
        if on_choose is not None:
            self.on("choose", lambda event: on_choose(str(event.args)))

    def replace(self, notes: Sequence[Note]) -> None:
        """Show other cards."""
        self._props["notes"] = list(notes)
        self.update()
