"""Measure matching: time of a case, what scores mean on simulated cases, hit rates, and what the next question is good for.

Prints the constants of the calibration, fitted anew. ``python -m bench.matching [--quick] [--json FILE]``; ``--quick`` ends
within 50 s.
"""

import argparse
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.matching.questions import ENOUGH, MOST_ASKED, TOLD, asked
from bench.matching.scores import hits, reliability
from bench.matching.simulation import CASES, SEED, refitted
from bench.matching.timing import FLOOD, once, timed
from domain.matching import SHIPPED, Calibration
from storage.knowledge import Knowledge, load

QUICK_CASES = 4_000
ROUNDS, QUICK_ROUNDS = 1_000, 200
HIT_CASES, QUICK_HIT_CASES = 6_000, 900
ASKED_CASES, QUICK_ASKED_CASES = 1_500, 150
GOAL_MS = 2.0


def main() -> None:
    """Measure and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    quick = chosen.quick
    knowledge = load()
    _print_conditions(knowledge)
    times, single = timed(knowledge, QUICK_ROUNDS if quick else ROUNDS), once(knowledge)
    _print_times(times, single)
    anew = refitted(knowledge, QUICK_CASES if quick else CASES, SEED)
    _print_constants(anew, QUICK_CASES if quick else CASES)
    meaning = reliability(knowledge, SHIPPED, QUICK_CASES if quick else CASES)
    _print_reliability(meaning)
    found = hits(knowledge, SHIPPED, QUICK_HIT_CASES if quick else HIT_CASES)
    _print_hits(found)
    questions = asked(knowledge, QUICK_ASKED_CASES if quick else ASKED_CASES)
    _print_questions(questions)
    if chosen.json:
        numbers = {
            "times": times,
            "once": single,
            "calibration": {"code": asdict(SHIPPED), "fitted": asdict(anew)},
            "reliability": meaning,
            "hits": found,
            "questions": questions,
            "ratios": _ratios(times, meaning, questions),
        }
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


def _ratios(times: list[dict[str, Any]], meaning: dict[str, Any], questions: list[dict[str, Any]]) -> dict[str, float]:
    return {
        **{f"time_by_goal_{row['findings']}": row["median_ms"] / GOAL_MS for row in times},
        **{f"brier_by_mean_{name}": one["brier"] / one["brier_of_the_mean"] for name, one in meaning.items()},
        **{f"{name}_next_by_any": questions[0][name] / questions[1][name] for name in ("reached", "first_after_10")},
    }


def _print_conditions(knowledge: Knowledge) -> None:
    traditions = sorted({str(one.tradition) for one in knowledge.conditions.values()})
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; {len(knowledge.conditions)} conditions of "
        f"{', '.join(traditions)}, {len(knowledge.findings)} findings, version {knowledge.version}. "
        "Every case is simulated (bench/matching/simulation.py)."
    )


def _print_times(rows: list[dict[str, Any]], single: dict[str, float]) -> None:
    print("\nOne case against all conditions, the next question with it.")
    print(f"{'findings':>9} {'median ms':>10} {'p95 ms':>8}")
    for row in rows:
        print(f"{row['findings']:>9} {row['median_ms']:>10.2f} {row['p95_ms']:>8.2f}")
    print(f"Goal: 30 findings in {GOAL_MS:.0f} ms. Weighing the base, once: {single['weighing_ms']:.1f} ms. "
          f"Refusing {FLOOD:,} findings: {single['refusing_ms']:.2f} ms.")  # fmt: skip


def _print_constants(anew: Calibration, cases: int) -> None:
    print(f"\nCalibration fitted on {cases:,} cases: a = {anew.a:.2f}, b = {anew.b:.2f}; "
          f"in the code: a = {SHIPPED.a:.2f}, b = {SHIPPED.b:.2f}.")  # fmt: skip


def _print_reliability(meaning: dict[str, dict[str, Any]]) -> None:
    for name, one in meaning.items():
        what = "all matches that are offered" if name == "all" else "the first match of each case"
        print(f"\nHeld-out cases, {what}: {one['pairs']:,}. ECE {one['ece']:.4f} (a perfect model "
              f"{one['ece_of_a_perfect_model']:.4f}), Brier {one['brier']:.4f} (the mean alone "
              f"{one['brier_of_the_mean']:.4f}).")  # fmt: skip
        print(f"{'score':>9} {'count':>8} {'mean':>6} {'true':>6}")
        for row in one["table"]:
            print(f"{row['from']:>5.1f}–{row['from'] + 0.1:.1f} {row['count']:>8,} {row['score']:>6.3f} "
                  f"{row['true']:>6.3f}")  # fmt: skip


def _print_hits(rows: list[dict[str, Any]]) -> None:
    print("\nA true condition is first, among the first three; mean score and share true of all that are offered.")
    print(
        f"{'recorded':>9} {'tradition':>10} {'cases':>6} {'offered':>8} {'first':>6} {'three':>6} {'score':>6} {'true':>6}"
    )
    for row in rows:
        print(
            f"{row['recorded']:>9} {row['tradition']:>10} {row['cases']:>6,} {row['offered']:>8.1f} {row['first']:>6.0%} "
            f"{row['first_three']:>6.0%} {row['score']:>6.3f} {row['true']:>6.3f}"
        )


def _print_questions(rows: list[dict[str, Any]]) -> None:
    print(f"\nQuestions after {TOLD} findings until the true condition is first with {ENOUGH}; at most {MOST_ASKED}.")
    print(f"{'':>14} {'cases':>6} {'median':>7} {'in 10':>6} {'ever':>6} {'another before':>15} {'first after 10':>15}")
    for row in rows:
        print(
            f"{row['way']:>14} {row['cases']:>6,} {row['median']:>7.0f} {row['within_10']:>6.0%} {row['reached']:>6.0%} "
            f"{row['another_on_the_way']:>15.0%} {row['first_after_10']:>15.0%}"
        )


if __name__ == "__main__":
    main()
