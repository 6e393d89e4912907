"""Put 100, 500, 1,000 and 5,000 phones on one process, then more and more check-ins, until something gives way.

``python -m bench.load [--quick] [--sizes N …] [--rates N …] [--json FILE] [--picture FILE]``. Every phone has a token of its own
and follows its own diagnosis; check-ins come at independent moments, and phones lose their network now and then and resume.
``--quick`` ends within 50 s.

``--back N``: instead, what each of N phones that come back costs the program; with ``--beside FOLDER``, another version of it in
that folder, in turns.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.load.coming_back import AT_ONCE, ROUNDS, come_back, table
from bench.load.crowd import crowd, settings_in
from bench.load.stage import Stage, play
from bench.picture import Line, Panel, save
from bench.programs import ROOT, running

SIZES, QUICK_SIZES = (100, 500, 1_000, 5_000), (100, 500)
ANSWERS_PER_PHONE = 1 / 50
"""A second. Real patients check in once a day or once a week: this is as many as of a thousand times more phones."""
RATES, QUICK_RATES = (50, 100, 150, 200, 300, 400), ()
RATE_PHONES = 500
SECONDS, QUICK_SECONDS = 20.0, 6.0
LIMIT_MS = 500.0
"""A check-in that is on the phone's own socket later than this, at p99: the program is behind."""

HEADING = """
phones/at: connected phones, check-ins a second that were begun. shown: from sending a check-in until the own socket tells of it.
back, whole, p99: reconnects, those that were answered by just what was missed, and how long they took. loop, writer: share of a
core of the event loop's thread, and of all others together (the writer above all). CPU: the program's processor time for each
check-in that was kept, with all that went on beside it. client: share of the load itself. Times in ms."""
COLUMNS = (
    ("phones", 7), ("at", 5), ("kept/s", 7), ("posted p50", 11), ("p99", 6), ("shown p50", 10), ("p99", 6), ("max", 6),
    ("joins/s", 8), ("back", 5), ("whole", 6), ("p99", 6), ("loop", 5), ("writer", 6), ("CPU ms", 7),
    ("RSS MiB", 8), ("client", 6), ("lost", 8),
)  # fmt: skip


