"""What the Overview counts is the same over both databases, whatever zone the server of one is in."""

from datetime import timedelta

from domain import feedback
from domain.feedback import FeedbackInput
from domain.ledger import utc_now
from domain.permission import readable
from storage import overview
from storage.database import Database
from tests.support.house import House

TEN_MINUTES = 600


def test_answers_are_counted_by_the_moment(house: House) -> None:
    before = int(utc_now().timestamp())
    feedback.submit(
        house.services, house.mina, house.diagnosis_id, FeedbackInput(recommendation_id=house.ginger, rating=4)
    )
    after = int(utc_now().timestamp())
    url = house.services.database.url
    if not house.services.database.is_sqlite:
        url = url.update_query_dict({"options": "-c timezone=Asia/Tehran"})
    elsewhere = Database(url.render_as_string(hide_password=False))
    with elsewhere.read() as session:
        counted = overview.answers_by_ten_minutes(session, readable(house.leila), utc_now() - timedelta(days=1))
    elsewhere.close()
    [(begun, number)] = counted.items()
    assert number == 1
    assert begun in (before // TEN_MINUTES * TEN_MINUTES, after // TEN_MINUTES * TEN_MINUTES)
