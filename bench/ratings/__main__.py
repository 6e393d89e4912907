"""Judge the evidence model on ratings: fitted to one file, it predicts another.

``python -m bench.ratings --train FILE --test FILE`` prints one JSON line. ``--splits N`` parts the train file instead, N times in
halves, N times in seven and three tenths, and into fifths until there are N, and prints a table beside simpler predictors: means
over the parts and how much one part strays. An effectiveness of 4 or 5 counts as improved, each row is one patient.
Exit code 2 with one sentence where a file is not right.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, stdev

from bench.ratings.judging import Judged, Model, cells_alone, evidence_model, judge, penalised_logistic
from bench.ratings.reading import Rating, Unreadable, read

RATINGS = Path(__file__).parents[3] / "shared" / "data" / "supplement-reviews" / "reviews.csv"
PRINTED = ("brier", "log_loss", "auroc", "skill", "coverage", "cells", "seconds")
MEASURES = ("brier", "log_loss", "auroc", "skill", "coverage", "promised")
FEWEST, FOLDS, LARGER = 20, 5, 0.7
MODELS: dict[str, Model] = {
    "evidence model": evidence_model,
    "cells alone": cells_alone,
    "logistic": penalised_logistic,
}


def main() -> None:
    """Measure, and print one JSON line or the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--train", type=Path, default=RATINGS, help="ratings to learn from")
    arguments.add_argument("--test", type=Path, help="ratings to predict")
    arguments.add_argument("--splits", type=_splits, help="part the train file instead, so many times (at least 2)")
    arguments.add_argument("--seed", type=int, default=1, help="which splits (1)")
    chosen = arguments.parse_args()
    if (chosen.test is None) == (chosen.splits is None):
        arguments.error("either --test FILE or --splits N")
    try:
        train = read(chosen.train)
        if chosen.test is not None:
            _print_line(judge(train, read(chosen.test)))
        else:
            _print_table(chosen.train, train, chosen.splits, chosen.seed)
    except Unreadable as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _splits(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError("at least 2")
    return int(text)


def _print_line(found: Judged) -> None:
    everything = asdict(found)
    if found.promised is not None:
        print(f"The model expects {found.promised:.1%} of the {found.cells} cells in their intervals.", file=sys.stderr)
    print(json.dumps({name: _rounded(everything[name]) for name in PRINTED}))


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 4)


def _print_table(file: Path, ratings: Sequence[Rating], splits: int, seed: int) -> None:
    if len(ratings) < FEWEST:
        raise Unreadable(f"{file} has {len(ratings)} ratings, too few to be parted.")
    for name, parts in (
        ("halves", _parted(ratings, splits, seed, 0.5)),
        ("seven and three tenths", _parted(ratings, splits, seed, LARGER)),
        ("four and one fifth", _folded(ratings, splits, seed)),
    ):
        drawn = list(parts)
        print(f"{len(ratings):,} ratings in {name}, {len(drawn)} times; mean ± standard deviation of one time")
        print(f"{'':>16}" + "".join(f"{measure:>17}" for measure in MEASURES) + f"{'cells':>7}")
        for model, predict in MODELS.items():
            runs = [judge(*part, predict) for part in drawn]
            columns = (_mean([getattr(run, measure) for run in runs]) for measure in MEASURES)
            print(f"{model:>16}" + "".join(columns) + f"{sum(run.cells for run in runs):>7}", flush=True)
        print()


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{fmean(known):>8.4f} ± {stdev(known):.4f}" if len(known) > 1 else f"{'-':>17}"


def _parted(
    ratings: Sequence[Rating], splits: int, seed: int, share: float
) -> Iterator[tuple[list[Rating], list[Rating]]]:
    for number in range(splits):
        drawn = _shuffled(ratings, seed + number)
        at = round(len(drawn) * share)
        yield drawn[:at], drawn[at:]


def _folded(ratings: Sequence[Rating], splits: int, seed: int) -> Iterator[tuple[list[Rating], list[Rating]]]:
    for number in range(splits):
        drawn, fold = _shuffled(ratings, seed + number // FOLDS), number % FOLDS
        yield [one for place, one in enumerate(drawn) if place % FOLDS != fold], drawn[fold::FOLDS]


def _shuffled(ratings: Sequence[Rating], seed: int) -> list[Rating]:
    drawn = list(ratings)
    random.Random(seed).shuffle(drawn)
    return drawn


if __name__ == "__main__":
    main()
