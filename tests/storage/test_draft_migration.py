"""Drafts go with the version that knows them, and everything else stays."""

from alembic import command
from sqlalchemy import inspect, text

from domain import draft
from domain.draft import NEW, Said
from storage import migrations
from tests.support.house import House


def test_going_back_loses_drafts_and_nothing_else(house: House) -> None:
    services = house.services
    draft.keep(services, house.leila, NEW, Said(complaint="Tired"), seen=0, page="one")
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0016")
        assert not inspect(connection).has_table("intake_draft")
        assert connection.execute(text("SELECT count(*) FROM patient")).scalar_one() == 2
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert draft.read(services, house.leila, NEW).version == 0
