"""What the safety gate would say of what fits, before anything is recorded: seen while choosing, and not after."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.gate import GateReason, Item, Judgement, Verdict, badness
from domain.judgement import left_over, plan_of
from domain.ledger import utc_now
from domain.matching import FindingValue, Match
from domain.past import answered
from domain.patient import PatientInput, find, profile_of
from domain.permission import Action, Actor
from domain.recommending import Answered, failed, propose
from domain.services import Services
from storage.tables import Patient

CAUTIONED = badness(Verdict.MODERATE)
"""From here on an item is named; what could not be checked is counted, and what is minor is left to the plan itself."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One item that is documented for a condition, with the worst that the gate says of it for this patient."""

    kind: str
    item_id: str
    name: str
    verdict: Verdict
    reason: GateReason | None
    """The first that gives the verdict."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be proposed for one condition: ``concerns`` worst first, of ``documented`` items, ``unchecked`` of them
    with something that could not be checked and nothing worse.
    """

    condition_id: str
    concerns: tuple[Concern, ...]
    documented: int
    unchecked: int


def foresee(
    services: Services,
    actor: Actor,
    patient: int | PatientInput,
    tradition: str,
    findings: Sequence[FindingValue],
    matches: Sequence[Match],
) -> list[Foreseen]:
    """Judge what is documented for each of these matches, for a patient who is there or for one as far as they are typed.

    The same rules and the same plan as when it is recorded. Raises NotFound, NotAllowed.
    """
    plan: list[Item] = []
    elsewhere: list[Item] = []
    before: list[Answered] = []
    if isinstance(patient, int):
        with services.database.read() as session:
            who = find(session, actor, patient, Action.TREAT)
            plan, elsewhere = plan_of(session, patient), left_over(session, patient)
            before = answered(session, patient)
    else:
        who = Patient(
            practice_id=actor.practice_id, practitioner_id=actor.person_id, created=utc_now(), **patient.model_dump()
        )
    known = services.library.of(actor.practice_id)
    there = tuple(one.finding_id for one in findings if one.there)
    absent = tuple(one.finding_id for one in findings if not one.there)
    foreseen = []
    for one in matches:
        profile = profile_of(who, findings=there, absent=absent, patterns=(one.condition_id,), tradition=tradition)
        found = propose(
            one.condition_id,
            matches,
            profile,
            known.knowledge,
            known.names,
            lambda _item, _condition: None,
            already=plan,
            elsewhere=elsewhere,
            failed=failed(before),
        )
        judged = [(row, row.judgement) for row in (*found.held_back, *found.passed)]
        named = [
            Concern(row.kind, row.item_id, row.name, judgement.verdict, _worst(judgement))
            for row, judgement in judged
            if badness(judgement.verdict) >= CAUTIONED
        ]
        unchecked = sum(judgement.verdict is Verdict.UNKNOWN for _, judgement in judged)
        named.sort(key=lambda concern: -badness(concern.verdict))
        foreseen.append(Foreseen(one.condition_id, tuple(named), len(judged), unchecked))
    return foreseen


def _worst(judgement: Judgement) -> GateReason | None:
    return next((one for one in judgement.reasons if one.verdict is judgement.verdict), None)
