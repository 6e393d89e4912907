"""Curves of what a patient scores over time, with what changed in the plan."""

from typing import Any

from pages.elements.told import Told

Chart = dict[str, Any]
"""``key, title, subtitle, summary`` (all of it in words), ``ticks, points, marks, effects`` and ``rows``, the same as a table."""


class Curves(Told, component="curves.js"):
    """Charts by key; one that changes is sent alone, the others stay as they are."""

    def __init__(self, *, title: str, empty: str, labels: dict[str, Any]) -> None:
        super().__init__()
        self.charts: list[Chart] = []
        self._props.update(title=title, empty=empty, labels=labels, initial=self.charts)

    def start(self, charts: list[Chart]) -> None:
        """Show these charts, before the page is sent."""
        self.charts[:] = charts
        self._props["initial"] = list(charts)

    def show(self, charts: list[Chart]) -> None:
        """Show these charts; only those that differ are sent, where they are the same ones otherwise."""
        before = {one["key"]: one for one in self.charts}
        same = [one["key"] for one in charts] == list(before)
        self.charts[:] = charts
        if not same:
            self.run_method("replace", charts)
            return
        for one in charts:
            if one != before[one["key"]]:
                self.run_method("put", one)
