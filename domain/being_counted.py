"""Taking everything of one patient out of the numbers about others, and putting it back."""

from collections.abc import Callable

from domain import evidence, side_effects, together
from domain.ledger import Change
from domain.recounting import counted_for
from domain.telling import COUNTED, tell_effectiveness
from storage import recounting as rows
from storage.evidence import Cell
from storage.tables import Recommendation

Tell = Callable[[Change, Recommendation, Cell], None]


def count_patient(
    change: Change, patient_id: int, *, before: bool, after: bool, tell: Tell = tell_effectiveness
) -> None:
    """Count a patient as they stand by now, where they were counted (or not) ``before``; ``tell`` says what follows.

    ``after`` is what their consent and their record say by now: they are written already.
    """
    change.session.flush()
    for one in rows.standing_of_patient(change.session, patient_id, COUNTED):
        plan = change.session.get_one(Recommendation, one.id)
        cell = evidence.count(change, plan, counted_for(one))
        if before != after:
            named = side_effects.standing(change.rows, plan)
            side_effects.exchange(change, plan, {} if after else named, named if after else {})
        change.session.flush()
        tell(change, plan, cell)
    if before != after:
        taken = together.courses(change, patient_id)
        together.exchange(change, [] if after else taken, taken if after else [])
