"""The words of the gate: what is judged, for whom, and how a judgement reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How the gate stands towards an item, worst first.

    ``unknown`` stands above ``minor``: what could not be checked needs a look, while a minor effect is known to be one. It stands
    below ``moderate``: a documented harm is more than a missing document.
    """

    BLOCK = "block"
    MAJOR = "major"
    MODERATE = "moderate"
    UNKNOWN = "unknown"
    MINOR = "minor"
    NOTHING_DOCUMENTED = "nothing_documented"


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def badness(verdict: Verdict) -> int:
    """Give a number that is larger for a worse verdict, 0 for nothing documented."""
    return len(_RANK) - 1 - _RANK[verdict]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Pick the worst of several verdicts; ``nothing_documented`` where there is none."""
    return min(verdicts, key=_RANK.__getitem__, default=Verdict.NOTHING_DOCUMENTED)


@dataclass(frozen=True, slots=True)
class DoseLine:
    """How much of what, how, and for how long: ``amount`` in ``unit`` per ``day`` or per ``dose``.

    ``duration_days`` is None while nobody has said how long; ``times_a_day`` ("2", "2-3") lets a dose be compared with a day.
    ``source`` names where a documented dose comes from; empty for one that a person typed.
    """

    amount: float
    unit: str
    per: str
    preparation: str
    part: str = ""
    route: str = "oral"
    duration_days: int | None = None
    vehicle: str = ""
    times_a_day: str = ""
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Something that may be recommended: ``kind`` herb, formula, diet, lifestyle or protocol.

    ``id`` is its id in the knowledge base, None where only a name was typed; the gate then identifies the name.
    """

    kind: str
    id: str | None
    name: str
    dose: DoseLine | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the gate has to know of a patient; None means: nobody has recorded it.

    ``age`` in years; ``allergies`` and ``medicines`` as typed; ``conditions`` are populations (see ``POPULATIONS``) such as
    liver, kidney or bleeding; ``surgery_within_days`` counts from today.
    """

    age: int | None = None
    pregnant: bool | None = None
    lactating: bool | None = None
    allergies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    surgery_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class GateReason:
    """Why: the ``rule`` that spoke, one sentence, the ``source`` keys and the ``grade`` (empty for rules of our own)."""

    verdict: Verdict
    rule: str
    message: str
    source: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The worst verdict and every reason, worst first."""

    verdict: Verdict
    reasons: tuple[GateReason, ...]


def conclude(reasons: Iterable[GateReason]) -> Judgement:
    """Put reasons in one fixed order, each once, and take the worst as the verdict."""
    ordered = sorted(set(reasons), key=lambda one: (_RANK[one.verdict], one.rule, one.message, one.source))
    return Judgement(worst(one.verdict for one in ordered), tuple(ordered))
