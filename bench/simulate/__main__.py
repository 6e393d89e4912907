"""Hold the program's numbers against a practice whose true effects are known, many times over.

``python -m bench.simulate`` prints a table: how far the shown shares are off and how many of their intervals hold the truth, as
one trouble after another is added; how many of the truly best five come first; how many answers it takes to flag a harmful herb;
and how well predictions agree with what happens, by the rules and by a fitted predictor, and what a patient's own outcomes should
weigh. ``--picture FILE`` draws it as SVG, ``--quick`` takes fewer practices.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean, stdev

from bench.picture import Line, Panel, svg
from bench.simulate.measuring import TOP
from bench.simulate.own_outcomes import BEFORE, SPREADS
from bench.simulate.practice import HERBS, PATIENTS, TERMS
from bench.simulate.runs import AFTER, COMPANION_ROW, SITUATIONS, Run, run

PRACTICES, QUICK_PRACTICES = 40, 8
FITS, QUICK_FITS = 12, 2
"""In how many of them predictors are fitted, and own outcomes weighed."""
BINS = 10
LONGEST_WAIT = 200


def main() -> None:
    """Draw, measure, print, and draw the picture."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--practices", type=_at_least(2), help=f"how many, at least 2 ({PRACTICES})")
    arguments.add_argument("--patients", type=_at_least(100), default=PATIENTS, help=f"of each ({PATIENTS})")
    arguments.add_argument("--seed", type=int, default=1, help="of the first practice (1)")
    arguments.add_argument("--quick", action="store_true", help=f"only {QUICK_PRACTICES} practices")
    arguments.add_argument("--picture", type=Path, help="write an SVG here")
    chosen = arguments.parse_args()
    if chosen.picture and not chosen.picture.absolute().parent.is_dir():
        arguments.error(f"there is no folder {chosen.picture.parent}")
    practices = chosen.practices or (QUICK_PRACTICES if chosen.quick else PRACTICES)
    runs = []
    for number in range(practices):
        runs.append(run(chosen.seed + number, chosen.patients, fits=number < (QUICK_FITS if chosen.quick else FITS)))
        print(f"\r{number + 1} of {practices}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{len(runs)} practices of {chosen.patients:,} patients; mean ± standard deviation of one practice.\n")
    _print_accuracy(runs)
    _print_top_five(runs)
    _print_flags(runs)
    _print_calibration(runs)
    _print_fitted(runs)
    _print_own(runs)
    if chosen.picture:
        chosen.picture.write_text(picture(runs), encoding="utf-8")


