"""Measure answers that are kept, beside the same requests checked and not kept, and their way to phones and a page.

A real server process with a database of its own, real sockets on this machine. ``python -m bench.feedback [--quick]
[--json FILE]``; ``--quick`` ends within 50 s.
"""

import argparse
import asyncio
import json
import os
import platform
from pathlib import Path
from typing import Any

from bench.feedback.accepting import accepted
from bench.feedback.delivery import delivered
from bench.feedback.place import MOST_PHONES, place
from bench.feedback.traced import traced

WRITERS = (16, 64)
SIZES, QUICK_SIZES = (100, 500, MOST_PHONES), (100,)
SECONDS, QUICK_SECONDS = 10.0, 3.0
ROUNDS, QUICK_ROUNDS = 100, 30
TRACED_ROUNDS = 5

ACCEPTED = """
Answers accepted a second, each writer on a connection of its own, asking again as soon as it was answered.
checked: the same endpoint finds out who asks, checks request and permission by the same code, and stores nothing.
kept:    the whole; feedback, events, evidence and audit are on the disk (synchronous=FULL) before the answer.
CPU is the server process', seconds for 1,000 answers; RSS its peak so far; load the share of a core that the client used."""
DELIVERED = """
One answer on its way (ms): POST answered, seen by a phone on the socket, by the last of all phones, by a page of the practice."""


def main() -> None:
    """Measure and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument(
        "--traces", action="store_true", help="compare with traces off and on instead; about a minute"
    )
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    if chosen.traces:
        found = traced(WRITERS[0], TRACED_ROUNDS, QUICK_SECONDS)
        print(f"Processor seconds for 1,000 answers: {found['off']:.2f} without traces, {found['on']:.2f} with all of them "
              f"kept: {found['ratio']:.2f} times (median of {found['rounds']} rounds).")  # fmt: skip
        return
    seconds, sizes, rounds = (QUICK_SECONDS, QUICK_SIZES, QUICK_ROUNDS) if chosen.quick else (SECONDS, SIZES, ROUNDS)
    with place(max(WRITERS)) as here:
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, loopback, SQLite in a file; load beside it."
        )
        writing = [asyncio.run(accepted(here, writers, seconds)) for writers in WRITERS]
        _print_accepted(writing)
        ways = [asyncio.run(delivered(here, phones, rounds)) for phones in sizes]
        _print_delivered(ways)
    ratios = {
        f"kept_by_checked_{row['writers']}": row["kept"]["a_second"] / row["checked"]["a_second"] for row in writing
    }
    if chosen.json:
        chosen.json.write_text(json.dumps({"accepted": writing, "delivered": ways, "ratios": ratios}, indent=2) + "\n")


def _print_accepted(rows: list[dict[str, Any]]) -> None:
    print(ACCEPTED)
    print(f"{'writers':>8} {'':>8} {'a second':>9} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7} "
          f"{'CPU s':>6} {'RSS MiB':>8} {'load':>6} {'refused':>8}")  # fmt: skip
    for row in rows:
        for way in ("checked", "kept"):
            one = row[way]
            ratio = f"{one['a_second'] / row['checked']['a_second']:.2f}"
            print(
                f"{row['writers']:>8} {way:>8} {one['a_second']:>9,.0f} {ratio:>6} {one['p50_ms']:>7.1f} "
                f"{one['p99_ms']:>7.1f} {one['cpu_s_per_1000']:>6.2f} {one['peak_rss_mib']:>8.0f} "
                f"{one['load_share']:>6.0%} {one['refused']:>8}"
            )


def _print_delivered(rows: list[dict[str, Any]]) -> None:
    print(DELIVERED)
    names = ("posted", "phone", "last_phone", "page")
    print(f"{'phones':>7} {'rounds':>7} " + " ".join(f"{name + ' p50':>14} {'p99':>6}" for name in names))
    for row in rows:
        cells = " ".join(f"{row[f'{name}_p50_ms']:>14.1f} {row[f'{name}_p99_ms']:>6.1f}" for name in names)
        print(f"{row['phones']:>7} {row['rounds']:>7} {cells}")


if __name__ == "__main__":
    main()
