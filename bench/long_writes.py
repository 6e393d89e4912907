"""Measure how long the longest writes hold the lock that all who write wait for, and how long they ask nothing in it.

PostgreSQL ends a transaction in which nothing is asked of it for ``IDLE_SECONDS``, and who waits for the lock for
``WAIT_SECONDS`` is told to try again. What brings in, judges and counts computes between its statements, so both are looked
at, over a real server and from another connection.
``python -m bench.long_writes [--quick] [--only WORD] [--json FILE]``; ``--quick`` takes a tenth of everything.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import col, select

from bench.cluster.place import postgres
from domain import case_history, demo, own_knowledge, recounting
from domain.permission import Actor
from domain.services import Services
from main import build_services
from settings import Settings
from storage import postgresql
from storage.tables import Diagnosis, Feedback, Patient, Person, Recommendation

HERBS, CASES, ANSWERS = 400, 10_000, 100_000
QUICKER = 10
LOOK_SECONDS = 0.005
LOOKED = """
SELECT backend_xid::text, coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0),
       CASE WHEN state LIKE 'idle in transaction%' THEN extract(epoch FROM clock_timestamp() - state_change) ELSE 0 END
FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname = current_database() AND wait_event IS DISTINCT FROM 'advisory'
"""
LEAF = """  - id: leaf-{n}
    latin: Folium {n}
    part: leaf
    traditions: [tcm]
    names: {{en: [leaf of {n}]}}
    source: [RECALL]
    grade: T
"""
DOSE = (
    "  - {{part: leaf, herb: leaf-{n}, preparation: infusion, min: 2, max: 4, unit: g, per: day, route: oral,"
    " source: [RECALL], grade: T}}\n"
)
USE = "  - {{item: leaf-{n}, condition: t-stcold, source: [RECALL], grade: T}}\n"


@dataclass(slots=True)
class Seen:
    """What was seen of the transactions of one verb; seconds."""

    longest: float = 0.0
    idle: float = 0.0
    transactions: int = 0
    took: float = 0.0


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a tenth of everything")
    arguments.add_argument("--only", default="", help="what has this in its name")
    arguments.add_argument("--json", type=Path, help="write the numbers to this file as well")
    chosen = arguments.parse_args()
    share = QUICKER if chosen.quick else 1
    with tempfile.TemporaryDirectory() as folder, postgres() as address:
        services = build_services(Settings(database_url=address, secret_file=Path(folder) / "secret", demo=True))
        for _ in demo.fill(services):
            pass
        found = {}
        print(f"{'':44} {'transactions':>12} {'longest s':>10} {'idle s':>8} {'all s':>8}")
        for name, act in verbs(services, share):
            if chosen.only not in name:
                continue
            with watched(services) as seen:
                act()
            found[name] = seen
            print(
                f"{name:44} {seen.transactions:12} {seen.longest:10.2f} {seen.idle:8.2f} {seen.took:8.1f}", flush=True
            )
        services.database.close()
    print(
        f"Ended after {postgresql.IDLE_SECONDS} s idle; who waits for {postgresql.WAIT_SECONDS} s is told to try again."
    )
    if chosen.json:
        numbers = {name: {one: getattr(seen, one) for one in Seen.__slots__} for name, seen in found.items()}
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


def verbs(services: Services, share: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name what is measured, with what it does; what stands before it is made when its turn comes."""
    with services.database.read() as session:
        person = session.exec(select(Person).where(Person.role == "practitioner").order_by(col(Person.id))).first()
    assert person is not None
    who = Actor(person.id or 0, person.practice_id, person.role, person.name)
    herbs, cases, answers = HERBS // share, CASES // share, ANSWERS // share
    yield f"knowledge of {herbs} herbs", lambda: own_knowledge.bring_in(services, who, "ours.yaml", knowledge(herbs))
    patients = own_knowledge.patients_under_treatment(services, who.practice_id)
    yield f"judging {len(patients)} patients", lambda: list(own_knowledge.judge_all(services, patients))
    text = "findings,herbs\n" + "".join(
        f"pain-epigastric; nausea,ginger; leaf-{name_of(n % herbs)}\n" for n in range(cases)
    )
    told = case_history.read("cases.csv", text)
    yield f"{cases} cases", lambda: case_history.bring_in(services, who, "cases.csv", text, told)
    cell = one_cell(services, who.practice_id, answers)
    yield f"counting {answers} answers of a cell, none counted", lambda: list(recounting.rebuild(services, [cell]))
    yield f"counting {answers} answers of a cell, all counted", lambda: list(recounting.rebuild(services, [cell]))


