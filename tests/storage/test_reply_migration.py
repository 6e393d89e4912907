"""Replies go with the step back to a version that does not know them, and everything else stays."""

from alembic import command
from sqlalchemy import inspect, text

from domain import feedback, reply
from domain.feedback import FeedbackInput
from domain.reply import ReplyInput
from storage import migrations
from tests.support.house import House


def test_going_back_takes_replies_and_nothing_else(house: House) -> None:
    services = house.services
    said = feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=2, comment="It burns."))
    reply.reply(services, house.leila, said["id"], ReplyInput(text="Take half of it."))
    reply.edit(services, house.leila, said["id"], ReplyInput(text="Stop it."))
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0016")
        assert not {"reply", "reply_version"} & set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT comment FROM feedback")).scalars().all() == ["It burns."]
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert feedback.listing(services, house.mina, house.diagnosis_id)[0]["reply"] is None
    assert reply.reply(services, house.leila, said["id"], ReplyInput(text="Go on."))["reply"]["text"] == "Go on."
