"""What the practice's counts say beside the cells: of whom, of side effects, of what is given together.

All of it is empty while the program still counts what an upgrade has left it to count (``domain/recounting.py``).
"""

from collections import Counter
from dataclasses import dataclass
from math import isfinite

from domain.cell_views import require_statistics
from domain.permission import Actor
from domain.services import Services
from domain.statistics import (
    FEWEST_ALONE,
    FEWEST_OTHERS,
    Expected,
    Pool,
    Signal,
    Tier,
    inseparable,
    phi,
    signals,
    standardised,
    tier,
)
from storage import evidence as rows
from storage import people, tallies
from storage.evidence import Cell
from storage.recounting import to_count


@dataclass(frozen=True, slots=True)
class PractitionerView:
    """What became of one practitioner's prescriptions, beside what the others' answers lead one to expect of the same ones.

    ``expected`` patients improved (Σ over cells of answered × the others' posterior mean); ``ratio`` is improved ÷ expected
    with its 95 % interval ``low``–``high``. All four are None while ``tier`` is hidden (fewer than 5 answers), where the others
    have fewer than 5 answers, and for the practice as a whole.
    """

    practitioner_id: int | None
    """None for the practice as a whole."""
    name: str
    prescribed: int
    answered: int
    improved: int
    expected: float | None
    ratio: float | None
    low: float | None
    high: float | None
    tier: Tier


@dataclass(frozen=True, slots=True)
class SignalView:
    """One side effect of one item, over all conditions, beside all other items of the practice.

    Counted in recommendations with at least one answer that stands.
    """

    item_id: str
    item: str
    term: str
    """As it is counted: folded."""
    reported: int
    """With an answer that names it (a)."""
    serious: int
    """Of these, named as serious by at least one answer: one is enough to alert."""
    answered: int
    """Of this item (a + b)."""
    others_reported: int
    """Of all other items with an answer that names it (c)."""
    others_answered: int
    """Of all other items (c + d)."""
    expected: float
    """Of ``reported``, if the side effect had nothing to do with the item."""
    prr: float | None
    """None where nobody reports it of another item: then there is nothing to divide by."""
    chi2: float
    ic: float
    ic025: float
    verdict: Signal
    """``signal``, ``watch`` or ``none``; the serious ones alert whatever it is."""


@dataclass(frozen=True, slots=True)
class PartnerView:
    """An item that patients also took while they took that of a cell."""

    item_id: str
    item: str
    together: int
    """Prescriptions of the cell that ran beside one of this item."""
    alone: int
    """Prescriptions of the cell that did not."""
    phi: float | None
    """Correlation of the two among the condition's prescriptions, −1 to 1; None where one is always or never there."""
    inseparable: bool
    """What the cell says belongs to the combination: alone fewer than 5 times, or φ ≥ 0.9."""


def by_practitioner(services: Services, actor: Actor) -> list[PractitionerView]:
    """List what became of whose prescriptions: the practice as a whole first, then, by name, who may be seen.

    A practitioner sees themselves, an admin everybody. Raises NotAllowed.
    """
    require_statistics(actor)
    with services.database.read() as session:
        if to_count(session):
            return []
        cells = rows.cells(session, actor.practice_id)
        of = tallies.of_practitioners(session, actor.practice_id)
        seen = [one for one in of if actor.role == "admin" or one == actor.person_id]
        names = people.names(session, seen)
    whole = [
        sum(counts) for counts in zip(*((one.prescribed, one.answered, one.improved) for one in cells), strict=True)
    ]
    prescribed, answered, improved = whole or (0, 0, 0)
    practice = PractitionerView(None, "", prescribed, answered, improved, None, None, None, None, tier(answered))
    views = [_of_practitioner(one, names[one], cells, of[one]) for one in seen]
    return [practice, *sorted(views, key=lambda view: (view.name, view.practitioner_id))]


def side_effect_signals(services: Services, actor: Actor) -> list[SignalView]:
    """List every side effect that was reported of an item: serious ones first, then by strength. Raises NotAllowed."""
    require_statistics(actor)
    with services.database.read() as session:
        if to_count(session):
            return []
        cells = rows.cells(session, actor.practice_id)
        told = [one for one in tallies.side_effects(session, actor.practice_id) if one[2] > 0]
    answered: Counter[str] = Counter()
    for cell in cells:
        answered[cell.item_id] += cell.ratings  # one for each recommendation with an answer that stands
    reported: Counter[str] = Counter()
    for _, term, many, _ in told:
        reported[term] += many
    names = {cell.item_id: cell.item_name for cell in cells}
    tables = [_table(many, answered[item], reported[term], answered.total()) for item, term, many, _ in told]
    pairs = sum(many > 0 for many in answered.values()) * len(reported)
    found = signals(tables, looked_at=max(pairs, len(tables)))
    views = [
        SignalView(
            item_id=item,
            item=names[item],
            term=term,
            reported=a,
            serious=serious,
            answered=a + b,
            others_reported=c,
            others_answered=c + d,
            expected=one.expected,
            prr=one.prr if isfinite(one.prr) else None,
            chi2=one.chi2,
            ic=one.ic,
            ic025=one.ic025,
            verdict=one.verdict,
        )
        for (item, term, _, serious), (a, b, c, d), one in zip(told, tables, found, strict=True)
    ]
    return sorted(
        views, key=lambda view: (-view.serious, -_STRENGTH[view.verdict], -view.ic025, view.item_id, view.term)
    )


