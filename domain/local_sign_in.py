"""Coming in with a password, then with a code where the person has set up a second factor; the code, after a provider as well."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

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
SETTING_UP_LIFE = timedelta(minutes=20)
"""Time enough to install an authenticator."""
MOST_TRIES = 5
"""Codes that one ticket may be tried with; then the password is asked for again."""
NAMES, HASHED = "name in the log of security", 16
"""What the keyed hash of a name is for, and its length: 64 bits tell names apart in a log."""
CODE_NEEDED = "A code of the second factor is needed as well."
WRONG = "The name or the password is wrong."
STALE = "That took too long, or too many codes were wrong: begin again."


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to give a code: ``secret`` goes into the cookie and is kept nowhere."""

    secret: str
    setting_up: bool = False
    """Whether the practice demands a second factor and there is none yet: the code is the first of a new authenticator."""


@dataclass(frozen=True, slots=True)
class _Refused:
    person_id: int | None
    message: str
    code: str


def with_password(services: Services, login: str, password: str, *, code: str = "", address: str = "") -> int:
    """Check a local account in one go, for programs; returns the person's id.

    Raises NotSignedIn: in the same words and time for every mistake in name or password, with the code
    ``second_factor_needed`` where a code is missing, ``wrong_code`` where it is wrong, ``second_factor_missing`` where the
    practice demands what was not set up.
    """
    person_id = _checked(services, login, password, address)
    with services.database.read() as session:
        require_no_second_factor_missing(services, session, session.get_one(Person, person_id))
    if not second_factor.is_set_up(services, person_id):
        services.throttle.sign_in_succeeded(login, address)
        return person_id
    if not code:
        raise NotSignedIn(CODE_NEEDED, code="second_factor_needed")
    if not services.ledger.write(lambda change: use_code(change, services, person_id, code)):
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

    Who has switched on a second factor here is asked for it at every way in, unless the provider says that they gave one there;
    and so is asked to set one up who has none where the practice demands one.
    """
    if second_factor_given:
        return person_id
    with services.database.read() as session:
        missing = second_factor.is_missing(services, session, session.get_one(Person, person_id))
        if not missing and not second_factor.has_one(session, person_id):
            return person_id
    secret, life = new_secret(), SETTING_UP_LIFE if missing else TICKET_LIFE

    def act(change: Change) -> Ticket:
        accounts.drop_second_steps(change.session, person_id, change.now)
        change.session.add(SecondStep(person_id=person_id, ticket_hash=hash_secret(secret), expires=change.now + life))
        return Ticket(secret, missing)

    return services.ledger.write(act)


def require_no_second_factor_missing(services: Services, session: Session, person: Person) -> None:
    """Refuse a program of somebody who has to set a second factor up first, which is done on a page. Raises NotSignedIn."""
    if second_factor.is_missing(services, session, person):
        raise NotSignedIn(
            "The practice asks for a second factor: sign in on the page once, and set it up.",
            code="second_factor_missing",
        )


def finish(services: Services, ticket: str, code: str, *, address: str = "") -> int:
    """Check the code of a second step; returns the person's id, and the ticket is used up.

    Raises NotSignedIn: ``wrong_code``, or ``stale_ticket`` where the password has to be given again.
    """
    return use_ticket(services, ticket, lambda change, one: use_code(change, services, key(one), code), address=address)


def use_ticket(services: Services, ticket: str, right: Callable[[Change, Person], bool], *, address: str = "") -> int:
    """Use a ticket up where ``right`` says so of its person; each try counts. Raises NotSignedIn, as ``finish`` does."""

    def act(change: Change) -> int | _Refused:
        step = accounts.second_step(change.session, hash_secret(ticket))
        if step is None or is_stale(step, change.now):
            return _Refused(None if step is None else step.person_id, STALE, "stale_ticket")
        person_id = step.person_id
        person = change.session.get_one(Person, person_id)
        if person.disabled:
            return _Refused(person_id, STALE, "stale_ticket")
        if right(change, person):
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


def is_stale(step: SecondStep, now: datetime) -> bool:
    """Say whether the password has to be given again: too late, or too many wrong codes."""
    return step.expires <= now or step.tries >= MOST_TRIES


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


def use_code(change: Change, services: Services, person_id: int, code: str) -> bool:
    """Use a code of somebody up, as part of a change; False for a wrong one. Raises TooOften."""
    services.throttle.count(throttle.SECOND_STEP, person_id)  # by person: a new ticket does not begin a new count
    person = change.session.get_one(Person, person_id)
    whoever = Actor(person_id, person.practice_id, person.role, person.name)
    right = second_factor.use(change, services, whoever, code)
    if right:
        services.throttle.forgive(throttle.SECOND_STEP, person_id)
    return right
