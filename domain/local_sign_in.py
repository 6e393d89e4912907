"""Coming in with a password, then with a code where the person has set up a second factor; the code, after a provider as well."""

from dataclasses import dataclass
from datetime import timedelta

from domain import second_factor, throttle
from domain.errors import NotSignedIn
from domain.ledger import Change
from domain.patient import key
from domain.permission import Actor
from domain.security_log import Event
from domain.services import Services
from domain.tokens import hash_secret, new_secret
from storage import accounts, people
from storage.tables import Person, SecondStep

TICKET_KEY = "ticket"
"""Where the ticket of a second step lies in the signed cookie: another browser does not have it."""
TICKET_LIFE = timedelta(minutes=5)
MOST_TRIES = 5
"""Codes that one ticket may be tried with; then the password is asked for again."""
NAMES, HASHED = "name in the log of security", 16
"""What the keyed hash of a name is for, and its length: 64 bits tell names apart in a log."""
WRONG = "The name or the password is wrong."
STALE = "That took too long, or too many codes were wrong: begin again."


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to give a code: ``secret`` goes into the cookie and is kept nowhere."""

    secret: str


@dataclass(frozen=True, slots=True)
class _Refused:
    person_id: int | None
    message: str
    code: str


def with_password(services: Services, login: str, password: str, *, code: str = "", address: str = "") -> int:
    """Check a local account in one go, for programs; returns the person's id.

    Raises NotSignedIn: in the same words and time for every mistake in name or password, with the code
    ``second_factor_needed`` where a code is missing, ``wrong_code`` where it is wrong.
    """
    person_id = _checked(services, login, password, address)
    if not second_factor.is_set_up(services, person_id):
        services.throttle.sign_in_succeeded(login, address)
        return person_id
    if not code:
        raise NotSignedIn("A code of the second factor is needed as well.", code="second_factor_needed")
    if not services.ledger.write(lambda change: _use(change, services, person_id, code)):
        services.security.note(Event.SIGN_IN_REFUSED, reason="wrong_code", person=person_id, address=address)
        raise NotSignedIn(second_factor.WRONG_CODE, code="wrong_code")
    services.throttle.sign_in_succeeded(login, address)
    return person_id


def begin(services: Services, login: str, password: str, *, address: str = "") -> int | Ticket:
    """Check a name and a password, for pages: the person's id, or a ticket where a code is asked for.

    Raises NotSignedIn and TooOften.
    """
    person_id = _checked(services, login, password, address)
    found = after_first_step(services, person_id)
    if not isinstance(found, Ticket):
        services.throttle.sign_in_succeeded(login, address)
    return found


def after_first_step(services: Services, person_id: int, *, second_factor_given: bool = False) -> int | Ticket:
    """Go on with somebody whose password was right, or whom a provider vouches for: their id, or a ticket for a code.

    Who has switched on a second factor here is asked for it at every way in, unless the provider says that they gave one there.
    """
    if second_factor_given or not second_factor.is_set_up(services, person_id):
        return person_id
    secret = new_secret()

    def act(change: Change) -> Ticket:
        accounts.drop_second_steps(change.session, person_id, change.now)
        change.session.add(
            SecondStep(person_id=person_id, ticket_hash=hash_secret(secret), expires=change.now + TICKET_LIFE)
        )
        return Ticket(secret)

    return services.ledger.write(act)


def finish(services: Services, ticket: str, code: str, *, address: str = "") -> int:
    """Check the code of a second step; returns the person's id, and the ticket is used up.

    Raises NotSignedIn: ``wrong_code``, or ``stale_ticket`` where the password has to be given again.
    """

    def act(change: Change) -> int | _Refused:
        step = accounts.second_step(change.session, hash_secret(ticket))
        if step is None or step.expires <= change.now or step.tries >= MOST_TRIES:
            return _Refused(None if step is None else step.person_id, STALE, "stale_ticket")
        person_id = step.person_id
        person = change.session.get_one(Person, person_id)
        if person.disabled:
            return _Refused(person_id, STALE, "stale_ticket")
        if _use(change, services, person_id, code):
            change.session.delete(step)
            services.throttle.sign_in_succeeded(person.login or "", address)
            return person_id
        step.tries += 1
        change.session.add(step)
        return _Refused(person_id, second_factor.WRONG_CODE, "wrong_code")

    result = services.ledger.write(act)  # a refusal is returned, not raised: the try has to be counted
    if isinstance(result, _Refused):
        services.security.note(Event.SIGN_IN_REFUSED, reason=result.code, person=result.person_id, address=address)
        raise NotSignedIn(result.message, code=result.code)
    return result


def _checked(services: Services, login: str, password: str, address: str) -> int:
    """Check a name and a password: one verification whoever it is, and nothing else that takes time before it is right."""
    services.throttle.sign_in_begins(login, address)
    with services.database.read() as session:
        person = people.by_login(session, login.strip()[:200])
    stored = person.password_hash if person and not person.disabled else None
    if not services.passwords.check(password, stored) or person is None or stored is None:
        _note_wrong(services, login, person, address)
        raise NotSignedIn(WRONG, code="wrong_password")
    if services.passwords.is_outdated(stored):
        _hash_again(services, key(person), password, stored)
    return key(person)


def _note_wrong(services: Services, login: str, person: Person | None, address: str) -> None:
    """Write a wrong name or password down: a name that is nobody's as a keyed hash, because people type their password there."""
    named = services.sealing.fingerprint(login.strip().casefold()[:200], whose=NAMES)[:HASHED] if person is None else ""
    known = None if person is None else key(person)
    services.security.note(Event.SIGN_IN_REFUSED, reason="wrong_password", person=known, named=named, address=address)


def _hash_again(services: Services, person_id: int, password: str, stored: str) -> None:
    hashed = services.passwords.hash(password)

    def act(change: Change) -> None:
        person = change.session.get_one(Person, person_id)
        if person.password_hash == stored:  # nobody has changed it meanwhile
            person.password_hash = hashed
            change.session.add(person)

    services.ledger.write(act)


def _use(change: Change, services: Services, person_id: int, code: str) -> bool:
    services.throttle.count(throttle.SECOND_STEP, person_id)  # by person: a new ticket does not begin a new count
    person = change.session.get_one(Person, person_id)
    whoever = Actor(person_id, person.practice_id, person.role, person.name)
    right = second_factor.use(change, services, whoever, code)
    if right:
        services.throttle.forgive(throttle.SECOND_STEP, person_id)
    return right
