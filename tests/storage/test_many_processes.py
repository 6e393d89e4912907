"""Thirty-two writers in three processes: nothing is lost, nothing is counted twice, nothing is out of order."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from domain import audit
from domain.chain import Seal
from settings import Settings
from storage import events
from tests.support.house import House, approve, diagnose
from tests.support.recount import kept, recounted

ROOT = Path(__file__).parents[2]
WRITERS, TIMES = (11, 11, 10), 6


ACTOR = ("person_id", "practice_id", "role", "name", "patient_id")


@pytest.mark.farm
def test_no_update_is_lost_between_processes(house: House, settings: Settings) -> None:
    services = house.services
    approve(services, house.leila, house.proposed("fennel"))
    second = diagnose(services, house.leila, house.omar)
    plans = [(house.diagnosis_id, house.ginger), (house.diagnosis_id, house.proposed("fennel"))]
    with services.database.read() as session:
        before = events.top_position(session)
    given = {
        "folder": str(settings.secret_file.parent),
        "actor": {name: value for name, value in asdict(house.mina).items() if name in ACTOR},
        "plans": plans,
        "times": TIMES,
    }
    command = [sys.executable, "-m", "tests.support.writing_process"]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in WRITERS
    ]
    for one, threads in zip(started, WRITERS, strict=True):
        assert one.stdin is not None
        one.stdin.write(json.dumps(given | {"threads": threads}) + "\n")
        one.stdin.flush()
    said = [one.communicate(timeout=200)[0] for one in started]
    assert [int(one) for one in said] == [threads * TIMES for threads in WRITERS]

    services.ledger.catch_up()
    with services.database.read() as session:
        log = events.after(session, house.diagnosis_id, 0, limit=10_000)
        assert [one.seq for one in log] == list(range(1, events.top_seq(session, house.diagnosis_id) + 1))
        assert sum(one.type == "feedback_update" for one in log) == sum(WRITERS) * TIMES
        assert events.top_seq(session, second) > 0, "another diagnosis has numbers of its own"
        whole = events.after_position(session, before, limit=10_000)
        in_order = [one.seq or 0 for one in whole if one.diagnosis_id == house.diagnosis_id]
        assert in_order == sorted(in_order), "the order of the log is the order of the commits"
        assert kept(session) == recounted(session)
    for _ in audit.walk(services, [Seal(settings.read_secret())]):  # raises where the chain is broken
        pass
