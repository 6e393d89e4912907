"""Recommendations: approving one, stopping one, and bringing in a plan that was made elsewhere."""

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from domain import evidence
from domain.errors import Conflict, Invalid, NotFound
from domain.gate import Judgement, Verdict
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.patient import key
from domain.permission import Action, Actor
from domain.proposal import judge_again, reasons_of, refresh_all
from domain.record import find, tell
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import counts, tell_effectiveness, tell_recommendation
from domain.text import Reason
from storage.tables import Diagnosis, Recommendation

NEEDS_REASON = frozenset({Verdict.BLOCK, Verdict.MAJOR})
"""Verdicts that are approved only with a typed reason; a blocked one also with a second confirmation."""


class ApproveInput(BaseModel):
    """What goes with an approval."""

    model_config = ConfigDict(extra="forbid")

    override_reason: Reason | None = None
    confirmed: bool = False
    """The second confirmation that a blocked item needs."""


class StopInput(BaseModel):
    """Why a recommendation is stopped."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


def approve(services: Services, actor: Actor, recommendation_id: int, given: ApproveInput) -> RecommendationState:
    """Approve a proposed recommendation; its patient sees it at once.

    It is judged again first, beside all that the patient takes by now, and so are the other proposals afterwards. Raises
    NotFound, Conflict when it is not proposed any more or the diagnosis is closed, and Invalid when its verdict wants a
    reason (major, block) or a second confirmation (block).
    """

    def act(change: Change) -> RecommendationState | Invalid:
        row, diagnosis = load(change.session, actor, recommendation_id, Action.TREAT)
        if row.status != "proposed":
            raise Conflict(f"This recommendation is {row.status} already.")
        if diagnosis.status != "open":
            raise Conflict("The diagnosis is closed: open a new one.")
        before = recommendation_state(row)
        judgement = judge_again(change.session, services, row)
        missing = objection(judgement.verdict, given)
        if missing is not None:
            refresh_all(change, services, row.patient_id)  # the page learns why, if the verdict is a new one
            return missing
        if diagnosis.condition_id is None and row.condition_id:
            diagnosis.condition_id = row.condition_id
            change.session.add(diagnosis)
            tell(change, services, diagnosis, "condition")
        row.verdict, row.verdict_reasons = judgement.verdict.value, reasons_of(judgement)
        row.status, row.approved = "approved", change.now
        row.override_reason = given.override_reason or ""
        change.session.add(row)
        change.audit(actor, "approve", "recommendation", recommendation_id, row.override_reason)
        state = tell_recommendation(change, row, "approved", before)
        if counts(change.session, row):
            evidence.count_prescribed(change, row)
        tell_effectiveness(change, row)
        refresh_all(change, services, row.patient_id)  # beside this one, the others may be dangerous now
        return state

    result = services.ledger.write(act)  # a refusal is returned, not raised: the new verdicts have to be committed
    if isinstance(result, Invalid):
        raise result
    return result


def objection(verdict: Verdict, given: ApproveInput) -> Invalid | None:
    """Say what an approval lacks under a verdict; None where nothing is missing."""
    if verdict in NEEDS_REASON and given.override_reason is None:
        sentence = "The safety gate has a serious objection: give a reason to approve it all the same."
        return Invalid(sentence, code="needs_reason")
    if verdict is Verdict.BLOCK and not given.confirmed:
        sentence = "The safety gate blocks this: confirm a second time that you want to approve it."
        return Invalid(sentence, code="needs_confirmation")
    return None


def stop(services: Services, actor: Actor, recommendation_id: int, given: StopInput) -> RecommendationState:
    """Stop a recommendation with a reason. Raises NotFound, and Conflict when it is stopped already."""

    def act(change: Change) -> RecommendationState:
        row, _ = load(change.session, actor, recommendation_id, Action.TREAT)
        return end(change, services, actor, row, given)

    return services.ledger.write(act)


def end(change: Change, services: Services, actor: Actor, row: Recommendation, given: StopInput) -> RecommendationState:
    """Stop a recommendation with a reason, as part of a change. Raises Conflict when it is stopped already."""
    if row.status == "stopped":
        raise Conflict("This recommendation is stopped already.")
    before = recommendation_state(row)
    row.status, row.stopped, row.stop_reason = "stopped", change.now, given.reason
    change.session.add(row)
    change.audit(actor, "stop", "recommendation", key(row), given.reason)
    state = tell_recommendation(change, row, "stopped", before, reason=given.reason)
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
        verdict_reasons=reasons_of(judgement),
        override_reason=override_reason,
        status="approved",
        created=change.now,
        approved=change.now,
    )
    change.session.add(row)
    change.session.flush()
    tell_recommendation(change, row, "added", None)
    if counts(change.session, row):
        evidence.count_prescribed(change, row)
    tell_effectiveness(change, row)
    return row


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
