"""What the program counts, in groups: one table that takes one value at a time."""

from collections.abc import Sequence
from typing import Any

from pages.elements.told import Told

Meter = dict[str, Any]
"""``{"key", "name", "means", "value", "note", "limit", "look", "main", "parts": [[label, text], …]}``.

``look``: it wants one; ``main``: a folded group says it in its line."""
Group = dict[str, Any]
"""``{"key": …, "title": …, "meters": […]}``."""


class Meters(Told, component="meters.js"):
    """Groups of meters by key; only what changes of a meter is sent, and nothing while nobody looks."""

    def __init__(self, groups: Sequence[Group], *, words: dict[str, str], seconds: float, on_ask: Any) -> None:
        super().__init__()
        self.meters: dict[str, Meter] = {one["key"]: one for group in groups for one in group["meters"]}
        self._props.update(initial=list(groups), words=words, seconds=seconds)
        self.on("ask", lambda _event: on_ask())

    def show(self, groups: Sequence[Group]) -> None:
        """Show these meters; they are the same ones by their keys."""
        after = {one["key"]: one for group in groups for one in group["meters"]}
        changed = [
            {"key": key} | {name: value for name, value in one.items() if self.meters[key].get(name) != value}
            for key, one in after.items()
            if one != self.meters[key]
        ]
        self.meters = after
        self.run_method("change", changed)
