"""A second factor that the practice demands: who has none sets one up between the password and the first session."""

import base64
from dataclasses import dataclass

from domain import second_factor
from domain.errors import Invalid, NotSignedIn
from domain.ledger import Change, utc_now
from domain.local_sign_in import STALE, is_stale, use_ticket
from domain.patient import key
from domain.permission import Actor
from domain.second_factor import LETTERS, RECOVERY_CODES, Enrolment
from domain.services import Services
from domain.sign_ins import end_all_of
from domain.text import ALPHABET
from domain.tokens import hash_secret
from storage import accounts
from storage.tables import Person

SECRET_BYTES = 20
"""160 bits (RFC 4226, section 4)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is set up, and the recovery codes that go with it; both follow from the ticket, and are kept nowhere before."""

    enrolment: Enrolment
    recovery: list[str]


def offer(services: Services, ticket: str) -> Offer:
    """Give what an authenticator is set up with, the same to whoever loads the page again.

    Raises NotSignedIn where the ticket is not of this browser, has run out, or somebody has set one up meanwhile.
    """
    with services.database.read() as session:
        step = accounts.second_step(session, hash_secret(ticket))
        if step is None or is_stale(step, utc_now()) or second_factor.has_one(session, step.person_id):
            raise NotSignedIn(STALE, code="stale_ticket")
        login = session.get_one(Person, step.person_id).login or ""
    codes = [second_factor.in_groups(code) for code in _recovery_codes(services, ticket)]
    return Offer(second_factor.enrolment_of(_secret(services, ticket), login), codes)


def take_up(services: Services, ticket: str, code: str, *, address: str = "") -> int:
    """Keep the authenticator whose first code is right; returns the person's id, the ticket is used up, other sign-ins end.

    Raises NotSignedIn: ``wrong_code``, or ``stale_ticket`` where the password has to be given again.
    """

    def right(change: Change, person: Person) -> bool:
        if second_factor.has_one(change.session, key(person)):
            return False
        actor = Actor(key(person), person.practice_id, person.role, person.name, address=address)
        try:
            second_factor.set_up(
                change,
                services,
                actor,
                secret=_secret(services, ticket),
                code=code,
                recovery=_recovery_codes(services, ticket),
            )
        except Invalid:
            return False
        end_all_of(change, actor, key(person))  # who came in before, with the password alone, may be somebody else
        return True

    return use_ticket(services, ticket, right, address=address)


def _secret(services: Services, ticket: str) -> str:
    made = bytes.fromhex(services.sealing.fingerprint(ticket, whose="authenticator of a first sign-in"))
    return base64.b32encode(made[:SECRET_BYTES]).decode()


def _recovery_codes(services: Services, ticket: str) -> list[str]:
    made = [
        bytes.fromhex(services.sealing.fingerprint(ticket, whose=f"recovery code {number} of a first sign-in"))
        for number in range(RECOVERY_CODES)
    ]
    return ["".join(ALPHABET[byte % len(ALPHABET)] for byte in one[:LETTERS]) for one in made]
