"""Backing up beside a server that is written to, restoring, and clients that come back over it; and the power that goes."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import settings_in
from tests.live.conftest import Live
from tests.support.command_line import Command, failed
from tests.support.house import House
from tests.support.phone import phone
from tests.support.server import ROOT, environment, program, serving, without_pages
from tests.support.waiting import until

pytestmark = [pytest.mark.farm, pytest.mark.sqlite]  # of PostgreSQL: tests/commands/test_restore_on_postgresql.py

DYING = """
import os, resource, signal, sys
import main
from domain import archive, restoring
from storage import backup

_, place, name, when, *arguments = sys.argv
place = {"backup": backup, "archive": archive, "restoring": restoring}[place]
real = getattr(place, name)

def die(*given, **named):
    if when == "amid":  # the system ends it as soon as a file is longer
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
    if when in ("amid", "after"):
        real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, die)
sys.argv = ["main.py", *arguments]
main.main()
"""
"""``python main.py …``, killed by SIGKILL before or after a step, or while it writes its fifth megabyte in it."""


def folder_of(house: House) -> Path:
    return Path(str(house.services.database.url.database)).parent


def comments(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [one for (one,) in connection.execute("SELECT comment FROM feedback ORDER BY id")]


@contextmanager
def answering(live: Live) -> Iterator[list[str]]:
    """Answer without a pause for as long as the ``with`` lasts; gives what was said, once it is committed."""
    said: list[str] = []
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            live.answer(f"Answer {len(said)}.")
            said.append(f"Answer {len(said)}.")

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield said
    finally:
        ended.set()
        thread.join()


async def test_clients_come_back_over_a_restore(house: House, command: Command) -> None:
    folder, file = folder_of(house), folder_of(house) / "b.tar"
    with program(folder, "run") as first:
        address = first.listening()
        live = Live(house, address.http, address.ws)
        with answering(live) as said:
            until(lambda: len(said) > 3, what="answers")
            before = len(said)
            assert command("backup", str(file)).code == 0
            after = len(said)
            until(lambda: len(said) > after + 3, what="answers after it")
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            epoch = caller.seen[0]["data"]["epoch"]
            seq = (await caller.expect("snapshot"))["seq"]
            assert failed(command("restore", str(file))).startswith("The database is open in another program")
            house.services.database.close()
            assert "is open in another program" in failed(command("restore", str(file))), "by the server alone"
            assert first.stop() == 0
    assert comments(folder / "vervain.db") == said
    done = command("restore", str(file))
    assert done.code == 0, done.err
    kept = comments(folder / "vervain.db")
    assert before <= len(kept) <= after + 1, "what was committed when it was asked for, and nothing by halves"
    assert kept == said[: len(kept)]

    again = house.reopened()
    with serving(without_pages(settings_in(folder), again.services)) as second:
        live = Live(again, second.http, second.ws)
        live.answer("Another history.")
        async with phone(live.ws, live.diagnosis_id, live.token(), since=3, epoch=epoch) as caller:
            connected = caller.seen[0]["data"]
            assert not connected["resumed"]
            assert connected["epoch"] != epoch
            snapshot = await caller.expect("snapshot")
            assert snapshot["seq"] < seq, "its numbers are given out again"
        async with phone(live.ws, live.diagnosis_id, live.token(), since=3, epoch=connected["epoch"]) as caller:
            assert caller.seen[0]["data"]["resumed"], "from then on it is as ever"
    again.services.database.close()


STEPS = [
    ("backup", "archive", "pack", "after", False),
    ("restore", "restoring", "_keep", "after", False),
    ("restore", "backup", "put_in_place", "after", True),
]


@pytest.mark.parametrize(("verb", "place", "step", "when", "restored"), STEPS)
def test_the_power_goes(
    house: House, command: Command, verb: str, place: str, step: str, when: str, *, restored: bool
) -> None:
    folder, file = folder_of(house), folder_of(house) / "b.tar"
    live = Live(house, "", "")
    live.answer("In the backup.")
    assert command("backup", str(file)).code == 0
    whole = file.read_bytes()
    live.answer("Since then.")
    house.services.database.close()
    force = ["--force"] if verb == "backup" else []
    died = dying(folder, place, step, when, verb, str(file), *force)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert file.read_bytes() == whole, "the backup that was there is whole"
    assert comments(folder / "vervain.db") == ["In the backup.", *([] if restored else ["Since then."])]
    assert command("restore", str(file)).code == 0, "and it can be done again"
    assert comments(folder / "vervain.db") == ["In the backup."]


def dying(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run it to its early end."""
    return subprocess.run(
        [sys.executable, "-c", DYING, *arguments],
        cwd=ROOT,
        env=environment(folder, {}),
        capture_output=True,
        timeout=100,
        check=False,
    )


def test_killed_in_the_middle_of_putting_in_place(house: House, command: Command) -> None:
    """A large one, killed while the pages are being written: SQLite undoes what was not committed."""
    folder, file = folder_of(house), folder_of(house) / "b.tar"
    house.services.database.close()
    with closing(sqlite3.connect(folder / "vervain.db")) as connection:
        for number in range(40):
            connection.execute("INSERT INTO mark VALUES (?, ?)", (f"filler {number}", "x" * 1_000_000))
        connection.commit()
    assert command("backup", str(file)).code == 0
    with closing(sqlite3.connect(folder / "vervain.db")) as connection:
        connection.execute("DELETE FROM mark WHERE name LIKE 'filler %' AND name <> 'filler 1'")
        connection.commit()
    died = dying(folder, "backup", "put_in_place", "amid", "restore", str(file))
    assert died.returncode == -signal.SIGXFSZ, died.stderr
    assert (folder / "vervain.db-wal").stat().st_size > 4_900_000, "it was written to, and not committed"
    with closing(sqlite3.connect(folder / "vervain.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM mark WHERE name LIKE 'filler %'").fetchone() == (1,)
