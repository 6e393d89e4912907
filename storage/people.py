"""Reading people and their sign-ins."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.tables import Diagnosis, Patient, Person, Practice, RefreshToken, SignIn


def by_login(session: Session, login: str) -> Person | None:
    """Find an account by its login, whatever its case."""
    return session.exec(select(Person).where(Person.login == login.casefold())).first()


def demo_people(session: Session) -> list[Person]:
    """List the demo's one-click people."""
    return list(session.exec(select(Person).where(col(Person.demo)).order_by(col(Person.id))))


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Read what people are called."""
    statement = select(Person.id, Person.name).where(col(Person.id).in_(person_ids))
    return {int(one): name for one, name in session.exec(statement) if one is not None}


def patient_of(session: Session, person_id: int) -> Patient | None:
    """Find the record of somebody who is treated."""
    return session.exec(select(Patient).where(Patient.person_id == person_id)).first()


def newest_diagnosis_id(session: Session, patient_id: int) -> int | None:
    """Find a patient's newest diagnosis."""
    statement = select(Diagnosis.id).where(Diagnosis.patient_id == patient_id).order_by(col(Diagnosis.id).desc())
    return session.exec(statement.limit(1)).first()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in with its person: all that is asked of somebody who comes."""

    id: int
    kind: str
    expires: datetime
    revoked: datetime | None
    person_id: int
    practice_id: int
    role: str
    name: str
    disabled: bool
    demo: bool
    created: datetime
    last_seen: datetime | None
    patient_id: int | None
    scopes: str
    """Of a service, one word each."""

    def holds(self, now: datetime) -> bool:
        """Say whether it was neither ended nor has run out, and the person may still come."""
        return self.revoked is None and self.expires > now and not self.disabled


def signed_in(through: Through, sign_in_id: int) -> SignedIn | None:
    """Read a sign-in with its person, in one look."""
    found = _SIGNED_IN.first(connection_of(through), sign_in=sign_in_id)
    return None if found is None else SignedIn(*found)


def signed_in_by_secret(through: Through, secret_hash: str) -> SignedIn | None:
    """Read a browser session, or a service's token, with its person by the hash of its secret, in one look."""
    found = _SIGNED_IN_BY_SECRET.first(connection_of(through), secret=secret_hash)
    return None if found is None else SignedIn(*found)


def refresh_token(session: Session, token_hash: str) -> RefreshToken | None:
    """Find a refresh token by its hash."""
    return session.exec(select(RefreshToken).where(RefreshToken.token_hash == token_hash)).first()


def use_refresh_token(session: Session, token_hash: str, now: datetime) -> bool:
    """Use a refresh token up; of several who try at the same time exactly one is told True."""
    statement = (
        update(RefreshToken)
        .where(col(RefreshToken.token_hash) == token_hash, col(RefreshToken.used).is_(None))
        .values(used=now)
        .execution_options(synchronize_session=False)
    )
    return bool(session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]


def practices(session: Session) -> list[Practice]:
    """List all practices."""
    return list(session.exec(select(Practice).order_by(col(Practice.id))))


def service_named(session: Session, practice_id: int, name: str) -> Person | None:
    """Find a service of a practice by its name."""
    statement = select(Person).where(Person.practice_id == practice_id, Person.role == "service", Person.name == name)
    return session.exec(statement).first()


def service_tokens(session: Session) -> list[tuple[SignIn, Person, Practice]]:
    """List the tokens of all services with whose they are, oldest first."""
    statement = (
        select(SignIn, Person, Practice)
        .join(Person, col(Person.id) == col(SignIn.person_id))
        .join(Practice, col(Practice.id) == col(Person.practice_id))
        .where(SignIn.kind == "service")
        .order_by(col(SignIn.id))
    )
    return [(row, person, practice) for row, person, practice in session.exec(statement)]


_WHO: Any = (
    columns(
        col(SignIn.id),
        col(SignIn.kind),
        col(SignIn.expires),
        col(SignIn.revoked),
        col(Person.id).label("person_id"),
        col(Person.practice_id),
        col(Person.role),
        col(Person.name),
        col(Person.disabled),
        col(Person.demo),
        col(SignIn.created),
        col(SignIn.last_seen),
        col(Patient.id).label("patient_id"),
        col(SignIn.scopes),
    )
    .join(Person, col(Person.id) == col(SignIn.person_id))
    .outerjoin(Patient, and_(col(Patient.person_id) == col(Person.id), col(Person.role) == "patient"))
)
_SIGNED_IN = Prepared(_WHO.where(col(SignIn.id) == bindparam("sign_in")))
_SIGNED_IN_BY_SECRET = Prepared(_WHO.where(col(SignIn.secret_hash) == bindparam("secret")))
