"""What the safety gate said, in the reader's language: kept in English when it was found, said again by its form.

What a row of the knowledge base says in its own words is said where the catalogue has it, and else stays English, marked as such.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from domain.gate import GateReason
from domain.gate.naming import called, formula_name
from domain.gate.rules import Same
from domain.knowledge import names_of
from domain.library import Knowledge
from domain.messages import VerdictReason
from pages.fact_words import PER, TRADITIONS, Words, class_name
from pages.language import N_, Language
from pages.said import said_as, typed, unturned

FORMS: dict[str, tuple[str, ...]] = {
    "identity": (
        N_("{typed} can mean {things}: say which before it can be checked."),
        N_("{typed} may mean {thing}, which is regulated: say exactly which herb it is."),
        N_("{typed} is the raw form; only {thing} ({part}) is documented."),
        N_("{typed} is read as {thing} ({part}); what its processing changes is not documented."),
        N_("{typed} is not in the knowledge base, so nothing about it could be checked; did you mean {things}?"),
        N_("{typed} is not in the knowledge base, so nothing about it could be checked."),
        N_("{typed} in the same plan is not identified, so {thing} was not checked against it."),
        N_("{thing} contains {ids}, which the knowledge base does not have."),
    ),
    "regulated": (N_("{thing} is regulated: {effect}."),),
    "medicine": (
        N_("{typed} names a class of medicines ({classes}): it was checked as such, not for the one that is taken."),
        N_("The medicine {typed} can mean {things}: interactions were checked for each of them."),
        N_("The medicine {typed} is not recognised, so it was checked as what it resembles; did you mean {things}?"),
        N_("The medicine {typed} is not recognised, so it was checked as what it resembles."),
        N_("The medicine {typed} is not recognised, so interactions with it could not be checked; did you mean {things}?"),
        N_("The medicine {typed} is not recognised, so interactions with it could not be checked."),
    ),
    "child_dose": (
        N_("No dose of {thing} is documented for a child of {number} years."),
        N_("Only a row of this practice’s own documents a dose of {thing} for a child of {number} years."),
    ),
    "dose": (
        N_("The age is not recorded; {thing} was compared with the doses for adults."),
        N_("The documented range of {thing} is for adults; the patient is {number} years old."),
        N_("No dose of {thing} as it is given by the {route} route is documented."),
        N_("No dose of {thing} as {way} by the {route} route is documented."),
        N_("The dose of {thing} cannot be compared: its amount is not a number above zero."),
        N_("The dose of {thing} in {way} cannot be compared with the documented {ways}."),
        N_("{number} drops of {thing} cannot be compared: how many drops of this product make one millilitre is not given."),
        N_("{amount} of {thing} per {per} is below the documented {limit} ({way})."),
        N_("{amount} of {thing} per {per} is above the documented maximum of {limit} ({way})."),
        N_("{amount} of {thing} per {per} is more than twice the documented maximum of {limit} ({way})."),
    ),
    "cumulative_dose": (
        N_("{amount} of {thing} per {per} in all items together is above the documented maximum of {limit} ({way})."),
        N_(
            "{amount} of {thing} per {per} in all items together is more than twice the documented maximum of {limit} ({way})."
        ),
        N_("{thing} is in several items of the plan; the amounts cannot be added up."),
        N_("{things} is in two items of the plan; the amounts cannot be added up."),
        N_("{things} is in {pair}; the amounts cannot be added up."),
    ),
    "duration": (
        N_("How long {thing} is taken is not recorded; it is documented for at most {number} days."),
        N_("{thing} for {number} days is longer than the documented {limit} days."),
    ),
    "herb_drug": (N_("{thing} with {other}: {effect} (from the mechanism alone)."), N_("{thing} with {other}: {effect}.")),
    "herb_herb": (N_("{thing} with {other}: {effect} (from the mechanism alone)."), N_("{thing} with {other}: {effect}.")),
    "stacking": (
        N_("{things} with {others}: {effect} (both by mechanism: {mechanisms})."),
        N_("{things} together: {effect} (both by mechanism: {mechanisms})."),
    ),
    "population": (
        N_("The condition {typed} is not one that {things} could be checked for."),
        N_("“{typed}” was read as: no {populations}; {things} was not checked for it."),
        N_("Nothing is documented about {things} in {population}."),
        N_("The age is not recorded, and {thing} has a caution ({population}): {effect}."),
        N_("Whether there is {populations} is not recorded, and {thing} has a caution ({population}): {effect}."),
        N_("{thing} ({population}): {effect}."),
    ),
    "first_trimester": (
        N_("First trimester: no medicinal dose of {things}. Nothing is taken in it "
           "but food amounts, ginger up to 1 g a day and psyllium."),
        N_("The trimester is not recorded; in the first, no medicinal dose of {things} is given "
           "(but food amounts, ginger up to 1 g a day and psyllium)."),
    ),
    "surgery": (N_("Surgery in {number} days: stop {things} unless it is essential ({limit} days before)."),),
    "allergy": (
        N_("{thing}: the patient is allergic to {typed}."),
        N_("{thing} is of the {family} family, as is {typed}, which the patient is allergic to."),
        N_("The allergy to {typed} is not recognised; {things} was not checked for it."),
    ),
    "tradition": (
        N_("{thing} (traditional advice): {effect}."),
        N_("{thing} ({tradition} advice): {effect}."),
        N_("{finding} is recorded as present and as absent; {thing} was checked as if it were present."),
    ),
    "not_checked": (N_("Nothing is documented for or against {typed} here; it was not checked against this patient."),),
    "nothing_documented": (N_("Nothing is documented against {thing} for what is recorded of this patient."),),
    "gate_failed": (N_("{typed} could not be judged: the safety gate failed, which is a fault of the program."),),
}  # fmt: skip
"""The sentences of ``domain.gate``, by the rule that says them, the closer form first; a test compares."""

AND, OR = N_("{one} and {other}"), N_("{one} or {other}")
IDENTITY = re.compile(r"(.+) \((.+), (.+)\)")
DOSE = re.compile(r"([\d.,]+) (.+)")


def gate_sentence(reason: GateReason | VerdictReason, knowledge: Knowledge, _: Language) -> str:
    """Say one reason; one that no form fits, of an earlier version, stays as it was said."""
    if _.code == "en":
        return reason.message
    forms = FORMS.get(reason.rule, ())
    said = said_as(reason.message, forms, _values(knowledge, _), _)
    return unturned(said) if said == reason.message else said


def _values(knowledge: Knowledge, _: Language) -> Callable[[str, str], str]:
    """Give what stands for each name of the forms."""
    words, persian = Words(knowledge, _), _named(Same(knowledge), _.code)

    def thing(said: str) -> str:
        found = IDENTITY.fullmatch(said)
        if (
            found is not None and found[1] in persian
        ):  # as a name is shown that may mean several: with Latin name and part
            return f"{persian[found[1]]} ({unturned(found[2])}{_(', ')}{_(found[3])})"
        return persian.get(said) or persian.get(said.casefold()) or unturned(said)

    def things(said: str) -> str:
        if " or " in said:
            return _joined([thing(one) for one in said.split(" or ")], OR, _)
        return _(", ").join(thing(one) for one in _apart(said, ", ", persian))

    def way(said: str) -> str:
        unit, often, per = said.partition(" per ")
        return f"{_(unit)} {_(PER.get(per, per))}" if often else _(said)

    def amount(said: str) -> str:
        found = DOSE.fullmatch(said)
        return f"{_.digits(found[1])} {_(found[2])}" if found else _.digits(said)

    def classes(said: str) -> str:
        return unturned(" / ".join(class_name(one.replace(" ", "_")) for one in said.split(" or ")))

    def value(name: str, said: str) -> str:
        match name:
            case "thing" | "other":
                return thing(said)
            case "things" | "others":
                return things(said)
            case "pair":
                return _joined([thing(one) for one in _apart(said, " and ", persian)], AND, _)
            case "typed":
                return persian.get(said.casefold(), typed(said))
            case "effect":
                return effect(said, _)
            case "population":
                return words.population(said.replace(" ", "_"))
            case "populations":
                return _(", ").join(words.population(one.replace(" ", "_")) for one in said.split(", "))
            case "mechanisms":
                return _joined([persian.get(one) or unturned(one) for one in said.split(" and ")], AND, _)
            case "classes":
                return classes(said)
            case "amount" | "limit":
                return amount(said)
            case "way" | "ways":
                return _joined([way(one) for one in said.split(" or ")], OR, _)
            case "route" | "part":
                return _(said)
            case "per":
                return _(PER.get(said, said))
            case "tradition":
                return _(TRADITIONS[said]) if said in TRADITIONS else said
            case "finding":
                return words.finding(said)
            case "number":
                return _.digits(said)
        return unturned(said)

    return value


def effect(said: str, _: Language) -> str:
    """Say what a row documents; English, and kept from being turned round, where the catalogue has no such sentence."""
    for text in (said, f"{said}."):
        if (known := _(text)) != text:
            return known.rstrip(".")
    return unturned(said)


def _apart(said: str, between: str, known: Mapping[str, str]) -> Iterator[str]:
    """Take a list of names apart, whose names may themselves hold what stands between them: the longest that is known first."""
    left = said.split(between)
    while left:
        length = next((size for size in range(len(left), 1, -1) if between.join(left[:size]) in known), 1)
        yield between.join(left[:length])
        del left[:length]


def _joined(names: list[str], form: str, _: Language) -> str:
    joined = names[0]
    for one in names[1:]:
        joined = _(form, one=joined, other=one)
    return joined


@lru_cache(maxsize=16)
def _named(of: Same, code: str) -> dict[str, str]:
    """Give the name in a language for each name that the gate uses; one that two things have stays as it is."""
    found: dict[str, set[str]] = {}
    for said, name in _names(of.knowledge, code):
        found.setdefault(said, set()).add(name)
    return {said: names.pop() if len(names) == 1 else unturned(said) for said, names in found.items()}


def _names(knowledge: Knowledge, code: str) -> Iterator[tuple[str, str]]:
    for herb in knowledge.herbs.values():
        yield called(herb), names_of(herb, code) if code in herb.names else unturned(called(herb))
    for formula in knowledge.formulas.values():
        yield formula_name(formula), names_of(formula, code)
    for drug in knowledge.drugs.values():
        if (name := names_of(drug, code)) != drug.names[0]:
            yield drug.names[0], name
    for mechanism in knowledge.mechanisms.values():
        if code in mechanism.names:
            yield mechanism.names["en"], mechanism.names[code]
    for advice in knowledge.advice.values():
        yield names_of(advice, "en"), names_of(advice, code)
