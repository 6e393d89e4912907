"""Taking a stop back: it was a slip, and what was stopped goes on as if nobody had stopped it.

Only for a short while: after that the patient has gone by the stop, and it takes a new decision with a new proposal. It goes
through the safety gate like an approval, because what the patient takes or is may be another matter by now. That it was
stopped and that this was taken back both stay in the audit and in the diagnosis' log.
"""

from datetime import timedelta

from domain import check_in, in_use, together
from domain.deciding import Overruling, decide, objection
from domain.errors import Conflict, VervainError
from domain.judgement import judge_to_decide, put
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.patient import key
from domain.permission import Action, Actor
from domain.proposal import refresh_all
from domain.recommendation import load, reach
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import counts, tell_recommendation
from storage import care

RESUME_WITHIN = timedelta(minutes=30)
"""Our proposal: long enough for a look at the next patient, short enough that no dose was left out for it."""


def resume(
    services: Services, actor: Actor, recommendation_id: int, given: Overruling, *, repeat_key: str | None = None
) -> RecommendationState:
    """Let a stopped recommendation go on, or put a rejected proposal back, within 30 minutes.

    What was accepted of the gate when it was approved stays accepted; anything new or worse wants the reason and the
    confirmation that an approval would want. Raises NotFound, NotAllowed, Conflict where it is not stopped, it is too late, the
    diagnosis is closed or nothing may be planned, and Invalid where the reason or the confirmation is missing.
    """

    def act(change: Change) -> RecommendationState | VervainError:
        row, diagnosis = load(change.session, actor, recommendation_id, Action.TREAT)
        if row.status != "stopped" or row.stopped is None:
            raise Conflict("This recommendation is not stopped.")
        if change.now - row.stopped > RESUME_WITHIN:
            raise Conflict("This was stopped too long ago to be undone: decide anew.", code="too_late")
        if diagnosis.status != "open":
            raise Conflict("The diagnosis is closed: open a new one.")
        in_use.check(change.session, row.patient_id)
        before = recommendation_state(row)
        found = judge_to_decide(change.session, services, row)
        ran = row.approved is not None
        if ran and found.beyond(row.accepted):
            missing = objection(found, given)
            if missing is not None:
                refresh_all(change, services, row.patient_id)  # as for an approval
                return missing
            row.accepted = found.serious()
            row.override_reason = given.override_reason or row.override_reason
        row.status, row.stopped, row.stop_reason = "approved" if ran else "proposed", None, ""
        put(row, found, care.acknowledged(change.session, row.patient_id), change.now)
        change.session.add(row)
        change.session.flush()
        change.audit(
            actor,
            "undo stop",
            "recommendation",
            key(row),
            patient_id=row.patient_id,
            reason=given.override_reason or "",
        )
        if ran and counts(change.session, row):
            together.resumed(change, row, before.stopped)
        due = check_in.again(change, row.diagnosis_id, diagnosis.baseline) if ran else None
        state = tell_recommendation(change, row, "approved" if ran else "changed", before, check_in=due)
        refresh_all(change, services, row.patient_id)
        return state

    return decide(
        services,
        actor,
        repeat_key,
        (f"resume {recommendation_id}", given),
        act,
        may=reach(actor, recommendation_id, Action.TREAT),
    )
