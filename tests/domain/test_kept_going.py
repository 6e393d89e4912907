"""A job that fails begins anew, is said so once, and is counted."""

import asyncio

import pytest

from domain.kept_going import KeptGoing
from domain.predictors.keeping import keeping
from domain.services import Services
from main import create_app
from settings import Settings
from storage import predictor_rows
from tests.support.house import House
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.kept_going.FIRST_WAIT", 0.01)
    monkeypatch.setattr("domain.kept_going.LONGEST_WAIT", 0.02)


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    return [one for one in said if one == "a job has failed and begins anew"]


async def test_it_begins_anew_until_it_works(caplog: pytest.LogCaptureFixture) -> None:
    kept, begun = KeptGoing(), 0

    async def job() -> None:
        nonlocal begun
        begun += 1
        if begun < 4:
            raise ExceptionGroup("both", [OSError("the cable")])

    await kept.run("job", job)
    assert (begun, kept.counts()) == (4, {"job_restarts": 3})
    assert len(failures(caplog)) == 1, "not once for each try"


async def test_it_ends_where_it_is_cancelled() -> None:
    task = asyncio.create_task(KeptGoing().run("job", asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_it_ends_where_what_it_does_last_goes_wrong() -> None:
    begun = 0

    async def job() -> None:
        nonlocal begun
        begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("the cable")

    task = asyncio.create_task(KeptGoing().run("job", job))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(OSError, match="the cable"):
        await task
    assert begun == 1


async def test_predictors_are_kept_although_the_database_was_away_at_the_start(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, practices = 0, predictor_rows.practices_with_answers

    def away_once(*given: object) -> list[int]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the cable")
        return practices(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(predictor_rows, "practices_with_answers", away_once)
    kept = KeptGoing()
    task = asyncio.create_task(kept.run("keeping", lambda: keeping(house.services)))
    await eventually(lambda: tries == 2)
    assert (kept.restarts, task.done()) == (1, False)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_program_keeps_its_jobs_going(
    settings: Settings, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_services: Services) -> None:
        raise OSError("the cable")

    app = create_app(settings, services, jobs=[fails])
    async with app.router.lifespan_context(app):
        await eventually(lambda: services.running.counts()["job_restarts"] >= 2)
    assert len(failures(caplog)) == 1