def knowledge(herbs: int) -> str:
    """Write a file of herbs of one's own, each with a dose and a use."""
    parts = (("herbs", LEAF), ("doses", DOSE), ("indications", USE))
    return "format: 1\n" + "".join(
        f"{name}:\n" + "".join(form.format(n=name_of(n)) for n in range(herbs)) for name, form in parts
    )


def name_of(number: int) -> str:
    """Make a name of letters alone, as a Latin one has to be."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


def one_cell(services: Services, practice_id: int, many: int) -> tuple[int, str, str]:
    """Let so many patients take the same for the same, each with an answer that nobody has counted; gives the cell."""
    with services.database.read() as session:
        plan, said = session.exec(
            select(Recommendation, Feedback)
            .join(Feedback, col(Feedback.recommendation_id) == col(Recommendation.id))
            .where(
                Recommendation.practice_id == practice_id,
                Recommendation.kind == "herb",
                col(Feedback.withdrawn).is_(None),
            )
            .order_by(col(Recommendation.id))
        ).first() or (None, None)
    assert plan is not None and said is not None  # noqa: PT018 - the demo has some
    first = 10_000_000
    of = {"patient_id": "number", "diagnosis_id": "number", "recommendation_id": "number"}
    uncounted = {
        "prescribed_counted": "false",
        "outcome_counted": "NULL",
        "rating_counted": "NULL",
        "counted_on": "NULL",
    }
    copies: tuple[tuple[Any, int | None, dict[str, str]], ...] = (
        (Patient, plan.patient_id, {"person_id": "NULL"}),
        (Diagnosis, plan.diagnosis_id, {}),
        (Recommendation, plan.id, uncounted),
        (Feedback, said.id, {}),
    )
    with services.database.engine.begin() as connection:  # to which no limit of time applies
        for table, like, other in copies:
            names = [column.name for column in table.__table__.columns]
            said_of = {name: value for name, value in of.items() if name in names} | {"id": "number"} | other
            connection.exec_driver_sql(
                f"INSERT INTO {table.__tablename__} ({', '.join(names)})"
                f" SELECT {', '.join(said_of.get(name, name) for name in names)}"
                f" FROM {table.__tablename__}, generate_series({first}, {first + many - 1}) AS number WHERE id = {like}"
            )
            connection.exec_driver_sql(f"ANALYZE {table.__tablename__}")
    return practice_id, plan.item_id, plan.condition_id


@contextmanager
def watched(services: Services) -> Iterator[Seen]:
    """Look at the transactions that write, again and again, for as long as the ``with`` lasts."""
    seen, ended = Seen(), threading.Event()
    address = services.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    watcher = threading.Thread(target=_watch, args=(address, seen, ended))
    watcher.start()
    began = time.perf_counter()
    try:
        yield seen
    finally:
        seen.took = time.perf_counter() - began
        ended.set()
        watcher.join()


def _watch(address: str, seen: Seen, ended: threading.Event) -> None:
    known = set()
    with psycopg.connect(address, autocommit=True) as connection:
        while not ended.wait(LOOK_SECONDS):
            for number, lasted, idle in connection.execute(LOOKED.encode()):
                known.add(number)
                seen.longest = max(seen.longest, float(lasted))
                seen.idle = max(seen.idle, float(idle))
    seen.transactions = len(known)


if __name__ == "__main__":
    main()
