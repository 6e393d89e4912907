"""Predictions from before it was kept which of them stood at the approval say it afterwards."""

from alembic import command
from sqlmodel import col, select

from domain import feedback
from domain.feedback import FeedbackInput
from storage import migrations
from storage.tables import Prediction
from tests.support.house import House


def test_what_stood_at_the_approval_is_found(house: House) -> None:
    services = house.services
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=5, symptom=0))

    def prescribed() -> list[int | None]:
        with services.database.read() as session:
            return list(session.exec(select(Prediction.id).where(col(Prediction.prescribed))))

    before = prescribed()
    assert len(before) == 1
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0005")
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert prescribed() == before
