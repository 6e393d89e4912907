"""Recommendations: approving one, stopping one, and bringing in a plan that was made elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from domain import check_in, evidence, in_use, prediction, together
from domain import patient as patients
from domain.deciding import Overruling, decide, objection
from domain.errors import Conflict, Invalid, NotFound, VervainError
from domain.gate import DoseLine, Judgement, unusable
from domain.gate.naming import REMEDIES
from domain.judgement import Judged, dose_kept, judge_to_decide, put
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.patient import key
from domain.permission import Action, Actor
from domain.proposal import refresh_all
from domain.recommending import FOLLOW_UP_DAYS
from domain.record import find, tell
from domain.rhythm import local_day
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import counts, tell_effectiveness, tell_recommendation
from domain.text import Line, Name, Reason
from storage import care
from storage.tables import Diagnosis, Recommendation


class DoseInput(BaseModel):
    """A dose line that a practitioner types in place of the documented one."""

    model_config = ConfigDict(extra="forbid")

    amount: float = Field(gt=0, le=1_000_000, allow_inf_nan=False)
    unit: Name
    per: Literal["day", "dose"]
    preparation: Line = ""
    part: Line = ""
    route: Line = "oral"
    times_a_day: Line = ""
    duration_days: int | None = Field(default=None, gt=0, le=3_650)
    vehicle: Line = ""
    drops_per_ml: float | None = Field(default=None, gt=0, le=1_000, allow_inf_nan=False)

    def line(self) -> DoseLine:
        """Make it a dose line; raises Invalid with the one sentence that says why it cannot be used."""
        line = DoseLine(**self.model_dump())
        wrong = unusable(line)
        if wrong is not None:
            raise Invalid(wrong, code="unusable_dose")
        return line


class ApproveInput(Overruling):
    """What goes with an approval."""

    dose: DoseInput | None = None
    """In place of the documented dose; it is judged like any other."""


class StopInput(BaseModel):
    """Why a recommendation is stopped."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


def approve(
    services: Services, actor: Actor, recommendation_id: int, given: ApproveInput, *, repeat_key: str | None = None
) -> RecommendationState:
    """Approve a proposed recommendation; its patient sees it at once.

    It is judged again first, beside all that the patient takes by now, and so are the other proposals afterwards. Raises
    NotFound, Conflict when it is not proposed any more, the diagnosis is closed or an objection is new to whoever decides, and
    Invalid when a dose cannot be used, or when the verdict wants a reason (major, block) or a second confirmation (block).
    """

    def act(change: Change) -> RecommendationState | VervainError:
        row, diagnosis = load(change.session, actor, recommendation_id, Action.TREAT)
        if row.status != "proposed":
            raise Conflict(f"This recommendation is {row.status} already.")
        if diagnosis.status != "open":
            raise Conflict("The diagnosis is closed: open a new one.")
        in_use.check(change.session, row.patient_id)
        before = recommendation_state(row)
        dose = _typed_dose(services, row, given)
        found = judge_to_decide(change.session, services, row, dose)
        missing = objection(found, given)
        if missing is not None:
            refresh_all(change, services, row.patient_id)  # the page learns why, if the verdict is a new one
            return missing
        if diagnosis.condition_id is None and row.condition_id:
            diagnosis.condition_id = row.condition_id
            change.session.add(diagnosis)
            tell(change, services, diagnosis, "condition")
        if dose is not None:
            row.dose, row.duration_days = dose_kept(dose), dose.duration_days
        row.status, row.approved, row.accepted = "approved", change.now, found.serious()
        put(row, found, care.acknowledged(change.session, row.patient_id), change.now)
        row.override_reason = given.override_reason or ""
        row.follow_up_on = local_day(change.now) + timedelta(days=row.follow_up_days or FOLLOW_UP_DAYS)
        change.session.add(row)
        _note(change, actor, "approve", row, row.override_reason)
        state = tell_recommendation(change, row, "approved", before, check_in=check_in.begin(change, row))
        if counts(change.session, row):
            evidence.count_prescribed(change, row)
            together.begun(change, row)
        tell_effectiveness(change, row)
        prediction.prescribed(change, services, row, diagnosis)
        refresh_all(change, services, row.patient_id)  # beside this one, the others may be dangerous now
        return state

    return decide(
        services,
        actor,
        repeat_key,
        (f"approve {recommendation_id}", given),
        act,
        may=reach(actor, recommendation_id, Action.TREAT),
    )


def go_on(
    services: Services, actor: Actor, recommendation_id: int, given: ApproveInput, *, repeat_key: str | None = None
) -> RecommendationState:
    """Let an approved recommendation go on although the gate has come to object to it, or with another dose from now on.

    Accepts the gate's reasons of now; wants the reason and the confirmation that an approval would want. Raises NotFound,
    Conflict, and Invalid also for a dose that cannot be used.
    """

    def act(change: Change) -> RecommendationState | VervainError:
        row, _ = load(change.session, actor, recommendation_id, Action.TREAT)
        if row.status != "approved":
            raise Conflict(f"This recommendation is {row.status}.")
        if given.dose is not None:
            in_use.check(change.session, row.patient_id)
        before = recommendation_state(row)
        dose = _typed_dose(services, row, given)
        found = judge_to_decide(change.session, services, row, dose)
        missing = objection(found, given)
        if missing is not None:
            refresh_all(change, services, row.patient_id)  # as for an approval
            return missing
        if dose is not None:
            row.dose, row.duration_days = dose_kept(dose), dose.duration_days
        row.accepted = found.serious()
        put(row, found, care.acknowledged(change.session, row.patient_id), change.now)
        row.override_reason = given.override_reason or row.override_reason
        change.session.add(row)
        what = "change dose" if dose is not None else "go on"
        _note(change, actor, what, row, given.override_reason or "")
        begun = check_in.begin(change, row) if dose is not None else None
        state = tell_recommendation(change, row, "changed", before, check_in=begun)
        if dose is not None:
            refresh_all(change, services, row.patient_id)  # more of it may be too much beside the others
        return state

    return decide(
        services,
        actor,
        repeat_key,
        (f"go on {recommendation_id}", given),
        act,
        may=reach(actor, recommendation_id, Action.TREAT),
    )


