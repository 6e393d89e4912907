"""The processes of the program as a table that takes new values."""

from collections.abc import Sequence
from typing import Any

from nicegui.element import Element

Line = dict[str, Any]
"""One process: texts by column, ``key``, and whether it is ``gone``."""


class Processes(Element, component="processes.js"):
    """A table of processes; it is sent anew where anything of it has changed, a few hundred bytes for each."""

    def __init__(self, lines: Sequence[Line], *, words: dict[str, str]) -> None:
        super().__init__()
        self.lines = list(lines)
        self._props.update(initial=self.lines, words=words)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these processes."""
        if list(lines) != self.lines:
            self.lines = list(lines)
            self.run_method("change", self.lines)
