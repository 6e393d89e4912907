"""What a tradition advises against: a hot herb in a hot state, for example. Advice, never more than moderate."""

from collections.abc import Iterator

from domain.gate.doses import remedy_name
from domain.gate.naming import Remedy
from domain.gate.rules import rules_of
from domain.gate.verdict import GateReason, Profile, Verdict
from storage.knowledge import Contradiction, Herb, Knowledge, Severity, Tradition


def tradition_reasons(remedy: Remedy, profile: Profile, knowledge: Knowledge) -> Iterator[GateReason]:
    """Yield the advice of the traditions against a remedy in the state that the profile describes.

    A herb's qualities are read in the profile's tradition, a condition's where it is of that tradition (or none is given). A row
    about one herb holds for that herb by itself; a row about a tag or quality holds for a formula only where most of its herbs
    have it, so that a balanced formula is left alone.
    """
    if not (profile.findings or profile.absent or profile.patterns):
        return
    state = frozenset(_state(profile, knowledge))
    for row in rules_of(knowledge).contradictions:
        if row.against in state and _speaks_of(row, remedy, profile.tradition):
            # Whatever a row says: what a tradition advises is advice.
            verdict = Verdict.MINOR if row.severity is Severity.MINOR else Verdict.MODERATE
            ours = f"{profile.tradition} advice" if profile.tradition else "traditional advice"
            message = f"{remedy_name(remedy)} ({ours}): {row.effect.rstrip('.')}."
            about = tuple(sorted((row.against, *(herb.id for herb in remedy.herbs))))
            yield GateReason(
                verdict, "tradition", message, row.source, row.grade.value, mechanism=row.item, about=about
            )


def _state(profile: Profile, knowledge: Knowledge) -> Iterator[str]:
    """List what a row can be against: what was found, what was looked for in vain, the conditions and their qualities."""
    for one in profile.findings:
        yield f"finding:{one}"
    for one in profile.absent:
        yield f"absent:{one}"
    for one in profile.patterns:
        yield f"condition:{one}"
        condition = knowledge.conditions.get(one)
        if condition is not None and profile.tradition in ("", condition.tradition.value):
            for quality in condition.qualities:
                yield f"quality:{quality}"


def _speaks_of(row: Contradiction, remedy: Remedy, tradition: str) -> bool:
    kind, colon, name = row.item.partition(":")
    if not colon:
        return row.item == remedy.doses_under
    if kind not in ("tag", "quality"):
        return False
    having = sum(name in herb.tags if kind == "tag" else _quality(herb, name, tradition) > 0 for herb in remedy.herbs)
    return having * 2 > len(remedy.herbs)


def _quality(herb: Herb, quality: str, tradition: str) -> float:
    if tradition not in set(Tradition):
        return 0.0
    read: dict[str, float] = {str(one): degree for one, degree in herb.qualities.get(Tradition(tradition), {}).items()}
    return read.get(quality, 0.0)