def stop(
    services: Services, actor: Actor, recommendation_id: int, given: StopInput, *, repeat_key: str | None = None
) -> RecommendationState:
    """Stop a recommendation with a reason. Raises NotFound, and Conflict when it is stopped already."""

    def act(change: Change) -> RecommendationState:
        row, _ = load(change.session, actor, recommendation_id, Action.STOP)
        return end(change, services, actor, row, given)

    return decide(
        services,
        actor,
        repeat_key,
        (f"stop {recommendation_id}", given),
        act,
        may=reach(actor, recommendation_id, Action.STOP),
    )


def end(change: Change, services: Services, actor: Actor, row: Recommendation, given: StopInput) -> RecommendationState:
    """Stop a recommendation with a reason, as part of a change. Raises Conflict when it is stopped already."""
    if row.status == "stopped":
        raise Conflict("This recommendation is stopped already.")
    before = recommendation_state(row)
    row.status, row.stopped, row.stop_reason = "stopped", change.now, given.reason
    row.worsened = None  # somebody has decided
    change.session.add(row)
    if row.approved is not None and counts(change.session, row):
        together.ended(change, row)
    _note(change, actor, "stop", row, given.reason)
    ended = check_in.end(change, row.diagnosis_id)
    state = tell_recommendation(change, row, "stopped", before, reason=given.reason, check_in=ended)
    refresh_all(change, services, row.patient_id)
    return state


def prescribe(
    change: Change,
    diagnosis: Diagnosis,
    *,
    kind: str,
    item_id: str,
    name: str,
    judgement: Judgement,
    reasons: list[str],
    override_reason: str,
) -> Recommendation:
    """Add a recommendation that is approved from the start, as part of a change: a plan that was made elsewhere."""
    row = Recommendation(
        practice_id=diagnosis.practice_id,
        diagnosis_id=key(diagnosis),
        patient_id=diagnosis.patient_id,
        kind=kind,
        item_id=item_id,
        condition_id=diagnosis.condition_id or "",
        name=name,
        dose=None,
        reasons=reasons,
        verdict=judgement.verdict.value,
        verdict_reasons=Judged(judgement, "").reasons(()),
        accepted=Judged(judgement, "").serious(),
        override_reason=override_reason,
        status="approved",
        created=change.now,
        approved=change.now,
    )
    change.session.add(row)
    change.session.flush()
    tell_recommendation(change, row, "added", None, check_in=check_in.begin(change, row))
    if counts(change.session, row):
        evidence.count_prescribed(change, row)
        together.begun(change, row)
    tell_effectiveness(change, row)
    return row


def overruled(services: Services, actor: Actor, patient_id: int) -> list[RecommendationState]:
    """List what was ever approved for a patient against the gate, newest first, to be seen at the next visit. Raises NotFound."""
    with services.database.read() as session:
        patients.find(session, actor, patient_id, Action.READ_REASONS)
        return [recommendation_state(row) for row in care.overruled(session, patient_id)]


def load(session: Session, actor: Actor, recommendation_id: int, action: Action) -> tuple[Recommendation, Diagnosis]:
    """Load a recommendation for an action; raises NotFound for none and for one that this actor may not do it to."""
    row = session.get(Recommendation, recommendation_id)
    if row is None:
        raise NotFound("There is no such recommendation.")
    try:
        diagnosis = find(session, actor, row.diagnosis_id, action)
    except NotFound:
        raise NotFound("There is no such recommendation.") from None
    if actor.is_patient and row.approved is None:
        raise NotFound("There is no such recommendation.")
    return row, diagnosis


def reach(actor: Actor, recommendation_id: int, action: Action) -> Callable[[Change], object]:
    """Give what raises NotFound or NotAllowed in a change where this actor may not do it."""
    return lambda change: load(change.session, actor, recommendation_id, action)


def _note(change: Change, actor: Actor, what: str, row: Recommendation, reason: str) -> None:
    change.audit(actor, what, "recommendation", key(row), patient_id=row.patient_id, reason=reason)


def _typed_dose(services: Services, row: Recommendation, given: ApproveInput) -> DoseLine | None:
    if given.dose is None:
        return None
    if row.kind not in REMEDIES:
        raise Invalid("Only herbs and formulas have a dose.", code="unusable_dose")
    herb = services.library.of(row.practice_id).knowledge.herbs.get(row.item_id)
    if herb is not None and herb.regulated:
        raise Invalid("No dose of a regulated herb is kept.", code="unusable_dose")
    return given.dose.line()
