"""Measure whether an answer costs the same however many are stored, and how long the Effectiveness page's query takes.

Two practices that differ in nothing but how much they have stored, each in a database of its own; answers are sent to both in
turn. ``python -m bench.evidence [--most N] [--quick] [--json FILE]``; ``--quick`` stores 100,000 and ends within 60 s.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, func, select

from bench.feedback.place import settings_in
from domain import cell_views, demo, feedback, recounting
from domain.feedback import FeedbackInput
from domain.permission import Actor
from domain.services import Services
from main import build_services
from storage.tables import Diagnosis, Feedback, Patient, Person, Practice, Recommendation

LEAST, MOST, QUICK_MOST = 1_000, 1_000_000, 100_000
HERBS, CONDITIONS, CONDITIONS_A_HERB = 60, 40, 6
"""What is stored falls into 360 cells, in the smaller practice too: a cost grows with the cells, which a practice fills once."""
ANSWERS, QUICK_ANSWERS = 600, 200
QUERIES = 30
DAYS = 365
SHOWN = 40
"""Rows of the page, of all that are ranked."""
CHUNK = 20_000
GOAL_RATIO, GOAL_MS = 1.2, 20.0


@dataclass(frozen=True)
class Stored:
    """A practice with so many answers, somebody who answers, and somebody who looks."""

    services: Services
    answers: int
    patient: Actor
    diagnosis_id: int
    recommendation_id: int
    practitioner: Actor


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--most", type=int, default=MOST, help="answers in the larger practice")
    arguments.add_argument("--quick", action="store_true", help="store 100,000 and end within 60 s")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    most = QUICK_MOST if chosen.quick else chosen.most
    with tempfile.TemporaryDirectory() as folder, stored(Path(folder) / "few", LEAST) as few:
        began = time.perf_counter()
        with stored(Path(folder) / "many", most) as many:
            filled = time.perf_counter() - began
            costs = answered((few, many), QUICK_ANSWERS if chosen.quick else ANSWERS)
            looks = [looked(one) for one in (few, many)]
    ratios = {name: costs[1][name] / costs[0][name] for name in ("cpu_us", "wall_us")}
    _print(costs, looks, ratios, filled)
    if chosen.json:
        numbers = {"answer": costs, "query": looks, "ratios": ratios}
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


def answered(both: tuple[Stored, Stored], rounds: int) -> list[dict[str, Any]]:
    """Send answers to both in turn; gives the median cost of one, of all threads of this process."""
    cpu: tuple[list[float], list[float]] = ([], [])
    wall: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        given = {"rating": 1 + number % 5, "symptom": number % 11}
        for at, one in enumerate(both):
            answer = FeedbackInput.model_validate(given | {"recommendation_id": one.recommendation_id})
            began, used = time.perf_counter(), time.process_time()
            feedback.submit(one.services, one.patient, one.diagnosis_id, answer)
            cpu[at].append(time.process_time() - used)
            wall[at].append(time.perf_counter() - began)
    return [
        {"answers": one.answers, "cpu_us": median(cpu[at]) * 1e6, "wall_us": median(wall[at]) * 1e6}
        for at, one in enumerate(both)
    ]


def looked(one: Stored) -> dict[str, Any]:
    """Ask what the Effectiveness page asks."""
    times = []
    found: cell_views.Found[cell_views.CellView]
    for _ in range(QUERIES):
        began = time.perf_counter()
        found = cell_views.found(one.services, one.practitioner, "", "en", SHOWN)
        times.append((time.perf_counter() - began) * 1e3)
    return {"answers": one.answers, "cells": found.total, "median_ms": median(times), "worst_ms": max(times)}


@contextmanager
def stored(folder: Path, answers: int) -> Iterator[Stored]:
    """Fill a practice with so many answers, counted as the program counts them."""
    folder.mkdir()
    services = build_services(settings_in(folder))
    try:
        for _ in demo.fill(services):
            pass
        yield _filled(services, answers)
    finally:
        services.database.close()


def _filled(services: Services, answers: int) -> Stored:
    with services.database.read() as session:
        practice = session.exec(select(Practice).order_by(col(Practice.id))).first()
        found = session.exec(
            select(Recommendation, Patient)
            .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
            .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
            .where(
                Recommendation.kind == "herb",
                Recommendation.status == "approved",
                Diagnosis.status == "open",
                col(Patient.person_id).is_not(None),
            )
            .order_by(col(Recommendation.id))
        ).first()
        assert practice is not None and found is not None and practice.id is not None  # noqa: PT018
        plan, who = found
        leader = session.get_one(Person, who.practitioner_id)
        already = int(session.exec(select(func.count()).select_from(Feedback)).one())
    _insert(services, practice.id, who.practitioner_id, answers - already)
    cells = recounting.cells(services)
    for _ in recounting.rebuild(services, cells):
        pass
    return Stored(
        services=services,
        answers=max(answers, already),
        patient=Actor(who.person_id or 0, practice.id, "patient", who.name, patient_id=who.id),
        diagnosis_id=plan.diagnosis_id,
        recommendation_id=plan.id or 0,
        practitioner=Actor(leader.id or 0, practice.id, leader.role, leader.name),
    )


def _insert(services: Services, practice_id: int, practitioner_id: int, many: int) -> None:
    """Write patients with a plan and an answer each, without the log: what is stored beside it does not count here."""
    dice, now = Random(1), datetime.now(UTC)
    with services.database.read() as session:
        first = {
            table: int(session.exec(select(func.max(table.id))).one() or 0) + 1
            for table in (Patient, Diagnosis, Recommendation, Feedback)
        }
    for begin in range(0, max(0, many), CHUNK):
        rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in first}
        for number in range(begin, min(begin + CHUNK, many)):
            at = now - timedelta(days=dice.uniform(0, DAYS))
            herb = dice.randrange(HERBS)
            item, condition = f"herb-{herb}", f"condition-{(7 * herb + dice.randrange(CONDITIONS_A_HERB)) % CONDITIONS}"
            ids = {table: start + number for table, start in first.items()}
            common = {"practice_id": practice_id, "created": at}
            rows[Patient].append(
                common | {"id": ids[Patient], "practitioner_id": practitioner_id, "name": f"P {number}", "updated": at}
            )
            rows[Diagnosis].append(
                common
                | {
                    "id": ids[Diagnosis],
                    "patient_id": ids[Patient],
                    "practitioner_id": practitioner_id,
                    "tradition": "none",
                    "condition_id": condition,
                    "symptom": "Pain",
                    "baseline": 7,
                    "status": "open",
                }
            )
            rows[Recommendation].append(
                common
                | {
                    "id": ids[Recommendation],
                    "diagnosis_id": ids[Diagnosis],
                    "patient_id": ids[Patient],
                    "kind": "herb",
                    "item_id": item,
                    "condition_id": condition,
                    "name": item,
                    "status": "approved",
                    "approved": at,
                    "verdict": "nothing_documented",
                    "rank": 1,
                    "score": 0.5,
                }
            )
            rows[Feedback].append(
                common
                | {
                    "id": ids[Feedback],
                    "diagnosis_id": ids[Diagnosis],
                    "recommendation_id": ids[Recommendation],
                    "patient_id": ids[Patient],
                    "person_id": practitioner_id,
                    "rating": dice.randint(1, 5),
                    "symptom": dice.randint(0, 10),
                    "updated": at,
                }
            )

        def write(change: Any, rows: dict[Any, list[dict[str, Any]]] = rows) -> None:
            for table, values in rows.items():
                change.session.execute(insert(table), values)

        services.ledger.write(write)


def _print(costs: list[dict[str, Any]], looks: list[dict[str, Any]], ratios: dict[str, float], filled: float) -> None:
    print("One answer, with all that follows from it, in microseconds; and the Effectiveness page's query.")
    print(f"{'stored':>10} {'CPU':>7} {'wall':>7} {'cells':>7} {'query ms':>9} {'worst':>7}")
    for cost, look in zip(costs, looks, strict=True):
        print(f"{cost['answers']:>10,} {cost['cpu_us']:>7.0f} {cost['wall_us']:>7.0f} {look['cells']:>7,} "
              f"{look['median_ms']:>9.1f} {look['worst_ms']:>7.1f}")  # fmt: skip
    print(f"Ratio: CPU {ratios['cpu_us']:.2f}, wall {ratios['wall_us']:.2f} (goal {GOAL_RATIO}); query goal {GOAL_MS:.0f} ms. "
          f"Filling and counting the larger one: {filled:.0f} s.")  # fmt: skip


if __name__ == "__main__":
    main()
