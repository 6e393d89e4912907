"""Drafts of visits: somebody's own, one for each patient and one for a new patient."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from storage.tables import IntakeDraft


def draft(session: Session, person_id: int, about: int) -> IntakeDraft | None:
    """Read one, also where it is thrown away; ``about`` is a patient, or 0 for a new one."""
    return session.exec(
        select(IntakeDraft).where(IntakeDraft.person_id == person_id, IntakeDraft.about == about)
    ).one_or_none()


def standing(session: Session, person_id: int, *, limit: int) -> Sequence[IntakeDraft]:
    """List those that stand, the newest first."""
    mine = (IntakeDraft.person_id == person_id, col(IntakeDraft.discarded).is_(None))
    return session.exec(select(IntakeDraft).where(*mine).order_by(col(IntakeDraft.updated).desc()).limit(limit)).all()


def end(session: Session, person_id: int, about: int, version: int) -> bool:
    """Delete one, if this is what it says; says whether it was."""
    this = (col(IntakeDraft.person_id) == person_id, col(IntakeDraft.about) == about)
    found = session.execute(delete(IntakeDraft).where(*this, col(IntakeDraft.version) == version))
    return bool(found.rowcount)  # type: ignore[attr-defined]
