"""What the practice knows of a herb for a condition: counts that every answer updates at once.

Unit: one recommendation for one patient, whose latest answer counts. What a cell counts for a recommendation is kept on the
recommendation, so that an edited answer is one subtraction and one addition however many answers there are.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.ledger import Change
from domain.messages import EffectivenessUpdate
from domain.statistics import DEFAULT_PRIOR, Estimate, Prior, Tier, Trend, posterior, prior_from_moments, tier, trend
from storage import answer
from storage import evidence as rows
from storage.answer import Prescribed
from storage.database import Through
from storage.evidence import Cell
from storage.tables import Recommendation

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


class CellCounts(Protocol):
    """What a cell should hold, with (improved, answered) by day."""

    prescribed: int
    answered: int
    improved: int
    ratings: int
    rating_sum: int
    days: dict[date, tuple[int, int]]


def count_prescribed(change: Change, recommendation: Recommendation | Prescribed) -> Cell:
    """Count an approved recommendation in its cell, once."""
    if recommendation.prescribed_counted:
        return _cell(change, recommendation)
    return count(change, recommendation, Counted(prescribed=True))


def count(change: Change, recommendation: Recommendation | Prescribed, counted: Counted) -> Cell:
    """Count this for a recommendation in its cell, in place of what stood there: one subtraction and one addition."""
    cell = _cell(change, recommendation)
    before = cell.answered, cell.improved
    stood = recommendation.outcome_counted, recommendation.counted_on
    cell.prescribed += counted.prescribed - recommendation.prescribed_counted
    _shift(cell, recommendation, sign=-1)
    _note(recommendation, counted)
    _shift(cell, recommendation, sign=+1)
    if stood != (counted.outcome, counted.on):
        _count_days(change, cell.id, {stood: -1, (counted.outcome, counted.on): +1})
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
    before = cell.answered, cell.improved
    for one, number in should.items():
        setattr(cell, one, number)
    rows.replace_days(change.rows, cell.id, counts.days)
    _touch(change, cell, before)
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
    recent_from = today - timedelta(days=RECENT_DAYS - 1)
    recent = rows.window(session, cell.id, recent_from, today)
    before = rows.window(session, cell.id, recent_from - timedelta(days=BEFORE_DAYS), recent_from - timedelta(days=1))
    return trend(recent, before, Prior(cell.prior_mean, cell.prior_strength))


def prior_for(sums: dict[str, rows.Sums], cell: Cell) -> Prior:
    """Pool herb×condition → condition → practice, the cell's own answers left out at each level.

    The practice's mean is the default prior updated by the other conditions; the condition's mean that, updated by its
    other herbs. The strength is the method of moments over all cells of the practice.
    """
    everywhere = list(sums.values())
    strength = prior_from_moments(
        cells=sum(part.cells for part in everywhere),
        answered=sum(part.answered for part in everywhere),
        improved=sum(part.improved for part in everywhere),
        answered_squared=sum(part.answered_squared for part in everywhere),
        improved_squared_share=sum(part.improved_squared_share for part in everywhere),
        fallback_mean=DEFAULT_PRIOR.mean,
    ).strength
    own = sums.get(cell.condition_id, rows.Sums(0, 0, 0, 0.0, 0.0))
    others_n = sum(part.answered for part in everywhere) - own.answered
    others_k = sum(part.improved for part in everywhere) - own.improved
    practice_mean = (DEFAULT_PRIOR.mean * strength + others_k) / (strength + others_n)
    condition_n, condition_k = own.answered - cell.answered, own.improved - cell.improved
    return Prior((practice_mean * strength + condition_k) / (strength + condition_n), strength)


def refresh_priors(change: Change, practice_id: int) -> list[Cell]:
    """Bring every cell of a practice to the present prior; returns the cells whose number moved visibly."""
    sums = rows.sums(change.rows, practice_id)
    moved = []
    for cell in rows.cells(change.rows, practice_id):
        prior = prior_for(sums, cell)
        before = estimate(cell)
        if before is None:
            continue
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


def _shift(cell: Cell, recommendation: Recommendation | Prescribed, *, sign: int) -> None:
    """Add (or take back) what the recommendation says at present to (from) its cell."""
    if recommendation.rating_counted is not None:
        cell.ratings += sign
        cell.rating_sum += sign * recommendation.rating_counted
    if recommendation.outcome_counted is not None and recommendation.counted_on is not None:
        cell.answered += sign
        cell.improved += sign * int(recommendation.outcome_counted)


def _note(recommendation: Recommendation | Prescribed, counted: Counted) -> None:
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
    """Write a cell that was counted anew, with the prior that follows; ``before``, (answered, improved), stands written."""
    known = change.known.sums
    sums = known.get(cell.practice_id) or rows.sums(change.rows, cell.practice_id)
    known[cell.practice_id] = sums
    _exchange(sums, before, cell)
    prior = prior_for(sums, cell)
    cell.prior_mean, cell.prior_strength, cell.updated = prior.mean, prior.strength, change.now
    too_few = cell.answered < PATIENT_MINIMUM  # who takes an answer back is not shown for another hour
    if cell.shown_at is None or too_few or change.now - cell.shown_at >= PATIENT_EVERY:
        _show_patients(cell, change.now)
    rows.keep(change.rows, cell)


def _exchange(sums: dict[str, rows.Sums], before: tuple[int, int], after: Cell) -> None:
    """Put what a cell counts now in the place of what it counted, in sums over what is written."""
    was = sums.get(after.condition_id, rows.Sums(0, 0, 0, 0.0, 0.0))
    (n0, k0), n1, k1 = before, after.answered, after.improved
    sums[after.condition_id] = rows.Sums(
        cells=was.cells + (n1 > 0) - (n0 > 0),
        answered=was.answered + n1 - n0,
        improved=was.improved + k1 - k0,
        answered_squared=was.answered_squared + n1 * n1 - n0 * n0,
        improved_squared_share=was.improved_squared_share
        + (k1 * k1 / n1 if n1 else 0.0)
        - (k0 * k0 / n0 if n0 else 0.0),
    )


def _show_patients(cell: Cell, now: datetime) -> None:
    known = estimate(cell) if cell.answered >= PATIENT_MINIMUM else None
    if known is None:
        cell.shown_answered = 0
        return
    cell.shown_answered, cell.shown_at = cell.answered, now
    cell.shown_mean, cell.shown_low, cell.shown_high = (_rounded(one) for one in (known.mean, known.low, known.high))


def _rounded(share: float) -> float:
    return round(round(share / PATIENT_STEP) * PATIENT_STEP, 2)
