"""What to improve next in a practice, read from its counts."""

from domain import named_side_effects
from domain.cell_views import item_name, require_statistics
from domain.improving import LEAST_SILENT, LEAST_WIDTH, Cell, Step, Watched, next_steps
from domain.ledger import utc_now
from domain.permission import Actor
from domain.rhythm import OVERDUE, WEEK
from domain.services import Services
from domain.snapshot import condition_name
from domain.statistics import Prior, posteriors
from storage import evidence as rows
from storage import prescriptions

MOST_ASKED_ABOUT = 20
"""Cells whose silent patients are counted one by one; those with most unanswered prescriptions."""


def of_practice(services: Services, actor: Actor, language: str = "en") -> list[Step]:
    """Rank what the practice should look at, ask about or change first. Raises NotAllowed."""
    require_statistics(actor)
    knowledge, practice_id = services.library.of(actor.practice_id).knowledge, actor.practice_id
    until = utc_now() - WEEK - OVERDUE  # the first check-in is overdue
    with services.database.read() as session:
        found = rows.cells(session, practice_id)
        wide = [
            cell
            for cell in found
            if cell.prescribed - cell.answered >= max(LEAST_SILENT, LEAST_WIDTH * cell.prescribed)
        ]
        wide.sort(key=lambda cell: cell.answered - cell.prescribed)
        silent = {
            cell.id: prescriptions.silent(session, practice_id, cell.item_id, cell.condition_id, until)
            for cell in wide[:MOST_ASKED_ABOUT]
        }
    estimates = posteriors(
        [(cell.improved, cell.answered) for cell in found],
        [Prior(cell.prior_mean, cell.prior_strength) for cell in found],
    )
    cells = [
        Cell(
            item_id=cell.item_id,
            item=item_name(cell.item_id, cell.item_name, knowledge, language),
            condition_id=cell.condition_id,
            condition=condition_name(cell.condition_id, knowledge, language),
            prescribed=cell.prescribed,
            answered=cell.answered,
            improved=cell.improved,
            mean=known.mean,
            high=known.high,
            strength=cell.prior_strength,
            silent=silent.get(cell.id, 0),
        )
        for cell, known in zip(found, estimates, strict=True)
    ]
    watched = [
        Watched(
            item_id=one.item_id,
            item=item_name(one.item_id, one.item, knowledge, language),
            term=one.term,
            reported=one.reported,
            answered=one.answered,
            serious=one.serious,
            verdict=one.verdict,
        )
        for one in named_side_effects.of_practice(services, actor)
    ]
    return next_steps(cells, watched)
