"""Reading and using up what belongs to local accounts: second factors, recovery codes, second steps."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.sql.dml import Delete, Update
from sqlmodel import Session, col, select

from storage.tables import Person, Practice, RecoveryCode, SecondFactor, SecondStep, SignIn


def recovery_codes_left(session: Session, person_id: int) -> int:
    """Count the recovery codes that were not used."""
    statement = select(func.count()).where(RecoveryCode.person_id == person_id, col(RecoveryCode.used).is_(None))
    return int(session.exec(statement).one())


def use_recovery_code(session: Session, person_id: int, code_hash: str, now: datetime) -> bool:
    """Use a recovery code up; of several who try at the same time exactly one is told True."""
    statement = update(RecoveryCode).where(
        col(RecoveryCode.person_id) == person_id,
        col(RecoveryCode.code_hash) == code_hash,
        col(RecoveryCode.used).is_(None),
    )
    return _done(session, statement.values(used=now)) == 1


def use_step(session: Session, person_id: int, step: int) -> bool:
    """Use a time step up, and with it all older ones; False where it or a newer one was used."""
    statement = update(SecondFactor).where(col(SecondFactor.person_id) == person_id, col(SecondFactor.last_step) < step)
    return _done(session, statement.values(last_step=step)) == 1


def drop_recovery_codes(session: Session, person_id: int) -> None:
    """Delete all recovery codes of a person."""
    _done(session, delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))


def drop_second_factor(session: Session, person_id: int) -> bool:
    """Delete a person's second factor with its recovery codes; False where there was none."""
    drop_recovery_codes(session, person_id)
    return _done(session, delete(SecondFactor).where(col(SecondFactor.person_id) == person_id)) == 1


def second_factors(session: Session) -> list[tuple[SecondFactor, Person, Practice]]:
    """List all second factors with whose they are."""
    statement = (
        select(SecondFactor, Person, Practice)
        .join(Person, col(Person.id) == col(SecondFactor.person_id))
        .join(Practice, col(Practice.id) == col(Person.practice_id))
        .order_by(col(SecondFactor.person_id))
    )
    return [(row, person, practice) for row, person, practice in session.exec(statement)]


def second_step(session: Session, ticket_hash: str) -> SecondStep | None:
    """Find who is asked for a code, by the hash of the ticket."""
    return session.exec(select(SecondStep).where(SecondStep.ticket_hash == ticket_hash)).first()


def drop_second_steps(session: Session, person_id: int, before: datetime) -> None:
    """Delete what was begun by a person, and by anybody what has run out."""
    _done(
        session,
        delete(SecondStep).where((col(SecondStep.person_id) == person_id) | (col(SecondStep.expires) <= before)),
    )


def local_people(session: Session) -> list[tuple[Person, Practice, bool, datetime | None]]:
    """List who has a local account, with the practice, whether they have a second factor, and when they last signed in."""
    newest = func.max(col(SignIn.created))
    statement: Any = (
        select(Person, Practice, col(SecondFactor.person_id), newest)
        .join(Practice, col(Practice.id) == col(Person.practice_id))
        .outerjoin(SecondFactor, col(SecondFactor.person_id) == col(Person.id))
        .outerjoin(SignIn, col(SignIn.person_id) == col(Person.id))
        .where(col(Person.login).is_not(None))
        .group_by(col(Person.id), col(Practice.id), col(SecondFactor.person_id))
        .order_by(col(Person.login))
    )
    return [(person, practice, second is not None, last) for person, practice, second, last in session.exec(statement)]


def _done(session: Session, statement: Update | Delete) -> int:
    return int(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
