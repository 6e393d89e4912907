"""Reading people, their sign-ins and invites."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.tables import Diagnosis, Invite, Patient, Person, RefreshToken, SignIn


def by_login(session: Session, login: str) -> Person | None:
    """Find an account by its login, whatever its case."""
    return session.exec(select(Person).where(Person.login == login.casefold())).first()


def demo_people(session: Session) -> list[Person]:
    """List the demo's one-click people."""
    return list(session.exec(select(Person).where(col(Person.demo)).order_by(col(Person.id))))


def patient_of(session: Session, person_id: int) -> Patient | None:
    """Find the record of somebody who is treated."""
    return session.exec(select(Patient).where(Patient.person_id == person_id)).first()


def newest_diagnosis_id(session: Session, patient_id: int) -> int | None:
    """Find a patient's newest diagnosis."""
    statement = select(Diagnosis.id).where(Diagnosis.patient_id == patient_id).order_by(col(Diagnosis.id).desc())
    return session.exec(statement.limit(1)).first()


def sign_in_by_secret(session: Session, secret_hash: str) -> SignIn | None:
    """Find a browser session by the hash of its secret."""
    return session.exec(select(SignIn).where(SignIn.secret_hash == secret_hash)).first()


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


def use_invite(session: Session, code_hash: str, now: datetime) -> Invite | None:
    """Use an invite up; None when there is none, or it was used or is too old."""
    statement = (
        update(Invite)
        .where(col(Invite.code_hash) == code_hash, col(Invite.used).is_(None), col(Invite.expires) > now)
        .values(used=now)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        return None
    return session.exec(select(Invite).where(Invite.code_hash == code_hash)).first()
