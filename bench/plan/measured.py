"""What one database bears, measured here in a few seconds: the pace of the one writer, and how the file grows."""

import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.load.crowd import Owner, crowd, settings_in
from domain import feedback
from domain.feedback import FeedbackInput
from domain.services import Services
from domain.sign_in import actor_of_token
from main import build_services

PHONES, WRITERS = 200, 16
LOG = ("event", "idempotency_key")
"""Tables that are trimmed, with their indexes; everything else is the record, and stays."""


@dataclass(frozen=True)
class Measured:
    """The pace of the writer in milliseconds, and bytes a check-in."""

    change_ms: float
    """One change within a transaction of many."""
    commit_ms: float
    """What a transaction costs beside its changes."""
    changes_per_second: float
    """With as many writers as keep it busy."""
    bytes_per_check_in: float
    log_bytes_per_check_in: float


def measured(rounds: int) -> Measured:
    """Let so many check-ins be kept, one after the other and then from many threads."""
    with tempfile.TemporaryDirectory() as name:
        settings = settings_in(Path(name))
        owners = crowd(settings, PHONES)
        services = build_services(settings)
        try:
            before = _sizes(Path(name) / "vervain.db", services)
            began = time.perf_counter()
            for number in range(rounds):
                _answer(services, owners[number % PHONES], number)
            alone = (time.perf_counter() - began) / rounds
            began = time.perf_counter()
            with ThreadPoolExecutor(WRITERS) as threads:
                list(threads.map(lambda number: _answer(services, owners[number % PHONES], number), range(rounds * 2)))
            pace = rounds * 2 / (time.perf_counter() - began)
            grown = {name: size - before[name] for name, size in _sizes(Path(name) / "vervain.db", services).items()}
        finally:
            services.database.close()
    return Measured(
        change_ms=1000 / pace,
        commit_ms=max(0.0, alone * 1000 - 1000 / pace),
        changes_per_second=pace,
        bytes_per_check_in=sum(grown.values()) / (rounds * 3),
        log_bytes_per_check_in=grown["log"] / (rounds * 3),
    )


def _answer(services: Services, owner: Owner, number: int) -> None:
    actor, _ = actor_of_token(services, owner.token)
    given = FeedbackInput(
        recommendation_id=owner.recommendation_id, rating=1 + number % 5, symptom=number % 11, adherence=90
    )
    feedback.submit(services, actor, owner.diagnosis_id, given, repeat_key=f"plan-{number}-{time.perf_counter_ns()}")


def _sizes(file: Path, services: Services) -> dict[str, int]:
    """Give the bytes of the log with its indexes, and of everything else."""
    services.database.clean_journal()
    with closing(sqlite3.connect(file)) as connection:
        owner = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
        sizes = {"log": 0, "rest": 0}
        for name, size in connection.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name"):
            sizes["log" if owner.get(name) in LOG else "rest"] += size
    return sizes
