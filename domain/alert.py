"""Alerts that were read: a practitioner notes that reasons of the gate are known, and they are folded away for this patient."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from domain.deciding import Key, decide
from domain.errors import Invalid
from domain.gate import Verdict, badness, worst
from domain.judgement import judge_again, put
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.permission import Action, Actor
from domain.proposal import refresh_all
from domain.recommendation import load, reach
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import tell_recommendation
from storage import care
from storage.tables import AlertAcknowledgement


class AcknowledgeInput(BaseModel):
    """Reasons of the gate that a practitioner has read."""

    model_config = ConfigDict(extra="forbid")

    reasons: list[Key] = Field(min_length=1, max_length=200)
    """Their keys."""


def acknowledge(
    services: Services,
    actor: Actor,
    recommendation_id: int,
    given: AcknowledgeInput,
    *,
    repeat_key: str | None = None,
) -> RecommendationState:
    """Note that reasons of the gate have been read for this patient: they are folded away until the regimen changes.

    It holds for a reason as bad as it is now, and no worse. A verdict stays what it is, and a block cannot be acknowledged.
    Raises NotFound, and Invalid for what is no reason of it, or has become worse since it was last told.
    """

    def act(change: Change) -> RecommendationState | Invalid:
        row, _ = load(change.session, actor, recommendation_id, Action.TREAT)
        found = judge_again(change.session, services, row)
        shown = _verdicts((one["key"], Verdict(one["verdict"])) for one in row.verdict_reasons if one.get("key"))
        now = _verdicts((one.key, one.verdict) for one in found.judgement.reasons)
        read = care.acknowledged(change.session, row.patient_id)
        for one in sorted(set(given.reasons)):
            there = now.get(one, set()) - {Verdict.BLOCK}
            if not there or badness(worst(there)) > badness(worst(shown.get(one, ()))):
                refresh_all(change, services, row.patient_id)  # the page learns what there is by now
                return Invalid(
                    "This is not a reason of the gate that can be acknowledged: the page may be out of date."
                )
            if (one, found.regimen, worst(there).value) not in read:
                note = AlertAcknowledgement(
                    patient_id=row.patient_id,
                    reason=one,
                    regimen=found.regimen,
                    verdict=worst(there).value,
                    person_id=actor.person_id,
                    at=change.now,
                )
                change.session.add(note)
        change.session.flush()
        change.audit(actor, "acknowledge", "recommendation", recommendation_id, patient_id=row.patient_id)
        before = recommendation_state(row)
        put(row, found, care.acknowledged(change.session, row.patient_id), change.now)
        change.session.add(row)
        state = recommendation_state(row)
        if state != before:
            tell_recommendation(change, row, "changed", before)
        refresh_all(change, services, row.patient_id)  # the pair is read for whichever of the two is looked at
        return recommendation_state(row)

    return decide(
        services,
        actor,
        repeat_key,
        (f"acknowledge {recommendation_id}", given),
        act,
        may=reach(actor, recommendation_id, Action.TREAT),
    )


def _verdicts(reasons: Iterable[tuple[str, Verdict]]) -> dict[str, set[Verdict]]:
    found: dict[str, set[Verdict]] = {}
    for name, verdict in reasons:
        found.setdefault(name, set()).add(verdict)
    return found
