"""The practice's number and how people read go with the step back, and practices and people stay."""

from alembic import command
from sqlalchemy import inspect, text

from domain import practice_phone
from storage import migrations
from tests.support.house import House


def test_going_back_takes_the_columns_and_nothing_else(house: House) -> None:
    database = house.services.database
    practice_phone.set_number(house.services, house.ida, "115")
    counts = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM practice)"
    with database.engine.execution_options(write=True).connect() as connection, migrations._rebuilding(connection):
        before = connection.execute(text(counts)).one()
        command.downgrade(migrations._config(connection), "0022")
        assert "phone" not in {column["name"] for column in inspect(connection).get_columns("practice")}
        assert connection.execute(text(counts)).one() == before
    migrations.upgrade(database)
    migrations.check(database)
    assert practice_phone.read(house.services, house.mina).phone == ""
