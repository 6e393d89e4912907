"""``backup`` and ``restore``: one file, whole or not there; nobody who was shut out comes back with it."""

import base64
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain import feedback, identity_provider, invite, service, sign_in
from domain.backup import Place, back_up
from domain.errors import NotSignedIn
from domain.feedback import FeedbackInput
from domain.sign_in import actor_of_session, actor_of_token
from storage import backup as copies
from storage import migrations
from storage.database import Database
from storage.tables import AuditEntry, Identity, Person
from tests.support.command_line import Command, failed
from tests.support.house import House, signed_in
from tests.support.identities import change_person

pytestmark = pytest.mark.sqlite  # backups are of SQLite's file; PostgreSQL's are pg_dump's: test_restore_on_postgresql


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def said_by(token: str) -> dict[str, object]:
    """Read a token without checking it: what was checked once is remembered, as in a program that was not stopped."""
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def answer(house: House, comment: str) -> None:
    given = FeedbackInput(recommendation_id=house.ginger, rating=4, improvement=4, comment=comment)
    feedback.submit(house.services, house.mina, house.diagnosis_id, given)


def comments(house: House) -> list[str]:
    found = feedback.listing(house.services, house.leila, house.diagnosis_id, after=0, limit=50)
    return [one["comment"] for one in found]


ISSUER = "https://id.clinic.example"


def test_a_backup_and_what_comes_back(command: Command, house: House, tmp_path: Path) -> None:
    services, file = house.services, tmp_path / "backups.tar"
    folder = services.predictors.folder(house.leila.practice_id)
    folder.mkdir(parents=True)
    (folder / "2026-11-01-aa.json").write_text("{}")
    (folder / ".2026-11-01-aa.json.77").write_text("half")
    answer(house, "Before.")
    session = sign_in.open_page_session(services, house.leila.person_id, device="desk")
    _, token = signed_in(services, house.mina)
    phone = sign_in.open_device(services, house.mina.person_id, device="phone")
    pushing = service.issue(services, "Pharmacy", scopes=["status"], days=9, practice=str(house.leila.practice_id))
    invited = invite.issue(services, house.leila, house.diagnosis_id)
    for person in (house.leila, house.chen, house.ida):
        change_person(services, person.person_id, login=person.name.casefold())
    for person in (house.leila, house.chen):
        identity_provider.link(services, person.name, issuer=ISSUER, subject=person.name)
    with services.database.read() as reading:
        epoch = migrations.epoch(reading)

    done = command("backup", str(file))
    assert done.code == 0, done.err
    assert "the database and 1 file of predictors" in done.out
    assert "The secret is not in it" in done.out
    assert mode(file) == 0o600
    with tarfile.open(file) as tar:
        assert sorted(tar.getnames()) == [
            "manifest.json",
            f"predictors/practice-{house.leila.practice_id}/2026-11-01-aa.json",
            "vervain.db",
        ]
        assert {one.mode for one in tar.getmembers()} == {0o600}
    assert (tmp_path / "secret").read_text() not in file.read_bytes().decode("latin-1")
    assert "is there already" in failed(command("backup", str(file)))
    assert command("backup", str(file), "--force").code == 0
    assert [one.name for one in tmp_path.iterdir() if "backups" in one.name or ".vervain" in one.name] == [file.name]

    answer(house, "After.")
    identity_provider.link(services, house.ida.name, issuer=ISSUER, subject=house.ida.name)
    for person in (house.leila, house.ida):
        identity_provider.unlink(services, person.name, issuer=ISSUER)
    later = sign_in.open_device(services, house.mina.person_id, device="another phone").access_token
    with services.database.write() as writing:
        chen = writing.get_one(Person, house.chen.person_id)
        chen.disabled = True
        writing.add(chen)
    (folder / "2026-11-01-aa.json").unlink()
    assert failed(command("restore", str(file))) == "The database is open in another program: stop the server first."
    services.database.close()

    done = command("restore", str(file))
    assert done.code == 0, done.err
    assert "4 sign-ins and 1 open invites were ended" in done.out
    assert "new tokens for these services: Pharmacy." in done.out
    assert "1 people who were disabled since stay so." in done.out
    [aside] = tmp_path.glob("vervain.db-before-restore-*")
    assert mode(aside) == mode(tmp_path / "vervain.db") == 0o600
    assert (folder / "2026-11-01-aa.json").read_text() == "{}"
    assert list(tmp_path.glob(".vervain*")) == []

    again = house.reopened()
    services = again.services
    with services.database.read() as reading:
        assert migrations.epoch(reading) != epoch
        assert reading.get_one(Person, house.chen.person_id).disabled
        links = {one.subject: one.unlinked is None for one in reading.exec(select(Identity))}
        assert links == {house.leila.name: False, house.chen.name: True, house.ida.name: False}
        entries = reading.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        assert [(one.action, one.thing) for one in entries[-2:]] == [("restore", "practice")] * 2, (
            "one in each practice"
        )
        assert entries[-1].previous == entries[-2].hash
    assert comments(again) == ["Before."]
    fresh = sign_in.open_device(services, house.mina.person_id, device="a new phone").access_token
    assert actor_of_token(services, fresh)[0].sign_in_id == said_by(later)["sid"], "its number is given out again"
    for tried in (
        lambda: actor_of_token(services, later),
        lambda: actor_of_session(services, session.secret),
        lambda: actor_of_token(services, token),
        lambda: actor_of_token(services, phone.access_token),
        lambda: actor_of_token(services, pushing.token),
        lambda: sign_in.refresh(services, phone.refresh_token),
        lambda: invite.redeem(services, invited.code, device="found"),
    ):
        with pytest.raises(NotSignedIn):
            tried()
    services.database.close()
    with closing(sqlite3.connect(aside)) as kept:
        assert kept.execute("SELECT comment FROM feedback ORDER BY id").fetchall() == [("Before.",), ("After.",)]


