"""Searching for a patient by name, from anywhere: whom one may read, with what they are under treatment for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from domain.knowledge import fold
from domain.permission import Actor, readable
from domain.readings import shown
from domain.services import Services
from storage import searching as rows

MOST = 10
"""Rows of an answer: what one takes in at a glance, and no more than that is read of anybody."""
DIAGNOSES_EACH = 2
"""Of one patient, so that one with many does not hide the next."""
ASKED_AT_ONCE = 400
"""Names that fit are asked for in one statement up to here; of more, it is cheaper to ask who may be read at all."""
FEWEST_LETTERS = 2
"""One Latin letter fits half of the practice, and whoever is listed is noted as seen. A Chinese or Persian one may be a name."""


@dataclass(frozen=True, slots=True)
class OpenDiagnosis:
    """What somebody is under treatment for."""

    id: int
    tradition: str
    condition_id: str | None
    complaint: str


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """Somebody whose name fits."""

    id: int
    name: str
    born: date | None
    diagnoses: tuple[OpenDiagnosis, ...]
    """Open ones, the newest first, at most ``DIAGNOSES_EACH``."""


def patients(services: Services, actor: Actor, text: str, *, most: int = MOST) -> list[FoundPatient]:
    """Find patients whose record the actor may read by the beginning of their names; rows with their diagnoses up to ``most``.

    Who is found is noted as seen in a list. At most four statements (docs/decisions/0025), however many patients there are.
    """
    if not enough(text) or most < 1:
        return []
    with services.database.read() as session:
        fitting = services.names.fitting(session, actor.practice_id, text)
        found = _readable(session, actor, fitting, most)
        diagnoses = rows.open_diagnoses(session, list(found)) if found else {}
        answer: list[FoundPatient] = []
        left = most
        for patient_id, (name, born) in found.items():
            if left < 1:
                break
            theirs = diagnoses[patient_id][: min(DIAGNOSES_EACH, left - 1)]
            left -= 1 + len(theirs)
            about = tuple(OpenDiagnosis(one.id or 0, one.tradition, one.condition_id, one.complaint) for one in theirs)
            answer.append(FoundPatient(patient_id, name, born, about))
        shown(session, actor, "search", [one.id for one in answer])
    return answer


def enough(text: str) -> bool:
    """Say whether what was typed is enough to search by."""
    words = fold(text)
    return len(words) >= FEWEST_LETTERS or (bool(words) and not words.isascii())


def _readable(session: Session, actor: Actor, fitting: Sequence[int], most: int) -> dict[int, tuple[str, date | None]]:
    """Read the first of those who fit and may be read, in their order."""
    if len(fitting) > ASKED_AT_ONCE:
        allowed = rows.all_readable(session, readable(actor))
        fitting = [one for one in fitting if one in allowed][:most]
    found = rows.readable_among(session, readable(actor), fitting) if fitting else {}
    return {one: found[one] for one in fitting if one in found}  # cut by the caller, who knows what each takes
