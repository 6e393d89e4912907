"""What was shared before a share had a level stays shared, to treat and without an end."""

from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import inspect, text

from domain import sharing
from domain.sharing import ShareInput
from storage import migrations
from tests.support.house import House


def test_old_shares_stay_as_they_were_and_new_ones_do_not_outlive_their_limits(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    house.share_with(house.chen)
    limited = ShareInput(person_id=house.chen.person_id, until=datetime.now(UTC) + timedelta(hours=1))
    sharing.share(services, house.leila, house.omar.patient_id or 0, limited)
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0009")
        assert connection.execute(text("SELECT patient_id FROM patient_share")).scalars().all() == [patient_id]
        assert "emergency_access" not in inspect(connection).get_table_names()
    migrations.upgrade(services.database)
    migrations.check(services.database)
    own, shared = sharing.readers(services, house.leila, patient_id)
    assert (own.level, shared.level, shared.until) == ("own", "treat", None)