Spoil = Callable[[dict[str, bytes]], object]


def manifest(members: dict[str, bytes], **changes: object) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()


def described_anew(members: dict[str, bytes], content: bytes) -> None:
    """Put in another database, of which the manifest has the hash."""
    members["vervain.db"] = content
    digest = hashlib.sha256(content).hexdigest()
    manifest(members, files={"vervain.db": {"size": len(content), "sha256": digest}})


def newer(members: dict[str, bytes], folder: Path) -> None:
    file = folder / "newer.db"
    file.write_bytes(members["vervain.db"])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    described_anew(members, file.read_bytes())
    manifest(members, revision="9999")


def pointing_nowhere(members: dict[str, bytes], folder: Path) -> None:
    file = folder / "nowhere.db"
    file.write_bytes(members["vervain.db"])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE diagnosis SET patient_id = 4711")
        connection.commit()
    described_anew(members, file.read_bytes())


def damaged(members: dict[str, bytes]) -> None:
    content = bytearray(members["vervain.db"])
    content[4096 * 4 : 4096 * 30] = b"\xa5" * (4096 * 26)
    described_anew(members, bytes(content))


def test_what_is_no_backup_of_ours_changes_nothing(command: Command, house: House, tmp_path: Path) -> None:
    file, place = tmp_path / "b.tar", Place(str(house.services.database.url), tmp_path / "none", tmp_path / "erased")
    back_up(place, file, replace=False, progress=lambda _what, _done: None)
    house.services.database.close()
    before = sqlite3.connect(tmp_path / "vervain.db").execute("SELECT count(*) FROM event").fetchone()
    with tarfile.open(file) as tar:
        whole = {one.name: (tar.extractfile(one) or io.BytesIO()).read() for one in tar.getmembers()}
    spoilt: dict[str, tuple[Spoil, str]] = {
        "another database": (lambda m: m.update({"vervain.db": b"x" * 9000}), "is not what was written into it"),
        "no database": (lambda m: m.pop("vervain.db"), "is no backup of Vervain, or not a whole one"),
        "no manifest": (lambda m: m.pop("manifest.json"), "is no backup of Vervain, or not a whole one"),
        "a manifest of nothing": (
            lambda m: m.update({"manifest.json": b"[]"}),
            "manifest of this backup cannot be read",
        ),
        "a newer form": (lambda m: manifest(m, format=2), "made by a newer version of Vervain"),
        "a newer schema": (lambda m: newer(m, tmp_path), "made by a newer version of Vervain"),
        "another audit": (lambda m: manifest(m, audit_head="0" * 64), "not the one that its manifest describes"),
        "no pages of SQLite": (lambda m: described_anew(m, b"no pages " * 999), "none of Vervain"),
        "damage": (damaged, "is damaged"),
        "rows that point nowhere": (lambda m: pointing_nowhere(m, tmp_path), "rows that point nowhere"),
        "a file that climbs out": (
            lambda m: manifest(m, files={"../secret": {"size": 1, "sha256": "0" * 64}}),
            "files that none of Vervain has",
        ),
    }
    for what, (spoil, sentence) in spoilt.items():
        members = dict(whole)
        spoil(members)
        bad = tmp_path / "bad.tar"
        with tarfile.open(bad, "w") as tar:
            for name, content in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        assert sentence in failed(command("restore", str(bad))), what
    (tmp_path / "cut.tar").write_bytes(file.read_bytes()[:200_000])
    assert "not a whole one" in failed(command("restore", str(tmp_path / "cut.tar")))
    assert "no such file" in failed(command("restore", str(tmp_path / "nowhere.tar")))
    after = sqlite3.connect(tmp_path / "vervain.db").execute("SELECT count(*) FROM event").fetchone()
    assert after == before
    assert list(tmp_path.glob(".vervain*")) + list(tmp_path.glob("*-before-restore-*")) == []


