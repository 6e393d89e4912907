"""Practices and local accounts: setting one up, adding people."""

from sqlmodel import col, select

from domain.errors import Conflict, Invalid
from domain.ledger import Change
from domain.passwords import SHORTEST
from domain.patient import key
from domain.services import Services
from storage import people
from storage.tables import Person, Practice

ROLES = ("practitioner", "admin")


def add_practice(change: Change, name: str, *, synthetic: bool = False) -> int:
    """Add a practice, as part of a change; returns its id."""
    practice = Practice(name=name, synthetic=synthetic, created=change.now)
    change.session.add(practice)
    change.session.flush()
    return key(practice)


def add_person(services: Services, *, name: str, login: str, password: str, role: str = "practitioner") -> int:
    """Add a local account to the first practice, which is made when there is none; returns the person's id.

    Raises Invalid for a short password or an unknown role, Conflict for a login that is taken.
    """
    if role not in ROLES:
        raise Invalid(f"A role is one of {', '.join(ROLES)}.")
    if len(password) < SHORTEST:
        raise Invalid(f"The password needs at least {SHORTEST} characters.")
    if not login.strip() or not name.strip():
        raise Invalid("A person needs a name and a login.")
    hashed = services.passwords.hash(password)

    def act(change: Change) -> int:
        if people.by_login(change.session, login.strip()) is not None:
            raise Conflict(f"The login “{login}” is taken.")
        statement = select(Practice.id).where(~col(Practice.synthetic)).order_by(col(Practice.id)).limit(1)
        practice_id = change.session.exec(statement).first() or add_practice(change, "My practice")
        person = Person(
            practice_id=practice_id,
            role=role,
            name=name.strip(),
            login=login.strip().casefold(),
            password_hash=hashed,
            created=change.now,
        )
        change.session.add(person)
        change.session.flush()
        return key(person)

    return services.ledger.write(act)
