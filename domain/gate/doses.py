"""Dose rules: the range for the preparation, unit and age, the length, and the total over all items of a plan."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite

from domain.gate.naming import Remedy, called, formula_name
from domain.gate.units import are_drops, drops_of_unknown_size, in_unit, show, times
from domain.gate.verdict import DoseLine, GateReason, Outcome, Verdict
from domain.knowledge import fold
from storage.knowledge import Dose, Knowledge

CHILD_BELOW = 12
"""Years. Below, an adult range says nothing, and without a dose for children the item is blocked (reference 6)."""
ADULT_FROM = 18
ELDER_FROM = 65
FAR_ABOVE = 2.0
"""Twice the highest documented maximum is blocked, whatever source one prefers (design 5)."""
ROUNDING = 1 + 1e-9


def dose_reasons(
    remedy: Remedy, others: Sequence[Remedy], age: int | None, knowledge: Knowledge
) -> Iterator[GateReason]:
    """Yield what the documented doses say against the dose line of a herb or formula, alone and with the rest of the plan."""
    name, about = remedy_name(remedy), (remedy.doses_under,)
    rows = knowledge.doses.get(remedy.doses_under, ())
    fitting = [row for row in rows if fits_age(row.age, age)]
    if age is not None and age < CHILD_BELOW and not any(_counts(row, remedy) for row in fitting):
        message = f"No dose of {name} is documented for a child of {age} years."
        if fitting:
            message = f"Only a row of this practice’s own documents a dose of {name} for a child of {age} years."
        yield GateReason(
            Verdict.BLOCK,
            "child_dose",
            message,
            ("PROPOSAL",),
            mechanism="dose_child",
            about=about,
            outcome=Outcome.NOT_COVERED,
        )
        if not fitting:
            return
    line = remedy.item.dose
    if line is not None:
        same = [row for row in fitting if _same_way(row, line)]
        reasons = [*_range(name, line, same), *_length(name, line, same)] if same else [_no_such_way(name, line)]
        yield from (replace(reason, about=about) for reason in reasons)
        if age is None and any(row.age != "adult" for row in rows):
            message = f"The age is not recorded; {name} was compared with the doses for adults."
            yield GateReason(
                Verdict.UNKNOWN, "dose", message, mechanism="dose_age", about=about, outcome=Outcome.NOT_RECORDED
            )
        elif age is not None and CHILD_BELOW <= age < ADULT_FROM and same and all(r.age == "adult" for r in same):
            message = f"The documented range of {name} is for adults; the patient is {age} years old."
            yield GateReason(
                Verdict.UNKNOWN, "dose", message, mechanism="dose_age", about=about, outcome=Outcome.NOT_COVERED
            )
    yield from _together(name, remedy, others, fitting)


def fits_age(documented: str, age: int | None) -> bool:
    """Say whether a dose documented for ``adult``, ``child``, ``elder``, ``6-12``, ``12+`` (or the like) holds at this age.

    Adult doses hold from 12 years on and where the age is not recorded; what cannot be read holds for nobody.
    """
    words = documented.casefold()  # not folded: that would take the sign off "<12"
    years = [int(number) for number in re.findall(r"\d+", words)]
    if years and any(month in words for month in ("month", "week", "day")):
        return age is not None and age < 2
    if len(years) >= 2:
        return age is not None and years[0] <= age <= years[1]
    if years:
        below = any(word in words for word in ("<", "under", "below", "up to", "to "))
        return age is not None and (age < years[0] if below else age >= years[0])
    if any(word in words for word in ("child", "infant", "neonate", "paediatric", "pediatric")):
        return age is not None and age < CHILD_BELOW
    if any(word in words for word in ("elder", "old")):
        return age is not None and age >= ELDER_FROM
    if words in {"adult", "adults"}:
        return age is None or age >= CHILD_BELOW
    return words in {"all", "any"}


def share_of_documented(line: DoseLine, rows: Sequence[Dose]) -> float | None:
    """Give a dose as a share of the middle of the documented range (1 is the middle); None where they cannot be compared.

    By the first row that is given the same way and can be compared without a guess.
    """
    for row in rows:
        amount = _as_documented(line, row) if _same_way(row, line) and isfinite(line.amount) else None
        if amount is not None and amount > 0:
            return 2 * amount / (row.min + row.max)
    return None


def remedy_name(remedy: Remedy) -> str:
    """Give the name of a remedy to use in a sentence."""
    return formula_name(remedy.formula) if remedy.formula else called(remedy.herbs[0])


def _counts(row: Dose, remedy: Remedy) -> bool:
    """Say whether a dose can lift a block: a row of a practice's own only for a remedy of its own."""
    return not row.own or (remedy.formula.own if remedy.formula else remedy.herbs[0].own)


def _same_way(row: Dose, line: DoseLine) -> bool:
    # What the line leaves open is compared with all; what it names must be the same.
    return (
        (not line.preparation or fold(row.preparation) == fold(line.preparation))
        and (not line.part or fold(row.part) == fold(line.part))
        and (not line.route or fold(row.route) == fold(line.route))
    )


def _no_such_way(name: str, line: DoseLine) -> GateReason:
    way = " ".join(word for word in (line.part, line.preparation) if word)
    message = f"No dose of {name} as {way or 'it is given'} by the {line.route or 'same'} route is documented."
    return _cannot_compare(message)


def _cannot_compare(message: str, rule: str = "dose") -> GateReason:
    return GateReason(Verdict.UNKNOWN, rule, message, mechanism="dose_unknown", outcome=Outcome.NOT_COMPARABLE)


