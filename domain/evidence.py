"""What the practice knows of a herb for a condition: counts that every answer updates at once.

Unit: one recommendation for one patient, whose latest answer counts. What a cell counts for a recommendation is kept on the
recommendation, so that an edited answer is one subtraction and one addition however many answers there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.ledger import Change, utc_now
from domain.messages import EffectivenessUpdate
from domain.statistics import DEFAULT_PRIOR, Estimate, Pool, Prior, Sums, Tier, Trend, posterior, tier, trend
from storage import answer, tallies
from storage import evidence as rows
from storage.answer import Counting, Prescribed
from storage.database import Through
from storage.evidence import Cell
from storage.tables import Diagnosis, Recommendation
from storage.tallies import Tallies

RECENT_DAYS = 30
BEFORE_DAYS = 60
"""The two windows of the trend (docs/design.md, section 6)."""
TREND_MINIMUM = 10
"""Answers that each window needs before a trend is told."""
PATIENT_MINIMUM = 11
"""Answers before a number about others reaches a patient: the cell-size rule for publication (CMS: 1–10 are suppressed)."""
LEAST_MOVE = 0.005
"""Half a percent: the least that a page shows."""
COUNTS = ("prescribed", "answered", "improved", "ratings", "rating_sum")
PATIENT_STEP = 0.05
PATIENT_EVERY = timedelta(hours=1)
"""What patients see is rounded and refreshed at most this often, so that no single answer can be told from it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a cell counts for one recommendation: nothing, that it was prescribed, and its latest answer where there is one."""

    prescribed: bool = False
    outcome: bool | None = None
    """Whether the patient improved; None where that cannot be told."""
    rating: int | None = None
    on: date | None = None
    """The day of the answer."""


@dataclass(slots=True)
class CellCounts:
    """What a cell should hold, with (improved, answered) by the day on which it was told."""

    prescribed: int = 0
    answered: int = 0
    improved: int = 0
    ratings: int = 0
    rating_sum: int = 0
    days: dict[date, tuple[int, int]] = field(default_factory=dict)
    beside: Tallies = field(default_factory=Tallies)


def count_prescribed(change: Change, recommendation: Recommendation | Prescribed) -> Cell:
    """Count an approved recommendation in its cell, once."""
    if recommendation.prescribed_counted:
        return _cell(change, recommendation)
    return count(change, recommendation, Counted(prescribed=True))


def count(change: Change, recommendation: Recommendation | Prescribed, counted: Counted) -> Cell:
    """Count this for a recommendation in its cell, in place of what stood there: one subtraction and one addition."""
    cell = _cell(change, recommendation)
    before = cell.improved, cell.answered
    held = _of_practitioner(cell)
    stood = recommendation.outcome_counted, recommendation.counted_on
    cell.prescribed += counted.prescribed - recommendation.prescribed_counted
    _shift(cell, recommendation, sign=-1)
    note(recommendation, counted)
    _shift(cell, recommendation, sign=+1)
    if stood != (counted.outcome, counted.on):
        _count_days(change, cell.id, {stood: -1, (counted.outcome, counted.on): +1})
    more = tuple(now - then for now, then in zip(_of_practitioner(cell), held, strict=True))
    if any(more):
        tallies.count_practitioner(change.rows, cell.id, _practitioner(change, recommendation), more)
    _touch(change, cell, before)
    _keep_counted(change, recommendation)
    return cell


def correct(change: Change, practice_id: int, item_id: str, name: str, condition_id: str, counts: CellCounts) -> bool:
    """Make a cell hold these counts; says whether it held others."""
    cell = rows.cell(change.rows, practice_id, item_id, condition_id)
    if cell is None:
        if not counts.prescribed:
            return False
        cell = _new_cell(change, practice_id, item_id, name, condition_id)
    held = {one: getattr(cell, one) for one in COUNTS}
    should = {one: getattr(counts, one) for one in COUNTS}
    if held == should and rows.days(change.rows, cell.id) == counts.days:
        return False
    before = cell.improved, cell.answered
    for one, number in should.items():
        setattr(cell, one, number)
    rows.replace_days(change.rows, cell.id, counts.days)
    _touch(change, cell, before)
    return True


def correct_beside(change: Change, practice_id: int, item_id: str, condition_id: str, beside: Tallies) -> bool:
    """Make what stands beside a cell hold these counts; says whether it held others. The cell and its number stay."""
    cell = rows.cell(change.rows, practice_id, item_id, condition_id)
    if cell is None or tallies.of_cell(change.rows, cell.id) == beside:
        return False
    tallies.replace(change.rows, cell.id, beside)
    return True


def estimate(cell: Cell) -> Estimate | None:
    """Compute the posterior of a cell; None while nobody has answered."""
    if cell.answered == 0:
        return None
    return posterior(cell.improved, cell.answered, Prior(cell.prior_mean, cell.prior_strength))


def estimate_for(session: Through, practice_id: int, item_id: str, condition_id: str) -> Estimate | None:
    """Compute what the practice knows of an item for a condition."""
    cell = rows.cell(session, practice_id, item_id, condition_id)
    return None if cell is None else estimate(cell)


def effectiveness(session: Through, cell: Cell, recommendation_id: int) -> EffectivenessUpdate:
    """Describe a cell as a message about one recommendation, as of the cell's last change."""
    known = estimate(cell)
    return EffectivenessUpdate(
        recommendation_id=recommendation_id,
        herb=cell.item_id,
        condition=cell.condition_id,
        effectiveness=known and round(known.mean, 4),
        low=known and round(known.low, 4),
        high=known and round(known.high, 4),
        confidence=known and round(known.confidence, 4),
        prescribed=cell.prescribed,
        answered=cell.answered,
        improved=cell.improved,
        sample_size=cell.answered,
        tier=tier(cell.answered).value,
        trend=cell_trend(session, cell, today=cell.updated.date()).value,
        average_rating=round(cell.rating_sum / cell.ratings, 2) if cell.ratings else None,
        as_of=cell.updated,
    )


