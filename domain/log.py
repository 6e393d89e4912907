"""Reading a diagnosis' log: what a client missed, whole or not at all."""

from dataclasses import dataclass
from typing import Any

from domain.errors import NotFound
from domain.events import Audience, LoggedEvent
from domain.ledger import Change
from domain.permission import Action, Actor
from domain.record import audience_of, find
from domain.services import Services
from domain.snapshot import snapshot
from storage import events as rows
from storage.migrations import epoch

MOST_REPLAYED = 300
"""Messages replayed in one resume; somebody further behind is quicker off with a snapshot."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a client stands after joining: either all that it missed, or a snapshot; both at ``seq``."""

    seq: int
    epoch: str
    audience: Audience
    patient_id: int
    resumed: bool
    missed: tuple[LoggedEvent, ...]
    snapshot: dict[str, Any] | None


def join(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    *,
    since: int | None = None,
    known_epoch: str | None = None,
    most: int = MOST_REPLAYED,
) -> Joined:
    """Read, in one consistent look at the database, what a client needs to go on from. Raises NotFound.

    A client that says how far it got (``since``, and the log's ``epoch`` it knows) resumes where its gap can be filled
    whole; otherwise it gets a snapshot.
    """
    with services.database.read() as session:
        diagnosis = find(session, actor, diagnosis_id, Action.READ)
        here = epoch(session)
        audience = audience_of(actor)
        if since is not None and known_epoch in (None, here) and since >= 0 and 0 <= diagnosis.seq - since <= most:
            missed = rows.after(session, diagnosis_id, since, limit=most)
            if [event.seq for event in missed] == list(range(since + 1, diagnosis.seq + 1)):
                return Joined(
                    seq=diagnosis.seq,
                    epoch=here,
                    audience=audience,
                    patient_id=diagnosis.patient_id,
                    resumed=True,
                    missed=tuple(LoggedEvent.of(event) for event in missed),
                    snapshot=None,
                )
        return Joined(
            seq=diagnosis.seq,
            epoch=here,
            audience=audience,
            patient_id=diagnosis.patient_id,
            resumed=False,
            missed=(),
            snapshot=snapshot(session, services.knowledge, diagnosis, audience),
        )


def may_follow(services: Services, actor: Actor, diagnosis_id: int) -> bool:
    """Say whether somebody may (still) follow a diagnosis."""
    with services.database.read() as session:
        try:
            find(session, actor, diagnosis_id, Action.READ)
        except NotFound:
            return False
        return True


def acknowledge(services: Services, actor: Actor, diagnosis_id: int, seq: int) -> None:
    """Keep how far the actor's device has read; a number that was never given out is not kept."""
    if actor.sign_in_id is None:
        return
    sign_in_id = actor.sign_in_id

    def act(change: Change) -> None:
        if 0 < seq <= rows.top_seq(change.session, diagnosis_id):
            rows.acknowledge(change.session, sign_in_id=sign_in_id, diagnosis_id=diagnosis_id, seq=seq, at=change.now)

    services.ledger.write(act)


def top_seq(services: Services, diagnosis_id: int) -> int:
    """Read the last number of a diagnosis' log."""
    with services.database.read() as session:
        return rows.top_seq(session, diagnosis_id)