def given_together(services: Services, actor: Actor) -> dict[int, list[PartnerView]]:
    """List by cell (``evidence_id``) what at least half of its patients also took, most first, and what it cannot be told from.

    Cells without such a partner are left out. Raises NotAllowed.
    """
    require_statistics(actor)
    with services.database.read() as session:
        if to_count(session):
            return {}
        cells = rows.cells(session, actor.practice_id)
        together = tallies.together(session, actor.practice_id)
    names = {cell.item_id: cell.item_name for cell in cells}
    of_condition: dict[str, list[Cell]] = {}
    for cell in cells:
        of_condition.setdefault(cell.condition_id, []).append(cell)
    found = {}
    for cell in cells:
        partners = [
            _partner(cell, other, names.get(other, other), of_condition[cell.condition_id], together)
            for other, both in together.get(cell.id, {}).items()
            if both > 0 and (2 * both >= cell.prescribed or cell.prescribed - both < FEWEST_ALONE)
        ]
        if partners:
            found[cell.id] = sorted(partners, key=lambda one: (-one.together, one.item_id))
    return found


_STRENGTH = {Signal.NONE: 0, Signal.WATCH: 1, Signal.SIGNAL: 2}


def _of_practitioner(person_id: int, name: str, cells: list[Cell], own: dict[int, tuple[int, ...]]) -> PractitionerView:
    prescribed, answered, improved = (sum(counts) for counts in zip(*own.values(), strict=True))
    expected = _expected(cells, own) if tier(answered) is not Tier.HIDDEN else []
    shown = standardised(improved, expected) if expected else None
    return PractitionerView(
        practitioner_id=person_id,
        name=name,
        prescribed=prescribed,
        answered=answered,
        improved=improved,
        expected=shown.expected if shown else None,
        ratio=shown.ratio if shown else None,
        low=shown.low if shown else None,
        high=shown.high if shown else None,
        tier=tier(answered),
    )


def _expected(cells: list[Cell], own: dict[int, tuple[int, ...]]) -> list[Expected]:
    """Say what the answers of the others lead one to expect of somebody's cells; nothing where there are too few of them.

    What they have answered themselves is left out everywhere, also of the other cells that make a cell's prior: who treats
    most of the practice would otherwise be compared with themselves.
    """
    others: dict[str, dict[str, tuple[int, int]]] = {}
    for cell in cells:
        _, answered, improved = own.get(cell.id, (0, 0, 0))
        others.setdefault(cell.item_id, {})[cell.condition_id] = cell.improved - improved, cell.answered - answered
    if sum(n for by in others.values() for _, n in by.values()) < FEWEST_OTHERS:
        return []
    pool = Pool.of({(item, condition): counts for item, by in others.items() for condition, counts in by.items()})
    found = []
    for cell in cells:
        _, answered, _ = own.get(cell.id, (0, 0, 0))
        if answered > 0:
            prior = pool.prior(cell.condition_id, others[cell.item_id])
            k, n = others[cell.item_id][cell.condition_id]
            strength = prior.strength + n
            found.append(Expected(answered, (prior.strength * prior.mean + k) / strength, strength))
    return found


def _table(reported: int, answered: int, everywhere: int, everybody: int) -> tuple[int, int, int, int]:
    others = everywhere - reported
    return reported, answered - reported, others, everybody - answered - others


def _partner(
    cell: Cell, other: str, name: str, of_condition: list[Cell], together: dict[int, dict[str, int]]
) -> PartnerView:
    """Set an item beside one that was also taken, among all prescriptions for the condition."""
    both = together[cell.id][other]
    alone = cell.prescribed - both
    without = neither = 0
    for one in of_condition:
        beside = together.get(one.id, {})
        if one.item_id == other:
            without = one.prescribed - beside.get(cell.item_id, 0)
        elif one.id != cell.id:
            neither += one.prescribed - max(beside.get(cell.item_id, 0), beside.get(other, 0))
    likeness = phi(both, alone, without, neither)
    return PartnerView(other, name, both, alone, likeness, inseparable(both, alone, likeness))
