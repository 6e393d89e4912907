"""What is told beside the log and is older than what was published meanwhile: it would put a page back to an old value.

It can come so late: a process that has committed waits for its turn to publish, and another's newer entries are published first.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime

from domain.events import LoggedEvent

EFFECTIVENESS, DELIVERY = "effectiveness_update", "delivery_update"
MOST_REMEMBERED = 1_000
"""Entries about effectiveness, the newest: who is later than so many of them is told all the same."""
MOST_DEVICES = 10_000
"""Of which it is remembered how far they had come."""


class Outdated:
    """Remembers what was published lately."""

    def __init__(self) -> None:
        self._effectiveness: deque[LoggedEvent] = deque(maxlen=MOST_REMEMBERED)
        self._devices: OrderedDict[tuple[int | None, int], tuple[int, datetime]] = OrderedDict()

    def remember(self, events: Iterable[LoggedEvent]) -> None:
        """Take note of what is published."""
        for event in events:
            if event.type == EFFECTIVENESS and event.position is not None:
                self._effectiveness.append(event)
            elif event.type == DELIVERY:
                self._devices.update(_devices(event))
                while len(self._devices) > MOST_DEVICES:
                    self._devices.popitem(last=False)

    def is_outdated(self, event: LoggedEvent, place: int) -> bool:
        """Say whether something newer was published than this, which is told behind ``place`` of the log and is not in it."""
        if event.type == DELIVERY:
            devices = _devices(event)
            return bool(devices) and all(
                one in self._devices and at < self._devices[one] for one, at in devices.items()
            )
        if event.type != EFFECTIVENESS:
            return False
        newer = (one for one in reversed(self._effectiveness) if one.position is not None and one.position > place)
        return any(_concerns(one, event) for one in newer)


def _concerns(newer: LoggedEvent, event: LoggedEvent) -> bool:
    """Say whether an entry has another value for what an event tells; one of no diagnosis is for the practice's pages."""
    return (
        newer.practice_id == event.practice_id
        and event.diagnosis_id in (None, newer.diagnosis_id)
        and all(newer.values[name] == event.values[name] for name in ("herb", "condition"))
    )


def _devices(event: LoggedEvent) -> dict[tuple[int | None, int], tuple[int, datetime]]:
    """Read how far each device had come, and when it said so."""
    return {
        (event.diagnosis_id, one["sign_in_id"]): (one["seq"], datetime.fromisoformat(one["at"]))
        for one in event.values["devices"]
        if one["at"] is not None
    }
