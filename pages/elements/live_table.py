"""A table that takes one row at a time."""

from collections.abc import Sequence
from typing import Any

from nicegui.element import Element

Row = dict[str, Any]
"""``{"key": …, "cells": {column: {"text": …, "chip": …, "meter": [low, mean, high], "href": …} or None}}``."""


class LiveTable(Element, component="live_table.js"):
    """Rows by key; a row that changes is sent alone and flashes, the others stay as they are."""

    def __init__(self, columns: Sequence[dict[str, Any]], *, title: str, empty: str, unknown: str, most: int) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._most = most
        self._props.update(
            columns=list(columns), title=title, empty=empty, unknown=unknown, most=most, initial=self.rows
        )

    def start(self, rows: list[Row]) -> None:
        """Show these rows, before the page is sent."""
        self.rows[:] = rows[: self._most]
        self._props["initial"] = list(self.rows)

    def upsert(self, row: Row) -> None:
        """Show a row in place of the one with its key, or on top; a row too many falls off the end."""
        for at, one in enumerate(self.rows):
            if one["key"] == row["key"]:
                self.rows[at] = row
                break
        else:
            self.rows[:] = [row, *self.rows][: self._most]
        self.run_method("upsert", row)

    def replace(self, rows: list[Row]) -> None:
        """Show other rows: another filter or order."""
        self.rows[:] = rows[: self._most]
        self.run_method("replace", self.rows)
