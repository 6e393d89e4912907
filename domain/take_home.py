"""What a patient takes home on paper: what is approved and not held back, as it stands at the moment it is printed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from sqlmodel import Session

from domain.errors import Conflict
from domain.gate import Verdict
from domain.ledger import Change, utc_now
from domain.library import Knowledge
from domain.messages import RecommendationState
from domain.permission import Action, Actor
from domain.record import find
from domain.services import Services
from domain.snapshot import check_in_state, recommendation_state
from storage import care
from storage import check_in as check_ins
from storage.tables import Patient, Person, Practice

Paper = Literal["a4", "letter"]
Way = Literal["paper", "pdf"]
CHANGED = "The plan has changed since this sheet was shown: look at it again before you hand it out."
WHAT_IS_PRINTED = ("kind", "name", "text", "dose", "duration_days", "follow_up_on", "verdict", "worsened")
"""Of an item: what stands on the paper, and what decides whether it stands there. Reasons are compared beside it."""


@dataclass(frozen=True, slots=True)
class TakeHome:
    """One plan of one patient at one moment."""

    diagnosis_id: int
    patient_id: int
    patient: str
    practice: str
    practitioner: str
    tradition: str
    condition_id: str
    complaint: str
    symptom: str
    items: tuple[RecommendationState, ...]
    """Approved, and neither blocked nor dangerous by now; best first."""
    left_out: tuple[RecommendationState, ...]
    """Approved, and not to be printed: the gate blocks it, or has come to object and nobody has accepted that."""
    check_in: date | None
    at: datetime
    phone: str = ""
    """Under which the practice is reached; empty where it has set none."""

    @property
    def follow_up(self) -> date | None:
        """The first day on which patient and practitioner look at something of it together; past days do not count."""
        today = self.at.astimezone().date()
        return min(
            (one.follow_up_on for one in self.items if one.follow_up_on and one.follow_up_on >= today), default=None
        )

    @property
    def key(self) -> str:
        """Name the content: the same for two moments between which nothing changed that is printed or keeps it from being."""
        content = {
            "who": [self.patient, self.practice, self.practitioner, *([self.phone] if self.phone else [])],
            "what": [self.tradition, self.condition_id, self.complaint, self.symptom],
            "next": [str(self.check_in), str(self.follow_up)],
            "items": [_content(one) for one in self.items],
            "left out": [_content(one) for one in self.left_out],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


class Printer(Protocol):
    """Makes the paper of a plan; the pages have the words for it."""

    def __call__(self, home: TakeHome, knowledge: Knowledge, language: str, paper: Paper) -> bytes:
        """Return a PDF."""
        ...


def printable(state: RecommendationState) -> bool:
    """Say whether an item may stand on the paper: approved, not blocked, and without a danger that nobody has accepted.

    An item that was approved against a block stays off it too: the patient was told in person, and paper is passed on.
    """
    return state.status == "approved" and state.verdict != Verdict.BLOCK and state.worsened is None


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one item between two moments: it came, went, has another verdict, dose, or something else of it."""

    kind: Literal["came", "went", "verdict", "dose", "other"]
    item: RecommendationState
    before: RecommendationState | None


def differences(before: TakeHome, after: TakeHome) -> list[Difference]:
    """Compare item by item; the worst news of an item first, and of several differences of one item only that."""
    old, new = _by_id(before.items), _by_id(after.items)
    found = [_difference(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]
    return [one for one in found if one is not None]


def read(services: Services, actor: Actor, diagnosis_id: int) -> TakeHome:
    """Read what would be printed now; for who may see what the gate says. Raises NotFound."""
    with services.database.read() as session:
        return _home(session, actor, diagnosis_id, utc_now())


def print_out(services: Services, actor: Actor, diagnosis_id: int, *, way: Way, seen: str | None = None) -> TakeHome:
    """Read what is printed, and write down that it is, in one transaction.

    ``seen`` is the key of what was looked at before: where it is another by now, nothing is printed. Raises NotFound, and
    Conflict (``plan_changed``).
    """

    def act(change: Change) -> TakeHome:
        home = _home(change.session, actor, diagnosis_id, change.now)
        if seen is not None and seen != home.key:
            raise Conflict(CHANGED, code="plan_changed")
        change.audit(actor, "print", "diagnosis", diagnosis_id, way, patient_id=home.patient_id)
        return home

    return services.ledger.write(act)


def pdf_of(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    printer: Printer,
    *,
    language: str,
    paper: Paper = "a4",
    seen: str | None = None,
) -> bytes:
    """Draw what would be printed now, then write down that it is; ``seen`` as for ``print_out``, and raises what that raises.

    Drawn first: what cannot be drawn was not printed. Where the plan changes meanwhile, nothing is given out.
    """
    home = read(services, actor, diagnosis_id)
    if seen is not None and seen != home.key:
        raise Conflict(CHANGED, code="plan_changed")
    drawn = printer(home, services.library.of(actor.practice_id).knowledge, language, paper)
    print_out(services, actor, diagnosis_id, way="pdf", seen=home.key)
    return drawn


def _home(session: Session, actor: Actor, diagnosis_id: int, now: datetime) -> TakeHome:
    diagnosis = find(session, actor, diagnosis_id, Action.READ_REASONS)
    patient = session.get_one(Patient, diagnosis.patient_id)
    practice = session.get_one(Practice, diagnosis.practice_id)
    states = [recommendation_state(row) for row in care.recommendations(session, diagnosis_id)]
    approved = [one for one in states if one.status == "approved"]
    return TakeHome(
        diagnosis_id=diagnosis_id,
        patient_id=diagnosis.patient_id,
        patient=patient.name,
        practice=practice.name,
        practitioner=session.get_one(Person, patient.practitioner_id).name,
        tradition=diagnosis.tradition,
        condition_id=diagnosis.condition_id or "",
        complaint=diagnosis.complaint,
        symptom=diagnosis.symptom,
        items=tuple(one for one in approved if printable(one)),
        left_out=tuple(one for one in approved if not printable(one)),
        check_in=check_in_state(check_ins.read(session, diagnosis_id)).due,
        at=now,
        phone=practice.phone,
    )


def _by_id(items: Sequence[RecommendationState]) -> Mapping[int, RecommendationState]:
    return {one.id: one for one in items}


def _difference(old: RecommendationState | None, new: RecommendationState | None) -> Difference | None:
    if new is None:
        return None if old is None else Difference("went", old, old)
    if old is None:
        return Difference("came", new, None)
    if _content(old) == _content(new):
        return None
    if old.verdict != new.verdict:
        return Difference("verdict", new, old)
    return Difference("dose" if old.dose != new.dose else "other", new, old)


def _content(state: RecommendationState) -> list[object]:
    """Give what of an item the paper depends on; that a reason was marked as read is not among it."""
    whole = state.model_dump(mode="json")
    reasons = [[one["verdict"], one["message"], one["source"]] for one in whole["verdict_reasons"]]
    return [state.id, *(whole[name] for name in WHAT_IS_PRINTED), reasons]
