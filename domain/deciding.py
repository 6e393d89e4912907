"""Decisions about what the gate objects to: what each needs, done once, and a refusal that leaves the new verdicts behind."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.errors import Conflict, Invalid, VervainError
from domain.gate import Verdict
from domain.judgement import Judged
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.once import once
from domain.permission import Actor
from domain.services import Services
from domain.text import Reason

NEEDS_REASON = frozenset({Verdict.BLOCK, Verdict.MAJOR})
"""Verdicts that are approved only with a typed reason; a blocked one also with a second confirmation."""
Key = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
"""Of a reason of the gate."""


class SeenReason(BaseModel):
    """A serious reason of the gate that somebody had before their eyes when they decided."""

    model_config = ConfigDict(extra="forbid")

    key: Key
    verdict: Verdict


class Overruling(BaseModel):
    """What a decision against the gate goes with."""

    model_config = ConfigDict(extra="forbid")

    override_reason: Reason | None = None
    confirmed: bool = False
    """The second confirmation that a blocked item needs."""
    seen: list[SeenReason] | None = Field(default=None, max_length=200)
    """The serious reasons that were shown. Where it is given, a decision over one that is new or worse is refused."""


def objection(found: Judged, given: Overruling) -> VervainError | None:
    """Say what a decision lacks under a judgement, with the serious reasons in the details; None where nothing is missing."""
    verdict = found.judgement.verdict
    reasons = [
        {"key": one.key, "verdict": one.verdict.value, "rule": one.rule, "message": one.message}
        for one in found.judgement.reasons
        if one.verdict in NEEDS_REASON
    ]
    if verdict in NEEDS_REASON and given.override_reason is None:
        sentence = "The safety gate has a serious objection: give a reason to approve it all the same."
        return Invalid(sentence, code="needs_reason", reasons=reasons)
    if verdict is Verdict.BLOCK and not given.confirmed:
        sentence = "The safety gate blocks this: confirm a second time that you want to approve it."
        return Invalid(sentence, code="needs_confirmation", reasons=reasons)
    if given.seen is not None and found.beyond([one.model_dump(mode="json") for one in given.seen]):
        sentence = "The safety gate has an objection that was not there when you decided: read it first."
        return Conflict(sentence, code="new_objection", reasons=reasons)
    return None


def decide(
    services: Services,
    actor: Actor,
    repeat_key: str | None,
    request: tuple[str, BaseModel],
    act: Callable[[Change], RecommendationState | VervainError],
    *,
    may: Callable[[Change], object],
) -> RecommendationState:
    """Do ``act`` once for a ``repeat_key``. ``may`` raises where the actor may not; asked each time, also for an answer
    that was kept. A refusal that it returns is raised behind the commit: what it wrote stands.
    """

    def whole(change: Change) -> dict[str, Any] | VervainError:
        may(change)

        def answer() -> dict[str, Any]:
            result = act(change)
            if isinstance(result, VervainError):
                raise _Refusal(result)
            return result.model_dump(mode="json")

        try:
            return once(change, actor, repeat_key, request, answer)
        except _Refusal as refusal:
            return refusal.error

    result = services.ledger.write(whole)
    if isinstance(result, VervainError):
        raise result
    return RecommendationState.model_validate(result)


class _Refusal(Exception):
    """Carries a refusal past what would be kept as an answer."""

    def __init__(self, error: VervainError) -> None:
        super().__init__(error.message)
        self.error = error
