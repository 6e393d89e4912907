"""``python -m bench.fanout``: who hands one message to many the fastest, all in one run on this machine."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from bench.fanout import cores, goals, installing, practice, table
from bench.fanout.fleet import Size, fleet
from bench.fanout.load import NoCompiler, compiled
from bench.fanout.measuring import measure
from bench.fanout.practice import DIAGNOSES, FOLLOWERS
from bench.fanout.results import Results
from bench.fanout.servers import KINDS, NAMES, QUICK

SIZES, QUICK_SIZES = (100, 500, 1_000, 5_000), (1_000,)
CYCLES, QUICK_CYCLES = 6, 3


def main() -> None:
    """Measure and print the tables."""
    chosen = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: with all that was started
    kinds = [kind for kind in KINDS if kind.name in (chosen.only or (QUICK if chosen.quick else NAMES))]
    counts = chosen.sizes or (QUICK_SIZES if chosen.quick else SIZES)
    sizes = [Size(connections=count) for count in counts if cores.fits(count)]
    if not chosen.quick and not chosen.sizes and cores.fits(DIAGNOSES * FOLLOWERS):
        sizes.append(Size(connections=DIAGNOSES * FOLLOWERS, many=True))
    results = Results(cores.conditions(), too_large=[count for count in counts if not cores.fits(count)])
    print(results.conditions)
    for count in results.too_large:
        print(f"{count:,} connections need more open files than this system allows: left out.")
    if not sizes:
        raise SystemExit("No size fits.")
    with tempfile.TemporaryDirectory(prefix="fanout-") as name:
        folder = Path(name)
        try:
            program = compiled(folder)
        except NoCompiler as error:
            raise SystemExit(str(error)) from None
        installed = installing.install(
            python=any(kind.runs == "python" for kind in kinds), node=any(kind.runs == "node" for kind in kinds)
        )
        prepared = None
        if any(kind.runs == "ours" for kind in kinds):
            _say("preparing the practice")
            most, many = max(size.connections for size in sizes), any(size.many for size in sizes)
            prepared = practice.prepare(folder / "practice", most, many=many)
        for size in sizes:
            _say(f"{size.name}: starting")
            with fleet(size, kinds, installed, program, prepared, folder) as ships:
                measure(ships, chosen.cycles or (QUICK_CYCLES if chosen.quick else CYCLES), _say)
            print(table.of_size(results.add(ships)), flush=True)
    reached = goals.reached(results, Size(connections=goals.CONNECTIONS).name)
    if reached:
        print(table.of_goals(reached))
    if chosen.json:
        results.write(chosen.json, reached)


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python -m bench.fanout", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="1,000 connections, a few servers; ends within 50 s")
    arguments.add_argument("--json", type=Path, help="write all numbers to this file as well")
    arguments.add_argument("--sizes", type=int, nargs="+", help="so many connections of one diagnosis")
    arguments.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}")
    arguments.add_argument("--cycles", type=int, help="how often each server is measured")
    return arguments.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("Stopped.") from None
