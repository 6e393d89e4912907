"""What a day has, in groups of lines."""

from collections.abc import Sequence
from typing import Any

from pages.elements.told import Told

Line = dict[str, Any]
"""``{"key": …, "title": …, "href": …, "text": …, "chip": {"kind": …, "text": …, "href"?: …} or None, "time": …}``."""
Group = dict[str, Any]
"""``{"key": …, "title": …, "count": …, "empty": …, "lines": […]}``."""


class Agenda(Told, component="agenda.js"):
    """Groups of lines by key; a group that changes is sent alone, and in it the lines that are new flash."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []
        self._props.update(initial=[])

    def start(self, groups: Sequence[Group]) -> None:
        """Show these groups, before the page is sent."""
        self.groups[:] = groups
        self._props["initial"] = list(groups)

    def show(self, groups: Sequence[Group]) -> None:
        """Show these groups; they are the same ones by their keys."""
        changed = [one for one, before in zip(groups, self.groups, strict=True) if one != before]
        if changed:
            self.groups[:] = groups
            self.run_method("change", changed)
