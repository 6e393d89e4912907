"""The bus over PostgreSQL when its connection is cut, and with what does not fit into a notification."""

import asyncio

import psycopg
import pytest

from domain.bus import Told
from domain.bus.wording import Message, written
from domain.events import LoggedEvent
from domain.hub import EVIDENCE_MOVED
from domain.ledger import Change, utc_now
from storage.own_connection import conninfo
from tests.bus.conftest import Two
from tests.domain.test_ledger import answer
from tests.support.waiting import eventually

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vervain listening' AND datname = %s"


def cut_off(two: Two) -> None:
    """End the connections that listen, as a server that goes down does."""
    url = two.one.services.database.url
    with psycopg.connect(conninfo(url, "test"), autocommit=True) as connection:
        assert len(connection.execute(CUT, [url.database]).fetchall()) == 2


async def test_a_connection_that_is_cut_is_opened_again(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    since = two.other.bus.state.since
    await asyncio.to_thread(cut_off, two)
    await asyncio.to_thread(answer, two.one.house, "While nobody listens.")
    await eventually(lambda: two.other.entries == two.one.entries != [], what="the look at the log")
    await eventually(lambda: two.other.bus.state.connected and two.other.bus.state.since > since, what="listening")
    before = two.other.counted("bus_received")
    await asyncio.to_thread(answer, two.one.house, "Again.")
    await eventually(lambda: two.other.counted("bus_received") > before, what="hearing")
    assert two.other.counted("bus_lost_connections") == 1
    said = [record for record in caplog.get_records("call") if record.levelname == "WARNING"]
    assert len(said) == 2, "once in each process"


def lengths_heard(two: Two) -> list[int]:
    """List how long what the other was told beside the log is."""
    return [len(event.data) for event in two.other.heard if event.type == EVIDENCE_MOVED]


def beside(length: int) -> LoggedEvent:
    data = f'"{"x" * length}"'
    return LoggedEvent.passing(EVIDENCE_MOVED, data, practice_id=1, diagnosis_id=None, patient_id=None, at=utc_now())


async def test_what_is_too_long_for_one_notification_comes_in_several_or_not_at_all(two: Two) -> None:
    def act(change: Change) -> None:
        change.passing += [beside(3_000), beside(4_000), beside(9_000)]

    await asyncio.to_thread(two.one.services.ledger.write, act)
    await asyncio.to_thread(answer, two.one.house)
    await eventually(lambda: two.other.entries)  # which a look at the log may have found; the rest it does not
    await eventually(lambda: len(lengths_heard(two)) == 2, what="what is told beside the log")
    assert lengths_heard(two) == [3_002, 4_002]
    assert two.one.counted("bus_passing_lost") == 1


async def test_nobody_without_the_secret_can_put_words_in_our_mouth(two: Two) -> None:
    """Every role that may connect to the database may notify."""

    def forge() -> None:
        url, told = two.one.services.database.url, Told(2**62, (beside(1),))
        with psycopg.connect(conninfo(url, "test"), autocommit=True) as connection:
            connection.execute("LISTEN vervain")
            for text in (
                '["x",0,4611686018427387904,[],""]',
                written(Message(0.0, told)),
                "1.0123456789abcdef.AAAA",
                "",
            ):
                connection.execute("SELECT pg_notify('vervain', %s)", [text])

    await asyncio.to_thread(forge)
    await eventually(lambda: two.one.counted("bus_unreadable") == two.other.counted("bus_unreadable") == 4)
    await asyncio.to_thread(answer, two.one.house)
    await eventually(lambda: two.other.entries == two.one.entries != [], what="the answer")
    await eventually(lambda: two.other.counted("bus_received"), what="hearing by the bus")
    assert EVIDENCE_MOVED not in {event.type for event in (*two.one.heard, *two.other.heard)}
