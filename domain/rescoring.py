"""Re-scoring: open diagnoses are proposed for and predicted anew when the evidence they rest on has changed.

Beside the program, never inside an answer. What waits is one entry a diagnosis however often it was touched, the newest first,
and bounded; each takes a transaction of its own, between which everybody else has three quarters of the time.

Of many processes the one that leads does it. The others ask a model all the same, so that their changes have what it says; and
what they have seen come lately they do when they take over.

A patient who follows their diagnosis sees that something was told in it, though not what. So that nobody can tell from it that
somebody else has just answered, what others' answers change there is told on the hour, for all that came in it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from domain.errors import Unavailable
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, PREDICTOR_READ
from domain.ledger import utc_now
from domain.services import Services
from domain.trouble import Trouble
from domain.updating import foresee, update_recommendations
from storage import touched

log = structlog.get_logger(__name__)

MOST_WAITING = 2_000
"""Diagnoses that wait at a time; beyond it those that were touched longest ago are left as they are, which the log says."""
MOST_OF_ONE = 200
"""Diagnoses that one change of evidence touches: the newest."""
ASKED_ANEW: Mapping[str, Sequence[str]] = {
    "recommendation_update": ("added",),
    "diagnosis_update": ("findings", "condition"),
}
"""Changes after which a model is asked anew, by the wire name."""
REST = 3.0
"""How many times as long as a re-scoring took nothing is re-scored."""
TAKEN_OVER_SECONDS = 120.0
"""How far back a process that takes over begins: what the one before it may have left undone. Twice is as good as once."""
EVERY_SECONDS = 0.25
"""How often what was touched is looked up: it costs as much for one answer as for a hundred."""
AGAIN_SECONDS = 1.0
"""After how long it is tried again where the database is busy or away."""
LOOK_SECONDS = 2.0
"""How often a process that does not lead looks whether it does."""


def next_hour(now: datetime) -> datetime:
    """Give the next full hour, later than now."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


async def rescoring(services: Services) -> None:
    """Re-score what is touched until cancelled; at the start, what a model speaks for."""
    await Rescoring(services).run()


