"""What is refused, as lines of the log: one vocabulary, the names of which are documented and do not change.

A line says who (a person by their name in the log, or a hash of the name that was typed), from where, at which door and why,
in words of ours. It never holds what somebody typed, a token, or what a record says. Refusals go into no table: whoever makes
them would fill it.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

import structlog

from domain.network import network_of

log = structlog.get_logger("vervain.security")

FROM_ONE = 10
"""Lines of one event from one address (IPv6: /64) in a minute: enough to see what goes on there."""
IN_ALL = 30
"""Lines of one event in a minute: 86 MiB a day of all eight together at the most, whatever flood it is."""
MINUTE = 60.0
PREFIX = "security."
LONGEST_ID = 19
"""Digits of the largest number of a row."""


class Event(StrEnum):
    """What can be refused."""

    SIGN_IN_REFUSED = "security.sign_in_refused"
    """A name, a password, a code, an invite, a refresh token or what a provider said was not right."""
    TOKEN_REFUSED = "security.token_refused"  # noqa: S105 - the name of an event
    """An access token or a service's that is not ours or holds no longer; one that has only run out is no event."""
    PERMISSION_REFUSED = "security.permission_refused"
    """Somebody who is signed in asked for what is not theirs, or is not there: one answer for both."""
    INPUT_REFUSED = "security.input_refused"
    """What was sent is not what is expected there."""
    DOOR_REFUSED = "security.door_refused"
    """A request came from another site, under another host's name, without an end, or for a page of somebody else."""
    THROTTLED = "security.throttled"
    """Somebody tried too often."""
    EMERGENCY_REFUSED = "security.emergency_refused"
    """A record was not opened in an emergency."""
    STRANGER = "security.stranger"
    """Nobody in particular asked for what needs a token, or for what is not here at all."""


UNCOUNTED = {Event.STRANGER}
"""Where strangers can reach the program they come all day; requests are counted by their status beside."""


FLOOD = "security.flood"
"""From here to the end of the minute lines of an event are left out."""
LEFT_OUT = "security.left_out"
"""So many were left out in the minute before the one in which something was written next."""


def place(template: str, asked: str) -> str:
    """Write a path by the template of its route: with the numbers that were asked for, and no words that somebody chose.

    What stands before the template is the prefix under which the route was put, and ours.
    """
    names, parts = template.split("/")[1:], asked.split("/")[1:]
    if not template or ":" in template or len(parts) < len(names):
        return template
    before = len(parts) - len(names)
    filled = (
        part if name.startswith("{") and _is_number(part) else name
        for name, part in zip(names, parts[before:], strict=True)
    )
    return "/" + "/".join([*parts[:before], *filled])


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= LONGEST_ID


class SecurityLog:
    """Writes what was refused, so many lines a minute; ``now`` is in seconds and never goes back.

    ``names`` says how a person is called in the log; without it their number stands there.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, *, names: Callable[[int], object] = lambda number: number
    ) -> None:
        self._now = now
        self._names = names
        self._lock = threading.Lock()
        self._since = now()
        self._written: Counter[str] = Counter()
        self._from: Counter[tuple[str, str]] = Counter()
        self._left_out: Counter[str] = Counter()
        self._noted: Counter[tuple[str, str]] = Counter()

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Count what was refused since the program started, lines that were left out too: by event, by reason."""
        with self._lock:
            noted = sorted(self._noted.items())
        found: dict[str, dict[str, int]] = {
            event.value.removeprefix(PREFIX): {} for event in Event if event not in UNCOUNTED
        }
        for (event, reason), times in noted:
            found[event.removeprefix(PREFIX)][reason] = times
        return {"security_refusals": found}

    def note(
        self,
        event: Event,
        *,
        reason: str,
        person: int | None = None,
        named: str = "",
        address: str = "",
        where: str = "",
    ) -> None:
        """Write one line. ``reason`` is a code of ours, ``named`` a keyed hash, ``where`` a method with a path of ours."""
        who = None if person is None else self._names(person)
        said = {"reason": reason, "person": who, "named": named, "address": address, "where": where}
        with self._lock:
            if event not in UNCOUNTED:
                self._noted[event.value, reason] += 1
            before = self._turn()
            fits = self._fits(event, network_of(address))
            first_left_out = not fits and self._left_out[event] == 1
        for what, lines in before.items():
            log.warning(LEFT_OUT, of=what, lines=lines)
        if fits:
            log.warning(event.value, **{word: value for word, value in said.items() if value not in (None, "")})
        elif first_left_out:
            log.warning(FLOOD, of=event.value)

    def _turn(self) -> Counter[str]:
        """Begin another minute where this one is over; gives what was left out in it."""
        if self._now() - self._since < MINUTE:
            return Counter()
        before = self._left_out
        self._since = self._now()
        self._written, self._from, self._left_out = Counter(), Counter(), Counter()
        return before

    def _fits(self, event: Event, network: str) -> bool:
        if self._written[event] >= IN_ALL or self._from[event, network] >= FROM_ONE:
            self._left_out[event] += 1
            return False
        self._written[event] += 1
        self._from[event, network] += 1
        return True
