"""What fits the findings, with the findings that speak for it, against it, and those nobody has looked for."""

from collections.abc import Sequence

from nicegui import ui

from domain import diagnosis as diagnoses
from domain.matching import FindingValue, Match, next_question
from domain.snapshot import condition_name
from pages.elements.notes import Note, Notes
from pages.frame import heading
from pages.language import Language
from pages.visit import Visit

SHOWN = 4
NAMED = 5
STRONG, POSSIBLE = 0.65, 0.25
"""Scores from which a fit is called strong and possible, a proposal: with these on average, the first match of a simulated case
was true in 77 and in 47 of 100 (docs/matching.md)."""


def show_matches(here: Visit, diagnosis: dict[str, object], found: Sequence[Match]) -> None:
    """Show the matches of a diagnosis; a practitioner confirms the one that holds."""
    _ = here._
    heading(_("What fits the findings"))
    if not found:
        ui.label(_("No findings recorded: the condition was chosen by hand.")).classes("vv-soft")

    async def confirm(condition_id: str) -> None:
        if await here.act(diagnoses.confirm, int(str(diagnosis["id"])), condition_id, done=_("Confirmed")):
            ui.navigate.reload()

    notes = [match_note(here, match) for match in found[:SHOWN]]
    for note in notes:
        if note["key"] == diagnosis["condition_id"]:
            note["mark"] = _("Confirmed")
        else:
            note["action"] = _("Confirm")
    Notes(notes, on_choose=confirm)


def match_note(here: Visit, match: Match) -> Note:
    """Show one match with its reasons."""
    _ = here._
    reasons = (
        (_("For it"), match.supporting),
        (_("Against it"), match.contrary),
        (_("Not looked for"), match.missing),
    )
    return {
        "key": match.condition_id,
        "title": condition_name(match.condition_id, here.knowledge, _.code),
        "beside": fit_in_words(match.score, _),
        "lines": [f"{label}: {names_of_findings(here, signs[:NAMED])}" for label, signs in reasons if signs],
    }


def fit_in_words(score: float, _: Language) -> str:
    """Say how well something fits in a word, and its score as the share that it is."""
    share = _.percent(score)
    if score >= STRONG:
        return _("strong fit, {share}", share=share)
    if score >= POSSIBLE:
        return _("possible fit, {share}", share=share)
    return _("weak fit, {share}", share=share)


def question_of(here: Visit, found: Sequence[Match], values: Sequence[FindingValue]) -> tuple[str, str] | None:
    """Give the finding that would separate the two best matches, and what to ask; None when there is nothing to ask."""
    finding_id = next_question(found, values, here.knowledge)
    if finding_id is None:
        return None
    finding = here.knowledge.findings[finding_id]
    if here._.code in finding.names and here._.code != "en":
        return finding_id, finding.names[here._.code]  # the questions are written in English only
    return finding_id, finding.question or finding.names["en"]


def names_of_findings(here: Visit, finding_ids: Sequence[str]) -> str:
    """Name findings in the person's language."""
    findings = here.knowledge.findings
    names = [findings[one].names if one in findings else {"en": one} for one in finding_ids]
    return here._(", ").join(name.get(here._.code) or name["en"] for name in names)
