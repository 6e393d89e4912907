"""The integration doors: other backends of a practice push an update, which every client gets as any other change."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from api.connections import Accepting
from api.identity import RepeatKey, Service, ServicesOf
from domain import integration
from domain.errors import TooOften
from domain.integration import EffectivenessNews, FeedbackNews, RecommendationNews
from domain.permission import Actor
from domain.row_id import RowId

router = APIRouter(prefix="/ws", tags=["integration"])

PER_SECOND = 20
"""As many as a client may say on a socket: each push goes into the log and out to every phone of the diagnosis."""


class Doors:
    """How fast each service may push; handed the requests of many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_service: dict[int, Accepting] = {}
        self.pushed = 0
        """Updates that came in since the program started."""

    @contextmanager
    def entered(self, service: Actor) -> Iterator[None]:
        """Let a service push once more, and count it when it is done. Raises TooOften."""
        now = time.monotonic()
        with self._lock:
            bucket = self._by_service.setdefault(service.person_id, Accepting(PER_SECOND, at=now))
            if not bucket.take(now):
                raise TooOften(f"A service may push {PER_SECOND} updates a second.", code="too_often", retry_after=1)
        yield
        with self._lock:
            self.pushed += 1


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    diagnosis_id: RowId


async def _pusher(actor: Service) -> Actor:
    """Say which service pushes. Raises NotAllowed, before it is looked at what is pushed."""
    integration.require_pushing(actor)
    return actor


Pusher = Annotated[Actor, Depends(_pusher)]


class RecommendationPush(_Input):
    """A recommendation changed in another backend."""

    data: RecommendationNews


class EffectivenessPush(_Input):
    """What is known of an item changed in another backend."""

    data: EffectivenessNews


class FeedbackPush(_Input):
    """A patient answered in another backend."""

    data: FeedbackNews


class PushedShape(BaseModel):
    """The message that was written."""

    seq: int
    id: str


class PushedFeedbackShape(PushedShape):
    """The message that was written, the feedback that it is about, and what its patient should do at once."""

    feedback_id: int
    advice: list[str]


@router.post("/broadcast-recommendation-update", response_model=PushedShape)
def recommendation(
    given: RecommendationPush, actor: Pusher, services: ServicesOf, request: Request, key: RepeatKey = None
) -> dict[str, Any]:
    """Tell a recommendation again as the record has it, or stop it with a reason."""
    with _doors(request).entered(actor):
        return integration.push_recommendation(services, actor, given.diagnosis_id, given.data, repeat_key=key)


@router.post("/broadcast-effectiveness-update", response_model=PushedShape)
def effectiveness(
    given: EffectivenessPush, actor: Pusher, services: ServicesOf, request: Request, key: RepeatKey = None
) -> dict[str, Any]:
    """Tell again what the record knows of a recommendation's item; what is sent changes no number."""
    with _doors(request).entered(actor):
        return integration.push_effectiveness(services, actor, given.diagnosis_id, given.data, repeat_key=key)


@router.post("/broadcast-feedback-update", response_model=PushedFeedbackShape)
def feedback(
    given: FeedbackPush, actor: Pusher, services: ServicesOf, request: Request, key: RepeatKey = None
) -> dict[str, Any]:
    """Bring in a patient's answer, correct one that this service brought in, or tell one again."""
    with _doors(request).entered(actor):
        return integration.push_feedback(services, actor, given.diagnosis_id, given.data, repeat_key=key)


def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    return doors
