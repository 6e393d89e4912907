"""Hold what the program says of a drawn practice against what is true of it, through the program's own functions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.simulate.practice import HARMFUL, TERMS, Course, World
from domain.predicting import Candidate, PastOutcome, predict_success
from domain.statistics import Estimate, Pool, Signal, Tier, bounds, posterior, signal, tier, wilson

Cell = tuple[int, int]
"""Herb and condition."""
Answers = Callable[[Course], bool]
"""Says whether a course is answered."""
TOP = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """Prescribed, answered and improved among the answers."""

    prescribed: int
    answered: int
    improved: int


def count(courses: Iterable[Course], answers: Answers) -> dict[Cell, Counted]:
    """Count by cell, each herb of a course credited with its answer."""
    prescribed, answered, improved = Counter[Cell](), Counter[Cell](), Counter[Cell]()
    for course in courses:
        for herb in course.herbs:
            cell = herb, course.condition
            prescribed[cell] += 1
            answered[cell] += answers(course)
            improved[cell] += answers(course) and course.improved
    return {cell: Counted(prescribed[cell], answered[cell], improved[cell]) for cell in prescribed}


def shown(cells: Mapping[Cell, Counted]) -> dict[Cell, Estimate]:
    """Estimate every cell with an answer as the Effectiveness page does."""
    pool = Pool.of(
        {(str(herb), str(condition)): (one.improved, one.answered) for (herb, condition), one in cells.items()}
    )
    of_herb: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for (herb, condition), one in cells.items():
        of_herb[herb][str(condition)] = one.improved, one.answered
    return {
        (herb, condition): posterior(one.improved, one.answered, pool.prior(str(condition), of_herb[herb]))
        for (herb, condition), one in cells.items()
        if one.answered
    }


def accuracy(world: World, cells: Mapping[Cell, Counted], only: Iterable[int] | None = None) -> dict[str, float]:
    """Compare the cells that a page shows (5 answers or more; of the herbs ``only``) with the true shares.

    Bias and root mean square error of the raw share k/n and of the shown mean; how many of the Wilson intervals, the shown 95 %
    intervals and the worst-case bounds hold the true share.
    """
    estimates = shown(cells)
    raw, ours, held = [], [], []
    for cell, estimate in estimates.items():
        if tier(estimate.answered) is Tier.HIDDEN or (only is not None and cell[0] not in only):
            continue
        truth, one = float(world.share[cell]), cells[cell]
        raw.append(one.improved / one.answered - truth)
        ours.append(estimate.mean - truth)
        intervals = (
            wilson(one.improved, one.answered),
            (estimate.low, estimate.high),
            bounds(one.improved, one.answered, one.prescribed),
        )
        held.append([low <= truth <= high for low, high in intervals])
    if not raw:
        return {}
    wilson_held, shown_held, bounds_held = (sum(one) / len(held) for one in zip(*held, strict=True))
    return {
        "bias raw": sum(raw) / len(raw),
        "bias shown": sum(ours) / len(ours),
        "error raw": (sum(one * one for one in raw) / len(raw)) ** 0.5,
        "error shown": (sum(one * one for one in ours) / len(ours)) ** 0.5,
        "Wilson": wilson_held,
        "shown": shown_held,
        "bounds": bounds_held,
    }


def top_five(world: World, cells: Mapping[Cell, Counted]) -> dict[str, int]:
    """Count how many of the truly best five cells are among the first five by each order, of all cells with an answer."""
    estimates = shown(cells)
    best = set(sorted(estimates, key=lambda cell: -world.share[cell])[:TOP])
    orders: dict[str, Callable[[Cell], tuple[bool, float]]] = {
        "5 % quantile": lambda cell: (tier(estimates[cell].answered) is Tier.HIDDEN, -estimates[cell].q05),
        "raw share": lambda cell: (False, -cells[cell].improved / cells[cell].answered),
        "raw share from 5 answers": lambda cell: (
            tier(estimates[cell].answered) is Tier.HIDDEN,
            -cells[cell].improved / cells[cell].answered,
        ),
    }
    return {name: len(best & set(sorted(estimates, key=order)[:TOP])) for name, order in orders.items()}


@dataclass(frozen=True, slots=True)
class Flags:
    """Answers of the harmful herb until it was watched, a signal, and a serious event alerted (None: never).

    ``false_watch`` and ``false_signal`` are the shares of the other herbs' side effects that were ever flagged.
    """

    watch: int | None
    signal: int | None
    serious: int | None
    answers: int
    false_watch: float
    false_signal: float


def calibration(made: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Sum up predictions: mean predicted and happened, Brier score and its skill over the rate, calibration slope, AUROC."""
    from numpy import array, log
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    said, happened = (array(one, dtype=float) for one in zip(*made, strict=True))
    rate, brier = happened.mean(), ((said - happened) ** 2).mean()
    # Not penalised: what is sought is the slope itself.
    fitted = LogisticRegression(C=1e9).fit(log(said / (1 - said)).reshape(-1, 1), happened)
    return {
        "predicted": float(said.mean()),
        "happened": float(rate),
        "Brier": float(brier),
        "skill": float(1 - brier / (rate * (1 - rate))),
        "slope": float(fitted.coef_[0, 0]),
        "AUROC": float(roc_auc_score(happened, said)),
    }


