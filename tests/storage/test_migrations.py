"""The schema that the migrations make is the schema that the code has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from storage import migrations
from storage.database import Database
from storage.tables import metadata


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
