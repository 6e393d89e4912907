"""Sign-ins from before it was kept when they were seen stay as they are."""

from alembic import command
from sqlalchemy import inspect

from domain import sign_ins
from storage import migrations
from tests.support.house import House, signed_in


def test_a_sign_in_that_was_never_seen_was_last_seen_when_it_began(house: House) -> None:
    services = house.services
    leila, _ = signed_in(services, house.leila)
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0009")
        assert "last_seen" not in [column["name"] for column in inspect(connection).get_columns("sign_in")]
    migrations.upgrade(services.database)
    migrations.check(services.database)
    (state,) = sign_ins.listing(services, leila)
    assert (state.last_seen, state.address) == (state.created, "")