def _at_least(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return int(text)

    return read


def _print_accuracy(runs: Sequence[Run]) -> None:
    columns = ("bias raw", "bias shown", "error raw", "error shown", "Wilson", "shown", "bounds")
    print(
        "Shares from 5 answers on, against the true share of the herb alone: bias and root mean square error in points,"
    )
    print("and % of the 95 % intervals (Wilson, shown) and of the worst-case bounds that hold it\n")
    print(f"{'':>26}" + "".join(f"{column:>14}" for column in columns))
    for situation in (*SITUATIONS, COMPANION_ROW):
        cells = [
            _mean((100 * one.accuracy[situation][column] for one in runs if one.accuracy[situation]), 1)
            if column != "bounds" or situation != SITUATIONS[0]
            else "-"  # nobody is silent: the bounds have no width
            for column in columns
        ]
        print(f"{situation:>26}" + "".join(f"{cell:>14}" for cell in cells))


def _print_top_five(runs: Sequence[Run]) -> None:
    orders = list(next(iter(runs[0].top_five.values()))[AFTER[0]])
    print(f"\nHow many of the truly best {TOP} are the first {TOP}, by each order\n")
    print(f"{'':>26}{'courses':>9}" + "".join(f"{order:>26}" for order in orders) + f"{'5 % quantile − raw':>26}")
    for situation in SITUATIONS[1:]:
        for after in AFTER:
            hits = [one.top_five[situation][after] for one in runs]
            cells = [_mean((one[order] for one in hits), 2) for order in orders]
            more = [one[orders[0]] - one[orders[1]] for one in hits]
            # Of the mean, as the same practices are compared.
            gain = f"{fmean(more):+.2f} ± {stdev(more) / math.sqrt(len(more)):.2f} (s.e.)"
            print(f"{situation:>26}{after:>9,}" + "".join(f"{cell:>26}" for cell in cells) + f"{gain:>26}")


def _print_flags(runs: Sequence[Run]) -> None:
    print(
        "\nAnswers of the harmful herb until it is flagged: median (10 %, 90 %), and in how many practices it ever is"
    )
    print(f"Its answers in all: {_mean((one.flags.answers for one in runs), 0)}\n")
    for name, waits in _waits(runs).items():
        known = sorted(wait for wait in waits if wait is not None)
        often = f"{len(known)} of {len(waits)}"
        if known:
            low, middle, high = (known[round(share * (len(known) - 1))] for share in (0.1, 0.5, 0.9))
            print(f"{name:>26}{middle:>6} ({low}, {high}){often:>14}")
        else:
            print(f"{name:>26}{'-':>6}{often:>14}")
    watched, signalled = (
        _mean((100 * share for share in shares), 1)
        for shares in zip(*((one.flags.false_watch, one.flags.false_signal) for one in runs), strict=True)
    )
    print(
        f"Of {HERBS * TERMS - 1} harmless pairs of herb and side effect, ever watched: {watched} %; ever a signal: {signalled} %"
    )


def _print_calibration(runs: Sequence[Run]) -> None:
    columns = list(runs[0].calibration[SITUATIONS[1]])
    print("\nPredictions by rules before each course, against what happened to all patients, the silent too\n")
    print(f"{'':>26}" + "".join(f"{column:>17}" for column in columns))
    for situation in SITUATIONS[1:]:
        cells = [_mean((one.calibration[situation][column] for one in runs), 3) for column in columns]
        print(f"{situation:>26}" + "".join(f"{cell:>17}" for cell in cells))


def _print_fitted(runs: Sequence[Run]) -> None:
    fitted = [one for one in runs if one.fitted]
    columns = ("predicted", "happened", "Brier", "skill", "slope", "AUROC")
    print(
        f"\nA fitted predictor beside the rules, on the last 40 % of the courses of {len(fitted)} practices, the silent too\n"
    )
    print(f"{'':>34}" + "".join(f"{column:>17}" for column in columns))
    for situation in SITUATIONS[1:]:
        for name in ("rules", "fitted"):
            cells = [_mean((one.fitted[situation][name][column] for one in fitted), 3) for column in columns]
            print(f"{situation:>26}{name:>8}" + "".join(f"{cell:>17}" for cell in cells))


def _print_own(runs: Sequence[Run]) -> None:
    known = [one for one in runs if one.own]
    print(
        "\nPatients who return with the same condition, by how much they differ: the rules without their own outcomes, as the "
        f"rules\nweigh them, and weighed as if all that is known of others were worth {BEFORE:g}. Brier score beside "
        "without (below 0 is better), and slope\n"
    )
    columns = ("Brier rules", "Brier more", "slope without", "slope rules", "slope more")
    print(f"{'patients differ by':>26}" + "".join(f"{column:>18}" for column in columns))
    for spread in SPREADS:
        cells = [
            _mean((one.own[spread][name]["Brier"] - one.own[spread]["without"]["Brier"] for one in known), 4)
            for name in ("rules", "more")
        ]
        cells += [_mean((one.own[spread][name]["slope"] for one in known), 2) for name in ("without", "rules", "more")]
        print(f"{spread:>26.2f}" + "".join(f"{cell:>18}" for cell in cells))


def _mean(values: Iterable[float], digits: int) -> str:
    known = list(values)
    return f"{fmean(known):.{digits}f} ± {stdev(known):.{digits}f}" if len(known) > 1 else "-"


def _waits(runs: Sequence[Run]) -> dict[str, list[int | None]]:
    return {
        "watch (PRR)": [one.flags.watch for one in runs],
        "signal (IC025)": [one.flags.signal for one in runs],
        "first serious one": [one.flags.serious for one in runs],
    }


def picture(runs: Sequence[Run]) -> str:
    """Draw calibration, the first five and the flags."""
    last = SITUATIONS[-1]
    reached = [
        Line(
            name,
            [
                (at, sum(wait is not None and wait <= at for wait in waits) / len(waits))
                for at in range(0, LONGEST_WAIT + 1, 10)
            ],
        )
        for name, waits in _waits(runs).items()
    ]
    orders = list(runs[0].top_five[last][AFTER[0]])

    def hits(order: str, after: int) -> float:
        return fmean(one.top_five[last][after][order] for one in runs)

    return svg(
        [
            Panel(
                "Predictions by rules", "predicted", "share that improved", (0.2, 1.0), (0.2, 1.0),
                [_reliability(situation, runs) for situation in (SITUATIONS[1], last)], diagonal=True,
            ),
            Panel(
                "Truly best five among the first five", "courses so far", f"of {TOP}", (0, AFTER[-1]), (0, TOP - 1),
                [Line(order, [(after, hits(order, after)) for after in AFTER]) for order in orders],
            ),
            Panel(
                "The harmful herb is flagged", "its answers so far", "share of the practices", (0, LONGEST_WAIT), (0, 1), reached,
            ),
        ]
    )  # fmt: skip


def _reliability(situation: str, runs: Sequence[Run]) -> Line:
    """Average what happened by tenths of the predictions, in the order of what was predicted."""
    made = sorted(one for found in runs for one in found.made[situation])
    bins = [made[len(made) * part // BINS : len(made) * (part + 1) // BINS] for part in range(BINS)]
    points = [(fmean(said for said, _ in part), fmean(was for _, was in part)) for part in bins]
    return Line(f"{situation} ({len(made):,} in tenths)", points)


if __name__ == "__main__":
    main()
