"""Erasing a patient: what goes is told first, and the name is typed once more."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from domain import erasing as domain
from domain.erasing import ErasureInput
from pages.dialog import asked, buttons, taken
from pages.frame import heading
from pages.language import N_
from pages.visit import Visit

GROUNDS = {
    "asked_for": N_("The patient asked for it"),
    "consent_withdrawn": N_("Consent was withdrawn"),
    "not_needed": N_("What it was kept for is over"),
    "unlawful": N_("It should not have been kept"),
    "ordered": N_("A law or an authority orders it"),
}
OVERRULES = {
    "no_duty": N_("There is no duty to keep it"),
    "kept_elsewhere": N_("Another practice keeps it now"),
    "ordered": N_("A law or an authority orders it"),
}


def erasing(here: Visit, patient_id: int) -> Callable[[], Awaitable[None]]:
    """Return what asks for all that erasing needs, in a dialog that is gone when it is closed."""
    _ = here._

    async def ask() -> None:
        state = await here.act(domain.look, patient_id)
        if state is None:
            return

        async def go() -> None:
            why = override.value if override is not None else None
            given = taken(
                here,
                lambda: ErasureInput(name=name.value or "", reason=reason.value, override_reason=why),
                _("Type the name, and choose why."),
            )
            if given is not None and await here.act(domain.erase, patient_id, given) is not None:
                ui.navigate.to("/")

        with asked() as dialog:
            heading(_("Erase the record"))
            counts = {"diagnoses": state.diagnoses, "answers": state.answers}
            told = _(
                "This cannot be undone. Diagnoses: {diagnoses}, answers: {answers}; all of it goes.",
                **{one: _.number(number) for one, number in counts.items()},
            )
            ui.label(told)
            ui.label(_("Backups keep it until they are deleted.")).classes("vv-soft")
            name = ui.input(_("The patient’s name, typed once more")).props(
                "outlined autocomplete=off maxlength=200 data-testid=erase-name"
            )
            reason = _choice(here, _("Why it is erased"), GROUNDS, "erase-reason")
            override = None
            if state.kept:
                until = _.date(state.kept_until)
                ui.label(_("The law may want this record kept until {date}.", date=until)).classes("vv-hint")
                override = _choice(here, _("Why it is erased all the same"), OVERRULES, "erase-override")
            buttons(here, dialog, _("Erase for good"), go, "erase-go", color="negative")

    return ask


def _choice(here: Visit, label: str, words: Mapping[str, str], testid: str) -> ui.select:
    """Let one of the reasons be chosen, which the audit keeps; none is at first."""
    chosen = ui.select({key: here._(text) for key, text in words.items()}, label=label)
    return chosen.props(f"outlined data-testid={testid}").classes("vv-wide")
