"""``export`` and ``records``: a file that only its owner may read, and whose duty to keep is over."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import select

from domain import erasing
from domain.erasing import ErasureInput
from domain.feedback import FeedbackInput, submit
from domain.ledger import Change
from storage.tables import AuditEntry, Diagnosis, Feedback, Patient, Recommendation
from tests.support.command_line import Command, failed
from tests.support.house import House

WORD = "Wabbelmagen"


def exports(house: House) -> list[str]:
    with house.services.database.read() as session:
        return list(session.exec(select(AuditEntry.detail).where(AuditEntry.action == "export")))


def erase(house: House) -> None:
    given = ErasureInput(name="Mina Farahani", reason="asked_for", override_reason="no_duty")
    erasing.erase(house.services, house.leila, house.mina.patient_id or 0, given)


def test_everything_of_a_patient_in_each_form(command: Command, house: House, tmp_path: Path) -> None:
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, improvement=4, comment=WORD))
    patient = str(house.mina.patient_id)
    for form in ("json", "csv", "fhir"):
        file = tmp_path / f"mina.{form}"
        done = command("export", patient, str(file), *(["--format", form] if form != "json" else []))
        assert (done.code, done.err) == (0, "")
        assert done.out == f"Everything of patient {patient} is in {file}.\n"
        assert file.stat().st_mode & 0o777 == 0o600
    document = json.loads((tmp_path / "mina.json").read_text())
    assert document["patient"]["name"] == "Mina Farahani"
    assert WORD in json.dumps(document)
    assert json.loads((tmp_path / "mina.fhir").read_text())["resourceType"] == "Bundle"
    with zipfile.ZipFile(tmp_path / "mina.csv") as tables:
        assert tables.testzip() is None
        assert any(WORD.encode() in tables.read(name) for name in tables.namelist())
    assert exports(house) == [f"{form}, at a terminal" for form in ("json", "csv", "fhir")]


def test_what_cannot_be_exported(command: Command, house: House, tmp_path: Path) -> None:
    patient, file = str(house.mina.patient_id), tmp_path / "mina.json"
    assert failed(command("export", "999999", str(file))) == "There is no such patient."
    assert command("export", "Mina", str(file)).code == 2, "a name is no number"
    assert command("export", patient, str(file), "--format", "pdf").code == 2
    assert command("export", patient).code == 2
    assert failed(command("export", patient, str(tmp_path / "no" / "folder.json"))).endswith(
        "no such file or directory."
    )
    assert not file.exists()
    file.write_text("Somebody's own.")
    assert failed(command("export", patient, str(file))).endswith("file exists.")
    assert file.read_text() == "Somebody's own."
    erase(house)
    assert failed(command("export", patient, str(tmp_path / "erased.json"))) == "There is no such patient."
    assert not (tmp_path / "erased.json").exists()


@pytest.mark.parametrize(("years", "named"), [("10", True), ("90", False)])
def test_records_that_need_not_be_kept(command: Command, house: House, years: str, *, named: bool) -> None:
    def at_rest(change: Change) -> None:
        long_ago = datetime(2010, 5, 5, tzinfo=UTC)
        for table in (Patient, Diagnosis, Recommendation, Feedback):
            change.session.execute(update(table).values(created=long_ago))
        change.session.execute(update(Recommendation).values(approved=long_ago))
        change.session.execute(update(Diagnosis).values(status="closed"))

    def rows() -> list[list[str]]:
        done = command("records", KEEP_RECORDS_YEARS=years)
        assert done.code == 0, done.err
        heading, *lines = done.out.splitlines()
        assert heading.split() == ["Practice", "Patient", "Last", "contact", "Kept", "until"]
        return [line.split() for line in lines]

    assert rows() == []
    house.services.ledger.write(at_rest)
    practice, until = str(house.leila.practice_id), ["2010-05-05", "2020-12-31"]
    of = {who: [practice, str(who.patient_id), *until] for who in (house.mina, house.omar)}
    assert rows() == (list(of.values()) if named else [])
    erase(house)
    assert rows() == ([of[house.omar]] if named else [])
