"""Who was erased stays erased when an older backup comes back, by ``restore`` and by other means."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain import erasing, feedback, patient
from domain.erasing import ErasureInput
from domain.errors import NotFound
from domain.feedback import FeedbackInput
from domain.patient import PatientInput
from storage.tables import AuditEntry, Patient
from tests.support.command_line import Command, failed
from tests.support.house import House, new_patient, under_treatment
from tests.support.recount import alarms_kept, alarms_recounted, beside_kept, beside_recounted, kept, recounted

pytestmark = pytest.mark.sqlite  # backups are of SQLite's file; PostgreSQL's are pg_dump's: test_restore_on_postgresql

NAME, WORD = "Zorunda Quellfisch", "Wabbelmagen"
AGAIN = "1 patients who were erased since were erased again."


def erase(house: House, patient_id: int, name: str = NAME) -> None:
    given = ErasureInput(name=name, reason="asked_for", override_reason="no_duty")
    erasing.erase(house.services, house.leila, patient_id, given)


def restored(command: Command, file: Path) -> str:
    done = command("restore", str(file))
    assert done.code == 0, done.err
    return done.out


def found_in(folder: Path) -> list[str]:
    """Search the database, what SQLite keeps beside it and the register for the patient's words."""
    files = [*folder.glob("vervain.db"), *folder.glob("vervain.db-wal"), *folder.glob("*.jsonl")]
    content = b"".join(one.read_bytes() for one in files).lower()
    return [word for word in ("zorunda", "quellfisch", "wabbelmagen") if word.encode() in content]


def gone(house: House, patient_id: int) -> None:
    """Check that a patient is erased, every number without them, and the audit whole."""
    with pytest.raises(NotFound):
        patient.read(house.services, house.leila, patient_id)
    with house.services.database.read() as session:
        assert kept(session) == recounted(session)
        assert beside_kept(session) == beside_recounted(session)
        assert alarms_kept(session) == alarms_recounted(session)
    house.services.database.close()


def test_a_restore_erases_them_again(command: Command, house: House, tmp_path: Path) -> None:
    services, file, database = house.services, tmp_path / "b.tar", tmp_path / "vervain.db"
    with services.database.read() as session:
        without = kept(session)
    theirs = under_treatment(services, house.leila, name=NAME)
    patient_id = theirs.patient.patient_id or 0
    said = FeedbackInput(recommendation_id=theirs.recommendation_id, rating=5, symptom=1, comment=WORD)
    feedback.submit(services, theirs.patient, theirs.diagnosis_id, said)
    assert command("backup", str(file)).code == 0
    erase(house, patient_id)
    services.database.close()
    assert AGAIN in restored(command, file)
    assert found_in(tmp_path) == []
    again = house.reopened()
    with again.services.database.read() as session:
        assert kept(session) == without
        entries = session.exec(select(AuditEntry).where(AuditEntry.patient_id == patient_id)).all()
        assert entries[-1].action == "erase again"
    gone(again, patient_id)
    assert command("audit", "verify").code == 0, "what a restore writes is sealed as well"

    register = tmp_path / "vervain-erased.jsonl"
    register.unlink()  # the database that is there knows as well, and writes it anew
    assert AGAIN in restored(command, file)
    assert register.read_text().count("\n") == 1
    database.write_text("The disk broke. " * 1000)  # and the register where no database does
    assert AGAIN in restored(command, file)
    assert found_in(tmp_path) == []
    with register.open("a") as torn:
        torn.write('{"patient_id": 1, "pat')
    out = restored(command, file)
    assert AGAIN in out
    assert f"1 lines of {register} cannot be read" in out
    register.unlink()
    database.write_text("The disk broke. " * 1000)
    out = restored(command, file)
    assert "erased again" not in out
    assert "Nothing here says who was erased since" in out
    assert found_in(tmp_path) != []


def test_who_has_the_number_of_somebody_erased_stays(command: Command, house: House, tmp_path: Path) -> None:
    before, after = tmp_path / "before.tar", tmp_path / "after.tar"
    assert command("backup", str(before)).code == 0
    first = new_patient(house.services, house.leila, NAME).patient_id or 0
    erase(house, first)
    house.services.database.close()
    assert "erased again" not in restored(command, before), "the backup is older than they are"
    again = house.reopened()
    second = patient.record(again.services, house.leila, PatientInput(name="Somebody Else")).id
    assert second == first, "the number is given out again"
    again.services.database.close()
    assert command("backup", str(after)).code == 0
    assert "erased again" not in restored(command, after)
    third = house.reopened()
    assert patient.read(third.services, house.leila, second).name == "Somebody Else"
    third.services.database.close()


def test_a_database_that_was_copied_back_by_hand(command: Command, house: House, tmp_path: Path) -> None:
    patient_id, database = new_patient(house.services, house.leila, NAME).patient_id or 0, tmp_path / "vervain.db"
    house.services.database.close()
    shutil.copy(database, tmp_path / "copy.db")
    again = house.reopened()
    erase(again, patient_id)
    again.services.database.close()
    shutil.copy(tmp_path / "copy.db", database)
    assert command("erase-again").out == "1 patients were erased again.\n"
    assert command("erase-again").out == "0 patients were erased again.\n"
    gone(house.reopened(), patient_id)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM patient WHERE id = ?", (patient_id,)).fetchone() == ("",)


def test_a_register_that_cannot_be_read_stops_a_restore(command: Command, house: House, tmp_path: Path) -> None:
    patient_id = new_patient(house.services, house.leila, NAME).patient_id
    assert command("backup", str(tmp_path / "b.tar")).code == 0
    (tmp_path / "vervain-erased.jsonl").mkdir()
    house.services.database.close()
    assert "is a directory" in failed(command("restore", str(tmp_path / "b.tar")))
    assert list(tmp_path.glob("*-before-restore-*")) == []
    again = house.reopened()
    with again.services.database.read() as session:
        assert session.exec(select(Patient.name).where(col(Patient.id) == patient_id)).one() == NAME
    again.services.database.close()
