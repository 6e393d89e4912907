"""What is told beside the log and comes late does not put a page back to an old value."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.bus import Told
from domain.events import LoggedEvent
from domain.hub import EVIDENCE_MOVED, delivery_topic
from domain.ledger import utc_now
from domain.publishing import Publishing
from tests.domain.test_publishing import heard, publishing

__all__ = ["heard", "publishing"]
NOW = utc_now()


def effectiveness(
    value: float, *, position: int | None = None, diagnosis_id: int | None = 1, herb: str = "ginger"
) -> LoggedEvent:
    data = json.dumps({"herb": herb, "condition": "t-stcold", "value": value})
    event = LoggedEvent.passing(
        "effectiveness_update", data, practice_id=1, diagnosis_id=diagnosis_id, patient_id=1, at=NOW
    )
    return replace(event, position=position)


def delivery(seq: int, *, seconds: int = 0, sign_in_id: int = 1) -> LoggedEvent:
    at = (NOW + timedelta(seconds=seconds)).isoformat()
    data = json.dumps({"devices": [{"sign_in_id": sign_in_id, "seq": seq, "at": at}]})
    return LoggedEvent.passing("delivery_update", data, practice_id=1, diagnosis_id=1, patient_id=1, at=NOW)


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (effectiveness(0.4), False),
        (effectiveness(0.4, diagnosis_id=None), False),
        (effectiveness(0.4, diagnosis_id=2), True),
        (effectiveness(0.4, herb="clove"), True),
        (replace(effectiveness(0.4), type=EVIDENCE_MOVED), True),
    ],
)
async def test_a_number_that_is_older_than_the_log(
    publishing: Publishing, heard: list[LoggedEvent], late: LoggedEvent, told: bool
) -> None:
    place = publishing.position
    newer = effectiveness(0.6, position=place + 1)
    publishing.own(Told(place, (newer,)))  # of another process, committed behind ours and published before it
    publishing.own(Told(place, (late,)))
    await settled()
    assert heard == [newer, *([late] if told else [])]


async def test_a_number_that_is_newer_than_the_log_is_told(publishing: Publishing, heard: list[LoggedEvent]) -> None:
    place = publishing.position
    events = effectiveness(0.6, position=place + 1), effectiveness(0.7)
    publishing.own(Told(place, events))
    await settled()
    assert heard == list(events)


async def test_a_device_never_goes_back(publishing: Publishing) -> None:
    place, heard = publishing.position, list[LoggedEvent]()
    publishing._hub.follow(delivery_topic(1), heard.append)
    first, late, again, other = delivery(5), delivery(4), delivery(5, seconds=60), delivery(2, sign_in_id=2)
    for one in (first, late, again, other):
        publishing.own(Told(place, (one,)))
    await settled()
    assert heard == [first, again, other]


async def settled() -> None:
    """Let the loop hand on what was published."""
    for _ in range(3):
        await asyncio.sleep(0)
