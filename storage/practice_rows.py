"""What a practice has brought in: rows of knowledge of its own, and its past cases."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from storage.tables import FileImport, PastCase, PracticeRow


def imports(session: Session, practice_id: int, kind: str | None = None) -> list[FileImport]:
    """List the files that a practice has brought in, oldest first."""
    statement = select(FileImport).where(FileImport.practice_id == practice_id)
    if kind is not None:
        statement = statement.where(FileImport.kind == kind)
    return list(session.exec(statement.order_by(col(FileImport.id))))


def imported(session: Session, practice_id: int, kind: str, digest: str) -> FileImport | None:
    """Find the file with this content, if it was brought in already."""
    return session.exec(
        select(FileImport).where(
            FileImport.practice_id == practice_id, FileImport.kind == kind, FileImport.digest == digest
        )
    ).first()


def rows_of_knowledge(session: Session, practice_id: int) -> list[PracticeRow]:
    """List the rows of knowledge that a practice has added, in the order in which they came."""
    statement = select(PracticeRow).where(PracticeRow.practice_id == practice_id).order_by(col(PracticeRow.id))
    return list(session.exec(statement))


def add_cases(session: Session, cases: Sequence[dict[str, object]]) -> None:
    """Add past cases, many in one statement."""
    if cases:
        session.execute(insert(PastCase), list(cases))


def past_cases(session: Session, practice_id: int) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield the past cases of a practice: id, findings and herbs, in the order in which they came."""
    statement = (
        select(PastCase.id, PastCase.findings, PastCase.herbs)
        .where(PastCase.practice_id == practice_id)
        .order_by(col(PastCase.id))
    )
    for id_, findings, herbs in session.execute(statement).yield_per(5_000):
        yield int(id_), findings, herbs


def case_count(session: Session, practice_id: int) -> int:
    """Count the past cases of a practice."""
    statement = select(func.count()).select_from(PastCase).where(col(PastCase.practice_id) == practice_id)
    return int(session.execute(statement).scalar_one())
