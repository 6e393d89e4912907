"""Traces: how long each step took from a request to the last client that shows what it changed. Off unless settings say where.

A span is a step with its beginning and its end. What is traced carries its span along: the request in its ``Origin``, a change
on the thread that writes, an event to whoever is told of it, also in another process (``carried``, ``Tracing.resumed``). Where
there is none nothing is measured, and nothing of OpenTelemetry is imported: ``domain/telemetry.py`` stands behind this.

A span says what the program did and how long that took: names of ours, counts and codes. Never who, about whom, or their words.
"""

from collections.abc import Callable, Iterable, Sequence
from time import time_ns
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from domain.origin import Origin, coming_from, here

if TYPE_CHECKING:
    from domain.events import LoggedEvent
    from domain.ledger import Change

T = TypeVar("T")
Value = int | str
MOST_PAGES = 20
"""Pages of which one event has a span; they are alike, and hundreds may be open."""


class Span(Protocol):
    """A step that is under way; what it leads to begins from it."""

    trace_id: str
    """32 hexadecimal digits, the same for all that belongs together."""
    pages: int
    """Pages that have been shown what happened, so far."""

    def begin(self, name: str, *, at: int | None = None, **attributes: Value) -> "Span":
        """Begin a step that this one leads to; ``at`` in ns since 1970, where that was not just now."""

    def note(self, **attributes: Value) -> None:
        """Note a count or a code."""

    def end(self, failed: str = "") -> None:
        """End it, once; ``failed`` is the kind of an error."""

    def carried(self) -> str:
        """Write it for another process to go on from, as a ``traceparent`` of W3C's Trace Context."""


class Tracing(Protocol):
    """Where spans go."""

    def request(self, method: str, carried: str = "") -> Span | None:
        """Begin with a request, which goes on from ``carried`` where that can be read; None where it is not among the sample."""

    def resumed(self, carried: str) -> Span | None:
        """Go on from what another process carried here; None where that cannot be read or was not among the sample."""

    def close(self) -> None:
        """Send what waits, for 2 s at most, and stop."""


def carried(events: Iterable["LoggedEvent"]) -> str:
    """Write what a message to other processes has beside these events, so that their trace goes on there; empty without one."""
    return next((event.span.carried() for event in events if event.span is not None), "")


def carried_over(act: Callable[["Change"], T]) -> Callable[["Change"], T]:
    """Take along, to the thread that writes, where a change comes from; measures how long it queued and took."""
    origin = here()
    return act if origin is None else _CarriedOver(act, origin)


class _CarriedOver:
    __slots__ = ("_act", "_origin", "_queued", "_span")

    def __init__(self, act: Callable[["Change"], Any], origin: Origin) -> None:
        self._act = act
        self._origin = origin
        self._span = origin.span
        self._queued = 0 if origin.span is None else time_ns()

    def __call__(self, change: "Change") -> Any:
        with coming_from(self._origin):
            if self._span is None:
                return self._act(change)
            noun = self._act.__module__.removeprefix("domain.")
            span = self._span.begin(f"change {noun}", at=self._queued)
            span.begin("queue", at=self._queued).end()
            change.span = span
            step = span.begin("transaction")
            try:
                result = self._act(change)
            except BaseException as error:
                step.end(type(error).__name__)
                span.end(type(error).__name__)
                raise
            step.end()
            return result


class Steps:
    """What the changes that share a transaction go through together; each that is traced has these steps as its own."""

    def __init__(self, changes: Sequence["Change"]) -> None:
        """Take note of ``changes``, which may still become more."""
        self._changes = changes
        self._spans: list[Span] = []
        self._steps: list[Span] = []

    @property
    def traced(self) -> bool:
        """Whether any of them is."""
        return any(change.span is not None for change in self._changes)

    def commit(self) -> None:
        """Begin to commit."""
        self._spans = [change.span for change in self._changes if change.span is not None]
        self._steps = [span.begin("commit", together=len(self._changes)) for span in self._spans]

    def publish(self) -> None:
        """Begin to publish what is committed: what comes of it belongs to this step."""
        self._end_steps()
        for change in self._changes:
            if change.span is not None:
                change.span = change.span.begin("publish", events=len(change.entries) + len(change.passing))
                self._steps.append(change.span)

    def end(self, failed: str = "") -> None:
        """End all that is under way."""
        self._end_steps(failed)
        for span in self._spans:
            span.end(failed)
        self._spans = []

    def _end_steps(self, failed: str = "") -> None:
        for step in self._steps:
            step.end(failed)
        self._steps = []


def shown_on_a_page(events: Sequence["LoggedEvent"]) -> Span | None:
    """Begin to show events on a page; None where they are not traced, or many pages have been measured already."""
    for event in events:
        if event.span is not None and event.span.pages < MOST_PAGES:
            event.span.pages += 1
            return event.span.begin("page push", events=len(events))
    return None
