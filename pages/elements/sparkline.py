"""A small line of counts by day, with the same in words and as a table."""

from collections.abc import Sequence
from typing import Any

from pages.elements.told import Told

Day = dict[str, Any]
"""``{"key": the date, "count": …, "day": the date in words, "text": the count in words}``."""


class Sparkline(Told, component="sparkline.js"):
    """Bars of counts, oldest first; a day that changes is sent alone and flashes."""

    def __init__(self, *, words: dict[str, str]) -> None:
        super().__init__()
        self.days: list[Day] = []
        self.summary = ""
        self._props.update(words=words, initial=[], said="")

    def start(self, days: Sequence[Day], summary: str) -> None:
        """Show these days, before the page is sent; the ``summary`` says the same in one sentence."""
        self.days[:], self.summary = days, summary
        self._props.update(initial=list(days), said=summary)

    def show(self, days: Sequence[Day], summary: str) -> None:
        """Show these days; those that stand as they did are not sent again."""
        if list(days) == self.days and summary == self.summary:
            return
        same_days = [one["key"] for one in days] == [one["key"] for one in self.days]
        changed = [one for one, before in zip(days, self.days, strict=False) if one != before]
        self.days[:], self.summary = days, summary
        self.run_method("change", changed if same_days else list(days), summary, not same_days)
