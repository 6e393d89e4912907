"""Services: other programs of a practice, which come with a token that was printed once and may do what its scopes say.

A token is a random text, kept as a hash on a sign-in row of its own, so that revoking it takes effect at once. The service
itself is a person of the practice with the role ``service``: what it does is in the audit under its name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.events import sign_in_revoked
from domain.ledger import Change, utc_now
from domain.messages import SignInRevoked
from domain.patient import key
from domain.permission import SCOPES, Actor
from domain.practice import chosen
from domain.services import Services
from domain.text import LINE
from domain.tokens import hash_secret, new_secret
from storage import people
from storage.tables import Person, SignIn

ROLE = "service"
PREFIX = "vervain_service_"
"""So that a token that was left in a file is found, by people and by programs that look for such."""
LONGEST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token: ``token`` is shown now and kept nowhere."""

    number: int
    token: str
    name: str
    practice: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token that was given out, without the token."""

    number: int
    name: str
    practice: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    revoked: datetime | None


def issue(services: Services, name: str, *, scopes: list[str], days: int, practice: str = "") -> Issued:
    """Give a service a token; another one where it has some already, so that they can be changed without a break.

    ``practice`` is a number or a name, and may be empty where there is only one. Raises Invalid, NotFound, Conflict.
    """
    name = " ".join(name.split())
    if not name or len(name) > LINE:
        raise Invalid(f"A service needs a name of at most {LINE} characters.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(f"A scope is one of {', '.join(SCOPES)}; a token needs at least one.")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token holds for 1 to {LONGEST_DAYS} days.")
    token = PREFIX + new_secret()

    def act(change: Change) -> Issued:
        where = chosen(change.session, practice)
        person = people.service_named(change.session, key(where), name)
        if person is None:
            person = Person(practice_id=key(where), role=ROLE, name=name, created=change.now)
            change.session.add(person)
            change.session.flush()
        row = SignIn(
            person_id=key(person),
            kind="service",
            secret_hash=hash_secret(token),
            scopes=" ".join(scope for scope in SCOPES if scope in scopes),
            created=change.now,
            expires=change.now + timedelta(days=days),
        )
        change.session.add(row)
        change.session.flush()
        change.audit(_actor(person, row), "issue", "service token", key(row), f"{name}: {row.scopes}")
        return Issued(key(row), token, name, where.name, row.expires)

    return services.ledger.write(act)


def listing(services: Services) -> list[ServiceToken]:
    """List all tokens that were given out, oldest first."""
    with services.database.read() as session:
        return [
            ServiceToken(
                key(row), person.name, practice.name, tuple(row.scopes.split()), row.created, row.expires, row.revoked
            )
            for row, person, practice in people.service_tokens(session)
        ]


def revoke(services: Services, number: int) -> str:
    """End a token, also its open sockets; returns the service's name. Raises NotFound, and Conflict for one that is ended."""

    def act(change: Change) -> str:
        row = change.session.get(SignIn, number)
        if row is None or row.kind != "service":
            raise NotFound(f"There is no service token {number}.")
        if row.revoked is not None:
            raise Conflict(f"The service token {number} is revoked already.")
        person = change.session.get_one(Person, row.person_id)
        row.revoked = change.now
        change.session.add(row)
        told = SignInRevoked(sign_in_id=key(row), person_id=row.person_id)
        change.record(sign_in_revoked(told), practice_id=person.practice_id)
        change.audit(_actor(person, row), "revoke", "service token", number, person.name)
        return person.name

    return services.ledger.write(act)


def is_token(token: str) -> bool:
    """Say whether this claims to be a service's token."""
    return token.startswith(PREFIX)


def actor_of(services: Services, token: str, *, address: str = "") -> tuple[Actor, datetime]:
    """Say which service comes with a token, and until when it holds. Raises NotSignedIn."""
    with services.database.glance(statements=1) as glance:
        found = people.signed_in_by_secret(glance, hash_secret(token))
    if found is None or found.kind != "service" or not found.holds(utc_now()):
        raise NotSignedIn("This service token does not hold any more, or never did.")
    actor = Actor(
        person_id=found.person_id,
        practice_id=found.practice_id,
        role=ROLE,
        name=found.name,
        sign_in_id=found.id,
        address=address,
        until=found.expires,
        scopes=frozenset(found.scopes.split()),
    )
    return actor, found.expires


def _actor(person: Person, row: SignIn) -> Actor:
    return Actor(
        person_id=key(person),
        practice_id=person.practice_id,
        role=ROLE,
        name=person.name,
        sign_in_id=row.id,
        until=row.expires,
        scopes=frozenset(row.scopes.split()),
    )
