"""Measure what one answer costs for 10, 50 and 200 open pages of a practice, and how soon it is on the first and the last.

A real server process with a database of its own; pages are NiceGUI clients over HTTP and its socket. ``python -m bench.pages
[--quick] [--browser] [--paint] [--json FILE]``; ``--quick`` ends within 50 s; ``--browser`` adds a real Chromium page among 200;
``--paint`` only opens the Overview in Chromium.
"""

import argparse
import asyncio
import json
import os
import platform
from pathlib import Path
from typing import Any

from bench.pages.browser import first_paint, seen_in_a_browser
from bench.pages.measuring import KINDS, measured
from bench.pages.place import COLLEAGUES, practice

SIZES, QUICK_SIZES = (10, 50, 200), (10, 200)
CHANGES, QUICK_CHANGES = 12, 6
GOAL_US, GOAL_MS, GOAL_PAINT_MS = 300, 150, 1_000
EXPLAINED = """
One answer of a patient, with so many pages of one kind open, by {people} people who may all read it.
CPU ms: the server process' for one answer and all that it causes, beyond what it uses while nothing happens.
us/page: what each page adds to the answer alone (goal: the {us}-us class). messages, characters: what each page is sent.
first, last: ms from POST until the message is on the first and on the last page (goal: at most {ms} on the last of 200)."""


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="the Feedback page only; ends within 50 s")
    arguments.add_argument("--browser", action="store_true", help="also ask a real Chromium page, among 200 others")
    arguments.add_argument("--paint", action="store_true", help="only open the Overview in Chromium; about 30 s")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    sizes, changes = (QUICK_SIZES, QUICK_CHANGES) if chosen.quick else (SIZES, CHANGES)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, loopback, SQLite in a file; the pages beside it."
    )
    if chosen.paint:
        with practice() as here:
            paint = asyncio.run(first_paint(here))
        print(f"Overview in Chromium, ms until the first paint (goal: {GOAL_PAINT_MS}) and until it is live:")
        for name, value in paint.items():
            print(f"{name:>16} {value:>7.0f}")
        if chosen.json:
            chosen.json.write_text(json.dumps({"paint": paint}, indent=2) + "\n")
        return
    print(EXPLAINED.format(people=COLLEAGUES, us=GOAL_US, ms=GOAL_MS))
    print(f"{'page':>14} {'pages':>6} {'CPU ms':>8} {'us/page':>8} {'messages':>9} {'characters':>11} "
          f"{'first p50':>10} {'last p50':>9} {'last max':>9}")  # fmt: skip
    rows: list[dict[str, Any]] = []
    seen: dict[str, float] = {}
    for kind in KINDS[: 1 if chosen.quick else None]:
        with practice() as here:  # a server of its own: pages that were left are kept for half a minute
            for row in asyncio.run(measured(here, kind, sizes, changes)):
                rows.append(row)
                _print(row)
    if chosen.browser:
        with practice() as here:
            seen = asyncio.run(seen_in_a_browser(here, max(sizes), changes))
        print(f"\nOn a Chromium page among {max(sizes)}: p50 {seen['p50_ms']:.0f} ms, max {seen['max_ms']:.0f} ms.")
    if chosen.json:
        ratios = {
            f"us_a_page_{row['page'].replace(' ', '_')}_{row['pages']}": row["us_a_page"] / GOAL_US for row in rows
        }
        chosen.json.write_text(json.dumps({"pages": rows, "browser": seen, "ratios": ratios}, indent=2) + "\n")


def _print(row: dict[str, Any]) -> None:
    print(
        f"{row['page']:>14} {row['pages']:>6} {row['cpu_ms']:>8.1f} {row['us_a_page']:>8.0f} {row['messages_a_page']:>9.1f} "
        f"{row['characters_a_page']:>11.0f} {row['first_p50_ms']:>10.1f} {row['last_p50_ms']:>9.1f} {row['last_max_ms']:>9.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
