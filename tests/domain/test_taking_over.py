"""Of many processes one re-scores; the one that takes over does what the one before it may have left undone."""

import asyncio
from dataclasses import replace

import pytest

from domain import rescoring
from domain.events import LoggedEvent
from domain.leading import Leading
from domain.ledger import utc_now
from domain.rescoring import Rescoring
from tests.support.house import House
from tests.support.waiting import eventually


class Elected(Leading):
    """Leads when the test says so."""

    now = False

    @property
    def leads(self) -> bool:
        return self.now


def touched(house: House) -> LoggedEvent:
    return LoggedEvent.passing(
        "feedback_update",
        '{"seen":null}',
        practice_id=house.leila.practice_id,
        diagnosis_id=house.diagnosis_id,
        patient_id=house.mina.patient_id,
        at=utc_now(),
    )


async def test_it_is_left_to_the_one_that_leads_and_taken_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, int]] = []

    async def note(how: str, diagnosis_id: int) -> None:
        done.append((how, diagnosis_id))

    monkeypatch.setattr(rescoring, "foresee", lambda one, _services: note("foreseen", one))
    monkeypatch.setattr(rescoring, "update_recommendations", lambda one, _services: note("updated", one))
    monkeypatch.setattr(rescoring, "LOOK_SECONDS", 0.02)
    elected = Elected()
    house.services.hub.bind(asyncio.get_running_loop())
    job = asyncio.create_task(Rescoring(replace(house.services, leading=elected)).run())
    await asyncio.sleep(0)
    house.services.hub.publish([touched(house)])
    await eventually(lambda: ("foreseen", house.diagnosis_id) in done)
    assert {how for how, _ in done} == {"foreseen"}
    elected.now = True
    await eventually(lambda: ("updated", house.diagnosis_id) in done)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    house.services.hub.unbind()
    assert done.count(("updated", house.diagnosis_id)) == 1
