"""A database from before it was known what had been delivered says it afterwards, from its log."""

from alembic import command
from sqlmodel import select

from domain import delivery, recommendation
from domain.recommendation import StopInput
from storage import migrations
from storage.tables import Delivery
from tests.support.house import House, approve, signed_in


def test_what_patients_were_told_is_read_from_the_log(house: House) -> None:
    services = house.services
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Heartburn."))
    approve(services, house.leila, house.proposed("clove"))
    mina = signed_in(services, house.mina)[0]
    before = delivery.read(services, house.leila, house.diagnosis_id)
    assert len(before.told) == 2
    reached = before.told[house.ginger].seq
    with services.database.write() as session:
        at = before.told[house.ginger].since
        session.add(Delivery(sign_in_id=mina.sign_in_id or 0, diagnosis_id=house.diagnosis_id, seq=reached, at=at))
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0002")
    migrations.upgrade(services.database)
    migrations.check(services.database)
    after = delivery.read(services, house.leila, house.diagnosis_id)
    assert {number: (told.seq, told.since) for number, told in after.told.items()} == {
        number: (told.seq, told.since) for number, told in before.told.items()
    }
    assert after.told[house.ginger].delivered == at
    assert after.told[house.proposed("clove")].delivered is None
    with services.database.read() as session:
        assert len(session.exec(select(Delivery)).all()) == 1