class Rescoring:
    """What waits to be re-scored, and the way it is done."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cells: OrderedDict[tuple[int, str, str], set[int]] = OrderedDict()
        self._answered: OrderedDict[int, None] = OrderedDict()
        """Diagnoses with an answer: all that their patient has open is looked at, as an own outcome says something there, too."""
        self._on_the_hour: OrderedDict[int, None] = OrderedDict()
        self._practices: OrderedDict[int, None] = OrderedDict()
        self._spoke: dict[int, str] = {}
        self._waiting: OrderedDict[int, float] = OrderedDict()
        """Since when, by the monotonic clock."""
        self._left_to_others: OrderedDict[int, float] = OrderedDict()
        """When they came here, by the monotonic clock."""
        self._begun: float | None = None
        """Since when what is re-scored at present has waited."""
        self._noticed: float | None = None
        """When the first of what was touched, and not looked up yet, was."""
        self._look_again = 0.0
        """From when on what was touched meanwhile is looked up, by the monotonic clock."""
        self._woken = asyncio.Event()
        self._trouble = Trouble(log, "could not re-score")
        services.running.counts_by("rescoring", self.counts)
        self.left_out = 0
        """Diagnoses that were not re-scored because too much waited."""

    async def run(self) -> None:
        """Follow the hub, and re-score until cancelled."""
        unfollow = self._services.hub.follow(EVERYTHING, self._notice)
        hour = next_hour(utc_now())
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._patience(hour)):
                        await self._woken.wait()
                self._woken.clear()
                try:
                    self._take_over()
                    await self._find_touched()
                    if utc_now() >= hour:  # also where it was busy when the hour struck
                        hour = next_hour(utc_now())
                        self.take_up_the_hour()
                    while self._waiting:
                        begun = time.monotonic()
                        diagnosis_id, self._begun = self._waiting.popitem()
                        await self._updated(diagnosis_id)
                        self._begun = None
                        await asyncio.sleep(REST * (time.monotonic() - begun))
                        if time.monotonic() >= self._look_again:
                            await self._find_touched()
                    self._trouble.over()
                    await asyncio.sleep(max(0.0, self._look_again - time.monotonic()))
                except Exception as error:
                    self._trouble.met(error)
                    await asyncio.sleep(AGAIN_SECONDS)
                    self._woken.set()
        finally:
            unfollow()
            if self._services.predictors.remote is not None:
                await self._services.predictors.remote.close()

    def _patience(self, hour: datetime) -> float:
        left = max(0.0, (hour - utc_now()).total_seconds())
        return min(left, LOOK_SECONDS) if self._left_to_others else left

    async def _updated(self, diagnosis_id: int) -> None:
        try:
            if self._services.leading.leads:
                await update_recommendations(diagnosis_id, self._services)
                return
            self._left_to_others.pop(diagnosis_id, None)
            self._left_to_others[diagnosis_id] = time.monotonic()
            await foresee(diagnosis_id, self._services)
        except Unavailable as error:  # busy, or away: its turn comes again
            self._trouble.met(error)
            self._wait(diagnosis_id)
            await asyncio.sleep(AGAIN_SECONDS)
        except Exception:  # the others go on
            log.exception("could not re-score a diagnosis", diagnosis=diagnosis_id)

    def _take_over(self) -> None:
        """Do what was left to others lately where this process leads now; forget what they have had time for."""
        long_ago = time.monotonic() - TAKEN_OVER_SECONDS
        while self._left_to_others and next(iter(self._left_to_others.values())) < long_ago:
            self._left_to_others.popitem(last=False)
        if self._services.leading.leads:
            for diagnosis_id in self._left_to_others:
                self._wait(diagnosis_id)
            self._left_to_others.clear()

    def counts(self) -> dict[str, float | None]:
        """Say how many wait, and for how many seconds the oldest of them has; what waits for the hour waits for no machine."""
        since = [one for one in (self._begun, self._noticed) if one is not None] + list(self._waiting.values())
        oldest = time.monotonic() - min(since) if since else 0.0
        return {"unscored": len(since), "oldest_unscored_seconds": oldest}

    def _notice(self, event: LoggedEvent) -> None:
        self._take_note(event)
        if self._noticed is None and (self._cells or self._practices or self._answered):
            self._noticed = time.monotonic()

    def _take_note(self, event: LoggedEvent) -> None:
        if event.type == "effectiveness_update" and event.position is not None:
            values = event.values
            cell = event.practice_id, values["herb"], values["condition"]
            causes = self._cells.pop(cell, set())
            self._cells[cell] = causes | ({event.diagnosis_id} if event.diagnosis_id is not None else set())
            if event.diagnosis_id is not None:
                self._answered[event.diagnosis_id] = None
            self._woken.set()
        elif event.type == "feedback_update" and event.diagnosis_id is not None:
            # Also of who is counted nowhere, and of an older answer: their own past is another one now.
            if event.values.get("seen") is None:
                self._answered[event.diagnosis_id] = None
                self._woken.set()
        elif event.type == PREDICTOR_READ and self._spoke.get(event.practice_id, "") != self._speaks(event.practice_id):
            self._spoke[event.practice_id] = self._speaks(event.practice_id)
            self._practices[event.practice_id] = None
            self._woken.set()
        elif event.diagnosis_id is not None and self._asks_a_model(event):
            self._wait(event.diagnosis_id)
            self._woken.set()

    def _speaks(self, practice_id: int) -> str:
        """Name what is asked before the rules; empty where nothing is."""
        models = self._services.predictors.remote, self._services.predictors.fitted(practice_id)
        return " ".join(one.name for one in models if one is not None)

    def _asks_a_model(self, event: LoggedEvent) -> bool:
        """Say whether only the rules have spoken yet of what has come in, or a model of a diagnosis as it was before."""
        changes = ASKED_ANEW.get(event.type, ())
        return (
            bool(changes) and event.values["change"] in changes and self._services.predictors.in_use(event.practice_id)
        )

    def take_up_the_hour(self) -> None:
        """Re-score what others' answers have changed in diagnoses that patients follow."""
        for diagnosis_id in self._on_the_hour:
            self._wait(diagnosis_id)
        self._on_the_hour.clear()

    def _wait(self, diagnosis_id: int, since: float | None = None) -> None:
        self._waiting[diagnosis_id] = self._waiting.pop(diagnosis_id, since or time.monotonic())
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
            self.left_out += 1
            if self.left_out == 1 or self.left_out % MOST_WAITING == 0:
                log.warning("diagnoses were not re-scored because too much waited", so_far=self.left_out)

    async def _find_touched(self) -> None:
        cells, practices, answered = list(self._cells.items()), list(self._practices), list(self._answered)
        for found in (self._cells, self._practices, self._answered):
            found.clear()
        noticed, self._noticed = self._noticed, None
        self._look_again = time.monotonic() + EVERY_SECONDS
        if not cells and not practices and not answered:
            return
        try:
            now, later = await asyncio.to_thread(self._touched, practices, cells, answered)
        except Exception:  # it is found in the next round
            self._cells.update((cell, causes | self._cells.get(cell, set())) for cell, causes in cells)
            self._practices.update(dict.fromkeys(practices))
            self._answered.update(dict.fromkeys(answered))
            self._noticed = noticed
            raise
        for diagnosis_id in now:
            self._wait(diagnosis_id, noticed)
        for diagnosis_id in later:
            self._on_the_hour.pop(diagnosis_id, None)
            self._on_the_hour[diagnosis_id] = None
            if len(self._on_the_hour) > MOST_WAITING:
                self._on_the_hour.popitem(last=False)

    def _touched(
        self, practices: list[int], cells: list[tuple[tuple[int, str, str], set[int]]], answered: list[int]
    ) -> tuple[list[int], list[int]]:
        """List what is re-scored now and what on the hour, in the order in which it comes to wait: the newest last."""
        now: list[int] = []
        later: list[int] = []
        with self._services.database.read() as session:
            for practice_id in practices:
                now += reversed(touched.by_practice(session, practice_id, limit=MOST_WAITING))
            for cell, causes in cells:
                for diagnosis_id, follows in reversed(touched.by_evidence(session, *cell, limit=MOST_OF_ONE)):
                    (later if follows and diagnosis_id not in causes else now).append(diagnosis_id)
            now += reversed(touched.beside(session, answered[-MOST_WAITING:], limit=MOST_WAITING))
        return now, later
