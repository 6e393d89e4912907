"""The practice that our server is measured with: the demo's, and enough colleagues for the connections.

A person may have 20 connections, so 1,000 followers of one diagnosis are 50 practitioners who share the patient. It is made
once for a run; each of our servers gets a copy of it.
"""

import json
import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from api.connections import PER_PERSON
from domain import demo
from domain.events import envelope, wire_time
from domain.ledger import Change, utc_now
from domain.messages import PredictionUpdate
from domain.patient import key
from domain.sign_in import device_tokens
from domain.tokens import AccessToken, Tokens
from main import build_services
from settings import Settings
from storage.tables import Diagnosis, Patient, PatientShare, Person

MESSAGE_BYTES = 300
DIAGNOSES, FOLLOWERS = 1_000, 3
"""What a practice looks like: many diagnoses, a few people at each."""
DIAGNOSES_PER_PERSON = PER_PERSON // FOLLOWERS
ROOMS = "rooms.json"


@dataclass(frozen=True)
class Practice:
    """The prepared database with those who may come in."""

    folder: Path
    shared: int
    """The diagnosis that everybody follows."""
    readers: tuple[AccessToken, ...]
    own: tuple[tuple[int, AccessToken], ...]
    """The many diagnoses, each with the practitioner who treats it."""

    def copy(self, folder: Path, *, many: bool) -> None:
        """Give a server a database of its own, and say which diagnosis is which room."""
        shutil.copytree(self.folder, folder)
        rooms = [diagnosis for diagnosis, _ in self.own] if many else [self.shared]
        (folder / ROOMS).write_text(json.dumps(rooms))

    def clients(self, connections: int, *, many: bool) -> list[str]:
        """Give a line for each client of our server, with tokens that are fresh now."""
        tokens = Tokens(settings(self.folder).read_secret())
        lines, headers = [], dict[int, str]()
        for number in range(connections):
            if many:
                room, (diagnosis, reader) = number // FOLLOWERS, self.own[number // FOLLOWERS]
            else:
                room, diagnosis, reader = 0, self.shared, self.readers[number // PER_PERSON]
            header = headers.get(reader.person_id)
            if header is None:
                header = headers[reader.person_id] = f"Authorization: Bearer {_token(tokens, reader)}"
            lines.append(f"{room}\t/ws/{diagnosis}\t{header}\t")
        return lines


def settings(folder: Path) -> Settings:
    """Say how our server runs on such a folder; the bound on new connections a second is lifted, to see where it is.

    Another database than the folder's is named by the environment, as it is for the program itself.
    """
    elsewhere = os.environ.get("VERVAIN_DATABASE_URL")
    return Settings(
        database_url=elsewhere or f"sqlite:///{folder}/vervain.db",
        secret_file=folder / "secret",
        demo=True,
        accept_per_second=1_000_000,
        log_level="WARNING",
    )


def prepare(folder: Path, connections: int, *, many: bool) -> Practice:
    """Fill a practice for so many followers of one diagnosis and, where asked for, with many diagnoses."""
    folder.mkdir()
    services = build_services(settings(folder))
    for _ in demo.fill(services):
        pass

    def act(change: Change) -> tuple[int, list[int], list[tuple[int, int]]]:
        patient = change.session.exec(select(Patient).where(col(Patient.person_id).is_not(None))).first()
        assert patient is not None
        statement = select(Diagnosis).where(Diagnosis.patient_id == patient.id)
        shared = key(change.session.exec(statement).one())
        readers = [_add_reader(change, patient) for _ in range(math.ceil(connections / PER_PERSON))]
        return shared, readers, list(_many(change, patient.practice_id) if many else ())

    shared, readers, own = services.ledger.write(act)
    people = dict.fromkeys([*readers, *(treating for _, treating in own)], "")

    def sign_in(change: Change) -> None:
        for person in people:
            people[person] = device_tokens(change, services, person, "bench").access_token

    services.ledger.write(sign_in)
    signed_in = {person: services.tokens.read(token) for person, token in people.items()}
    services.database.close()
    return Practice(
        folder,
        shared,
        tuple(signed_in[person] for person in readers),
        tuple((diagnosis, signed_in[person]) for diagnosis, person in own),
    )


def sample_message() -> str:
    """Write a message as our server sends it, exactly as long as it should be, with room for a number.

    It has no ``seq``, which ours has where it is logged: so ours is never shorter than what rivals send.
    """

    def written(basis: str) -> str:
        data = PredictionUpdate(
            recommendation_id=31, probability=0.62, low=0.41, high=0.8, basis=basis, predictor="evidence"
        ).model_dump_json()
        now = wire_time(utc_now())
        return envelope("prediction_update", data, diagnosis_id=121, seq=None, message_id="0" * 32, timestamp=now)

    basis = "#n0000000000# "
    text = written(basis)
    return written(basis + "." * (MESSAGE_BYTES - len(text)))


def _add_reader(change: Change, patient: Patient) -> int:
    person = _add_practitioner(change.session, change, patient.practice_id)
    change.session.add(PatientShare(patient_id=key(patient), person_id=person, created=change.now))
    return person


def _add_practitioner(session: Session, change: Change, practice_id: int) -> int:
    person = Person(practice_id=practice_id, role="practitioner", name="Reader", demo=True, created=change.now)
    session.add(person)
    session.flush()
    return key(person)


def _many(change: Change, practice_id: int) -> list[tuple[int, int]]:
    """Add patients with a diagnosis each; gives the diagnoses with who treats them."""
    added, treating = [], 0
    for number in range(DIAGNOSES):
        if number % DIAGNOSES_PER_PERSON == 0:
            treating = _add_practitioner(change.session, change, practice_id)
        patient = Patient(
            practice_id=practice_id, practitioner_id=treating, name=f"Patient {number}", created=change.now
        )
        change.session.add(patient)
        change.session.flush()
        diagnosis = Diagnosis(
            practice_id=practice_id,
            patient_id=key(patient),
            practitioner_id=treating,
            tradition="none",
            created=change.now,
        )
        change.session.add(diagnosis)
        change.session.flush()
        added.append((key(diagnosis), treating))
    return added


def _token(tokens: Tokens, reader: AccessToken) -> str:
    return tokens.issue(
        person_id=reader.person_id,
        sign_in_id=reader.sign_in_id,
        practice_id=reader.practice_id,
        role=reader.role,
        now=utc_now(),
    )