def flags(courses: Sequence[Course], herbs: int) -> Flags:
    """Judge every side effect after every answer that tells of it, as the answers come in."""
    told, told_in_all = Counter[tuple[int, int]](), Counter[int]()
    answers, in_all = Counter[int](), 0
    first: dict[tuple[int, int, Signal], int] = {}
    serious = None
    for course in courses:
        if not course.answers_by_outcome:
            continue
        for herb in course.herbs:
            answers[herb] += 1
            in_all += 1
        for herb, term in course.side_effects:
            told[herb, term] += 1
            told_in_all[term] += 1
        if course.serious and serious is None:
            serious = answers[HARMFUL]
        for herb, term in course.side_effects:
            a = told[herb, term]
            b, c = answers[herb] - a, told_in_all[term] - a
            found = signal(a, b, c, in_all - answers[herb] - c)
            if found is not Signal.NONE:
                first.setdefault((herb, term, Signal.WATCH), answers[herb])
            if found is Signal.SIGNAL:
                first.setdefault((herb, term, Signal.SIGNAL), answers[herb])
    harmless = herbs * TERMS - 1
    wrong = Counter(kind for herb, term, kind in first if (herb, term) != (HARMFUL, 0))
    return Flags(
        watch=first.get((HARMFUL, 0, Signal.WATCH)),
        signal=first.get((HARMFUL, 0, Signal.SIGNAL)),
        serious=serious,
        answers=answers[HARMFUL],
        false_watch=wrong[Signal.WATCH] / harmless,
        false_signal=wrong[Signal.SIGNAL] / harmless,
    )


def predictions(world: World, courses: Sequence[Course], answers: Answers) -> list[tuple[float, bool]]:
    """Predict each course before it happens, by its first herb: the probability, and whether the patient improved.

    Only answers given before are known, to the practice and of the patient; judged are all, also the silent.
    """
    known: dict[Cell, tuple[int, int]] = defaultdict(lambda: (0, 0))
    history: dict[int, list[PastOutcome]] = defaultdict(list)
    made = []
    for course in courses:
        cell = course.herbs[0], course.condition
        improved, answered = known[cell]
        candidate = Candidate(
            item_id=str(cell[0]),
            condition_id=str(cell[1]),
            match_score=course.match,
            grade=world.grade[cell[0]][cell[1]],
            counted=posterior(improved, answered) if answered else None,
        )
        probability = predict_success(candidate, {}, history[course.patient])
        made.append((probability, course.improved))
        if answers(course):
            for herb in course.herbs:
                k, n = known[herb, course.condition]
                known[herb, course.condition] = k + course.improved, n + 1
            history[course.patient].append(PastOutcome(candidate.item_id, candidate.condition_id, course.improved))
    return made
