"""Why a number is what it is, clause by clause, in the reader's language."""

import re

from domain.predicting import clauses
from pages.language import N_, Language
from pages.said import said_as, unturned

POINTS = re.compile(r"(?P<reason>.+) \((?P<points>[+-]\d+) points\)")
"""By how many points of a percent a reason moves the number."""
CLAUSES = (
    N_("{document} (grade {grade}, {share})"),
    N_("no documented use ({share})"),
    N_("a match of {share}"),
    N_("the condition as confirmed"),
    N_("{improved} of {answered} answers here"),
    N_("no answers here yet"),
    N_("{improved} of {answered} earlier outcomes of this patient"),
    N_("the answers here weigh {share}"),
    N_("the patient’s own {share}"),
    N_("document and match {share}"),
    N_("Fitted to {count} outcomes of this practice"),
    N_("nothing differs much from the usual case"),
    N_("{count} predictions like this one were judged"),
    N_("{count} answers here are of this very use"),
    N_("{improved} of {answered} improved with it here before"),
    N_("nobody here had answered of it yet"),
    N_("no earlier answers of this patient"),
    N_("{improved} of {answered} earlier treatments helped this patient"),
    N_("the age is not recorded"),
    N_("age {years}"),
    N_("no symptom score at the start"),
    N_("a symptom of {score} of 10 at the start"),
    N_("no dose that can be compared"),
    N_("a dose of {times} times the documented middle"),
    N_("nothing known of the adherence"),
    N_("an adherence of {share} so far"),
    N_("sex: {sex}"),
    N_("the sex is not recorded"),
    N_("the condition itself"),
    N_("the herb or formula itself"),
    N_("the tradition ({tradition})"),
    N_("{document} (grade {grade})"),
    N_("no documented use"),
    N_("Answered by the model {name} at {host}, which gives no reasons"),
)
"""What the program says, as it is kept: found again by its form. A clause of an earlier version stays as it was said."""
WORDS = {
    "meta-analyses of trials": N_("meta-analyses of trials"),
    "some trials": N_("some trials"),
    "small human studies": N_("small human studies"),
    "preclinical studies": N_("preclinical studies"),
    "traditional use": N_("traditional use"),
    "female": N_("female"),
    "male": N_("male"),
    "avicenna": N_("Persian medicine"),
    "tcm": N_("Chinese medicine"),
    "ayurveda": N_("Ayurveda"),
}
TURNED = ("name", "host", "grade")
"""Latin letters that stand as they are in a text from right to left."""


def reasons_of(basis: str, _: Language) -> list[str]:
    """Say what a prediction rests on, a reason each, with the points that it moves the number by."""
    return [_reason(one, _) for one in clauses(basis)]


def _reason(clause: str, _: Language) -> str:
    found = POINTS.fullmatch(clause)
    if found is None:
        return _clause(clause, _)
    points = unturned(_.digits(found["points"]))
    return _("{reason} ({points} points)", reason=_clause(found["reason"], _), points=points)


def _clause(clause: str, _: Language) -> str:
    def value(name: str, said: str) -> str:
        if name in TURNED:
            return unturned(said)
        return _(WORDS[said]) if said in WORDS else _.digits(said)

    return said_as(clause, CLAUSES, value, _)
