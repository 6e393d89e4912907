"""The inbox: what needs somebody, done or set aside by mouse and by keyboard, with a way back."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pages.elements.stream import Item
from pages.elements.told import Told

Asked = Callable[[str, str, str], Awaitable[None]]
"""Is told what is asked for, such as ``done`` or ``tomorrow``, the key of what, and how that stood as it was shown."""
Step = dict[str, Any]
"""``{"text": …, "href": …, "link": …, "done": …}``."""
ASKED = frozenset({"done", "tomorrow", "week", "noted", "back", "undo"})


class Inbox(Told, component="inbox.js"):
    """Items by key, in their order; only what has changed is sent, and what is new flashes.

    An item is as a stream's, with ``said``, how it stands, ``later``, until when it can be set aside, and ``link``, what to open
    in place of an action.
    """

    def __init__(self, *, words: dict[str, Any], empty: str, on_asked: Asked) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.aside: list[Item] = []
        """What is set aside."""
        self.said: dict[str, Any] = {}
        """What is said round the items: how many others can wait, and the first steps of a practice that is new."""
        self._props.update(words=words, empty=empty, initial=[], away=[], around={})
        self.on("asked", lambda event: self._asked(on_asked, event.args))

    def start(self, items: Sequence[Item], aside: Sequence[Item], said: dict[str, Any]) -> None:
        """Show these items, before the page is sent."""
        self.items[:], self.aside[:], self.said = items, aside, said
        self._props.update(initial=list(items), away=list(aside), around=said)

    def show(self, items: Sequence[Item], aside: Sequence[Item], said: dict[str, Any]) -> None:
        """Show other items: what stays as it is is not sent again."""
        before = {one["key"]: one for one in self.items}
        changed = [one for one in items if before.get(one["key"]) != one]
        order = [one["key"] for one in items]
        more: dict[str, Any] = {}
        if list(aside) != self.aside:
            more["put"] = list(aside)
        if said != self.said:
            more["said"] = said
        if changed or more or order != list(before):
            self.items[:], self.aside[:], self.said = items, aside, said
            self.run_method("change", changed, order, more)

    def offer_undo(self, number: int, text: str) -> None:
        """Say what was done, with a button that takes it back."""
        self.run_method("offer", number, text)

    async def _asked(self, on_asked: Asked, given: object) -> None:
        match given:
            case {"what": str(what), "key": str(key), "said": str(said)} if what in ASKED:
                await on_asked(what, key, said)
