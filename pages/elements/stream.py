"""A stream of what happened, newest first."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pages.elements.told import Told

Item = dict[str, Any]
"""``key, title, at, time`` and, where there are such, ``href, subtitle, text, stars, chips, alert``, ``action``, a button,
``as_of``, which the button says behind the key and an ``@``, ``quiet``: it is settled, ``record``, where the key O leads,
``links``, ``replies``: it may be replied to, and ``reply``, which says ``by, text, outdated, as_of, receipt, state``."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A reply as it was typed; ``as_of`` is that of what it answers or, to ``change`` a reply, of that reply."""

    key: int
    text: str
    as_of: str
    change: bool


@dataclass(frozen=True, slots=True)
class Replying:
    """How a stream takes replies: its words, and what is done; each says whether that was done."""

    labels: Mapping[str, Any]
    on_reply: Callable[[Typed], Awaitable[bool]]
    on_take_back: Callable[[int], Awaitable[bool]]


class Stream(Told, component="stream.js"):
    """Cards by key; a new one comes in on top, an old one falls off the end."""

    def __init__(
        self,
        *,
        title: str,
        empty: str,
        most: int,
        on_act: Callable[[str], Awaitable[None]] | None = None,
        replying: Replying | None = None,
    ) -> None:
        super().__init__()
        self.items: list[Item] = []
        self._most = most
        self._props.update(title=title, empty=empty, most=most, initial=self.items)
        if on_act is not None:
            self.on("act", lambda event: on_act(str(event.args)))
        if replying is not None:
            self._props["labels"] = dict(replying.labels)
            self.on("reply", lambda event: self._reply(replying, event.args))
            self.on("take_back", lambda event: self._take_back(replying, int(event.args)))

    def start(self, items: list[Item], *, nothing: str = "") -> None:
        """Show these items, before the page is sent; ``nothing`` is said where there are none, in place of ``empty``."""
        self.items[:] = items[: self._most]
        self._props["initial"] = list(self.items)
        if nothing:
            self._props["empty"] = nothing

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

    def replace(self, items: list[Item], *, nothing: str | None = None) -> None:
        """Show other items, where they differ from those that are shown; ``nothing`` as in ``start``."""
        if items[: self._most] != self.items or nothing is not None:
            self.items[:] = items[: self._most]
            self.run_method("replace", self.items, nothing)

    def address(self, where: str) -> None:
        """Let the page stand under another address, without going anywhere."""
        self.run_method("address", where)

    async def _reply(self, replying: Replying, said: Mapping[str, Any]) -> None:
        typed = Typed(int(said["key"]), str(said["text"]), str(said["as_of"]), bool(said["change"]))
        self.run_method("replied" if await replying.on_reply(typed) else "refused", typed.key)

    async def _take_back(self, replying: Replying, key: int) -> None:
        self.run_method("replied" if await replying.on_take_back(key) else "refused", key)
