"""The schema that the migrations make is the schema that the code has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from domain.ledger import utc_now
from storage import migrations
from storage.database import Database
from storage.tables import Patient, Person, SignIn, metadata

BEFORE_SERVICES = (
    "INSERT INTO practice (id, name, synthetic, created) VALUES (1, 'Here', 0, '2026-01-01 00:00:00')",
    "INSERT INTO person (id, practice_id, role, name, demo, disabled, created)"
    " VALUES (1, 1, 'practitioner', 'Leila', 0, 0, '2026-01-01 00:00:00')",
    "INSERT INTO patient (id, practice_id, practitioner_id, name, sex, allergies, conditions, medicines, synthetic, created)"
    " VALUES (1, 1, 1, 'Mina', '', '[]', '[]', '[]', 0, '2026-01-01 00:00:00')",
    "INSERT INTO sign_in (id, person_id, kind, secret_hash, device, created, expires)"
    " VALUES (1, 1, 'page', 'x', '', '2026-01-01 00:00:00', '2027-01-01 00:00:00')",
)
"""Rows as they were kept before other programs could come in."""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'vervain.db'}")
    yield database
    database.close()


def test_an_empty_file_becomes_a_whole_database(empty: Database) -> None:
    migrations.upgrade(empty)
    assert set(inspect(empty.engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    migrations.check(empty)  # raises where the code's tables and the migrations' differ


def test_upgrading_again_changes_nothing(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.read() as session:
        epoch = migrations.epoch(session)
    assert len(epoch) == 16
    migrations.upgrade(empty)
    with empty.read() as session:
        assert migrations.epoch(session) == epoch, "the log was not recreated, so clients may resume"


def test_two_new_databases_have_two_epochs(tmp_path: Path) -> None:
    epochs = set()
    for name in ("one", "other"):
        database = Database(f"sqlite:///{tmp_path / name}.db")
        migrations.upgrade(database)
        with database.read() as session:
            epochs.add(migrations.epoch(session))
        database.close()
    assert len(epochs) == 2


def test_a_database_without_its_migrations_has_no_epoch(empty: Database) -> None:
    metadata.create_all(empty.engine)
    with empty.read() as session, pytest.raises(LookupError, match="run its migrations"):
        migrations.epoch(session)


def test_people_and_what_points_to_them_stay_when_their_table_is_rebuilt(empty: Database) -> None:
    migrations.upgrade(empty, to="0001")
    with empty.write() as session:
        for statement in BEFORE_SERVICES:
            session.execute(text(statement))
    migrations.upgrade(empty)
    migrations.check(empty)
    with empty.write() as session:
        assert session.get_one(Patient, 1).practitioner_id == session.get_one(Person, 1).id
        assert session.get_one(SignIn, 1).scopes == ""
        session.add(Person(practice_id=1, role="service", name="Pharmacy", created=utc_now()))
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1, "they are on again"
    with pytest.raises(IntegrityError), empty.write() as session:
        session.add(Person(practice_id=1, role="janitor", name="Nobody", created=utc_now()))
    with pytest.raises(IntegrityError), empty.write() as session:
        session.execute(text("DELETE FROM person WHERE id = 1"))


def test_a_migration_that_would_leave_orphans_changes_nothing(empty: Database) -> None:
    migrations.upgrade(empty, to="0001")
    with empty.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(BEFORE_SERVICES[2])
        connection.commit()
        raw.cursor().execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match="point nowhere"):
        migrations.upgrade(empty)
    with empty.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "0001"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
