"""What ran and was answered before there were check-ins has them afterwards, and what nobody had seen is an alarm."""

from datetime import timedelta

from alembic import command
from sqlmodel import select

from domain import correcting, feedback
from domain.feedback import FeedbackInput, SideEffectInput
from domain.ledger import utc_now
from domain.recommendation import StopInput, stop
from domain.rhythm import local_day
from storage import migrations
from storage.tables import Alarm, CheckIn
from tests.support.clock import with_clock
from tests.support.house import House, under_treatment


def test_what_is_there_is_taken_over(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(days=3))
    stopped, silent = under_treatment(services, house.leila), under_treatment(services, house.leila)
    stop(services, house.leila, stopped.recommendation_id, StopInput(reason="Done with it."))
    wheeze = [SideEffectInput(term="wheeze", severity=1)]
    headache = [SideEffectInput(term="headache", severity=3), SideEffectInput(term="nausea", severity=1)]
    said = [
        int(feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3, **more))["id"])
        for more in (
            {"side_effects": wheeze},
            {"side_effects": headache},
            {"comment": "I have chest pain."},
            {"side_effects": wheeze, "comment": "Seen."},
            {"side_effects": wheeze, "comment": "Taken back."},
            {"side_effects": [SideEffectInput(term="nausea", severity=2)]},
        )
    ]
    correcting.mark_seen(services, house.leila, said[3])
    correcting.withdraw(services, house.mina, said[4])

    def alarms() -> dict[int, int]:
        with services.database.read() as session:
            return {row.feedback_id: row.urgency for row in session.exec(select(Alarm))}

    before = alarms()
    assert before == {said[0]: 5, said[1]: 3, said[2]: 5}
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0008")
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert alarms() == before
    with services.database.read() as session:
        found = {row.diagnosis_id: (row.due, row.number, row.rhythm) for row in session.exec(select(CheckIn))}
    due = local_day(utc_now() + timedelta(days=3 + 7))
    assert found == {house.diagnosis_id: (due, 1, "weekly"), silent.diagnosis_id: (due, 1, "weekly")}
