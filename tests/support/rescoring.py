"""What the tests of re-scoring stand on: a diagnosis to decide in, the newest prediction, and the program's jobs beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import col, select

from domain import patient
from domain.patient import PatientInput
from domain.permission import Actor
from domain.services import Services
from storage.tables import Prediction
from tests.support.house import House, diagnose


@asynccontextmanager
async def running(services: Services, *jobs: Callable[[Services], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Let jobs of the program run on this loop."""
    services.hub.bind(asyncio.get_running_loop())
    tasks = [asyncio.create_task(job(services)) for job in jobs]
    try:
        await asyncio.sleep(0)  # they follow before anything happens
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def undecided(house: House) -> int:
    """Open a diagnosis with everything still to decide."""
    who = patient.record(house.services, house.leila, PatientInput(name="Undecided"))  # who cannot sign in yet
    actor = Actor(0, house.leila.practice_id, "patient", who.name, patient_id=who.id)
    return diagnose(house.services, house.leila, actor)


def newest(house: House, recommendation_id: int) -> Prediction:
    with house.services.database.read() as session:
        statement = select(Prediction).where(Prediction.recommendation_id == recommendation_id)
        return session.exec(statement.order_by(col(Prediction.id).desc())).first()  # type: ignore[return-value]
