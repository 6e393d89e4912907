"""The log as it is kept: numbered within a diagnosis, ordered as a whole."""

from domain import feedback
from domain.feedback import FeedbackInput
from storage import events
from tests.support.house import House, diagnose


def test_each_diagnosis_has_numbers_of_its_own(house: House) -> None:
    omars = diagnose(house.services, house.leila, house.omar)
    said = FeedbackInput(recommendation_id=house.ginger, rating=5)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    with house.services.database.read() as session:
        for diagnosis_id in (house.diagnosis_id, omars):
            top = events.top_seq(session, diagnosis_id)
            log = events.after(session, diagnosis_id, 0, limit=1_000)
            assert [one.seq for one in log] == list(range(1, top + 1))
            assert [one.seq for one in events.after(session, diagnosis_id, top - 2, limit=1)] == [top - 1]


def test_the_whole_log_is_in_the_order_of_writing(house: House) -> None:
    with house.services.database.read() as session:
        whole = events.after_position(session, 0, limit=10_000)
        positions = [one.position for one in whole]
        assert positions == list(range(1, len(whole) + 1))
        assert events.top_position(session) == positions[-1]
        assert [one.position for one in events.after_position(session, 3, limit=2)] == [4, 5]
