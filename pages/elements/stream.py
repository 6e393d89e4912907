"""A stream of what happened, newest first."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui.element import Element

Item = dict[str, Any]
"""``key, title, at, time`` and, where there are such, ``href, subtitle, text, stars, chips, alert``, ``action``, a button,
``as_of``, which the button says behind the key and an ``@``, ``quiet``: it is settled."""


class Stream(Element, component="stream.js"):
    """Cards by key; a new one comes in on top, an old one falls off the end."""

    def __init__(
        self, *, title: str, empty: str, most: int, on_act: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        super().__init__()
        self.items: list[Item] = []
        self._most = most
        self._props.update(title=title, empty=empty, most=most, initial=self.items)
        if on_act is not None:
            self.on("act", lambda event: on_act(str(event.args)))

    def start(self, items: list[Item]) -> None:
        """Show these items, before the page is sent."""
        self.items[:] = items[: self._most]
        self._props["initial"] = list(self.items)

    def upsert(self, item: Item) -> None:
        """Show an item in place of the one with its key, or on top."""
        for at, one in enumerate(self.items):
            if one["key"] == item["key"]:
                self.items[at] = item
                break
        else:
            self.items[:] = [item, *self.items][: self._most]
        self.run_method("upsert", item)

    def drop(self, key: int) -> None:
        """Take an item away, where it is there."""
        left = [one for one in self.items if one["key"] != key]
        if len(left) != len(self.items):
            self.items[:] = left
            self.run_method("drop", key)

    def replace(self, items: list[Item]) -> None:
        """Show other items, where they differ from those that are shown."""
        if items[: self._most] != self.items:
            self.items[:] = items[: self._most]
            self.run_method("replace", self.items)
