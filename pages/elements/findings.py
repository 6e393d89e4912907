"""What was found: a field that searches, and all that is recorded so far, in one element however much it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pages.elements.told import Told

Row = dict[str, Any]
"""``id, name, other, kind, group, scale, mark, days, times, note, then, change``; ``mark`` is absent, there or 1–4, or empty
where it is only known from the last visit; ``days`` a number or empty; ``then`` says how it was, ``change`` (``kind, text``) what
has become of it."""
Offer = dict[str, Any]
"""``label`` of a group and ``items``, each ``id, name, other``; ``exact`` where it is called just as was asked."""


@dataclass(frozen=True)
class Asked:
    """What somebody is looking for: words, or everything of one kind; ``number`` goes back with the answer."""

    text: str
    kind: str
    number: int


@dataclass(frozen=True)
class Put:
    """How a finding is to be recorded."""

    id: str
    mark: str
    days: int | None


class Findings(Told, component="findings.js"):
    """Says what was searched, recorded and removed; shows what it is told, so that the page alone decides what is recorded."""

    def __init__(
        self,
        labels: dict[str, Any],
        *,
        on_ask: Callable[[Asked], Any],
        on_put: Callable[[Put], Any],
        on_replace: Callable[[Put], Any],
        on_remove: Callable[[str], Any],
        on_again: Callable[[str], Any],
    ) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.before = {"title": "", "summary": ""}
        self._props.update(labels=labels, groups=[], initial=self.rows, before=self.before)
        self.on("ask", lambda event: on_ask(_asked(event.args)))
        self.on("put", lambda event: on_put(_put(event.args)))
        self.on("replace", lambda event: on_replace(_put(event.args)))
        self.on("remove", lambda event: on_remove(str(event.args)))
        self.on("again", lambda event: on_again(str(event.args)))

    def groups(self, groups: list[dict[str, str]]) -> None:
        """Show other groups to look through: ``kind`` and ``label`` of each."""
        self._props["groups"] = groups
        self.update()

    def offer(self, number: int, offers: list[Offer]) -> None:
        """Answer a search."""
        self.run_method("offer", number, offers)

    def show(self, rows: list[Row], *, title: str = "", summary: str = "") -> None:
        """Show what is recorded, beside what the last visit had: which one, and what has become of it."""
        self.rows[:] = rows  # in place: a property that is set anew sends the whole element
        self.before.update(title=title, summary=summary)
        self.run_method("show", rows, self.before)

    def object(self, text: str, *, replace: str = "", keep: str = "", put: Put | None = None) -> None:
        """Say why something was not recorded; with ``replace`` and ``keep`` it can be recorded in place of what is in its way."""
        again = None if put is None else {"id": put.id, "mark": put.mark, "days": "" if put.days is None else put.days}
        self.run_method("object", {"text": text, "replace": replace, "keep": keep, "put": again})


def _asked(given: Any) -> Asked:
    return Asked(text=str(given["text"])[:80], kind=str(given["kind"]), number=int(given["number"]))


def _put(given: Any) -> Put:
    days = str(given["days"])
    return Put(id=str(given["id"]), mark=str(given["mark"]), days=int(days) if days.isdecimal() else None)
