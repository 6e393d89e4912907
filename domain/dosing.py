"""The dose to start with: the first documented one for the age, of the tradition's own source if it has one, at its minimum."""

from domain.gate import DoseLine, Profile
from domain.gate.doses import fits_age
from storage.knowledge import Dose, Knowledge

TRADITION_SOURCES = {
    "tcm": ("CHP",),
    "ayurveda": ("API",),
    "avicenna": ("CAN", "CANb", "QAR", "MUT", "TAB", "ANT", "KAK", "TOU"),
}
"""Source keys whose doses come first in a tradition."""


def dose_to_start_with(item_id: str, condition_id: str, profile: Profile, knowledge: Knowledge) -> DoseLine | None:
    """Choose the dose line of a herb or formula for somebody; None where none is documented for the age, or none may be shown."""
    herb = knowledge.herbs.get(item_id)
    if herb is not None and herb.regulated:
        return None
    fitting = [row for row in knowledge.doses.get(item_id, ()) if fits_age(row.age, profile.age)]
    own = TRADITION_SOURCES[knowledge.conditions[condition_id].tradition.value]
    ours = [row for row in fitting if any(key.partition(":")[0] in own for key in row.source)]
    chosen = next(iter(ours or fitting), None)
    return None if chosen is None else starting_dose(chosen)


def starting_dose(row: Dose) -> DoseLine:
    """Turn a documented dose into the line to start with: its minimum, for as long as it is documented."""
    return DoseLine(
        amount=row.min,
        unit=row.unit,
        per=row.per,
        preparation=row.preparation,
        part=row.part,
        route=row.route,
        duration_days=row.max_days,
        vehicle=row.vehicle,
        times_a_day=row.times_a_day,
        source=row.source,
        drops_per_ml=row.drops_per_ml,
    )
