"""PostgreSQL as the truth: the same schema from the same migrations."""

from storage import migrations
from storage.database import Database
from tests.support.postgres import Postgres


def test_the_migrations_make_the_schema(postgres: Postgres) -> None:
    database = Database(postgres.made())
    try:
        migrations.upgrade(database)
        migrations.upgrade(database)
        with database.read() as session:
            assert migrations.epoch(session)
    finally:
        database.close()
