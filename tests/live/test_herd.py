"""Many clients of one process: all are told to go away, or all are lost in one moment (over several: tests/cluster)."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pytest

from bench.ports import free_port
from tests.support.herd import a_herd, answer
from tests.support.house import House
from tests.support.reader import Reader
from tests.support.server import Program, program
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm

GRACE_SECONDS = 20
"""Between telling a process to stop and killing it, in the files of deploy/."""


@pytest.mark.timeout(900)  # a busy machine takes long to start processes
@pytest.mark.parametrize(("how", "clients"), [(SIGTERM, 1_000), (SIGKILL, 500)])
async def test_all_come_back_spread_out_and_whole(house: House, tmp_path: Path, how: Signals, clients: int) -> None:
    port = str(free_port())
    with ExitStack() as stack:
        running = [stack.enter_context(program(tmp_path, "run", PORT=port))]

        async def fall(readers: Sequence[Reader]) -> None:
            took = await asyncio.to_thread(ended, running[0], how)
            assert how is SIGKILL or took < GRACE_SECONDS, "to send everybody away and to stop"
            await eventually(lambda: all(reader.follower.closed for reader in readers), what="every close")
            await asyncio.to_thread(answer, house, "While it is down.")
            running.append(stack.enter_context(program(tmp_path, "run", PORT=port)))
            await asyncio.to_thread(running[1].listening)

        address = (await asyncio.to_thread(running[0].listening)).http
        await a_herd(house, address, clients, how, fall)
        assert await asyncio.to_thread(running[1].stop) == 0
        assert "Traceback" not in running[1].printed, running[1].printed


def ended(running: Program, how: Signals) -> float:
    """End it; returns the seconds that this took."""
    began = time.monotonic()
    running.stop(how)
    return time.monotonic() - began
