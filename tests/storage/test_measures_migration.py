"""Diagnoses and answers from before there were three measures keep what they had."""

from alembic import command
from sqlalchemy import inspect, text

from domain import feedback
from domain.diagnosis import read
from domain.feedback import FeedbackInput
from storage import migrations
from tests.support.house import House


def test_what_was_measured_stays_and_more_can_be(house: House) -> None:
    services = house.services
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=5, symptom=2))
    before = read(services, house.leila, house.diagnosis_id)
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0007")
        assert connection.execute(text("SELECT symptom FROM feedback")).scalar_one() == 2
        assert "activity" not in [column["name"] for column in inspect(connection).get_columns("diagnosis")]
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert read(services, house.leila, house.diagnosis_id) == before
    with services.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE diagnosis SET activity = 'Walking', activity_baseline = 6"))
    kept = feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=5, activity=3))
    assert kept["activity"] == 3