@pytest.mark.parametrize("there", ["nothing", "no database"])
def test_restoring_where_there_is_no_database(command: Command, house: House, tmp_path: Path, there: str) -> None:
    answer(house, "Kept.")
    assert command("backup", str(tmp_path / "b.tar")).code == 0
    new = tmp_path / "new" / "place.db"
    if there == "no database":
        new.parent.mkdir()
        new.write_text("The disk broke. " * 1000)
    done = command("restore", str(tmp_path / "b.tar"), DATABASE_URL=f"sqlite:///{new}")
    assert done.code == 0, done.err
    asides = list(new.parent.glob("*-before-restore-*"))
    assert [one.read_text()[:15] for one in asides] == (["The disk broke."] if there == "no database" else [])
    assert mode(new) == 0o600
    with closing(sqlite3.connect(new)) as connection:
        assert connection.execute("SELECT comment FROM feedback").fetchall() == [("Kept.",)]


def test_a_backup_of_an_older_program_is_brought_to_this_ones_schema(command: Command, tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "vervain.db"
    database = Database(f"sqlite:///{old}")
    migrations.upgrade(database, to="0005")
    database.close()
    place = Place(f"sqlite:///{old}", tmp_path / "none", tmp_path / "erased")
    made = back_up(place, tmp_path / "b.tar", replace=False, progress=lambda _what, _done: None)
    assert made.revision == "0005"
    assert command("restore", str(tmp_path / "b.tar")).code == 0
    database = Database(f"sqlite:///{new}")
    migrations.check(database)
    database.close()


def test_who_starts_while_a_database_is_being_restored_is_told(command: Command, house: House, tmp_path: Path) -> None:
    house.services.database.close()
    with copies.alone(tmp_path / "vervain.db"):
        assert failed(command("evidence", "rebuild")) == "The database cannot be used: database is locked."
    assert command("evidence", "rebuild").code == 0


def test_what_cannot_be_backed_up(command: Command, tmp_path: Path) -> None:
    assert "There is no database" in failed(command("backup", str(tmp_path / "b.tar")))
    postgres = {"DATABASE_URL": "postgresql+psycopg://vervain:hunter2@db.example/vervain"}
    for verb in ("backup", "restore"):
        said = command(verb, str(tmp_path / "b.tar"), **postgres)
        assert "pg_dump" in failed(said)
        assert "pg_restore" in failed(said)
        assert "hunter2" not in said.err
    (tmp_path / "vervain.db").write_text("no pages of SQLite " * 1000)
    assert failed(command("backup", str(tmp_path / "b.tar"))).startswith("No backup was made.")
    assert list(tmp_path.glob("*.tar")) + list(tmp_path.glob(".*")) == []
    shutil.rmtree(tmp_path / "nowhere", ignore_errors=True)
    assert "no such file" in failed(command("backup", str(tmp_path / "nowhere" / "b.tar")))
