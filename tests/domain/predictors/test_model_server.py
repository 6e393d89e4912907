"""The remote predictor beside a real server of the protocol: MLServer with a scikit-learn model, alive and dead."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import httpx2
import pytest

from domain.predictors import remote as remotes
from domain.predictors.features import NUMBERS, WORDS, Features
from domain.predictors.remote import Remote
from tests.domain.predictors.made_up import made_up
from tests.support import served_model
from tests.support.model_server import NotInstallable, environment, serving_a_model
from tests.support.waiting import ANSWER_SECONDS, until

pytestmark = [pytest.mark.served, pytest.mark.timeout(900)]
STARTS_WITHIN = 120.0
WORDS_OF_THE_TEST = "the installation of mlserver and mlserver-sklearn failed, so no real model server can be asked: {}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Popen[bytes], str]]:
    """A model server that is ready."""
    try:
        environment()
    except NotInstallable as error:
        pytest.skip(WORDS_OF_THE_TEST.format(error))
    folder = tmp_path_factory.mktemp("model")
    with serving_a_model(folder) as (process, address):
        ready(process, address, folder)
        yield process, address


def ready(process: Popen[bytes], address: str, folder: Path) -> None:
    def answers() -> bool:
        assert process.poll() is None, (folder / "log").read_text()
        with suppress(httpx2.HTTPError):
            return (
                httpx2.get(f"{address}/ready", trust_env=False, timeout=ANSWER_SECONDS).status_code == httpx2.codes.OK
            )
        return False

    until(answers, within=STARTS_WITHIN, what="the model server")


def aged(*ages: int | None) -> list[Features]:
    return [replace(made_up(1)[0].features, age=age) for age in ages]


def test_it_is_asked_for_the_features_that_there_are() -> None:
    assert (set(served_model.NUMBERS), set(served_model.WORDS)) == (set(NUMBERS), set(WORDS))


async def test_it_answers_until_it_dies_in_mid_request(
    server: tuple[Popen[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, address = server
    monkeypatch.setattr(
        remotes, "LIMIT_SECONDS", ANSWER_SECONDS
    )  # this machine is shared; the limit has tests of its own
    remote = Remote(address)
    rows = aged(20, 50, 80, None)
    found = await remote.predict(rows)
    assert found is not None
    young, middle, old, unknown = (one.value for one in found)
    assert young < 0.2 < middle < 0.8 < old
    assert young < unknown < old, "null is read as missing"
    again = await remote.predict(rows)
    assert again is not None
    assert [one.value for one in again] == [young, middle, old, unknown]

    process.send_signal(signal.SIGSTOP)  # it has the question, and will never answer
    monkeypatch.setattr(remotes, "LIMIT_SECONDS", 0.3)
    assert await remote.predict(rows) is None
    monkeypatch.setattr(remotes, "LIMIT_SECONDS", ANSWER_SECONDS)
    asked = asyncio.create_task(remote.predict(rows))
    await asyncio.sleep(0.2)
    process.kill()
    assert await asked is None, "it died with the question in hand"
    assert await remote.predict(rows) is None
    await remote.close()