def main() -> None:
    """Measure, print the table and draw the picture."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--sizes", type=int, nargs="*", help="how many phones")
    arguments.add_argument("--rates", type=int, nargs="*", help="check-ins a second, of 500 phones")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    arguments.add_argument("--picture", type=Path, help="draw them into this file (.svg or .png)")
    arguments.add_argument("--back", type=int, help="what one of so many phones that come back costs, and no more")
    arguments.add_argument("--beside", type=Path, help="the folder of another version that is measured beside this one")
    chosen = arguments.parse_args()
    if chosen.back:
        _back(chosen.back, chosen.beside, chosen.json)
        return
    sizes = chosen.sizes if chosen.sizes is not None else QUICK_SIZES if chosen.quick else SIZES
    rates = chosen.rates if chosen.rates is not None else QUICK_RATES if chosen.quick else RATES
    seconds = QUICK_SECONDS if chosen.quick else SECONDS
    _allow_sockets()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, loopback, SQLite in a file; load beside it.")
    stages = [Stage(size, size * ANSWERS_PER_PHONE, seconds) for size in sizes]
    stages += [Stage(RATE_PHONES, rate, seconds) for rate in rates]
    rows: list[dict[str, Any]] = []
    print(HEADING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = settings_in(folder)
        owners = crowd(settings, max(stage.phones for stage in stages))
        given = {"DATABASE_URL": settings.database_url, "SECRET_FILE": str(settings.secret_file)}
        with running(folder, "program", given) as program:
            for stage in stages:
                rows.append(asyncio.run(play(stage, [program], owners)))
                _print(rows[-1], first=len(rows) == 1)
    sized, rated = rows[: len(sizes)], rows[len(sizes) :]
    print(_bottleneck(rated))
    if chosen.picture and (panels := _panels(sized, rated)):
        save(chosen.picture, panels)
    if chosen.json:
        chosen.json.write_text(json.dumps({"sizes": sized, "rates": rated, "ratios": _ratios(sized)}, indent=2) + "\n")


def _back(many: int, beside: Path | None, file: Path | None) -> None:
    _allow_sockets()
    print(
        f"{many:,} phones come back, {AT_ONCE} at a time, {ROUNDS} times; processor ms each, medians. ratio: of beside to this."
    )
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        own = Path(name) / "own"
        own.mkdir()
        owners = crowd(settings_in(own), many)
        folders = [own] if beside is None else [own, Path(shutil.copytree(own, Path(name) / "beside"))]
        programs = []
        for folder, version in zip(folders, (ROOT, beside), strict=False):
            settings = settings_in(folder)
            given = {"DATABASE_URL": settings.database_url, "SECRET_FILE": str(settings.secret_file)}
            command = (str((version or ROOT).resolve() / "main.py"), "run")
            programs.append(stack.enter_context(running(folder, "program", given, command)))
        costs, seen = asyncio.run(come_back(programs, owners))
    print("\n".join(table(costs)))
    errors = [dict(one.errors) for one in seen if one.errors or one.out_of_order]
    print(f"Lost or refused: {errors or 'nothing'}.")
    if file:
        ratios = {own.kind: other.total_ms / own.total_ms for own, other in zip(*costs, strict=True)} if beside else {}
        numbers = {"costs": [[asdict(one) for one in of] for of in costs], "ratios": ratios}
        file.write_text(json.dumps(numbers, indent=2) + "\n")


def _print(row: dict[str, Any], *, first: bool) -> None:
    if first:
        print(" ".join(f"{name:>{width}}" for name, width in COLUMNS))
    lost = row["errors"] | {name: row[name] for name in ("untold", "out_of_order") if row[name]}
    times = [_ms(row, name) for name in ("answered_p50", "answered_p99", "shown_p50", "shown_p99", "shown_max")]
    shares = [f"{row[name]:.0%}" for name in ("loop_share", "writer_share")]
    cells = [f"{row['phones']:,}", f"{row['answers_per_second']:.0f}", f"{row['answered_per_second']:.1f}", *times]
    cells += [
        f"{row['joins_per_second']:.0f}",
        str(row["reconnects"]),
        str(row["resumed_whole"]),
        _ms(row, "resumed_p99"),
    ]
    cells += [
        *shares,
        _ms(row, "cpu_per_answer"),
        f"{row['rss_mib']:.0f}",
        f"{row['client_share']:.0%}",
        str(lost or "nothing"),
    ]
    print(" ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True)), flush=True)


def _ms(row: dict[str, Any], name: str) -> str:
    value = row[f"{name}_ms"]
    return "-" if value is None else f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _bottleneck(rows: list[dict[str, Any]]) -> str:
    """Say which part was busiest where the program fell behind, or that it did not."""
    behind = next((row for row in rows if row["shown_p99_ms"] is None or row["shown_p99_ms"] > LIMIT_MS), None)
    if not rows:
        return ""
    if behind is None:
        return f"Up to {rows[-1]['answers_per_second']:.0f} check-ins a second nothing gave way."
    shares = {name: behind[f"{name}_share"] for name in ("loop", "writer", "client")}
    busiest = max(shares, key=lambda name: shares[name])
    what = {
        "loop": "the event loop's thread",
        "writer": "the threads beside it, the writer above all",
        "client": "the load client itself: it takes the processor that the program wants",
    }[busiest]
    kept = max(row["answered_per_second"] for row in rows)
    return (
        f"At {behind['answers_per_second']:.0f} check-ins a second p99 passes {LIMIT_MS:.0f} ms; "
        f"at most {kept:.0f} a second were kept. Busiest: {what} "
        f"({shares[busiest]:.0%} of a core); the program as a whole {behind['cpu_share']:.0%}."
    )


def _ratios(rows: list[dict[str, Any]]) -> dict[str, float]:
    first = rows[0] if rows else None
    return {
        f"shown_p50_{row['phones']}_by_{first['phones']}": row["shown_p50_ms"] / first["shown_p50_ms"]
        for row in rows[1:]
        if first and row["shown_p50_ms"] and first["shown_p50_ms"]
    }


def _panels(sized: list[dict[str, Any]], rated: list[dict[str, Any]]) -> list[Panel]:
    panels = []
    for rows, by, name in ((sized, "phones", "phones connected"), (rated, "answers_per_second", "check-ins a second")):
        kept = [row for row in rows if row["shown_p99_ms"] is not None]
        if len(kept) < 2:
            continue
        most = max(row[by] for row in kept)
        shown = [Line(label, [(row[by], row[f"shown_{label}_ms"]) for row in kept]) for label in ("p50", "p99")]
        shares = {"loop": "event loop", "writer": "writer and others"}
        busy = [Line(text, [(row[by], 100 * row[f"{part}_share"]) for row in kept]) for part, text in shares.items()]
        top = max(row["shown_p99_ms"] for row in kept) * 1.05
        panels.append(Panel("A check-in on the own socket", name, "ms", (0, most), (0, top), shown))
        panels.append(Panel("Processor", name, "% of a core", (0, most), (0, 100), busy))
    return panels


def _allow_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
