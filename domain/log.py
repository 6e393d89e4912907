"""Reading a diagnosis' log: what a client missed, whole or not at all."""

from dataclasses import dataclass

from domain.errors import NotFound, NotSignedIn
from domain.events import Audience, LoggedEvent
from domain.permission import Action, Actor
from domain.readings import Reading
from domain.record import reach
from domain.services import Services
from domain.sign_in import in_force
from domain.snapshot import effectiveness_in, practice_of, snapshot_text
from storage import events as rows
from storage import looked_at
from storage.database import Through

FOLLOWED = "live"
"""The view of who follows a diagnosis, by socket or by polling: all that is told until they leave belongs to it."""
MOST_REPLAYED = 300
"""Messages replayed in one resume; somebody further behind is quicker off with a snapshot."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a client has read, and of which log."""

    since: int
    epoch: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a client stands after joining: it has all that it missed, or needs a snapshot."""

    seq: int
    epoch: str
    patient_id: int
    resumed: bool
    missed: tuple[LoggedEvent, ...]
    reading: Reading
    """What is written down before anything of it is sent."""
    beside: "Beside | None" = None
    """What is told beside the log, where that was asked for and the client resumes."""


def join(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    *,
    since: int | None = None,
    known_epoch: str | None = None,
    most: int = MOST_REPLAYED,
) -> Joined:
    """Read, in one consistent look at the database, what a client needs to go on from.

    A client that says how far it got (``since``, and the log's ``epoch`` it knows) resumes where its gap can be filled
    whole; otherwise it needs a snapshot. That it joins is written down first (Unavailable where it cannot be). Raises NotFound,
    and NotSignedIn where the sign-in has ended meanwhile.
    """
    joined = place(services, actor, diagnosis_id, since=since, known_epoch=known_epoch, most=most)
    services.ledger.readings.note(actor, [joined.reading])
    return joined


def place(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    *,
    since: int | None = None,
    known_epoch: str | None = None,
    most: int = MOST_REPLAYED,
    beside_for: Audience | None = None,
) -> Joined:
    """Do as ``join`` does for somebody who writes down ``reading``, before anything of it goes out.

    ``beside_for`` asks for what is told beside the log to its audience as well: who resumes gets it behind what they missed.
    """
    with services.database.glance() as glance:
        if actor.sign_in_id is not None and not in_force(glance, actor.sign_in_id):
            raise NotSignedIn("This sign-in is over: sign in again.", code="signed_out")
        record = reach(glance, actor, diagnosis_id, Action.READ)
        missed: list[rows.Entry] = []
        resumed = False
        if since is not None and known_epoch in (None, record.epoch) and since >= 0 and 0 <= record.seq - since <= most:
            missed = rows.after(glance, diagnosis_id, since, limit=most)
            resumed = [event.seq for event in missed] == list(range(since + 1, record.seq + 1))
        found = _beside(glance, diagnosis_id, beside_for) if resumed and beside_for is not None else None
    return Joined(
        reading=Reading("diagnosis", diagnosis_id, record.patient_id, FOLLOWED),
        seq=record.seq,
        epoch=record.epoch,
        patient_id=record.patient_id,
        resumed=resumed,
        missed=tuple(LoggedEvent.of(event) for event in missed) if resumed else (),
        beside=found,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """A diagnosis as one of the two audiences sees it, as JSON, at ``seq``."""

    seq: int
    text: str


def look(services: Services, diagnosis_id: int, audience: Audience) -> Look:
    """Read a diagnosis for somebody who was let in; the same for everybody of an audience. Raises NotFound."""
    with services.database.look() as look:
        found = looked_at.diagnosis(look, diagnosis_id)
        if not found:
            raise NotFound("There is no such diagnosis.")
        [diagnosis] = found
        text = snapshot_text(look, services.library.of(diagnosis.practice_id).knowledge, diagnosis, audience)
        return Look(seq=diagnosis.seq, text=text)


@dataclass(frozen=True, slots=True)
class Beside:
    """The last value of what is told of a diagnosis beside its log, as JSON: who was away needs it behind what they missed."""

    effectiveness: tuple[str, ...]
    practice: str


def _beside(through: Through, diagnosis_id: int, audience: Audience) -> Beside:
    """Read it for somebody who was let in; the same for everybody of an audience. Raises NotFound."""
    known = effectiveness_in(through, diagnosis_id, audience)
    practice = practice_of(through, diagnosis_id)
    return Beside(tuple(one.model_dump_json() for one in known), practice.model_dump_json())


def may_follow(services: Services, actor: Actor, diagnosis_id: int) -> bool:
    """Say whether somebody may (still) follow a diagnosis."""
    with services.database.glance(statements=1) as glance:
        try:
            reach(glance, actor, diagnosis_id, Action.READ)
        except NotFound:
            return False
        return True


def top_seq(services: Services, diagnosis_id: int) -> int:
    """Read the last number of a diagnosis' log."""
    with services.database.glance(statements=1) as glance:
        return rows.top_seq(glance, diagnosis_id)