def effectiveness_for_patient(cell: Cell, recommendation_id: int) -> EffectivenessUpdate:
    """Describe a cell as a patient may see it: as of the last refresh, rounded, nothing below the minimum."""
    shown = cell.shown_answered >= PATIENT_MINIMUM
    return EffectivenessUpdate(
        recommendation_id=recommendation_id,
        herb=cell.item_id,
        condition=cell.condition_id,
        effectiveness=cell.shown_mean if shown else None,
        low=cell.shown_low if shown else None,
        high=cell.shown_high if shown else None,
        confidence=None,
        prescribed=None,
        answered=None,
        improved=None,
        sample_size=None,
        tier=tier(cell.shown_answered).value if shown else Tier.HIDDEN.value,
        trend=Trend.INSUFFICIENT.value,
        average_rating=None,
        as_of=cell.shown_at if shown else None,
    )


def cell_trend(session: Through, cell: Cell, *, today: date) -> Trend:
    """Compare the last 30 days of a cell with the 60 before; ``insufficient`` below 10 answers in either."""
    if cell.answered < 2 * TREND_MINIMUM:  # too few in one window for certain
        return Trend.INSUFFICIENT
    recent, before = (_possible(*one) for one in rows.windows_of_cell(session, cell.id, window_days(today)))
    return trend(recent, before, Prior(cell.prior_mean, cell.prior_strength))


def windows(session: Through, practice_id: int, cell_ids: Sequence[int] | None = None) -> dict[int, rows.Windows]:
    """Sum the recent and the earlier window of every cell, or of these, up to today; by cell id."""
    found = rows.windows(session, practice_id, window_days(utc_now().date()), cell_ids)
    return {cell: (_possible(*recent), _possible(*before)) for cell, (recent, before) in found.items()}


def window_days(today: date) -> tuple[date, date, date]:
    """Give the first day of the earlier window, the first of the recent one, and its last, today."""
    recent_from = today - timedelta(days=RECENT_DAYS - 1)
    return recent_from - timedelta(days=BEFORE_DAYS), recent_from, today


def pool(session: Through, practice_id: int) -> Pool:
    """Sum up what the cells of a practice say together."""
    conditions, herbs = rows.sums(session, practice_id)
    return Pool(
        {name: Sums(*sums) for name, sums in conditions.items()}, {name: Sums(*sums) for name, sums in herbs.items()}
    )


def refresh_priors(change: Change, practice_id: int) -> list[Cell]:
    """Bring every cell of a practice to the present prior; returns the cells whose number moved visibly."""
    pooled = pool(change.rows, practice_id)
    moved = []
    cells = rows.cells(change.rows, practice_id)
    herbs: dict[str, dict[str, tuple[int, int]]] = {}
    for cell in cells:
        herbs.setdefault(cell.item_id, {})[cell.condition_id] = cell.improved, cell.answered
    for cell in cells:
        before = estimate(cell)
        if before is None:
            continue
        prior = pooled.prior(cell.condition_id, herbs[cell.item_id])
        after = posterior(cell.improved, cell.answered, prior)
        if abs(before.mean - after.mean) >= LEAST_MOVE:
            cell.prior_mean, cell.prior_strength, cell.updated = prior.mean, prior.strength, change.now
            rows.keep(change.rows, cell)
            moved.append(cell)
    return moved


