"""What stands round the cards of a diagnosis: warning signs, facts, what was held back, what fits; read anew when it changes."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain import diagnosis as diagnoses
from domain import in_use, proposal
from domain import patient as patients
from domain.matching import Match
from domain.measures import BASELINES, LATER
from domain.patient import PatientState
from domain.recommending import Proposal
from domain.snapshot import condition_name
from pages.called import title_of
from pages.cards import KINDS
from pages.elements.facts import Facts
from pages.elements.notes import Note, Notes
from pages.gate import where_from
from pages.gate_words import gate_sentence
from pages.language import Language
from pages.matches import show_matches
from pages.profile import summary
from pages.visit import Visit

REASONS_SHOWN = 3


@dataclass(frozen=True)
class Seen:
    """A diagnosis as it was when it was read."""

    snapshot: dict[str, Any]
    who: PatientState
    found: list[Match]
    held: tuple[Proposal, ...]
    set_aside: str
    """Why nothing new may be planned; empty where it may."""

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
        set_aside=await here.read(in_use.reason, snapshot["diagnosis"]["patient_id"]),
    )


class Beside:
    """Four places of a page, made where they are and filled anew by ``show``; the cards are not among them."""

    warnings: ui.element
    facts: Facts
    held_back: ui.expansion
    matches: ui.element

    def __init__(self, here: Visit) -> None:
        self._here = here

    def show(self, seen: Seen) -> None:
        """Fill the places."""
        here, _ = self._here, self._here._
        flags = [_(sentence) for sentence in seen.diagnosis.get("red_flags", [])]
        with _emptied(self.warnings, shown=bool(flags or seen.set_aside)):
            if seen.set_aside:
                ui.label(_(seen.set_aside)).classes("vv-hint").props("data-testid=set-aside")
            for sentence in flags:
                ui.label(sentence).classes("vv-problem")
        self.facts.replace(_facts(here, seen.diagnosis, seen.who))
        with _emptied(self.held_back, shown=bool(seen.held)):
            self.held_back.text = _("Held back by the safety gate ({count})", count=_.number(len(seen.held)))
            Notes([_held_note(one, here) for one in seen.held])
        with _emptied(self.matches):
            show_matches(here, seen.diagnosis, seen.found)


def _emptied(place: ui.element, *, shown: bool = True) -> ui.element:
    place.clear()
    place.set_visibility(shown)
    return place


def _facts(here: Visit, diagnosis: dict[str, Any], who: PatientState) -> list[tuple[str, str]]:
    _ = here._
    name = condition_name(diagnosis["condition_id"] or None, here.knowledge, _.code)
    return [
        (_("Condition"), name or _("Not confirmed yet")),
        (diagnosis["symptom"] or _("Symptom"), _start(diagnosis["baseline"], _)),
        *((diagnosis[name], _start(diagnosis[BASELINES[name]], _)) for name in LATER if diagnosis[name]),
        *summary(who, _),
    ]


def _start(baseline: int | None, _: Language) -> str:
    return _("Not known yet") if baseline is None else _("{score} of 10 at the start", score=_.number(baseline))


def _held_note(one: Proposal, here: Visit) -> Note:
    _, knowledge = here._, here.knowledge
    name = title_of({"kind": one.kind, "item_id": one.item_id, "name": one.name}, knowledge, _)
    lines = [
        " · ".join((gate_sentence(reason, knowledge, _), *where_from(reason, knowledge, _)))
        for reason in one.judgement.reasons[:REASONS_SHOWN]
    ]
    return {"key": f"{one.kind}-{one.item_id}", "title": f"{name} · {_(KINDS[one.kind])}", "lines": lines}
