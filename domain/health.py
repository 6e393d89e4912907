"""How the parts are, as far as they can say by themselves: each registers what looks at it, and whoever asks hears of all.

A part that is *needed* cannot be done without: requests are better sent elsewhere. Of another one it is said what is worse
without it, and everything goes on.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlmodel import select

from domain.errors import Unavailable
from storage import migrations
from storage.busy import is_away
from storage.database import Database
from storage.tables import Mark

if TYPE_CHECKING:
    from domain.bus import BusState
    from domain.services import Services

log = structlog.get_logger(__name__)

FRESH_SECONDS = 0.5
"""How long what was seen holds good: anybody may ask, as often as they like."""
ANSWER_SECONDS = 2.0
"""How long a part may take to say how it is."""
HELD_UP_SECONDS = 2.0
"""A transaction takes a twentieth of a second; who waits for so long waits for another program."""
SUITS_SECONDS = 60.0
"""How long it is remembered that the tables suit this program: nobody makes them older under it but who restores a backup."""
RETRY_SECONDS = 2
HELD = "Another program holds the database: changes, and records that are opened anew, wait or are refused."


@dataclass(frozen=True, slots=True)
class Check:
    """How a part is; ``why`` is one sentence where something is wrong with it."""

    ok: bool = True
    why: str = ""
    needed: bool = True
    since: datetime | None = None

    def told(self) -> dict[str, Any]:
        """Write it as an object of JSON."""
        said = {"ok": self.ok, "why": self.why, "since": self.since.isoformat() if self.since else ""}
        return {name: value for name, value in said.items() if value != ""}


class Health:
    """The parts of one process, by name."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}

    def checked_by(self, part: str, look: Callable[[], Check]) -> None:
        """Ask ``look`` how a part is from now on, in place of what it asked before; in a thread, and one at a time."""
        self._parts[part] = _Part(part, look)

    async def checks(self) -> dict[str, Check]:
        """Ask every part, all of them together."""
        parts = list(self._parts.values())
        return dict(
            zip((part.name for part in parts), await asyncio.gather(*(part.ask() for part in parts)), strict=True)
        )


class _Part:
    def __init__(self, name: str, look: Callable[[], Check]) -> None:
        self.name = name
        self._look = look
        self._asking = threading.Lock()
        self._answer: Future[Check] | None = None
        self._heard: dict[asyncio.AbstractEventLoop, asyncio.Future[Check]] = {}
        """The answer on each event loop that waits for it: one for all who ask, however long it takes."""
        self._answered = 0.0
        self._was_ok = True

    async def ask(self) -> Check:
        """Give what it says, or said just now; a part that does not answer is not asked again until it has."""
        with self._asking:
            if self._answer is None or (self._answer.done() and time.monotonic() - self._answered > FRESH_SECONDS):
                self._answer, self._heard = Future(), {}
                threading.Thread(
                    target=self._run, args=(self._answer,), name=f"health of {self.name}", daemon=True
                ).start()
            loop = asyncio.get_running_loop()
            answer = self._heard.get(loop) or self._heard.setdefault(loop, asyncio.wrap_future(self._answer))
        await asyncio.wait([answer], timeout=ANSWER_SECONDS)
        check = answer.result() if answer.done() else Check(ok=False, why=f"The {self.name} does not answer.")
        if check.ok is not self._was_ok:
            self._was_ok = check.ok
            if check.ok:
                log.info("a part is well again", part=self.name)
            else:
                log.warning("something is wrong with a part", part=self.name, why=check.why)
        return check

    def _run(self, answer: "Future[Check]") -> None:
        answer.set_running_or_notify_cancel()
        try:
            check = self._look()
        except Exception:
            log.exception("a part cannot say how it is", part=self.name)
            check = Check(ok=False, why=f"The {self.name} cannot say how it is.")
        self._answered = time.monotonic()
        answer.set_result(check)


def look_after(services: "Services") -> None:
    """Register what every process has."""
    services.health.checked_by("database", lambda: database(services))
    services.health.checked_by("writing", lambda: writing(services))
    services.health.checked_by("migrations", Schema(services.database))
    services.health.checked_by("log", lambda: whole_log(services))
    bus = services.ledger.bus.state
    if bus.connected is not None:
        services.health.checked_by("broker", lambda: broker(bus))


def database(services: "Services") -> Check:
    """Read a row. A connection that was kept may be from before the database was away, so once more."""
    for _ in range(2):
        try:
            with services.database.read() as session:
                session.exec(select(Mark)).first()
            return Check()
        except Exception as error:
            if away(error) is None and not isinstance(error, Unavailable):
                raise
    return Check(ok=False, why="The database cannot be reached; live connections stay, and nothing is lost.")


def writing(services: "Services") -> Check:
    """Look whether changes get on."""
    if services.ledger.held_up_seconds < HELD_UP_SECONDS:
        return Check()
    return Check(ok=False, why=HELD, needed=False)


class Schema:
    """Looks whether the tables are those that this program knows; a newer program may have added to them.

    Tables that suit are remembered: that the database is away says the part that looks at it, and no second one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._suits_since: float | None = None

    def __call__(self) -> Check:
        """Say how it is."""
        if self._suits_since is not None and time.monotonic() - self._suits_since < SUITS_SECONDS:
            return Check()
        try:
            behind = migrations.behind(self._database)
        except Exception as error:
            if away(error) is None and not isinstance(error, Unavailable):
                raise
            there = self._suits_since is not None
            return Check(ok=there, why="" if there else "The database cannot be reached.")
        self._suits_since = None if behind else time.monotonic()
        return Check(
            ok=not behind, why="The database has an older schema than this program: start it anew." if behind else ""
        )


def whole_log(services: "Services") -> Check:
    """Say whether the log is the one that was there at the start, with all that was published."""
    if services.ledger.is_another_log:
        return Check(ok=False, why="The database holds another log than at the start: the process begins anew.")
    why = "The log has lost its end: see how a failover is made good in docs/many-processes.md."
    return Check(ok=False, why=why, needed=False) if services.ledger.went_back else Check()


def broker(state: "BusState") -> Check:
    """Say whether the broker is there. Nothing is refused without it: every process reads the log by itself."""
    if state.connected is not False:
        return Check()
    why = (
        "The broker cannot be reached: changes of other processes come up to half a second later, and nothing is lost."
    )
    return Check(ok=False, why=why, needed=False, since=state.since)


def away(error: BaseException) -> Unavailable | None:
    """Say in our words that the database is away or held by others; None for every other error."""
    if not is_away(error):
        return None
    return Unavailable("The database cannot be reached: try again in a moment.", retry_after=RETRY_SECONDS)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Let whoever asks hear that the database is away as they hear of everything else that cannot be done."""
    try:
        yield
    except Exception as error:
        said = away(error)
        if said is None:
            raise
        raise said from error


def told(checks: Mapping[str, Check]) -> dict[str, Any]:
    """Write all of them as an object of JSON."""
    return {part: check.told() for part, check in checks.items()}
