"""Where it is measured: the demo practice, colleagues who may all read every record, and the server process over it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from bench.feedback.place import Place, Writing, served, settings_in
from domain import demo
from domain.ledger import Change
from domain.sign_in import open_device
from main import build_services
from storage.tables import Patient, PatientShare, Person, Recommendation

COLLEAGUES = 20
"""People of the practice; at 200 open pages each has ten."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A running server, a patient who answers, and the people whose pages are open."""

    server: Place
    writer: Writing
    people: tuple[int, ...]


@contextmanager
def practice() -> Iterator[Practice]:
    """Run the server over a demo practice of its own."""
    with tempfile.TemporaryDirectory() as folder:
        writer, people = _prepare(Path(folder))
        with served(Path(folder)) as program:
            yield Practice(Place(program, (writer,), (), people[0]), writer, people)


def _prepare(folder: Path) -> tuple[Writing, tuple[int, ...]]:
    services = build_services(settings_in(folder))
    for _ in demo.fill(services):
        pass
    with services.database.read() as session:
        statement = (
            select(Patient.person_id, Recommendation.diagnosis_id, Recommendation.id)
            .join(Recommendation, col(Recommendation.patient_id) == col(Patient.id))
            .where(
                col(Patient.person_id).is_not(None),
                Recommendation.status == "approved",
                Recommendation.kind == "herb",
            )
        )
        person_id, diagnosis_id, recommendation_id = session.exec(statement.limit(1)).one()
    people = services.ledger.write(_colleagues)
    writer = Writing(open_device(services, person_id or 0).access_token, diagnosis_id, recommendation_id or 0)
    services.database.close()
    return writer, people


def _colleagues(change: Change) -> tuple[int, ...]:
    """Add people to the practice who may read all of its records."""
    patients = change.session.exec(select(Patient)).all()
    added = []
    for number in range(COLLEAGUES):
        person = Person(
            practice_id=patients[0].practice_id,
            role="practitioner",
            name=f"Colleague {number}",
            demo=True,
            created=change.now,
        )
        change.session.add(person)
        change.session.flush()
        for patient in patients:
            change.session.add(PatientShare(patient_id=patient.id or 0, person_id=person.id or 0, created=change.now))
        added.append(person.id or 0)
    return tuple(added)
