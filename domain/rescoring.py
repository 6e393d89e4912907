"""Re-scoring: open diagnoses are proposed for and predicted anew when the evidence they rest on has changed.

Beside the program, never inside an answer. What waits is one entry a diagnosis however often it was touched, the newest first,
and bounded; each takes a transaction of its own, between which everybody else has three quarters of the time.

A patient who follows their diagnosis sees that something was told in it, though not what. So that nobody can tell from it that
somebody else has just answered, what others' answers change there is told on the hour, for all that came in it.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from domain.events import LoggedEvent
from domain.hub import EVERYTHING, PREDICTOR_READ
from domain.judgement import dose_of
from domain.ledger import Change, utc_now
from domain.patient import key
from domain.prediction import PREDICTED, renew
from domain.predictors.features import Features
from domain.predictors.shelf import NOTHING, Made, MadeBy
from domain.predictors.standing import Asked, features_now
from domain.proposal import refresh, treated_as
from domain.recommending import remedies
from domain.services import Services
from storage import answer, care, touched
from storage.tables import Diagnosis, Recommendation

log = structlog.get_logger(__name__)

MOST_WAITING = 2_000
"""Diagnoses that wait at a time; beyond it those that were touched longest ago are left as they are, which the log says."""
MOST_OF_ONE = 200
"""Diagnoses that one change of evidence touches: the newest."""
REST = 3.0
"""How many times as long as a re-scoring took nothing is re-scored."""


def seconds_to_the_hour(now: datetime) -> float:
    """Give how long it is to the next full hour, in seconds."""
    return 3600.0 - (now.minute * 60 + now.second + now.microsecond / 1e6)


async def rescoring(services: Services) -> None:
    """Re-score what is touched until cancelled; at the start, what a model speaks for."""
    await Rescoring(services).run()


class Rescoring:
    """What waits to be re-scored, and the way it is done."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cells: OrderedDict[tuple[int, str, str], set[int]] = OrderedDict()
        self._on_the_hour: OrderedDict[int, None] = OrderedDict()
        self._practices: OrderedDict[int, None] = OrderedDict()
        self._spoke: dict[int, str] = {}
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._woken = asyncio.Event()
        self.left_out = 0
        """Diagnoses that were not re-scored because too much waited."""

    async def run(self) -> None:
        """Follow the hub, and re-score until cancelled."""
        unfollow = self._services.hub.follow(EVERYTHING, self._notice)
        try:
            while True:
                on_the_hour = False
                try:
                    async with asyncio.timeout(seconds_to_the_hour(utc_now())):
                        await self._woken.wait()
                except TimeoutError:
                    on_the_hour = True
                self._woken.clear()
                try:
                    await self._find_touched()
                    if on_the_hour:
                        self.take_up_the_hour()
                    while self._waiting:
                        begun = time.monotonic()
                        await self.update_recommendations(self._waiting.popitem()[0])
                        await asyncio.sleep(REST * (time.monotonic() - begun))
                        await self._find_touched()
                except Exception:
                    log.exception("could not re-score")
        finally:
            unfollow()
            if self._services.predictors.remote is not None:
                await self._services.predictors.remote.close()

    async def update_recommendations(self, diagnosis: int) -> bool:
        """Propose and predict anew in a diagnosis (its id), and tell what has changed; says whether anything was told.

        Raises nothing for a diagnosis that is closed, or gone: there is nothing to decide in it any more.
        """
        made = await self._predicted(diagnosis)
        if made is None:
            return False
        self._services.predictors.keep(diagnosis, made)
        return await self._services.ledger.written(partial(_renewed, self._services, diagnosis))

    def _notice(self, event: LoggedEvent) -> None:
        if event.type == "effectiveness_update" and event.position is not None:
            values = event.values
            cell = event.practice_id, values["herb"], values["condition"]
            causes = self._cells.pop(cell, set())
            self._cells[cell] = causes | ({event.diagnosis_id} if event.diagnosis_id is not None else set())
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
        """Say whether a proposal has come in that only the rules have spoken of yet."""
        new = event.type == "recommendation_update" and event.values["change"] == "added"
        return new and self._services.predictors.in_use(event.practice_id)

    def take_up_the_hour(self) -> None:
        """Re-score what others' answers have changed in diagnoses that patients follow."""
        for diagnosis_id in self._on_the_hour:
            self._wait(diagnosis_id)
        self._on_the_hour.clear()

    def _wait(self, diagnosis_id: int) -> None:
        self._waiting.pop(diagnosis_id, None)
        self._waiting[diagnosis_id] = None
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
            self.left_out += 1
            if self.left_out == 1 or self.left_out % MOST_WAITING == 0:
                log.warning("diagnoses were not re-scored because too much waited", so_far=self.left_out)

    async def _find_touched(self) -> None:
        cells, practices = list(self._cells.items()), list(self._practices)
        self._cells.clear()
        self._practices.clear()
        if not cells and not practices:
            return
        now, later = await asyncio.to_thread(self._touched, practices, cells)
        for diagnosis_id in now:
            self._wait(diagnosis_id)
        for diagnosis_id in later:
            self._on_the_hour.pop(diagnosis_id, None)
            self._on_the_hour[diagnosis_id] = None
            if len(self._on_the_hour) > MOST_WAITING:
                self._on_the_hour.popitem(last=False)

    def _touched(
        self, practices: list[int], cells: list[tuple[tuple[int, str, str], set[int]]]
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
        return now, later

    async def _predicted(self, diagnosis_id: int) -> MadeBy | None:
        """Ask the practice's model of what may be proposed and is taken; None for a diagnosis that is not open."""
        asked = await asyncio.to_thread(self._asked, diagnosis_id)
        if asked is None:
            return None
        if not asked.features:
            return NOTHING
        remote = self._services.predictors.remote
        told = await remote.predict(asked.features) if remote is not None and asked.may_leave else None
        if remote is not None and told is not None:
            return {at: Made(one, remote.name) for at, one in zip(asked.keys, told, strict=True)}
        return await asyncio.to_thread(self._by_fitted, asked)

    def _asked(self, diagnosis_id: int) -> "_Question | None":
        """Describe what may be proposed in a diagnosis and what is taken in it, where a model is used at all."""
        services = self._services
        with services.database.read() as session:
            diagnosis = session.get(Diagnosis, diagnosis_id)
            if diagnosis is None or diagnosis.status != "open":
                return None
            if not services.predictors.in_use(diagnosis.practice_id):
                return _Question(diagnosis.practice_id)
            asked = _remedies(session, services, diagnosis)
            knowledge = services.library.of(diagnosis.practice_id).knowledge
            features = features_now(session, knowledge, diagnosis, list(asked.values()), on=utc_now().date())
            may_leave = answer.consent(session, diagnosis.patient_id, "statistics") is not False
        return _Question(diagnosis.practice_id, list(asked), features, may_leave)

    def _by_fitted(self, asked: "_Question") -> MadeBy:
        fitted = self._services.predictors.fitted(asked.practice_id)
        if fitted is None:
            return NOTHING
        try:
            found = fitted.predict(asked.features)
        except Exception:  # the rules go on
            log.exception("a fitted predictor failed", predictor=fitted.name)
            return NOTHING
        return {at: Made(one.probability, fitted.name) for at, one in zip(asked.keys, found, strict=True)}


@dataclass(frozen=True, slots=True)
class _Question:
    """What a model is asked in a diagnosis; nothing where none is used."""

    practice_id: int
    keys: list[tuple[str, str]] = field(default_factory=list)
    features: list[Features] = field(default_factory=list)
    may_leave: bool = False
    """Whether it may go to another server: not of a patient who wants to be in no statistics."""


def _renewed(services: Services, diagnosis_id: int, change: Change) -> bool:
    diagnosis = change.session.get(Diagnosis, diagnosis_id)
    if diagnosis is None or diagnosis.status != "open":
        return False
    refresh(change, services, diagnosis)
    for row in _taken(change.session, diagnosis_id):
        renew(change, services, row, diagnosis)
    return bool(change.entries)


def _taken(session: Session, diagnosis_id: int) -> list[Recommendation]:
    """List what is taken and has no outcome yet."""
    return [
        row
        for row in care.recommendations(session, diagnosis_id)
        if row.status == "approved" and row.outcome_counted is None and row.kind in PREDICTED
    ]


def _remedies(session: Session, services: Services, diagnosis: Diagnosis) -> dict[tuple[str, str], Asked]:
    found: dict[tuple[str, str], Asked] = {}
    treated = treated_as(session, services, diagnosis)
    if treated is not None:
        for item_id, dose in remedies(treated):
            found[item_id, treated.condition_id] = Asked(item_id, treated.condition_id, dose)
    for row in _taken(session, key(diagnosis)):
        found[row.item_id, row.condition_id] = Asked(row.item_id, row.condition_id, dose_of(row), row.id)
    return found
