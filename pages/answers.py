"""How an answer looks as an item of a stream; shared by Overview and Feedback."""

from domain.overview import Answer
from pages.elements.stream import Item
from pages.language import N_
from pages.visit import Visit

OUTCOMES = {5: N_("Much better"), 4: N_("Better"), 3: N_("No change"), 2: N_("Worse"), 1: N_("Much worse")}


def item_of(answer: Answer, here: Visit) -> Item:
    """Show an answer: who, of what, stars, words, symptom, side effects."""
    _ = here._
    chips = []
    if answer.serious:
        chips.append({"kind": "block", "text": _("Needs you now")})
    if answer.symptom is not None:
        chips.append({"kind": "minor", "text": _("Symptom {score} of 10", score=_.number(answer.symptom))})
    if answer.improvement is not None:
        kind = "approved" if answer.improvement >= 4 else "major" if answer.improvement <= 2 else "unknown"
        chips.append({"kind": kind, "text": _(OUTCOMES[answer.improvement])})
    chips += [{"kind": "moderate", "text": _effect(here, term)} for term in answer.side_effects]
    return {
        "key": answer.feedback_id,
        "title": answer.patient,
        "subtitle": answer.recommendation,
        "href": f"/recommendations/{answer.diagnosis_id}",
        "stars": answer.rating,
        "stars_text": _("{stars} of 5 stars", stars=_.number(answer.rating)),
        "text": answer.comment,
        "at": answer.created.isoformat(),
        "time": _.time(answer.created),
        "chips": chips,
        "alert": answer.serious,
    }


def _effect(here: Visit, term: str) -> str:
    """Name a side effect in the person's language; the patient's own word stays as it is."""
    known = here.services.knowledge.side_effects.get(term)
    return (known.names.get(here._.code) or known.names["en"]) if known else term
