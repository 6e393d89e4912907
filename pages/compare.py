"""The three traditions side by side: what each comes to from the same findings, and what they agree on."""

from collections.abc import Sequence

from nicegui import ui

from domain import diagnosis as diagnoses
from domain.knowledge import names_of
from domain.matching import Agreement, Match, Shared
from domain.snapshot import condition_name
from pages.elements.notes import Note, Notes
from pages.kinds import TRADITIONS
from pages.language import N_
from pages.matches import fit_in_words, names_of_findings
from pages.visit import Visit

QUALITIES = {"hot": N_("hot"), "cold": N_("cold"), "dry": N_("dry"), "moist": N_("moist")}
NAMED = 8


def compare_expansion(here: Visit, diagnosis_id: int) -> ui.expansion:
    """Put in what compares the traditions; it is computed when somebody opens it, anew each time."""
    _ = here._

    async def load() -> None:
        if not expansion.value:
            return
        compared = await here.act(diagnoses.compare, diagnosis_id)
        if compared is None:
            return
        place.clear()
        found, agreed = compared
        with place:
            Notes([*(_tradition_note(here, one, found.get(one, [])) for one in TRADITIONS), _agreed_note(here, agreed)])
            ui.label(
                _("That traditions come to the same word or code does not mean that they mean the same illness.")
            ).classes("vv-soft vv-small")

    with ui.expansion(_("The three traditions side by side"), on_value_change=load).classes("vv-held") as expansion:
        place = ui.element("div").classes("vv-notes")
    return expansion.props("data-testid=compare")


def _tradition_note(here: Visit, tradition: str, found: Sequence[Match]) -> Note:
    _ = here._
    lines = [
        f"{_.number(rank)}. {condition_name(one.condition_id, here.knowledge, _.code)}: {fit_in_words(one.score, _)}"
        for rank, one in enumerate(found, start=1)
    ]
    return {
        "key": tradition,
        "title": _(TRADITIONS[tradition]),
        "lines": lines or [_("Nothing fits the findings here.")],
    }


def _agreed_note(here: Visit, agreed: Agreement) -> Note:
    _, knowledge = here._, here.knowledge

    def listed(shared: Sequence[Shared], names: dict[str, str]) -> str:
        """Name each, with the traditions that share it where these are not all three."""
        return _(", ").join(
            names[one.id] if len(one.traditions) == len(TRADITIONS) else f"{names[one.id]} ({_between(here, one)})"
            for one in shared[:NAMED]
        )

    findings = {one.id: names_of_findings(here, [one.id]) for one in agreed.findings}
    herbs = {one.id: names_of(knowledge.herbs[one.id], _.code) for one in agreed.herbs if one.id in knowledge.herbs}
    qualities = {one.id: _(QUALITIES.get(one.id, one.id)) for one in agreed.qualities}
    codes = {
        one.id: f"{knowledge.codes[one.id].title} ({one.id})" if one.id in knowledge.codes else one.id
        for one in agreed.biomedical
    }
    lines = [
        f"{label}: {listed([one for one in shared if one.id in names], names)}"
        for label, shared, names in (
            (_("Findings that they explain"), agreed.findings, findings),
            (_("Herbs that they would use"), agreed.herbs, herbs),
            (_("Too much of"), agreed.qualities, qualities),
            (_("Often found together with"), agreed.biomedical, codes),
        )
        if names
    ]
    return {
        "key": "agreed",
        "title": _("What their first matches agree on"),
        "lines": lines or [_("They agree on nothing.")],
    }


def _between(here: Visit, shared: Shared) -> str:
    return here._(" and ").join(here._(TRADITIONS[one]) for one in shared.traditions)
