"""The patient's way in: a one-time code, as a link, a QR code or eight characters to type."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import patient, sign_ins, throttle
from domain.errors import NotFound, NotSignedIn
from domain.ledger import Change, utc_now
from domain.messages import Shape
from domain.network import network_of
from domain.patient import key
from domain.permission import Action, Actor
from domain.record import find
from domain.security_log import Event
from domain.services import Services
from domain.sign_in import device_tokens
from domain.sign_in_shapes import TokensShape
from domain.text import ALPHABET, latin_digits
from storage import invites as rows
from storage.tables import Invite, Patient, Person

LIFE = timedelta(hours=72)
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a practitioner hands over; it can be shown once only."""

    code: str
    link: str
    expires: datetime
    patient_id: int


class OpenInvite(Shape):
    """An invite that somebody can still come in with; its code is known to nobody but who has it."""

    id: int
    diagnosis_id: int
    created: datetime
    created_by: str
    expires: datetime


def issue(services: Services, actor: Actor, diagnosis_id: int, *, end_devices: bool = False) -> Invitation:
    """Invite the patient of a diagnosis; older invites of theirs end, and with ``end_devices`` where they are signed in.

    Only the newest can be used: whoever found an older one on a slip of paper does not come in with it. Raises NotFound.
    """

    def act(change: Change) -> Invitation:
        diagnosis = find(change.session, actor, diagnosis_id, Action.TREAT)
        rows.end_open(change.session, diagnosis.patient_id, change.now)
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        invite = Invite(
            practice_id=diagnosis.practice_id,
            patient_id=diagnosis.patient_id,
            diagnosis_id=diagnosis_id,
            created_by=actor.person_id,
            code_hash=services.tokens.hash_code(code),
            created=change.now,
            expires=change.now + LIFE,
        )
        change.session.add(invite)
        change.audit(actor, "invite", "patient", diagnosis.patient_id)
        person_id = change.session.get_one(Patient, diagnosis.patient_id).person_id
        if end_devices and person_id is not None:
            sign_ins.end_all_of(change, actor, person_id)
        readable = f"{code[:4]}-{code[4:]}"
        link = f"{services.base_url}/m#invite={readable}"
        return Invitation(readable, link, invite.expires, diagnosis.patient_id)

    return services.ledger.write(act)


def open_invites(services: Services, actor: Actor, patient_id: int) -> list[OpenInvite]:
    """List what a patient can still come in with, the newest first. Raises NotFound."""
    with services.database.read() as session:
        patient.find(session, actor, patient_id, Action.TREAT)
        return [
            OpenInvite(
                id=key(invite),
                diagnosis_id=invite.diagnosis_id,
                created=invite.created,
                created_by=name,
                expires=invite.expires,
            )
            for invite, name in rows.open_ones(session, patient_id, utc_now())
        ]


def withdraw(services: Services, actor: Actor, patient_id: int, invite_id: int) -> None:
    """Take an invite back that was not used yet. Raises NotFound."""

    def act(change: Change) -> None:
        patient.find(change.session, actor, patient_id, Action.TREAT)
        if not rows.end_open(change.session, patient_id, change.now, only=invite_id):
            raise NotFound("There is no such invite.")
        change.audit(actor, "withdraw invite", "patient", patient_id)

    services.ledger.write(act)


def redeem(services: Services, code: str, *, device: str = "", address: str = "") -> TokensShape:
    """Come in with an invite's code, which is used up. Raises NotSignedIn and TooOften."""
    network = network_of(address)
    services.throttle.count(throttle.INVITE_FROM_ADDRESS, network)
    services.throttle.require_room(throttle.INVITE_WRONG, "all", address=address)
    hashed = services.tokens.hash_code(plain_code(code))

    def act(change: Change) -> TokensShape:
        invite = rows.use(change.session, hashed, change.now)
        if invite is None:
            raise NotSignedIn(
                "This code is not valid (any more): ask your practitioner for a new one.", code="bad_invite"
            )
        who = change.session.get_one(Patient, invite.patient_id)
        if who.person_id is None:
            who.person_id = _person_for(change, who)
            change.session.add(who)
            change.session.flush()
        tokens = device_tokens(change, services, who.person_id, device, address)
        return tokens.model_copy(update={"diagnosis_id": invite.diagnosis_id})

    try:
        tokens = services.ledger.write(act)
    except NotSignedIn as error:
        services.security.note(Event.SIGN_IN_REFUSED, reason=error.code, address=address)
        services.throttle.count(throttle.INVITE_WRONG, "all", address=address)
        raise
    services.throttle.forgive(throttle.INVITE_FROM_ADDRESS, network)
    return tokens


def plain_code(pasted: str) -> str:
    """Find the code in what was pasted: the code in any form, or the whole link.

    Spaces, dashes and marks of direction fall away; small and wide letters and Persian and Arabic digits are understood.
    """
    linked = re.search(r"invite=([^&\s]+)", pasted)
    text = unicodedata.normalize("NFKC", linked[1] if linked else pasted)
    return "".join(character for character in latin_digits(text).upper() if character in ALPHABET)


def _person_for(change: Change, who: Patient) -> int:
    person = Person(practice_id=who.practice_id, role="patient", name=who.name, created=change.now)
    change.session.add(person)
    change.session.flush()
    return key(person)
