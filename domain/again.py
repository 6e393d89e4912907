"""Who is in shows once more that it is they, before they change how they come in or end their other sign-ins (ASVS 5, 7.5)."""

from dataclasses import dataclass
from datetime import timedelta

from domain import local_sign_in, second_factor, throttle
from domain.errors import Conflict, NotSignedIn
from domain.ledger import utc_now
from domain.permission import Actor
from domain.security_log import Event
from domain.services import Services
from storage.tables import Person, SignIn

FRESH = timedelta(minutes=10)
"""How long a sign-in counts as having shown it, for who has no password here to give again."""
WRONG_PASSWORD = "This is not your present password."  # noqa: S105 - a sentence
NO_PASSWORD = "This account has no password: it comes in another way."  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True)
class Again:
    """What somebody gives once more: the password, and a code where there is a second factor."""

    password: str = ""
    code: str = ""


NOTHING = Again()


def require(services: Services, actor: Actor, given: Again) -> None:
    """Ask who has a password for it, and for a code where there is a second factor; of others, that they have just come in.

    A patient is asked for nothing: what they have is the phone in their hand, and whoever has lost another one has to be able to
    end it at once. Raises NotSignedIn: ``wrong_password``, ``second_factor_needed``, ``wrong_code``, ``sign_in_again``; TooOften.
    """
    with services.database.read() as session:
        person = session.get_one(Person, actor.person_id)
        row = session.get(SignIn, actor.sign_in_id) if actor.sign_in_id else None
    if person.password_hash is not None:
        require_password(services, actor, given)
        return
    if not actor.is_patient and not person.demo and (row is None or utc_now() - row.created > FRESH):
        raise NotSignedIn("Sign out and in again first: this asks for a sign-in of this moment.", code="sign_in_again")
    _require_code(services, actor, given)


def require_password(services: Services, actor: Actor, given: Again) -> None:
    """Ask for the password, and for a code where there is a second factor.

    Raises Conflict where somebody has no password, NotSignedIn and TooOften.
    """
    with services.database.read() as session:
        stored = session.get_one(Person, actor.person_id).password_hash
    if stored is None:
        raise Conflict(NO_PASSWORD, code="no_password")
    here = f"{actor.person_id} {actor.sign_in_id}"  # a thief who tries in another one keeps nobody from ending it
    services.throttle.count(throttle.PASSWORD_AGAIN, here, address=actor.address)
    if not services.passwords.check(given.password, stored):
        _refuse(services, actor, "wrong_password_again", WRONG_PASSWORD, "wrong_password")
    services.throttle.forgive(throttle.PASSWORD_AGAIN, here)
    _require_code(services, actor, given)


def _require_code(services: Services, actor: Actor, given: Again) -> None:
    if not second_factor.is_set_up(services, actor.person_id):
        return
    if not given.code:
        raise NotSignedIn(local_sign_in.CODE_NEEDED, code="second_factor_needed")
    if not services.ledger.write(lambda change: local_sign_in.use_code(change, services, actor.person_id, given.code)):
        _refuse(services, actor, "wrong_code", second_factor.WRONG_CODE, "wrong_code")


def _refuse(services: Services, actor: Actor, reason: str, sentence: str, code: str) -> None:
    services.security.note(Event.SIGN_IN_REFUSED, reason=reason, person=actor.person_id, address=actor.address)
    raise NotSignedIn(sentence, code=code)
