"""A list to choose from, a page at a time."""

from collections.abc import Callable
from typing import Any

from pages.elements.told import Told

Leaf = dict[str, Any]
"""``count, chosen, before, next``; ``items``, each ``key, href, title, more, review`` and, where there are such,
``chip, chip_text, own``; and ``others``: in which other sets there is something, each ``set, text``."""


class Shelf(Told, component="shelf.js"):
    """Rows of one page, replaced together; which one is chosen can be told by itself."""

    def __init__(
        self,
        leaf: Leaf,
        *,
        title: str,
        empty: str,
        labels: dict[str, str],
        on_choose: Callable[[str], Any],
        on_turn: Callable[[int], Any],
        on_other: Callable[[str], Any],
    ) -> None:
        super().__init__()
        self.leaf = dict(leaf)
        self._props.update(initial=leaf, title=title, empty=empty, labels=labels)
        self.on("choose", lambda event: on_choose(str(event.args)))
        self.on("other", lambda event: on_other(str(event.args)))
        self.on("turn", lambda event: on_turn(int(event.args)))

    def replace(self, leaf: Leaf) -> None:
        """Show another page, or the same as it is now."""
        if leaf != self.leaf:
            self.leaf = dict(leaf)
            self.run_method("replace", leaf)

    def choose(self, key: str, address: str) -> None:
        """Mark a row as the one that is read, and let the address of the page name it."""
        self.leaf["chosen"] = key
        self.run_method("choose", key, address)