def _range(name: str, line: DoseLine, rows: Sequence[Dose]) -> Iterator[GateReason]:
    if line.amount <= 0 or not isfinite(line.amount):
        yield _cannot_compare(f"The dose of {name} cannot be compared: its amount is not a number above zero.")
        return
    compared = [(row, amount) for row in rows if (amount := _as_documented(line, row)) is not None]
    if not compared and are_drops(line.unit) and not (line.drops_per_ml or any(row.drops_per_ml for row in rows)):
        yield _cannot_compare(drops_of_unknown_size(line, name))
    elif not compared:
        documented = " or ".join(sorted({f"{row.unit} per {row.per}" for row in rows}))
        yield _cannot_compare(
            f"The dose of {name} in {line.unit} per {line.per} cannot be compared with the documented {documented}."
        )
    yield from _above(name, "dose", compared)
    for row, amount in compared:
        if amount * ROUNDING < row.min:
            low = f"the documented {show(row.min)} {row.unit}"
            message = f"{show(amount)} {row.unit} of {name} per {row.per} is below {low} ({row.preparation})."
            yield GateReason(Verdict.MINOR, "dose", message, row.source, row.grade.value, mechanism="dose_low")


def _above(name: str, rule: str, compared: Sequence[tuple[Dose, float]]) -> Iterator[GateReason]:
    over = [(row, amount) for row, amount in compared if amount > row.max * ROUNDING]
    # A practice's own row with a higher maximum does not take back what all that come with the program say.
    decisive = [pair for pair in compared if not pair[0].own] or compared
    everywhere = all(amount > FAR_ABOVE * row.max * ROUNDING for row, amount in decisive)
    for row, amount in over:
        verdict = Verdict.BLOCK if everywhere else Verdict.MAJOR
        which = "more than twice" if amount > FAR_ABOVE * row.max * ROUNDING else "above"
        total = " in all items together" if rule == "cumulative_dose" else ""
        message = (
            f"{show(amount)} {row.unit} of {name} per {row.per}{total} is {which} the documented maximum of "
            f"{show(row.max)} {row.unit} ({row.preparation})."
        )
        yield GateReason(verdict, rule, message, row.source, row.grade.value, mechanism="dose_high")


def _length(name: str, line: DoseLine, rows: Sequence[Dose]) -> Iterator[GateReason]:
    for row in rows:
        if row.max_days is None:
            continue
        if line.duration_days is None:
            limit = f"it is documented for at most {row.max_days} days"
            message = f"How long {name} is taken is not recorded; {limit}."
            yield GateReason(
                Verdict.UNKNOWN,
                "duration",
                message,
                row.source,
                row.grade.value,
                mechanism="duration_not_recorded",
                outcome=Outcome.NOT_RECORDED,
            )
        elif line.duration_days > row.max_days:
            message = f"{name} for {line.duration_days} days is longer than the documented {row.max_days} days."
            yield GateReason(Verdict.MODERATE, "duration", message, row.source, row.grade.value, mechanism="duration")


def _together(name: str, remedy: Remedy, others: Sequence[Remedy], rows: Sequence[Dose]) -> Iterator[GateReason]:
    """Add up one herb over the items of a plan; amounts that cannot be added up become ``unknown``."""
    own = {herb.id: herb for herb in remedy.herbs}
    line = remedy.item.dose
    alike = []
    for other in others:
        shared = [own[herb.id] for herb in other.herbs if herb.id in own]
        simple = remedy.formula is None and other.formula is None
        if shared and simple and line and other.item.dose and _same_line(line, other.item.dose):
            alike.append(other.item.dose)
        elif shared:
            herbs = ", ".join(sorted(called(herb) for herb in shared))
            where = f"{name} and {remedy_name(other)}" if remedy.formula or other.formula else "two items of the plan"
            message = f"{herbs} is in {where}; the amounts cannot be added up."
            about = tuple(sorted({remedy.doses_under, other.doses_under, *(herb.id for herb in shared)}))
            yield replace(_cannot_compare(message, "cumulative_dose"), about=about)
    if line is None or not alike:
        return
    compared = []
    for row in (row for row in rows if _same_way(row, line)):
        amounts = [_as_documented(one, row) for one in (line, *alike)]
        known = [amount for amount in amounts if amount is not None]
        compared.append((row, sum(sorted(known))))
        if len(known) < len(amounts):
            message = f"{name} is in several items of the plan; the amounts cannot be added up."
            yield replace(_cannot_compare(message, "cumulative_dose"), about=(remedy.doses_under,))
    for reason in _above(name, "cumulative_dose", compared):
        yield replace(reason, about=(remedy.doses_under,))


def _same_line(one: DoseLine, other: DoseLine) -> bool:
    return fold(one.preparation) == fold(other.preparation) and fold(one.route) == fold(other.route)


def _as_documented(line: DoseLine, row: Dose) -> float | None:
    """Express a dose line in the unit and per the time of a documented dose; None where that takes a guess."""
    amount = in_unit(line.amount, line.unit, row.unit, drops_per_ml=line.drops_per_ml or row.drops_per_ml)
    if amount is None or line.per == row.per:
        return amount
    if row.per == "day":
        if often := times(line.times_a_day, most=True):
            return amount * often
        return amount if amount > row.max else None  # one dose alone is too much already
    # Where nobody says how often, a day's amount is spread over as many doses as are documented.
    often = times(line.times_a_day, most=False) or times(row.times_a_day, most=True)
    return amount / often if often else None
