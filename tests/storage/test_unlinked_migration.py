"""What was unlinked lets nobody in on an older version, and what was withdrawn before this one waits to be seen."""

from alembic import command
from sqlalchemy import text

from domain import consent, identity_provider
from domain.consent import ConsentInput
from storage import migrations
from tests.support.house import House
from tests.support.identities import change_person

ISSUER = "https://id.clinic.example"


def test_going_back_links_nobody_again(house: House) -> None:
    services = house.services
    for person, login in ((house.leila, "leila"), (house.chen, "chen")):
        change_person(services, person.person_id, login=login)
        identity_provider.link(services, login, issuer=ISSUER, subject=login)
    identity_provider.unlink(services, "leila", issuer=ISSUER)
    consent.say(services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False), kind="care")
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0015")
        assert connection.execute(text("SELECT subject FROM identity")).scalars().all() == ["chen"]
    migrations.upgrade(services.database)
    migrations.check(services.database)
    with services.database.read() as session:
        assert session.execute(text("SELECT unlinked FROM identity")).scalars().all() == [None]
        assert session.execute(text("SELECT granted, seen FROM consent WHERE kind = 'care'")).all()[-1] == (0, None)
