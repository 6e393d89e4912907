"""What a tradition advises against: a hot herb in a hot state, for example. Advice, never more than moderate."""

from collections.abc import Iterator

from domain.gate.doses import remedy_name
from domain.gate.naming import Remedy
from domain.gate.rules import rules_of
from domain.gate.verdict import GateReason, Outcome, Profile, Verdict
from storage.knowledge import Contradiction, Herb, Knowledge, Severity, Tradition

EVIDENT = 2.0
"""The second degree of a quality: the first is slight, the second evident (facts 2, Tabari)."""


def tradition_reasons(remedy: Remedy, profile: Profile, knowledge: Knowledge) -> Iterator[GateReason]:
    """Yield the advice of the traditions against a remedy in the state that the profile describes.

    A herb's qualities are read in the profile's tradition, a condition's where it is of that tradition (or none is given). A row
    about one herb holds for that herb by itself; a row about a tag or quality holds for a formula only where most of its herbs
    have it, so that a balanced formula is left alone.
    """
    if not (profile.findings or profile.patterns):
        return
    state = frozenset(_state(profile, knowledge))
    both = {f"finding:{one}" for one in set(profile.findings).intersection(profile.absent)}
    for row in rules_of(knowledge).contradictions:
        if row.against not in state or not (degree := _speaks_of(row, remedy, profile.tradition)):
            continue
        # Whatever a row says, what a tradition advises is advice; against a slight quality (first degree) it is a small one.
        slight = row.severity is Severity.MINOR or degree < EVIDENT
        ours = f"{profile.tradition} advice" if profile.tradition else "traditional advice"
        message = f"{remedy_name(remedy)} ({ours}): {row.effect.rstrip('.')}."
        yield GateReason(
            Verdict.MINOR if slight else Verdict.MODERATE,
            "tradition",
            message,
            row.source,
            row.grade.value,
            mechanism=row.item,
            about=tuple(sorted((row.against, *(herb.id for herb in remedy.herbs)))),
        )
        if row.against in both:
            name = row.against.partition(":")[2]
            yield GateReason(
                Verdict.UNKNOWN,
                "tradition",
                f"{name} is recorded as present and as absent; {remedy_name(remedy)} was checked as if it were present.",
                mechanism="contradictory_finding",
                about=(row.against,),
                outcome=Outcome.NOT_COMPARABLE,
            )


def _state(profile: Profile, knowledge: Knowledge) -> Iterator[str]:
    """List what a row can be against: what was found, the conditions that hold and their qualities."""
    for one in profile.findings:
        yield f"finding:{one}"
    for one in profile.patterns:
        yield f"condition:{one}"
        condition = knowledge.conditions.get(one)
        if condition is not None and profile.tradition in ("", condition.tradition.value):
            for quality in condition.qualities:
                yield f"quality:{quality}"


def _speaks_of(row: Contradiction, remedy: Remedy, tradition: str) -> float:
    """Give how strongly a remedy is what a row is about, in degrees of a quality; 0 where the row is about something else."""
    kind, colon, name = row.item.partition(":")
    if not colon:
        return EVIDENT if row.item == remedy.doses_under else 0
    if kind not in ("tag", "quality"):
        return 0
    degrees = [
        EVIDENT * (name in herb.tags) if kind == "tag" else _quality(herb, name, tradition) for herb in remedy.herbs
    ]
    having = [degree for degree in degrees if degree > 0]
    return max(having) if len(having) * 2 > len(remedy.herbs) else 0


def _quality(herb: Herb, quality: str, tradition: str) -> float:
    if tradition not in set(Tradition):
        return 0
    read: dict[str, float] = {str(one): degree for one, degree in herb.qualities.get(Tradition(tradition), {}).items()}
    return read.get(quality, 0)
