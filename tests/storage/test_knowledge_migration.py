"""A database from before the gate looked again: its plans are judged at the first start, and the way back is clean."""

from alembic import command
from sqlmodel import select

from domain import alert, case_history, profile
from domain.alert import AcknowledgeInput
from domain.judging_again import judge_by_what_is_known
from domain.patient import PatientInput
from storage import migrations
from storage.tables import AlertAcknowledgement, FileImport, Recommendation
from tests.support.house import House
from tests.support.own_files import history


def down_and_up(house: House) -> None:
    with (
        house.services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0003")
    migrations.upgrade(house.services.database)
    migrations.check(house.services.database)


def test_what_was_approved_before_is_judged_at_the_first_start(house: House) -> None:
    services = house.services
    text = history(3)
    case_history.bring_in(services, house.leila, "h.csv", text, case_history.read("h.csv", text))
    given = PatientInput(name="Mina Farahani", medicines=["warfarin"])
    profile.change(services, house.leila, house.mina.patient_id or 0, given)
    with services.database.read() as session:
        before = session.get_one(Recommendation, house.ginger)
    key = next(one["key"] for one in before.verdict_reasons if one["verdict"] == "major")
    alert.acknowledge(services, house.leila, house.ginger, AcknowledgeInput(reasons=[key]))

    down_and_up(house)
    with services.database.read() as session:
        row = session.get_one(Recommendation, house.ginger)
        assert (row.verdict, row.status, row.approved) == (before.verdict, "approved", before.approved)
        assert (row.accepted, row.worsened, row.judged_by) == ([], None, "")
        assert session.exec(select(AlertAcknowledgement)).all() == []
        assert session.exec(select(FileImport)).all() == []
    assert judge_by_what_is_known(services) == 0
    with services.database.read() as session:
        row = session.get_one(Recommendation, house.ginger)
        assert row.worsened is not None, "nothing says that anybody has accepted it"
        assert row.judged_by == services.library.of(house.leila.practice_id).knowledge.version
        assert not any(one["acknowledged"] for one in row.verdict_reasons)
