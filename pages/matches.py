"""What fits the findings, with the findings that speak for it, against it, and those nobody has looked for."""

from collections.abc import Collection, Sequence

from nicegui import ui

from domain import diagnosis as diagnoses
from domain.foreseen import Foreseen
from domain.gate import Verdict
from domain.matching import FindingValue, Match, next_questions
from domain.snapshot import condition_name
from pages.called import title_of
from pages.cards import VERDICTS
from pages.elements.notes import Note, Notes
from pages.frame import heading
from pages.gate_words import gate_sentence
from pages.language import N_, Language
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


def match_note(here: Visit, match: Match, foreseen: Foreseen | None = None) -> Note:
    """Show one match with its reasons, and what the safety gate would say of what is documented for it."""
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
    } | ({} if foreseen is None else {"verdicts": _verdicts(here, foreseen), "foot": _foot(here, foreseen)})


def _verdicts(here: Visit, foreseen: Foreseen) -> list[dict[str, str]]:
    """Name what the gate would hold back or caution against, each verdict with its items and the reason of the first."""
    _, shown = here._, []
    for verdict in (Verdict.BLOCK, Verdict.MAJOR, Verdict.MODERATE):
        those = [one for one in foreseen.concerns if one.verdict is verdict]
        if those:
            names = [
                title_of({"kind": one.kind, "item_id": one.item_id, "name": one.name}, here.knowledge, _)
                for one in those
            ]
            more = len(names) - NAMED
            said = _(", ").join(names[:NAMED]) + (_(" and {count} more", count=_.number(more)) if more > 0 else "")
            first = those[0].reason if verdict is not Verdict.MODERATE else None
            why = gate_sentence(first, here.knowledge, _) if first is not None else ""
            shown.append({"kind": verdict.value, "label": _(VERDICTS[verdict.value]), "text": said, "why": why})
    return shown


def _foot(here: Visit, foreseen: Foreseen) -> str:
    """Say how much was looked at, and how much of it could not be checked; never that something is safe."""
    _ = here._
    if not foreseen.documented:
        return _("Nothing is documented for it here, or it is in the plan already.")
    checked = _.plural(
        N_("One documented option was judged for this patient"),
        N_("{count} documented options were judged for this patient"),
        foreseen.documented,
    )
    if not foreseen.unchecked:
        return f"{checked}."
    return _("{judged}; {count} could not be checked fully.", judged=checked, count=_.number(foreseen.unchecked))


def fit_in_words(score: float, _: Language) -> str:
    """Say how well something fits in a word, and its score as the share that it is."""
    share = _.percent(score)
    if score >= STRONG:
        return _("strong fit, {share}", share=share)
    if score >= POSSIBLE:
        return _("possible fit, {share}", share=share)
    return _("weak fit, {share}", share=share)


def question_of(
    here: Visit, found: Sequence[Match], values: Sequence[FindingValue], skipped: Collection[str] = ()
) -> tuple[str, str, str] | None:
    """Give the finding that would separate the two best matches, what to ask and why; None when there is nothing to ask.

    ``skipped`` are those of which nobody knows the answer.
    """
    asked = next_questions(found, values, here.knowledge)
    finding_id = next((one.finding_id for one in asked if one.finding_id not in skipped), None)
    if finding_id is None:
        return None
    first, second = (condition_name(one.condition_id, here.knowledge, here._.code) for one in found[:2])
    why = here._("It helps to tell “{first}” from “{second}”.", first=first, second=second)
    finding = here.knowledge.findings[finding_id]
    if here._.code in finding.names and here._.code != "en":
        return finding_id, finding.names[here._.code], why  # the questions are written in English only
    return finding_id, finding.question or finding.names["en"], why


def names_of_findings(here: Visit, finding_ids: Sequence[str]) -> str:
    """Name findings in the person's language."""
    findings = here.knowledge.findings
    names = [findings[one].names if one in findings else {"en": one} for one in finding_ids]
    return here._(", ").join(name.get(here._.code) or name["en"] for name in names)
