"""Practices and local accounts: setting one up, adding people, new passwords, letting somebody in no more."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from domain.errors import Conflict, Invalid, NotFound
from domain.ledger import Change
from domain.password_rules import require_good
from domain.patient import key
from domain.permission import Actor
from domain.practice import at_a_terminal
from domain.services import Services
from domain.sign_ins import end_all_of
from storage import accounts, people
from storage.tables import Person, Practice

ROLES = ("practitioner", "admin")
FIRST_PRACTICE = "My practice"


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """One local account, as who runs the program sees it."""

    login: str
    name: str
    role: str
    practice: str
    second_factor: bool
    disabled: bool
    last_sign_in: datetime | None


def add_practice(change: Change, name: str, *, synthetic: bool = False) -> int:
    """Add a practice, as part of a change; returns its id."""
    practice = Practice(name=name, synthetic=synthetic, created=change.now)
    change.session.add(practice)
    change.session.flush()
    return key(practice)


def add_person(services: Services, *, name: str, login: str, password: str, role: str = "practitioner") -> int:
    """Add a local account to the first practice, which is made when there is none; returns the person's id.

    Raises Invalid for a weak password or an unknown role, Conflict for a login that is taken.
    """
    name, login = name.strip(), login.strip().casefold()
    if role not in ROLES:
        raise Invalid(f"A role is one of {', '.join(ROLES)}.")
    if not login or not name:
        raise Invalid("A person needs a name and a login.")
    require_good(password, known=(login, name))
    hashed = services.passwords.hash(password)

    def act(change: Change) -> int:
        if people.by_login(change.session, login) is not None:
            raise Conflict(f"The login “{login}” is taken.")
        statement = select(Practice).where(~col(Practice.synthetic)).order_by(col(Practice.id)).limit(1)
        practice = change.session.exec(statement).first()
        if practice is None:
            practice = change.session.get_one(Practice, add_practice(change, FIRST_PRACTICE))
        require_good(password, known=(login, name, practice.name))
        person = Person(
            practice_id=key(practice),
            role=role,
            name=name,
            login=login,
            password_hash=hashed,
            created=change.now,
        )
        change.session.add(person)
        change.session.flush()
        change.audit(at_a_terminal(practice), "add", "person", key(person), f"{role} {login}")
        return key(person)

    return services.ledger.write(act)


def reset(services: Services, login: str, *, password: str, totp: bool = False) -> int:
    """Give somebody a new password at a terminal, and end all their sign-ins; returns how many ended.

    ``totp`` removes the second factor as well. Raises NotFound, Invalid for a weak password.
    """
    person, practice = find(services, login)
    require_good(password, known=(person.login or "", person.name, practice.name))
    hashed, actor = services.passwords.hash(password), at_a_terminal(practice)

    def act(change: Change) -> int:
        keep_password(change, actor, change.session.get_one(Person, key(person)), hashed)
        if totp and accounts.drop_second_factor(change.session, key(person)):
            change.audit(actor, "remove", "second factor", key(person))
        accounts.drop_second_steps(change.session, key(person), change.now)
        return end_all_of(change, actor, key(person))

    return services.ledger.write(act)


def disable(services: Services, login: str) -> int:
    """Let somebody in no more, and end all their sign-ins at once; returns how many ended. Raises NotFound, Conflict."""
    person, practice = find(services, login)
    actor = at_a_terminal(practice)

    def act(change: Change) -> int:
        _switch(change, actor, key(person), off=True)
        return end_all_of(change, actor, key(person))

    return services.ledger.write(act)


def enable(services: Services, login: str) -> None:
    """Let somebody in again who was disabled. Raises NotFound, Conflict."""
    person, practice = find(services, login)
    services.ledger.write(lambda change: _switch(change, at_a_terminal(practice), key(person), off=False))


def listing(services: Services) -> list[LocalAccount]:
    """List all local accounts by login."""
    with services.database.read() as session:
        return [
            LocalAccount(
                login=person.login or "",
                name=person.name,
                role=person.role,
                practice=practice.name,
                second_factor=second,
                disabled=person.disabled,
                last_sign_in=last,
            )
            for person, practice, second, last in accounts.local_people(session)
        ]


def named_in_the_log(services: Services, name: str) -> tuple[str, str]:
    """Say whom the log calls so: name and role. Raises NotFound."""
    with services.database.read() as session:
        for person in session.exec(select(Person)):
            if services.sealing.in_the_log(key(person)) == name:
                return person.name, person.role
    raise NotFound(f"The log calls nobody “{name}” here.")


def find(services: Services, login: str) -> tuple[Person, Practice]:
    """Find a local account by its login. Raises NotFound."""
    with services.database.read() as session:
        person = people.by_login(session, login.strip())
        if person is None:
            raise NotFound(f"There is no account “{login.strip()}”.")
        return person, session.get_one(Practice, person.practice_id)


def keep_password(change: Change, actor: Actor, person: Person, hashed: str) -> None:
    """Give a person another password, as part of a change."""
    person.password_hash = hashed
    change.session.add(person)
    change.audit(actor, "change", "password", key(person))


def _switch(change: Change, actor: Actor, person_id: int, *, off: bool) -> None:
    person = change.session.get_one(Person, person_id)
    if person.disabled is off:
        raise Conflict(f"“{person.login}” is {'disabled' if off else 'enabled'} already.")
    person.disabled = off
    change.session.add(person)
    change.audit(actor, "disable" if off else "enable", "person", person_id)
