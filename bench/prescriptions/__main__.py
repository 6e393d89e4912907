"""Measure herbs learnt from past cases against what was prescribed, beside always naming the commonest herbs.

``python -m bench.prescriptions --train FILE --test FILE`` prints one JSON line; the table goes to stderr. Without ``--test`` the
train file is split: each of ``--folds`` parts is held out once (``--quick``: only two, within 50 s) and the line is their mean.
``--json FILE`` writes everything. Exit code 1 with one sentence where a file is absent or a line malformed.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.prescriptions.judging import Judged, judge
from bench.prescriptions.reading import Unreadable, read
from domain.cases import Case
from domain.cases.measures import NAMES

TRAIN = Path(__file__).parents[3] / "shared" / "data" / "prescriptions" / "train.txt"
FOLDS, QUICK_FOLDS = 8, 2
"""An eighth held out leaves about as much to learn from as the published split does."""
COSTS = ("fit_s", "us_per_case", "mb")


def main() -> None:
    """Measure and print one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--train", type=Path, default=TRAIN, help="cases to learn from")
    arguments.add_argument("--test", type=Path, help="cases to suggest for; without it the train file is split")
    arguments.add_argument("--folds", type=_folds, default=FOLDS, help=f"parts of the split, at least 2 ({FOLDS})")
    arguments.add_argument("--seed", type=int, default=1, help="which split (1)")
    arguments.add_argument("--quick", action="store_true", help=f"hold out only {QUICK_FOLDS} of the parts")
    arguments.add_argument(
        "--json", type=Path, help="write the numbers, ratios and the ranker's card to this file as well"
    )
    chosen = arguments.parse_args()
    for library in ("OMP", "OPENBLAS", "MKL"):  # one core; read when numpy is imported, which is at the first fit
        os.environ[f"{library}_NUM_THREADS"] = "1"
    try:
        train = read(chosen.train)
        splits = [(train, read(chosen.test))] if chosen.test else list(_splits(train, chosen.folds, chosen.seed))
        runs = [judge(*split) for split in splits[: QUICK_FOLDS if chosen.quick else None]]
    except Unreadable as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    line = {name: statistics.mean(run.line[name] for run in runs) for name in (*NAMES, *COSTS)}
    line["mb"] = max(run.line["mb"] for run in runs)
    popularity = {name: statistics.mean(run.popularity[name] for run in runs) for name in NAMES}
    _print_table(runs, line, popularity)
    print(json.dumps({name: round(line[name], 4 if name in NAMES else 2) for name in line}))
    if chosen.json:
        ratios = {f"{name}_by_popularity": line[name] / popularity[name] for name in NAMES}
        everything = {
            "line": line,
            "popularity": popularity,
            "ratios": ratios,
            "runs": [
                {
                    "line": run.line,
                    "popularity": run.popularity,
                    "repeated": run.repeated,
                    "reliability": run.reliability,
                    "card": run.card,
                }
                for run in runs
            ],
        }
        chosen.json.write_text(json.dumps(everything, indent=2) + "\n")


def _folds(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError("at least 2")
    return int(text)


def _splits(cases: Sequence[Case], folds: int, seed: int) -> Iterator[tuple[list[Case], list[Case]]]:
    if len(cases) < folds:
        raise Unreadable(f"There are {len(cases)} cases, too few for {folds} parts.")
    drawn = list(cases)
    random.Random(seed).shuffle(drawn)
    for fold in range(folds):
        yield [case for number, case in enumerate(drawn) if number % folds != fold], drawn[fold::folds]


def _print_table(runs: Sequence[Judged], line: dict[str, float], popularity: dict[str, float]) -> None:
    def say(text: str) -> None:
        print(text, file=sys.stderr)

    shares = ", ".join(f"{run.card['ridge_share']:.2f}" for run in runs)
    repeated = statistics.mean(run.repeated for run in runs)
    say(f"Python {platform.python_version()}, one of {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}.")
    say(
        f"{len(runs)} x learnt from {runs[0].card['cases']:,} cases; of those suggested for, {repeated:.0%} have findings that"
    )
    say(f"were learnt from. Share of the ridge: {shares}; the rest is that of the nearest cases.")
    say(f"{'':>12} {'cases':>8} {'spread':>8} {'popularity':>11} {'ratio':>6}")
    for name in NAMES:
        values = [run.line[name] for run in runs]
        spread = f"{statistics.stdev(values):.4f}" if len(values) > 1 else "-"
        say(
            f"{name:>12} {line[name]:>8.4f} {spread:>8} {popularity[name]:>11.4f} {line[name] / popularity[name]:>6.2f}"
        )
    for name in COSTS:
        say(f"{name:>12} {line[name]:>8.1f}")
    say(
        "score told, prescribed: "
        + ", ".join(f"{one['told']:.2f} {one['prescribed']:.2f}" for one in runs[0].reliability)
    )


if __name__ == "__main__":
    main()
