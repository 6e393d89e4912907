"""Measure whether an answer costs the same however many are stored, and how long the Effectiveness page's query takes.

Two practices that differ in nothing but how much they have stored, each in a database of its own; answers are sent to both in
turn. ``python -m bench.evidence [--most N] [--quick] [--json FILE]``; ``--quick`` stores 100,000 and ends within 60 s.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.evidence.filling import Stored, stored
from domain import cell_views, effectiveness, feedback, next_steps, patient_views, summed_views, trending
from domain.feedback import FeedbackInput
from domain.ledger import Change
from storage.tables import Diagnosis

LEAST, MOST, QUICK_MOST = 1_000, 1_000_000, 100_000
ANSWERS, QUICK_ANSWERS = 600, 200
QUERIES = 12
SHOWN = 40
"""Rows of the page, of all that are ranked."""
GOAL_RATIO, GOAL_MS = 1.2, 20.0


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
            for cost, one in zip(costs, (few, many), strict=True):
                cost["statements"] = statements(one)
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
    """Ask what the Effectiveness page asks: the cells, and what stands beside them."""
    services = one.services
    asked: dict[str, Callable[[], object]] = {
        "shares": lambda: cell_views.found(services, one.practitioner, "", "en", SHOWN),
        "by herb": lambda: summed_views.found(services, one.practitioner, "herb", "", "en", SHOWN),
        "by condition": lambda: summed_views.found(services, one.practitioner, "condition", "", "en", SHOWN),
        "by patient": lambda: patient_views.found(services, one.practitioner, limit=SHOWN),
        "trending": lambda: trending.of_practice(services, one.practitioner),
        "improve next": lambda: next_steps.of_practice(services, one.practitioner),
        "own results": lambda: effectiveness.by_practitioner(services, one.practitioner),
        "everybody's": lambda: effectiveness.by_practitioner(services, one.admin),
        "side effects": lambda: effectiveness.side_effect_signals(services, one.practitioner),
        "together": lambda: effectiveness.given_together(services, one.practitioner),
    }
    found: dict[str, Any] = {
        "answers": one.answers,
        "filled_cells": cell_views.found(services, one.practitioner, limit=1).total,
    }
    for name, ask in asked.items():
        times = []
        for _ in range(QUERIES):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1e3)
        found[name] = {"median_ms": median(times), "best_ms": min(times), "worst_ms": max(times)}
    return found


def statements(one: Stored) -> int:
    """Count the statements that one more answer sends to the database, the event log aside."""
    sent = 0

    def count(_: object) -> None:
        nonlocal sent
        sent += 1

    given = FeedbackInput(recommendation_id=one.recommendation_id, rating=4, symptom=3)

    def act(change: Change) -> None:
        diagnosis = change.session.get_one(Diagnosis, one.diagnosis_id)
        driver: Any = change.rows.connection.connection.dbapi_connection
        driver.set_trace_callback(count)
        _, plan = feedback.answered(change.rows, one.patient, one.diagnosis_id, given)
        feedback.add(change, one.services, one.patient, diagnosis, plan, given)
        driver.set_trace_callback(None)

    one.services.ledger.write(act)
    return sent


def _print(costs: list[dict[str, Any]], looks: list[dict[str, Any]], ratios: dict[str, float], filled: float) -> None:
    names = [name for name in looks[0] if isinstance(looks[0][name], dict)]
    print("One answer, with all that follows from it, in microseconds and statements.")
    print(f"{'stored':>10} {'CPU':>7} {'wall':>7} {'statements':>11}")
    for cost in costs:
        print(f"{cost['answers']:>10,} {cost['cpu_us']:>7.0f} {cost['wall_us']:>7.0f} {cost['statements']:>11}")
    print("What the Effectiveness page asks, in milliseconds: median (best).")
    print(f"{'stored':>14} " + " ".join(f"{look['answers']:>15,}" for look in looks))
    print(f"{'filled cells':>14} " + " ".join(f"{look['filled_cells']:>15,}" for look in looks))
    for name in names:
        times = " ".join(f"{look[name]['median_ms']:>7.1f} ({look[name]['best_ms']:>5.1f})" for look in looks)
        print(f"{name:>14} {times}")
    print(f"Ratio: CPU {ratios['cpu_us']:.2f}, wall {ratios['wall_us']:.2f} (goal {GOAL_RATIO}); goal for each query "
          f"{GOAL_MS:.0f} ms. Filling and counting the larger one: {filled:.0f} s.")  # fmt: skip


if __name__ == "__main__":
    main()
