"""Judging what a patient takes: by all that is known of them now, and again whenever that changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from domain.gate import DoseLine, GateReason, Item, Judgement, Outcome, Profile, Verdict, badness, judge, regimen, worst
from domain.ledger import Change, utc_now
from domain.matching import Match
from domain.patient import key, profile_of
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import tell_recommendation
from storage import care
from storage.tables import Diagnosis, Patient, Recommendation
from storage.tables import Match as MatchRow

SERIOUS = badness(Verdict.MAJOR)
"""From here on a reason has to be accepted by somebody."""
Read = Collection[tuple[str, str, str]]
"""What was acknowledged for a patient: keys of reasons, each with the regimen for which it holds and the verdict it had."""
Accepted = Sequence[Mapping[str, str] | str]
"""What was accepted, as it is kept: keys of reasons with the verdict each had; a key alone is read as a major one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with the regimen that it was made for, and the version of the knowledge that it was made with."""

    judgement: Judgement
    regimen: str
    knowledge: str = ""

    def reasons(self, read: Read) -> list[dict[str, Any]]:
        """Write the reasons as they are kept; a block is never acknowledged, nor what has become worse since it was."""
        seen: dict[str, int] = {}
        for name, whole, verdict in read:
            if whole == self.regimen:
                seen[name] = max(seen.get(name, 0), badness(Verdict(verdict)))
        return [
            {
                "verdict": reason.verdict.value,
                "rule": reason.rule,
                "message": reason.message,
                "source": list(reason.source),
                "grade": reason.grade,
                "mechanism": reason.mechanism,
                "outcome": reason.outcome.value,
                "key": reason.key,
                "acknowledged": reason.verdict is not Verdict.BLOCK
                and badness(reason.verdict) <= seen.get(reason.key, -1),
            }
            for reason in self.judgement.reasons
        ]

    def serious(self) -> list[dict[str, str]]:
        """List the reasons that somebody has to accept: each key once, with the worst verdict that it has."""
        worst_of: dict[str, Verdict] = {}
        for one in self.judgement.reasons:
            if badness(one.verdict) >= SERIOUS:
                worst_of[one.key] = worst((one.verdict, worst_of.get(one.key, one.verdict)))
        return [{"key": name, "verdict": verdict.value} for name, verdict in sorted(worst_of.items())]

    def beyond(self, accepted: Accepted) -> list[str]:
        """List the keys of the serious reasons that nobody has accepted as bad as they are."""
        covered: dict[str, int] = {}
        for one in accepted:
            name, verdict = (one, Verdict.MAJOR) if isinstance(one, str) else (one["key"], Verdict(one["verdict"]))
            covered[name] = max(covered.get(name, 0), badness(verdict))
        return [one["key"] for one in self.serious() if badness(Verdict(one["verdict"])) > covered.get(one["key"], 0)]


def reason_of(kept: Mapping[str, Any]) -> GateReason:
    """Read a reason that was kept; one from before reasons had keys is about nothing in particular."""
    about = str(kept.get("key") or "").split("|")[2:]
    return GateReason(
        Verdict(kept["verdict"]),
        kept["rule"],
        kept["message"],
        tuple(kept.get("source", ())),
        kept.get("grade", ""),
        kept.get("mechanism", ""),
        tuple(about),
        Outcome(kept.get("outcome") or Outcome.DOCUMENTED_HARM),
    )


def profile_for(session: Session, diagnosis: Diagnosis) -> Profile:
    """Describe the patient of a diagnosis to the safety gate, with what was found and the condition that holds."""
    patient = session.get_one(Patient, diagnosis.patient_id)
    found = care.findings(session, key(diagnosis))
    condition = condition_of(session, diagnosis)
    return profile_of(
        patient,
        findings=tuple(one.finding_id for one in found if one.present and one.severity != 0),
        absent=tuple(one.finding_id for one in found if not one.present or one.severity == 0),
        patterns=(condition,) if condition else (),
        tradition=diagnosis.tradition,
    )


def judge_again(session: Session, services: Services, row: Recommendation, dose: DoseLine | None = None) -> Judged:
    """Judge a recommendation for the patient as they are now, beside all that they take by now; ``dose`` in place of its own."""
    diagnosis = session.get_one(Diagnosis, row.diagnosis_id)
    item = Item(row.kind, row.item_id, row.name, dose or dose_of(row))
    beside = [*plan_of(session, row.patient_id, without=row.id), *left_over(session, row.patient_id, without=row.id)]
    return judged(services, diagnosis, profile_for(session, diagnosis), item, beside)


def judge_to_decide(session: Session, services: Services, row: Recommendation, dose: DoseLine | None = None) -> Judged:
    """Judge a recommendation for somebody who decides about it. Raises Unavailable where only old knowledge can be read."""
    services.library.current(row.practice_id)
    return judge_again(session, services, row, dose)


def judged(services: Services, diagnosis: Diagnosis, profile: Profile, item: Item, beside: list[Item]) -> Judged:
    """Judge an item beside a plan, by what the practice knows."""
    known = services.library.of(diagnosis.practice_id)
    judgement = judge(item, profile, beside, known.knowledge, known.names)
    return Judged(judgement, regimen(profile, beside, item), known.knowledge.version)


def judge_plan(change: Change, services: Services, patient_id: int) -> None:
    """Judge all that a patient takes once more, as part of a change; tells what has become of each.

    A serious reason that nobody has accepted puts the recommendation on top of every page (``worsened``).
    """
    rows = care.running_recommendations(change.session, patient_id)
    read = care.acknowledged(change.session, patient_id) if rows else set()
    for row in rows:
        before = recommendation_state(row)
        put(row, judge_again(change.session, services, row), read, change.now)
        change.session.add(row)
        if recommendation_state(row) != before:
            tell_recommendation(change, row, "changed", before)


def put(row: Recommendation, found: Judged, read: Read, now: datetime) -> None:
    """Write a judgement onto a recommendation."""
    row.verdict, row.verdict_reasons = found.judgement.verdict.value, found.reasons(read)
    row.judged_by = found.knowledge
    new = row.status == "approved" and bool(found.beyond(row.accepted))
    row.worsened = (row.worsened or now) if new else None


def plan_of(session: Session, patient_id: int, *, without: int | None = None) -> list[Item]:
    """List what a patient takes and does at present, over all open diagnoses."""
    rows = care.running_recommendations(session, patient_id)
    return [Item(row.kind, row.item_id, row.name, dose_of(row)) for row in rows if row.id != without]


def left_over(session: Session, patient_id: int, *, without: int | None = None) -> list[Item]:
    """List what a patient takes from closed diagnoses: what nobody has stopped and whose time, if it has one, is not over."""
    return [
        Item(row.kind, row.item_id, row.name, dose_of(row))
        for row in care.left_running(session, patient_id)
        if row.id != without and not _over(row)
    ]


def _over(row: Recommendation) -> bool:
    days = row.duration_days or (row.dose or {}).get("duration_days")
    return bool(days and row.approved and row.approved + timedelta(days=days) < utc_now())


def dose_of(row: Recommendation) -> DoseLine | None:
    """Read a recommendation's dose line."""
    if not row.dose:
        return None
    return DoseLine(**{**row.dose, "source": tuple(row.dose.get("source", ()))})


def dose_kept(dose: DoseLine | None) -> dict[str, Any] | None:
    """Write a dose line as it is kept."""
    if dose is None:
        return None
    return {
        "amount": dose.amount,
        "unit": dose.unit,
        "per": dose.per,
        "preparation": dose.preparation,
        "part": dose.part,
        "route": dose.route,
        "times_a_day": dose.times_a_day,
        "duration_days": dose.duration_days,
        "vehicle": dose.vehicle,
        "source": list(dose.source),
        "drops_per_ml": dose.drops_per_ml,
    }


def condition_of(session: Session, diagnosis: Diagnosis) -> str | None:
    """Give the confirmed condition, or the best match while none is confirmed."""
    if diagnosis.condition_id is not None:
        return diagnosis.condition_id
    best = care.matches(session, key(diagnosis))
    return best[0].condition_id if best else None


def match_of(row: MatchRow) -> Match:
    """Read a match that was kept."""
    return Match(row.condition_id, row.score, tuple(row.supporting), tuple(row.missing), tuple(row.contrary))
