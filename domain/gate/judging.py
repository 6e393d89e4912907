"""Judge one item for one patient: every rule adds reasons, the worst wins, and no rule takes another's reason back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from domain.gate.allergies import Allergy, allergy_reasons, find_allergies
from domain.gate.contradictions import tradition_reasons
from domain.gate.doses import dose_reasons, remedy_name
from domain.gate.interactions import interaction_reasons
from domain.gate.medicines import Medicines, find_medicines
from domain.gate.naming import REMEDIES, Remedy, called, find_remedy
from domain.gate.populations import Populations, find_populations, population_reasons
from domain.gate.verdict import GateReason, Item, Judgement, Outcome, Profile, Verdict, conclude
from domain.knowledge import NameIndex, fold
from storage.knowledge import Knowledge

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patient:
    """A profile with every name in it looked up, so that many items can be judged for one patient."""

    profile: Profile
    medicines: Medicines
    allergies: tuple[Allergy, ...]
    populations: Populations


def judge(item: Item, profile: Profile, beside: Sequence[Item], knowledge: Knowledge, names: NameIndex) -> Judgement:
    """Judge an item for a patient who takes ``beside`` (the rest of the plan, without the item itself).

    Deterministic, and the same whatever the order of medicines, allergies, conditions and items; adding one never lowers the
    verdict. A formula is as bad as its worst herb, or as what its herbs do together. Diet, lifestyle and protocols are
    not in the documents that the rules read: the verdict is ``nothing_documented`` and says so. Source: design 5, reference 6.
    """
    return judge_for(meet(profile, knowledge, names), item, beside, knowledge, names)


def meet(profile: Profile, knowledge: Knowledge, names: NameIndex) -> Patient:
    """Look up the medicines, allergies and conditions of a profile, once for all items."""
    return Patient(
        profile=profile,
        medicines=find_medicines(profile.medicines, knowledge, names),
        allergies=find_allergies(profile.allergies, knowledge, names),
        populations=find_populations(profile, knowledge),
    )


def judge_for(
    patient: Patient, item: Item, beside: Sequence[Item], knowledge: Knowledge, names: NameIndex
) -> Judgement:
    """Judge an item for a patient that has been met; as ``judge``. Where the gate itself fails, the item is blocked."""
    try:
        return _judged(patient, item, beside, knowledge, names)
    except Exception:  # one row that nobody thought of must not leave a whole plan unjudged, nor let an item pass
        log.exception("the gate failed", item=item.id)
        message = f"{item.name} could not be judged: the safety gate failed, which is a fault of the program."
        return conclude(
            [
                GateReason(
                    Verdict.BLOCK,
                    "gate_failed",
                    message,
                    mechanism="gate_failed",
                    about=(item.id or f"name:{fold(item.name)}",),
                    outcome=Outcome.NOT_COMPARABLE,
                )
            ]
        )


def _judged(patient: Patient, item: Item, beside: Sequence[Item], knowledge: Knowledge, names: NameIndex) -> Judgement:
    if item.kind not in REMEDIES:
        message = f"Nothing is documented for or against {item.name} here; it was not checked against this patient."
        about = (item.id or f"name:{fold(item.name)}",)
        return conclude(
            [
                GateReason(
                    Verdict.NOTHING_DOCUMENTED,
                    "not_checked",
                    message,
                    mechanism="not_checked",
                    about=about,
                    outcome=Outcome.NOT_APPLICABLE,
                )
            ]
        )
    remedy = find_remedy(item, knowledge, names)
    if isinstance(remedy, GateReason):
        return conclude([remedy])
    reasons = list(_reasons(remedy, patient, [one for one in beside if one is not item], knowledge, names))
    if all(one.verdict is Verdict.NOTHING_DOCUMENTED for one in reasons):
        message = f"Nothing is documented against {remedy_name(remedy)} for what is recorded of this patient."
        reasons.append(
            GateReason(
                Verdict.NOTHING_DOCUMENTED,
                "nothing_documented",
                message,
                mechanism="nothing_documented",
                about=(remedy.doses_under,),
                outcome=Outcome.NOTHING_DOCUMENTED,
            )
        )
    return conclude(reasons)


def _reasons(
    remedy: Remedy, patient: Patient, beside: Sequence[Item], knowledge: Knowledge, names: NameIndex
) -> Iterator[GateReason]:
    others: list[Remedy] = []
    for one in (one for one in beside if one.kind in REMEDIES):
        other = find_remedy(one, knowledge, names)
        if isinstance(other, Remedy):
            others.append(other)
        else:
            message = (
                f"{one.name} in the same plan is not identified, so {remedy_name(remedy)} was not checked against it."
            )
            yield _not_identified(message, f"name:{fold(one.name)}", remedy.doses_under)
    yield from patient.medicines.reasons
    yield from _identity(remedy, knowledge)
    # A regulated herb is never given a dose, not even one to compare with.
    if not any(herb.regulated for herb in remedy.herbs):
        yield from dose_reasons(remedy, others, patient.profile.age, knowledge)
    yield from interaction_reasons(remedy, others, patient.medicines, knowledge)
    yield from population_reasons(remedy, patient.profile, patient.populations, knowledge)
    yield from allergy_reasons(remedy, patient.allergies, knowledge)
    yield from tradition_reasons(remedy, patient.profile, knowledge)


def _identity(remedy: Remedy, knowledge: Knowledge) -> Iterator[GateReason]:
    yield from remedy.reasons
    for herb in remedy.herbs:
        if herb.regulated:
            message = f"{called(herb)} is regulated: {herb.regulated.rstrip('.')}."
            yield GateReason(
                Verdict.BLOCK,
                "regulated",
                message,
                herb.source,
                herb.grade.value,
                mechanism="regulated",
                about=(herb.id,),
            )
    if remedy.formula:
        absent = sorted(one for one in remedy.formula.herbs if one not in knowledge.herbs)
        if absent:
            message = f"{remedy_name(remedy)} contains {', '.join(absent)}, which the knowledge base does not have."
            yield _not_identified(message, remedy.formula.id, *absent)


def _not_identified(message: str, *about: str) -> GateReason:
    return GateReason(
        Verdict.UNKNOWN,
        "identity",
        message,
        mechanism="identity",
        about=tuple(sorted(about)),
        outcome=Outcome.NOT_IDENTIFIED,
    )
