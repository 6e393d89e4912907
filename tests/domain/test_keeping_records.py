"""What is spent goes by itself; records whose duty to keep is over are named, and stay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlmodel import col, select

from domain import keeping_records, retention
from domain.feedback import FeedbackInput, submit
from domain.invite import issue
from domain.ledger import Change
from storage.tables import Diagnosis, Feedback, IdempotencyKey, Invite, Patient, Recommendation, RefreshToken
from tests.support.house import House, signed_in

LONG_AGO = datetime(2010, 5, 5, tzinfo=UTC)


async def test_what_is_spent_goes_and_what_is_needed_stays(house: House) -> None:
    services = house.services
    for number, days in enumerate((6, 8)):
        said = FeedbackInput(recommendation_id=house.ginger, rating=3)
        submit(services, house.mina, house.diagnosis_id, said, repeat_key=f"key {number}")
        issue(services, house.leila, house.diagnosis_id)
        signed_in(services, house.mina)
        services.ledger.write(partial(age, days))
    await retention.trim(services, days=90)
    with services.database.read() as session:
        assert len(session.exec(select(IdempotencyKey)).all()) == 1
        assert len(session.exec(select(Invite)).all()) == 1
        assert len(session.exec(select(RefreshToken)).all()) == 1


def test_a_record_is_named_when_it_need_not_be_kept(house: House) -> None:
    def at_rest(change: Change) -> None:
        for table in (Patient, Diagnosis, Recommendation, Feedback):
            change.session.execute(update(table).values(created=LONG_AGO))
        change.session.execute(update(Recommendation).values(approved=LONG_AGO))
        change.session.execute(update(Diagnosis).values(status="closed"))

    assert keeping_records.over(house.services) == []
    house.services.ledger.write(at_rest)
    found = keeping_records.over(house.services)
    assert {one.patient_id for one in found} == {house.mina.patient_id, house.omar.patient_id}
    assert {str(one.kept_until) for one in found} == {"2020-12-31"}
    assert keeping_records.over(replace(house.services, keep_records_years=90)) == []


def age(days: int, change: Change) -> None:
    """Make the newest of each kind as old as that, counted from when it is spent."""
    at = change.now - timedelta(days=days)
    newest = {table: max(session_ids(change, table)) for table in (IdempotencyKey, Invite, RefreshToken)}
    key = update(IdempotencyKey).where(col(IdempotencyKey.id) == newest[IdempotencyKey])
    change.session.execute(key.values(created=at))
    for table in (Invite, RefreshToken):
        over = at if days < 7 else at - timedelta(days=30)
        change.session.execute(update(table).where(col(table.id) == newest[table]).values(expires=over))


def session_ids(change: Change, table: type[IdempotencyKey] | type[Invite] | type[RefreshToken]) -> list[int]:
    return [int(one) for one in change.session.exec(select(table.id)) if one is not None]