def _cell(change: Change, recommendation: Recommendation | Prescribed) -> Cell:
    where = recommendation.practice_id, recommendation.item_id, recommendation.condition_id
    cell = rows.cell(change.rows, *where)
    if cell is not None:
        return cell
    item_id, condition_id = recommendation.item_id, recommendation.condition_id
    return _new_cell(change, recommendation.practice_id, item_id, recommendation.name, condition_id)


def _new_cell(change: Change, practice_id: int, item_id: str, name: str, condition_id: str) -> Cell:
    new = Cell(
        id=0,
        practice_id=practice_id,
        item_id=item_id,
        item_name=name,
        condition_id=condition_id,
        prior_mean=DEFAULT_PRIOR.mean,
        prior_strength=DEFAULT_PRIOR.strength,
        updated=change.now,
    )
    return rows.add(change.rows, new)


def _of_practitioner(cell: Cell) -> tuple[int, int, int]:
    return cell.prescribed, cell.answered, cell.improved


def _practitioner(change: Change, recommendation: Recommendation | Prescribed) -> int:
    if isinstance(recommendation, Prescribed):
        return recommendation.practitioner_id
    return change.session.get_one(Diagnosis, recommendation.diagnosis_id).practitioner_id


def _shift(cell: Cell, recommendation: Recommendation | Prescribed, *, sign: int) -> None:
    """Add (or take back) what the recommendation says at present to (from) its cell."""
    if recommendation.rating_counted is not None:
        cell.ratings += sign
        cell.rating_sum += sign * recommendation.rating_counted
    if recommendation.outcome_counted is not None and recommendation.counted_on is not None:
        cell.answered += sign
        cell.improved += sign * int(recommendation.outcome_counted)


def note(recommendation: Recommendation | Counting, counted: Counted) -> None:
    """Note what is counted for a recommendation."""
    recommendation.prescribed_counted = counted.prescribed
    recommendation.outcome_counted, recommendation.rating_counted = counted.outcome, counted.rating
    recommendation.counted_on = counted.on


def _count_days(change: Change, cell_id: int, outcomes: dict[tuple[bool | None, date | None], int]) -> None:
    """Add (or take back) outcomes to (from) the days on which they were told."""
    for (outcome, on), sign in outcomes.items():
        if outcome is not None and on is not None:
            rows.count_day(change.rows, cell_id, on, answered=sign, improved=sign * int(outcome))


def _keep_counted(change: Change, recommendation: Recommendation | Prescribed) -> None:
    """Write what is counted for a recommendation where it stands."""
    if isinstance(recommendation, Recommendation):
        change.session.add(recommendation)
    else:
        answer.keep_counted(change.rows, recommendation)


def _touch(change: Change, cell: Cell, before: tuple[int, int]) -> None:
    """Write a cell that was counted anew, with the prior that follows; ``before``, (improved, answered), stands written."""
    pooled = change.known.pools.get(cell.practice_id) or pool(change.rows, cell.practice_id)
    change.known.pools[cell.practice_id] = pooled
    counts = cell.improved, cell.answered = _possible(cell.improved, cell.answered)
    pooled.exchange(cell.item_id, cell.condition_id, before=before, after=counts)
    cells_of_herb = rows.counts_of_item(change.rows, cell.practice_id, cell.item_id) | {cell.condition_id: counts}
    prior = pooled.prior(cell.condition_id, cells_of_herb)
    cell.prior_mean, cell.prior_strength, cell.updated = prior.mean, prior.strength, change.now
    too_few = cell.answered < PATIENT_MINIMUM  # who takes an answer back is not shown for another hour
    if cell.shown_at is None or too_few or change.now - cell.shown_at >= PATIENT_EVERY:
        _show_patients(cell, change.now)
    rows.keep(change.rows, cell)


def _possible(improved: int, answered: int) -> tuple[int, int]:
    """Keep counts possible where something else was noted than counted: nobody's answer is refused for what is wrong there.

    What is right is found by counting again.
    """
    return min(max(improved, 0), max(answered, 0)), max(answered, 0)


def _show_patients(cell: Cell, now: datetime) -> None:
    known = estimate(cell) if cell.answered >= PATIENT_MINIMUM else None
    if known is None:
        cell.shown_answered = 0
        return
    cell.shown_answered, cell.shown_at = cell.answered, now
    cell.shown_mean, cell.shown_low, cell.shown_high = (_rounded(one) for one in (known.mean, known.low, known.high))


def _rounded(share: float) -> float:
    return round(round(share / PATIENT_STEP) * PATIENT_STEP, 2)
