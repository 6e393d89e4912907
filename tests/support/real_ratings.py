"""The real ratings, replayed whole by the command itself, which is killed on the way and started again.

5,010 answers take about a minute, so the replay runs as a process of its own beside the other tests, and its test comes last.
"""

import shutil
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.server import ROOT, Program, program
from tests.support.waiting import until

FILE = ROOT.parent / "shared" / "data" / "supplement-reviews" / "reviews.csv"
ABSENT = f"The real ratings are not here ({FILE}), so their replay was not tested."
KILL_AFTER, END_AFTER = 120.0, 480.0
"""Seconds within which a quarter, and all, of the rows have to be there; generous, because others use the machine."""


@dataclass(frozen=True)
class Played:
    """How the replay went."""

    database: Path
    answers_at_the_kill: int
    first_exit: int
    second_exit: int
    printed: str


class RealReplay:
    """The replay under way: ``played()`` waits for its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Program] = []
        self._abandoned = threading.Event()
        self._result: Played | BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="replay of the real ratings")
        self._thread.start()

    def played(self) -> Played:
        """Wait for the end; raises what went wrong."""
        self._thread.join()
        if not isinstance(self._result, Played):
            raise self._result or RuntimeError("the replay has no result")
        return self._result

    def abandon(self) -> None:
        """End it, whether or not it has come to its end, and leave nothing behind."""
        self._abandoned.set()
        while self._thread.is_alive():
            for one in tuple(self._running):
                one.stop(signal.SIGKILL)
            self._thread.join(0.1)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            self._result = self._killed_and_started_again()
        except BaseException as error:
            self._result = error

    def _killed_and_started_again(self) -> Played:
        database = self._folder / "vervain.db"
        with program(self._folder, "replay", str(FILE)) as first:
            self._running.append(first)
            until(
                lambda: answers(database) >= 1_250 or first.process.poll() is not None,
                within=KILL_AFTER,
                what="a quarter of the replay",
            )
            first_exit = first.stop(signal.SIGKILL)
        at_the_kill = answers(database)
        if self._abandoned.is_set():
            raise RuntimeError("the replay was abandoned")
        with program(self._folder, "replay", str(FILE)) as second:
            self._running.append(second)
            second_exit = second.process.wait(END_AFTER)
        return Played(database, at_the_kill, first_exit, second_exit, second.printed)


def answers(database: Path) -> int:
    """Count the feedback in a database that another process writes; 0 while there is none."""
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
    try:
        return int(connection.execute("SELECT count(*) FROM feedback").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # its tables are not made yet
    finally:
        connection.close()


def totals(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], Counter[str]]:
    """Add up a file of ratings, cell by cell, with nothing of the program's."""
    cells: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        effectiveness = int(row["effectiveness"])
        cells.setdefault((row["supplement"], row["condition"]), Counter()).update(
            prescribed=1, answered=1, improved=int(effectiveness >= 4), ratings=1, rating_sum=effectiveness
        )
    return cells


def kept_totals(url: URL) -> dict[tuple[str, str], Counter[str]]:
    """Read the evidence that the program keeps, past the program."""
    columns = ("prescribed", "answered", "improved", "ratings", "rating_sum")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT item_id, condition_id, {', '.join(columns)} FROM evidence")).all()
    return {(row[0], row[1]): Counter(dict(zip(columns, row[2:], strict=True))) for row in rows}
