"""Cutting what one commit tells into messages: events that stand together and are about one diagnosis, up to a bound."""

from collections.abc import Iterator

from domain.bus import Told
from domain.events import LoggedEvent

MOST_EVENTS, MOST_CHARACTERS = 64, 128 * 1024
"""Of one message; a server takes one MiB, and what is sealed is up to six times as long. An event is never cut."""


def cut(told: Told) -> Iterator[Told]:
    """Give the parts in their order, each saying behind which position it comes."""
    part: list[LoggedEvent] = []
    after, size = told.after, 0
    for event in told.events:
        length = len(event.data) + len(event.patient_data or "")
        full = len(part) >= MOST_EVENTS or size + length > MOST_CHARACTERS
        if part and (full or _whose(event) != _whose(part[0])):
            done = Told(after, tuple(part), told.trace)
            yield done
            part, after, size = [], done.top, 0
        part.append(event)
        size += length
    if part:
        yield Told(after, tuple(part), told.trace)


def _whose(event: LoggedEvent) -> tuple[int, int | None]:
    return event.practice_id, event.diagnosis_id
