"""What stands round the cards of a diagnosis: warning signs, facts, what was held back, what fits; read anew when it changes."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain import diagnosis as diagnoses
from domain import patient as patients
from domain import proposal
from domain.matching import Match
from domain.patient import PatientState
from domain.recommending import Proposal
from domain.snapshot import condition_name
from pages.cards import KINDS
from pages.elements.notes import Note, Notes
from pages.frame import written
from pages.language import Language
from pages.matches import show_matches
from pages.visit import Visit

REASONS_SHOWN = 3


@dataclass(frozen=True)
class Seen:
    """A diagnosis as it was when it was read."""

    snapshot: dict[str, Any]
    who: PatientState
    found: list[Match]
    held: tuple[Proposal, ...]

    @property
    def diagnosis(self) -> dict[str, Any]:
        """The diagnosis itself."""
        return dict(self.snapshot["diagnosis"])


async def look(here: Visit, diagnosis_id: int) -> Seen:
    """Read a diagnosis. Raises NotFound."""
    snapshot = await here.read(diagnoses.read, diagnosis_id)
    return Seen(
        snapshot=snapshot,
        who=await here.read(patients.read, snapshot["diagnosis"]["patient_id"]),
        found=await here.read(diagnoses.matches, diagnosis_id),
        held=await here.read(proposal.held_back, diagnosis_id),
    )


class Beside:
    """Four places of a page, made where they are and filled anew by ``show``; the cards are not among them."""

    warnings: ui.element
    facts: ui.element
    held_back: ui.expansion
    matches: ui.element

    def __init__(self, here: Visit) -> None:
        self._here = here

    def show(self, seen: Seen) -> None:
        """Fill the places."""
        here, _ = self._here, self._here._
        flags = [_(sentence) for sentence in seen.diagnosis.get("red_flags", [])]
        with _emptied(self.warnings, shown=bool(flags)):
            for sentence in flags:
                ui.label(sentence).classes("vv-problem")
        with _emptied(self.facts):
            for label, value in _facts(here, seen.diagnosis, seen.who):
                with ui.element("div"):
                    written("dt", label)
                    written("dd", value).props("dir=auto")
        with _emptied(self.held_back, shown=bool(seen.held)):
            self.held_back.text = _("Held back by the safety gate ({count})", count=_.number(len(seen.held)))
            Notes([_held_note(one, _) for one in seen.held])
        with _emptied(self.matches):
            show_matches(here, seen.diagnosis, seen.found)


def _emptied(place: ui.element, *, shown: bool = True) -> ui.element:
    place.clear()
    place.set_visibility(shown)
    return place


def _facts(here: Visit, diagnosis: dict[str, Any], who: PatientState) -> list[tuple[str, str]]:
    _ = here._
    name = condition_name(diagnosis["condition_id"] or None, here.knowledge, _.code)
    facts = [
        (_("Condition"), name or _("Not confirmed yet")),
        (_("Born"), _.digits(who.born.isoformat()) if who.born else _("Not known yet")),
        (_("Medicines"), _(", ").join(who.medicines) or _("None recorded")),
        (_("Allergies"), _(", ").join(who.allergies) or _("None recorded")),
        (
            diagnosis["symptom"] or _("Symptom"),
            _("{score} of 10 at the start", score=_.number(diagnosis["baseline"]))
            if diagnosis["baseline"] is not None
            else _("Not known yet"),
        ),
    ]
    if who.pregnant:
        facts.append((_("Pregnant"), _("Yes")))
    if who.surgery_on:
        facts.append((_("Planned surgery"), _.digits(who.surgery_on.isoformat())))
    return facts


def _held_note(one: Proposal, _: Language) -> Note:
    lines = [f"{reason.message} ({', '.join(reason.source)})" for reason in one.judgement.reasons[:REASONS_SHOWN]]
    return {"key": f"{one.kind}-{one.item_id}", "title": f"{one.name} · {_(KINDS[one.kind])}", "lines": lines}
