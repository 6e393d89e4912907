"""Where somebody is signed in, and ending one of these places: their own, or a device of a patient they treat."""

from datetime import datetime

from sqlmodel import Session

from domain import again, patient
from domain.again import NOTHING, Again
from domain.device_life import last_day
from domain.errors import NotFound
from domain.ledger import Change, utc_now
from domain.messages import Shape
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from domain.sign_in import revoke
from storage import sign_ins as rows
from storage.tables import Patient, SignIn


class SignInState(Shape):
    """One place where somebody is signed in."""

    id: int
    kind: str
    """``page`` (a browser session) or ``device``."""
    device: str
    """In the words that it gave itself."""
    created: datetime
    last_seen: datetime
    """To the minute."""
    expires: datetime
    """Unless it comes again."""
    last_day: datetime
    """When it ends however often it comes."""
    address: str
    """Where it was last seen; empty for a practitioner who looks at a patient's devices."""
    current: bool
    """Whether it is the one that asks."""


def listing(services: Services, actor: Actor) -> list[SignInState]:
    """List where the actor is signed in, the newest first."""
    with services.database.read() as session:
        return [_state(services, row, actor) for row in rows.open_ones(session, actor.person_id, utc_now())]


def end(services: Services, actor: Actor, sign_in_id: int, given: Again = NOTHING) -> None:
    """End one of the actor's own sign-ins; its sockets and pages close. Another than the one that asks needs ``given``.

    Raises NotFound for none and for somebody else's, NotSignedIn as ``again.require`` does.
    """
    if sign_in_id != actor.sign_in_id:
        again.require(services, actor, given)

    def act(change: Change) -> None:
        _end_one(change, actor, actor.person_id, sign_in_id)

    services.ledger.write(act)


def end_others(services: Services, actor: Actor, given: Again = NOTHING) -> int:
    """End all of the actor's own sign-ins but the one that asks; counts them. Raises NotSignedIn as ``again.require`` does."""
    again.require(services, actor, given)
    return services.ledger.write(lambda change: end_all_of(change, actor, actor.person_id, but=actor.sign_in_id))


def of_patient(services: Services, actor: Actor, patient_id: int) -> list[SignInState]:
    """List where a patient is signed in, for who treats them: without where that was. Raises NotFound."""
    with services.database.read() as session:
        person_id = _treated(session, actor, patient_id).person_id
        found = rows.open_ones(session, person_id, utc_now()) if person_id is not None else []
        return [_state(services, row, actor).model_copy(update={"address": ""}) for row in found]


def end_of_patient(services: Services, actor: Actor, patient_id: int, sign_in_id: int | None = None) -> int:
    """End one device of a patient that the actor treats, or all where none is named; counts them. Raises NotFound."""

    def act(change: Change) -> int:
        person_id = _treated(change.session, actor, patient_id).person_id
        if sign_in_id is not None:
            _end_one(change, actor, person_id, sign_in_id)
            return 1
        return 0 if person_id is None else end_all_of(change, actor, person_id)

    return services.ledger.write(act)


def end_all_of(change: Change, actor: Actor, person_id: int, *, but: int | None = None) -> int:
    """End the sign-ins of a person, as part of a change of the actor's; counts them."""
    ending = [row for row in rows.open_ones(change.session, person_id, change.now) if row.id != but]
    for row in ending:
        _end(change, actor, row)
    return len(ending)


def _end_one(change: Change, actor: Actor, person_id: int | None, sign_in_id: int) -> None:
    row = change.session.get(SignIn, sign_in_id)
    of_theirs = row is not None and row.person_id == person_id and row.kind != "service"
    if row is None or not of_theirs or row.revoked is not None or row.expires <= change.now:
        raise NotFound("There is no such sign-in.")
    _end(change, actor, row)


def _end(change: Change, actor: Actor, row: SignIn) -> None:
    revoke(change, row)
    change.audit(actor, "end", "sign-in", key(row), f"{row.kind} of person {row.person_id}")


def _treated(session: Session, actor: Actor, patient_id: int) -> Patient:
    return patient.find(session, actor, patient_id, Action.TREAT)


def _state(services: Services, row: SignIn, actor: Actor) -> SignInState:
    return SignInState(
        id=key(row),
        kind=row.kind,
        device=row.device,
        created=row.created,
        last_seen=row.last_seen or row.created,
        expires=row.expires,
        last_day=last_day(services, row) if row.kind == "device" else row.expires,
        address=row.address,
        current=row.id == actor.sign_in_id,
    )
