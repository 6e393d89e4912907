"""How often somebody may try: every rule in one table, counted in moving windows.

One process counts for itself, in memory: a restart forgets. An address is counted as a network where that is what one
household or one attacker has (IPv6: /64).
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter

from domain.errors import TooOften
from domain.network import network_of
from domain.security_log import Event, SecurityLog
from domain.windows import Windows

SENTENCE = "Too many attempts: wait a few minutes."
KNOWN_FOR = 30 * 24 * 3600.0
"""Seconds: an address that somebody came in from is theirs for a month."""
MOST_KNOWN = 10_000
"""Pairs of a name and an address that are remembered; beyond it the longest unused is forgotten."""


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many in a moving window."""

    name: str
    limit: RateLimitItem
    of: Literal["address", "person", "name", "sign-in", "everybody"] = "person"
    """Whose attempts are counted together."""


SIGN_IN_FROM_ADDRESS = Rule("sign-in address", parse("60 per 10 minutes"), "address")
"""All attempts, good ones too: a practice behind one address has tens of people, and each check costs a tenth of a second."""
SIGN_IN_BY_STRANGERS = Rule("sign-in name", parse("10 per 15 minutes"), "name")
"""One name, from all addresses together that it never came in from: 350,000 guesses a year at most."""
SIGN_IN_FROM_OWN_ADDRESS = Rule("sign-in own", parse("20 per 15 minutes"), "name")
"""One name from one address that it did come in from: strangers cannot use this up, so they lock nobody out at home."""
BY_PROVIDER_FROM_ADDRESS = Rule("provider address", parse("120 per 10 minutes"), "address")
"""Going out to an identity provider and coming back are two: each is written down, and the places for them are counted."""
SECOND_STEP = Rule("second step", parse("5 per 5 minutes"))
"""Codes of six digits for one person; three of a million are right at a time: 1,440 guesses a day find one in 0.4 %."""
PASSWORD_AGAIN = Rule("password again", parse("10 per 15 minutes"), "sign-in")
"""The password of somebody who is in, by one sign-in: whoever found an open page has not found the password, and does not try
it out there; another sign-in of the same person may end theirs meanwhile."""
INVITE_FROM_ADDRESS = Rule("invite address", parse("10 per 10 minutes"), "address")
"""A code is eight characters, and people mistype."""
INVITE_WRONG = Rule("invite wrong", parse("600 per 10 minutes"), "everybody")
"""Wrong codes from everywhere together: in the 72 hours of a code 260,000 of 2^40, 1 in 4,000 with a thousand codes open."""
REFRESH_FROM_ADDRESS = Rule("refresh address", parse("600 per 5 minutes"), "address")
"""A device asks once in 15 minutes; a practice's waiting room and a mobile carrier share addresses."""
REFRESH_OF_SIGN_IN = Rule("refresh sign-in", parse("30 per 5 minutes"), "sign-in")
"""One device; what asks more often has run wild."""
WRITE = Rule("write", parse("600 per minute"))
"""One person: ten a second, more than anybody clicks, less than hurts the others."""
CONNECT = Rule("connect", parse("240 per minute"))
"""One person's live sockets: 20 may be open, and each may come back every five seconds."""
EXPORT = Rule("export", parse("30 per hour"))
"""One person who takes whole records out."""


class Throttle:
    """Counts attempts; ``now`` is in seconds and never goes back. What was too often goes into ``security``."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, security: SecurityLog | None = None) -> None:
        self._now = now
        self._security = security or SecurityLog()
        self._windows = Windows(now)
        self._limiter = MovingWindowRateLimiter(self._windows)
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()

    def count(self, rule: Rule, who: str | int, *, address: str = "") -> None:
        """Count one attempt. Raises TooOften, with the seconds to wait, when there were as many as the rule allows.

        ``address`` is for the log, where the rule does not count by it.
        """
        if not self._limiter.hit(rule.limit, rule.name, str(who)):
            raise self._refusal(rule, who, address)

    def require_room(self, rule: Rule, who: str | int, *, address: str = "") -> None:
        """Look without counting. Raises TooOften."""
        if not self._limiter.test(rule.limit, rule.name, str(who)):
            raise self._refusal(rule, who, address)

    def forgive(self, rule: Rule, who: str | int) -> None:
        """Begin anew after a success."""
        self._limiter.clear(rule.limit, rule.name, str(who))

    def sign_in_begins(self, login: str, address: str) -> None:
        """Count an attempt to come in under a name. Raises TooOften before any password is looked at."""
        name, network = _name(login), network_of(address)
        self.count(SIGN_IN_FROM_ADDRESS, network)
        if self._is_known(name, network):
            self.count(SIGN_IN_FROM_OWN_ADDRESS, f"{network} {name}", address=address)
        else:
            self.count(SIGN_IN_BY_STRANGERS, name, address=address)

    def sign_in_succeeded(self, login: str, address: str) -> None:
        """Remember that the name is at home there. What strangers used up stays used up."""
        name, network = _name(login), network_of(address)
        self.forgive(SIGN_IN_FROM_OWN_ADDRESS, f"{network} {name}")
        self._known[name, network] = self._now()
        self._known.move_to_end((name, network))
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _is_known(self, name: str, network: str) -> bool:
        since = self._known.get((name, network))
        return since is not None and self._now() - since < KNOWN_FOR

    def _refusal(self, rule: Rule, who: str | int, address: str) -> TooOften:
        person = who if rule.of == "person" and isinstance(who, int) else None
        source = str(who) if rule.of == "address" else address
        self._security.note(Event.THROTTLED, reason=rule.name, person=person, address=source)
        free_at = self._limiter.get_window_stats(rule.limit, rule.name, str(who)).reset_time
        return TooOften(SENTENCE, retry_after=max(1, int(free_at - self._now()) + 1))


def _name(login: str) -> str:
    return login.strip().casefold()[:200]
