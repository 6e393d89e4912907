"""Where it is measured: the demo practice with more people in it, and the server process over it."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from api.connections import PER_PERSON
from bench.ports import free_port
from bench.programs import Running, running
from domain import demo
from domain.ledger import Change
from domain.sign_in import open_device
from main import build_services
from settings import Settings
from storage.tables import Patient, PatientShare, Person, Recommendation

MOST_PHONES = 1_000


@dataclass(frozen=True, slots=True)
class Writing:
    """A patient who answers: the token of the phone, and what is answered about."""

    token: str
    diagnosis_id: int
    recommendation_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """A running server, and who can come to it."""

    program: Running
    writers: tuple[Writing, ...]
    followers: tuple[str, ...]
    """Tokens of colleagues who may follow the first writer's diagnosis, each on so many sockets as a person may have."""
    page_login: int
    """The person whose page is open."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.program.port

    def cpu_seconds(self) -> float:
        """Read the processor time that the server has used so far, all its threads."""
        return self.program.used().total


@contextmanager
def place(writers: int, traces_url: str = "") -> Iterator[Place]:
    """Run the server over a demo practice of its own, with so many patients who have a phone; it sends traces where named."""
    with tempfile.TemporaryDirectory() as folder:
        people = _prepare(Path(folder), writers)
        with served(Path(folder), {"TRACES_URL": traces_url} if traces_url else {}) as program:
            yield Place(program, *people)


@contextmanager
def served(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run the server over what is in the folder."""
    port = free_port()
    with running(
        folder, "server", settings or {}, ("-m", "bench.feedback.server", str(folder), str(port)), port=port
    ) as program:
        yield program


def settings_in(folder: Path) -> Settings:
    """Keep everything of one program in a folder."""
    return Settings(database_url=f"sqlite:///{folder / 'vervain.db'}", secret_file=folder / "secret", demo=True)


def _prepare(folder: Path, writers: int) -> tuple[tuple[Writing, ...], tuple[str, ...], int]:
    """Fill the practice, give patients their phones, and let colleagues read the first patient's record."""
    services = build_services(settings_in(folder))
    for _ in demo.fill(services):
        pass
    patients = services.ledger.write(lambda change: _with_phones(change, writers))
    readers, page = services.ledger.write(lambda change: _readers(change, patients[0][1]))
    writing = tuple(
        Writing(open_device(services, person).access_token, diagnosis, recommendation)
        for person, _, diagnosis, recommendation in patients
    )
    followers = tuple(open_device(services, person).access_token for person in readers)
    services.database.close()
    return writing, followers, page


def _with_phones(change: Change, many: int) -> list[tuple[int, int, int, int]]:
    """List (person, patient, diagnosis, recommendation) of as many patients with an approved herb, let in where they were not."""
    statement = (
        select(Patient, Recommendation)
        .join(Recommendation, col(Recommendation.patient_id) == col(Patient.id))
        .where(col(Recommendation.approved).is_not(None), Recommendation.kind == "herb")
        .order_by(col(Patient.person_id).is_(None), col(Patient.id), col(Recommendation.id))
    )
    found: dict[int, tuple[int, int, int, int]] = {}
    for patient, recommendation in change.session.exec(statement).all():
        if len(found) == many or patient.id in found:
            continue
        if patient.person_id is None:
            person = Person(
                practice_id=patient.practice_id, role="patient", name=patient.name, demo=True, created=change.now
            )
            change.session.add(person)
            change.session.flush()
            patient.person_id = person.id
            change.session.add(patient)
            change.session.flush()
        found[patient.id or 0] = (
            patient.person_id or 0, patient.id or 0, recommendation.diagnosis_id, recommendation.id or 0
        )  # fmt: skip
    if len(found) < many:
        raise SystemExit(f"The demo has {len(found)} patients with an approved herb: too few.")
    return list(found.values())


def _readers(change: Change, patient_id: int) -> tuple[list[int], int]:
    """Add colleagues who may read this patient's record, and one more for the page."""
    patient = change.session.get_one(Patient, patient_id)
    added = []
    for number in range(-(-MOST_PHONES // PER_PERSON) + 1):
        person = Person(
            practice_id=patient.practice_id, role="practitioner", name=f"Reader {number}", demo=True, created=change.now
        )
        change.session.add(person)
        change.session.flush()
        change.session.add(PatientShare(patient_id=patient_id, person_id=person.id or 0, created=change.now))
        added.append(person.id or 0)
    return added[1:], added[0]
