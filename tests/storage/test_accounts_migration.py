"""Second factors come and go with their migration, and nobody's account with them."""

from alembic import command
from sqlalchemy import inspect, text

from storage import migrations
from tests.support.house import House


def test_people_stay_when_their_second_factors_go(house: House) -> None:
    tables = {"second_factor", "recovery_code", "second_step"}
    database = house.services.database
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO second_factor (person_id, sealed, last_step, created) VALUES (:who, 'x', 1, '2026-11-29')"
            ),
            {"who": house.leila.person_id},
        )
    with database.engine.execution_options(write=True).connect() as connection, migrations._rebuilding(connection):
        before = connection.execute(text("SELECT count(*) FROM person")).scalar_one()
        command.downgrade(migrations._config(connection), "0009")
        assert not tables & set(inspect(connection).get_table_names())
    migrations.upgrade(database)
    migrations.check(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar_one() == before
        assert connection.execute(text("SELECT count(*) FROM second_factor")).scalar_one() == 0
