"""The practice under load: the demo's, and as many patients as are asked for, each with a plan, a phone and its real tokens."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlmodel import SQLModel, col, select

from domain import demo, recounting
from domain.ledger import Change
from domain.patient import key
from domain.services import Services
from domain.sign_in import device_tokens
from main import build_services
from settings import Settings
from storage.tables import Diagnosis, Patient, Person, Recommendation

Row = TypeVar("Row", bound=SQLModel)
AT_ONCE = 250
"""Patients in one transaction."""
UNTOLD = {"told_seq": None, "outcome_counted": None, "rating_counted": None, "counted_on": None}
"""What a plan has that nobody has answered about."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with a phone: its token, the diagnosis that it follows, and what is answered about."""

    token: str
    diagnosis_id: int
    recommendation_id: int


def crowd(settings: Settings, many: int) -> tuple[Owner, ...]:
    """Fill an empty database with the demo's practice and so many patients who have a phone."""
    services = build_services(settings)
    try:
        for _ in demo.fill(services):
            pass

        owners: list[Owner] = []
        for first in range(0, many, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, many))
            admitted = services.ledger.write(partial(_admitted, numbers=numbers))
            owners += services.ledger.write(partial(_let_in, services=services, those=admitted))
        for _ in recounting.rebuild(services, recounting.cells(services)):
            pass
        return tuple(owners)
    finally:
        services.database.close()


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Keep everything of one program in a folder, but for a database that is elsewhere."""
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'vervain.db'}", secret_file=folder / "secret", demo=True
    )


def _admitted(change: Change, numbers: range) -> list[tuple[int, int, int]]:
    """Add patients who are treated as those of the demo are; gives person, diagnosis and recommendation of each."""
    session = change.session
    models = session.exec(
        select(Patient, Diagnosis, Recommendation)
        .join(Diagnosis, col(Diagnosis.patient_id) == col(Patient.id))
        .join(Recommendation, col(Recommendation.diagnosis_id) == col(Diagnosis.id))
        .where(Recommendation.kind == "herb", Recommendation.status == "approved", Diagnosis.status == "open")
        .order_by(col(Recommendation.id))
        .limit(20)
    ).all()
    if not models:
        raise SystemExit("The demo has no open diagnosis with an approved herb.")
    admitted = []
    for number in numbers:
        patient, diagnosis, recommendation = models[number % len(models)]
        name = f"Patient {number}"
        person = Person(practice_id=patient.practice_id, role="patient", name=name, created=change.now)
        session.add(person)
        session.flush()
        his = _copied(patient, name=name, person_id=key(person), created=change.now)
        session.add(his)
        session.flush()
        state = _copied(diagnosis, patient_id=key(his), seq=0, created=change.now)
        session.add(state)
        session.flush()
        plan = _copied(recommendation, patient_id=key(his), diagnosis_id=key(state), **UNTOLD)
        session.add(plan)
        session.flush()
        admitted.append((key(person), key(state), key(plan)))
    return admitted


def _let_in(change: Change, services: Services, those: list[tuple[int, int, int]]) -> list[Owner]:
    return [
        Owner(device_tokens(change, services, person, "load").access_token, diagnosis, recommendation)
        for person, diagnosis, recommendation in those
    ]


def _copied(row: Row, **otherwise: object) -> Row:
    return type(row)(**{name: value for name, value in row.model_dump().items() if name != "id"} | otherwise)
