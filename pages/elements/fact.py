"""One row of the knowledge, with all that is said of it."""

from collections.abc import Callable
from typing import Any

from pages.elements.told import Told

Fact = dict[str, Any]
"""``key, set, title, marks, warning, names, facts, sections, sources, note, review, origin``, as pages/fact.py writes them."""


class FactCard(Told, component="fact.js"):
    """Shows one fact, or says how to choose one; replaced as a whole, where anything in it differs."""

    def __init__(self, fact: Fact | None, *, labels: dict[str, str], on_open: Callable[[str, str], Any]) -> None:
        super().__init__()
        self.fact = fact
        self._props.update(initial=fact, labels=labels)
        self.on("open", lambda event: on_open(str(event.args[0]), str(event.args[1])))

    def replace(self, fact: Fact | None, *, look: bool = False) -> None:
        """Show another fact, or the same as it is now; ``look`` brings it before the eyes of who has chosen it."""
        if look or fact != self.fact:
            self.fact = fact
            self.run_method("replace", fact, look)
