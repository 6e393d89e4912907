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


class Outcome(StrEnum):
    """What a reason knows, so that a page never shows "nothing documented" for "could not be checked", or the other way round.

    ``not_recorded``: nobody asked the patient; ``not_covered``: the documents say nothing about such a patient or way of
    taking it; ``read_as_absent``: a denial that was read as such; ``not_applicable``: no rule reads this kind of item.
    """

    DOCUMENTED_HARM = "documented_harm"
    NOT_IDENTIFIED = "not_identified"
    NOT_COMPARABLE = "not_comparable"
    NOT_COVERED = "not_covered"
    NOT_RECORDED = "not_recorded"
    READ_AS_ABSENT = "read_as_absent"
    NOT_APPLICABLE = "not_applicable"
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
    ``drops_per_ml`` says how many drops of this product are one millilitre; a dose in drops means nothing without it.
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
    drops_per_ml: float | None = None


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
    liver, kidney or bleeding, in people's own words; ``surgery_within_days`` counts from today; ``trimester`` is 1, 2 or 3.
    ``findings`` are ids that were found, ``absent`` ids that were looked for and not found, ``patterns`` the ids of conditions
    that hold, ``tradition`` the one that the patient is treated in: all four are for what that tradition advises.
    """

    age: int | None = None
    pregnant: bool | None = None
    lactating: bool | None = None
    allergies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    surgery_within_days: int | None = None
    trimester: int | None = None
    findings: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    tradition: str = ""


@dataclass(frozen=True, slots=True)
class GateReason:
    """Why: the ``rule`` that spoke, one sentence, the ``source`` keys and the ``grade`` (empty for rules of our own).

    ``mechanism`` is what would happen ("bleeding"), ``about`` the ids of what takes part, sorted: herbs, medicines,
    ``class:``, ``population:``, ``allergy:`` and so on.
    """

    verdict: Verdict
    rule: str
    message: str
    source: tuple[str, ...] = ()
    grade: str = ""
    mechanism: str = ""
    about: tuple[str, ...] = ()
    outcome: Outcome = Outcome.DOCUMENTED_HARM

    @property
    def key(self) -> str:
        """Name the finding: the same for the same rule about the same things, whatever the wording, order or source."""
        return "|".join((self.rule, self.mechanism, *sorted(set(self.about))))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The worst verdict and every reason, worst first."""

    verdict: Verdict
    reasons: tuple[GateReason, ...]

    @property
    def documented(self) -> tuple[GateReason, ...]:
        """List the documented harms, of any severity."""
        return self.of(Outcome.DOCUMENTED_HARM)

    @property
    def unchecked(self) -> tuple[GateReason, ...]:
        """List what could not be checked, also beside a worse verdict; empty does not mean that the item may be taken."""
        return tuple(one for one in self.reasons if one.verdict is Verdict.UNKNOWN)

    def of(self, outcome: Outcome) -> tuple[GateReason, ...]:
        """List the reasons of one outcome."""
        return tuple(one for one in self.reasons if one.outcome is outcome)


def conclude(reasons: Iterable[GateReason]) -> Judgement:
    """Put reasons in one fixed order, each once, and take the worst as the verdict."""
    ordered = sorted(
        set(reasons), key=lambda one: (_RANK[one.verdict], one.rule, one.message, one.source, one.key, one.grade)
    )
    return Judgement(worst(one.verdict for one in ordered), tuple(ordered))
