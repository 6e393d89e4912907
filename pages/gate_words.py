"""What the safety gate said, in the reader's language: kept in English when it was found, said again by its form.

What a row of the knowledge base says in its own words is said where the catalogue has it, and else stays English, marked as such.
"""

from domain.gate import GateReason
from domain.library import Knowledge
from domain.messages import VerdictReason
from pages.gate_values import NAMING, values_of
from pages.language import N_, Language
from pages.said import only_reading, unturned

FORMS: dict[str, tuple[str, ...]] = {
    "identity": (
        N_("{typed} can mean {things}: say which before it can be checked."),
        N_("{typed} may mean {alias}, which is regulated: say exactly which herb it is."),
        N_("{typed} is the raw form; only {thing} ({part}) is documented."),
        N_("{typed} is read as {thing} ({part}); what its processing changes is not documented."),
        N_("{typed} is not in the knowledge base, so nothing about it could be checked; did you mean {aliases}?"),
        N_("{typed} is not in the knowledge base, so nothing about it could be checked."),
        N_("{typed} in the same plan is not identified, so {thing} was not checked against it."),
        N_("{thing} contains {ids}, which the knowledge base does not have."),
    ),
    "regulated": (N_("{thing} is regulated: {effect}."),),
    "medicine": (
        N_("{typed} names a class of medicines ({classes}): it was checked as such, not for the one that is taken."),
        N_("The medicine {typed} can mean {things}: interactions were checked for each of them."),
        N_("The medicine {typed} is not recognised, so it was checked as what it resembles; did you mean {aliases}?"),
        N_("The medicine {typed} is not recognised, so it was checked as what it resembles."),
        N_("The medicine {typed} is not recognised, so interactions with it could not be checked; did you mean {aliases}?"),
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
        N_("The allergy to {typed} is not recognised; {things} was not checked for it."),
        N_("{thing} is of the {family} family, as is {typed}, which the patient is allergic to."),
        N_("{thing}: the patient is allergic to {typed}."),
    ),
    "tradition": (
        N_("{thing} (traditional advice): {effect}."),
        N_("{thing} ({tradition} advice): {effect}."),
        N_("{finding} is recorded as present and as absent; {thing} was checked as if it were present."),
    ),
    "not_checked": (N_("Nothing is documented for or against {item} here; it was not checked against this patient."),),
    "nothing_documented": (N_("Nothing is documented against {thing} for what is recorded of this patient."),),
    "gate_failed": (N_("{typed} could not be judged: the safety gate failed, which is a fault of the program."),),
}  # fmt: skip
"""The sentences of ``domain.gate``, by the rule that says them, the closer form first; a test compares."""


def gate_sentence(reason: GateReason | VerdictReason, knowledge: Knowledge, _: Language) -> str:
    """Say one reason; one that no form fits, of an earlier version, stays as it was said, and so does one with two readings."""
    if _.code == "en":
        return reason.message
    said = only_reading(reason.message, FORMS.get(reason.rule, ()), values_of(knowledge, _), NAMING, _)
    return unturned(reason.message) if said is None else said
