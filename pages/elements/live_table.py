"""A table that takes one row at a time."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pages.elements.told import Told

Row = dict[str, Any]
"""``{"key": …, "cells": {column: {"text": …, "chip": …, "meter": [low, mean, high], "href": …, "more": …} or None}}``."""
Line = dict[str, Any]
"""What an opened row says: ``{"label": …, "texts": […]}``, and ``href`` with ``link`` where there is more elsewhere."""
Open = Callable[[str], Awaitable[list[Line]]]


class LiveTable(Told, component="live_table.js"):
    """Rows by key; a row that changes is sent alone and flashes, the others stay as they are.

    With ``on_open``, which says what an opened row tells, and ``opens``, what its button is called, one row at a time can be
    opened.
    """

    def __init__(
        self,
        columns: Sequence[dict[str, Any]],
        *,
        title: str,
        empty: str,
        unknown: str,
        most: int,
        opens: str = "",
        on_open: Open | None = None,
    ) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.opened: str | None = None
        """The key of the row that is open."""
        self.lines: list[Line] = []
        """What it tells."""
        self._most = most
        self._on_open = on_open
        self._props.update(
            columns=list(columns), title=title, empty=empty, unknown=unknown, most=most, initial=self.rows, opens=opens
        )
        if on_open is not None:
            self.on("open", lambda event: self._open(event.args))

    def start(self, rows: list[Row]) -> None:
        """Show these rows, before the page is sent."""
        self.rows[:] = rows[: self._most]
        self._props["initial"] = list(self.rows)

    def upsert(self, row: Row) -> None:
        """Show a row in place of the one with its key, or on top; a row too many falls off the end."""
        for at, one in enumerate(self.rows):
            if one["key"] == row["key"]:
                if one == row:
                    return
                self.rows[at] = row
                break
        else:
            self.rows[:] = [row, *self.rows][: self._most]
        self.run_method("upsert", row)

    def replace(self, rows: list[Row]) -> None:
        """Show other rows: another filter or order."""
        self.rows[:] = rows[: self._most]
        self.run_method("replace", self.rows)

    async def tell(self) -> None:
        """Say again what the open row tells, where one is open: something of it has changed."""
        key = self.opened
        if self._on_open is None or key is None or not any(row["key"] == key for row in self.rows):
            return
        lines = await self._on_open(key)
        if lines != self.lines or not lines:
            self.lines = lines
            self.run_method("tell", key, lines)

    async def _open(self, key: object) -> None:
        self.opened, self.lines = key if isinstance(key, str) else None, []
        await self.tell()
