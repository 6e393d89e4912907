"""The patient's way in: a one-time code, as a link, a QR code or eight characters to type."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotSignedIn
from domain.ledger import Change
from domain.patient import key
from domain.permission import Action, Actor
from domain.record import find
from domain.services import Services
from domain.sign_in import TokensShape, device_tokens
from domain.tokens import hash_secret
from storage import people
from storage.tables import Invite, Patient, Person

LIFE = timedelta(hours=72)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, 1, I and O, which people mistake for one another: eight of them are 40 bits."""
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a practitioner hands over; it can be shown once only."""

    code: str
    link: str
    expires: datetime


def issue(services: Services, actor: Actor, diagnosis_id: int) -> Invitation:
    """Invite the patient of a diagnosis. Raises NotFound."""

    def act(change: Change) -> Invitation:
        diagnosis = find(change.session, actor, diagnosis_id, Action.TREAT)
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        invite = Invite(
            practice_id=diagnosis.practice_id,
            patient_id=diagnosis.patient_id,
            diagnosis_id=diagnosis_id,
            created_by=actor.person_id,
            code_hash=hash_secret(code),
            created=change.now,
            expires=change.now + LIFE,
        )
        change.session.add(invite)
        change.audit(actor, "invite", "patient", diagnosis.patient_id)
        readable = f"{code[:4]}-{code[4:]}"
        return Invitation(readable, f"{services.base_url}/m#invite={readable}", invite.expires)

    return services.ledger.write(act)


def redeem(services: Services, code: str, *, device: str = "", address: str = "") -> TokensShape:
    """Come in with an invite's code, which is used up. Raises NotSignedIn."""
    plain = "".join(character for character in code.upper() if character in ALPHABET)

    def act(change: Change) -> TokensShape:
        invite = people.use_invite(change.session, hash_secret(plain), change.now)
        if invite is None:
            raise NotSignedIn(
                "This code is not valid (any more): ask your practitioner for a new one.", code="bad_invite"
            )
        patient = change.session.get_one(Patient, invite.patient_id)
        if patient.person_id is None:
            patient.person_id = _person_for(change, patient)
            change.session.add(patient)
            change.session.flush()
        tokens = device_tokens(change, services, patient.person_id, device, address)
        return tokens.model_copy(update={"diagnosis_id": invite.diagnosis_id})

    return services.ledger.write(act)


def _person_for(change: Change, patient: Patient) -> int:
    person = Person(practice_id=patient.practice_id, role="patient", name=patient.name, created=change.now)
    change.session.add(person)
    change.session.flush()
    return key(person)
