"""What the practice's counts say beside the cells: of whom, of side effects, of what is given together."""

from dataclasses import dataclass

from domain.errors import NotAllowed
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from domain.statistics import Signal, Tier


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
    _require_statistics(actor)
    with services.database.read():
        return []


def side_effect_signals(services: Services, actor: Actor) -> list[SignalView]:
    """List every side effect that was reported of an item: serious ones first, then by strength. Raises NotAllowed."""
    _require_statistics(actor)
    with services.database.read():
        return []


def given_together(services: Services, actor: Actor) -> dict[int, list[PartnerView]]:
    """List by cell (``evidence_id``) what at least half of its patients also took, most first, and what it cannot be told from.

    Cells without such a partner are left out. Raises NotAllowed.
    """
    _require_statistics(actor)
    with services.database.read():
        return {}


def _require_statistics(actor: Actor) -> None:
    if not may(actor, Action.READ_STATISTICS, Thing(actor.practice_id)):
        raise NotAllowed("The practice's statistics are for its practitioners.")
