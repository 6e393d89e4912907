"""Why something is recommended, in the reader's language: kept in English when it was found, said again by its form."""

from domain.knowledge import names_of
from domain.library import Knowledge
from pages.language import N_, Language
from pages.prediction_words import WORDS
from pages.said import form, said_as

TOO_FEW = (
    N_("{count} answer here so far, too few for a share"),
    N_("{count} answers here so far, too few for a share"),
)
COUNTS = (N_("No answers here yet"), *TOO_FEW, N_("{improved} of {answered} patients here improved"))
REASONS = (
    N_("Documented for {name}, {document} (grade {grade})"),
    N_("No use for {name} is documented: only this practice’s own past cases speak for it"),
    *COUNTS,
    N_("Contains {herbs}, which did not help or harmed this patient"),
)
"""As ``domain.recommending`` says them. One of an earlier version, or of past cases, stays as it was said."""


def why(reasons: list[str], knowledge: Knowledge, _: Language) -> list[str]:
    """Say the reasons of a recommendation."""

    def value(name: str, said: str) -> str:
        if name == "name":
            found = (one for one in knowledge.conditions.values() if said in (one.names.get("en"), one.id))
            return next((names_of(one, _.code) for one in found), said)
        return _(WORDS[said]) if said in WORDS else _.digits(said)

    return [said_as(one, REASONS, value, _) for one in reasons]


def counts(reason: str) -> bool:
    """Say whether a reason is what had been counted when something was proposed, which is another number by now."""
    return any(form(text).fullmatch(reason) for text in COUNTS)
