"""What a practice has brought in: rows of knowledge of its own, and its past cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, false, func, insert
from sqlmodel import Session, col, select

from storage.consent import counted_word
from storage.tables import Diagnosis, FileImport, Finding, PastCase, Patient, PracticeRow, Recommendation

WHOLE = col(FileImport.whole).is_(True)


def imports(session: Session, practice_id: int, kind: str | None = None) -> list[FileImport]:
    """List the files that a practice has brought in, oldest first."""
    statement = select(FileImport).where(FileImport.practice_id == practice_id, WHOLE)
    if kind is not None:
        statement = statement.where(FileImport.kind == kind)
    return list(session.exec(statement.order_by(col(FileImport.id))))


def imported(session: Session, practice_id: int, kind: str, digest: str) -> FileImport | None:
    """Find the file with this content, if it was brought in already."""
    return session.exec(
        select(FileImport).where(
            FileImport.practice_id == practice_id, FileImport.kind == kind, FileImport.digest == digest, WHOLE
        )
    ).first()


def rows_of_knowledge(session: Session, practice_id: int) -> list[PracticeRow]:
    """List the rows of knowledge that a practice has added, in the order in which they came."""
    statement = select(PracticeRow).where(PracticeRow.practice_id == practice_id).order_by(col(PracticeRow.id))
    return list(session.exec(statement))


def left_over(session: Session, before: datetime) -> list[int]:
    """List the files that are not whole and have not been for long: nobody is bringing them in, or taking them out, any more."""
    statement = select(FileImport.id).where(col(FileImport.whole).is_(False), col(FileImport.at) < before)
    return [int(one) for one in session.exec(statement) if one is not None]


def take_cases(session: Session, import_id: int, most: int) -> int:
    """Delete up to so many cases of a file; returns how many."""
    some = select(PastCase.id).where(PastCase.import_id == import_id).limit(most)
    return int(session.execute(delete(PastCase).where(col(PastCase.id).in_(some))).rowcount)  # type: ignore[attr-defined]


def add_cases(session: Session, cases: Sequence[dict[str, object]]) -> None:
    """Add past cases, many in one statement."""
    if cases:
        session.execute(insert(PastCase), list(cases))


def past_cases(session: Session, practice_id: int) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield the past cases of a practice: id, findings and herbs, in the order in which they came."""
    statement = (
        select(PastCase.id, PastCase.findings, PastCase.herbs)
        .join(FileImport, col(FileImport.id) == col(PastCase.import_id))
        .where(PastCase.practice_id == practice_id, WHOLE)
        .order_by(col(PastCase.id))
    )
    for id_, findings, herbs in session.execute(statement).yield_per(5_000):
        yield int(id_), findings, herbs


def case_count(session: Session, practice_id: int) -> int:
    """Count the past cases of a practice."""
    statement = select(func.coalesce(func.sum(FileImport.rows), 0)).where(
        FileImport.practice_id == practice_id, FileImport.kind == "cases", WHOLE
    )
    return int(session.execute(statement).scalar_one())


def treated_cases(session: Session, practice_id: int) -> list[tuple[int, set[str], set[str]]]:
    """List the diagnoses of a practice with what was found and which herbs and formulas were approved.

    Left out are patients whose newest word on statistics is no, and diagnoses that lack either side.
    """
    refused = refused_statistics(session, practice_id)
    found: dict[int, set[str]] = {}
    given: dict[int, set[str]] = {}
    signs = (
        select(Finding.diagnosis_id, Finding.finding_id, Diagnosis.patient_id)
        .join(Diagnosis, col(Diagnosis.id) == col(Finding.diagnosis_id))
        .where(Diagnosis.practice_id == practice_id, col(Finding.present), func.coalesce(Finding.severity, 1) != 0)
    )
    for diagnosis_id, finding_id, patient_id in session.exec(signs):
        if patient_id not in refused:
            found.setdefault(diagnosis_id, set()).add(finding_id)
    plans = select(Recommendation.diagnosis_id, Recommendation.item_id).where(
        Recommendation.practice_id == practice_id,
        col(Recommendation.kind).in_(("herb", "formula")),
        col(Recommendation.approved).is_not(None),
    )
    for diagnosis_id, item_id in session.exec(plans):
        given.setdefault(diagnosis_id, set()).add(item_id)
    return [(one, found[one], given[one]) for one in sorted(found.keys() & given.keys())]


def practices_with_cases(session: Session) -> list[int]:
    """List the practices that have brought in cases or treated patients."""
    brought = session.exec(select(FileImport.practice_id).where(FileImport.kind == "cases", WHOLE).distinct())
    treated = session.exec(select(Diagnosis.practice_id).distinct())
    return sorted({*brought, *treated})


def refused_statistics(session: Session, practice_id: int) -> set[int]:
    """Name the patients of a practice whose newest word on statistics is no, or whose record is restricted."""
    statement = select(Patient.id).where(Patient.practice_id == practice_id, counted_word(col(Patient.id)) == false())
    return {int(one) for one in session.exec(statement) if one is not None}
