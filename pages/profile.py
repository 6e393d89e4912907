"""A patient's profile: its fields, what is wrong in them, what it says at a glance, and the dialog that changes it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from nicegui import events, ui
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain import patient as patients
from domain import profile
from domain.measures import BASELINES
from domain.patient import PatientInput, PatientState
from pages.day_field import DayField
from pages.frame import heading
from pages.language import N_, Language
from pages.measuring import LABELS
from pages.terms import POPULATIONS
from pages.visit import Visit

SEXES = {"": N_("Not known"), "female": N_("Female"), "male": N_("Male"), "other": N_("Other")}
ANSWERS = {None: N_("Not known"), True: N_("Yes"), False: N_("No")}
WRONG = {
    "date": N_("This is not a date."),
    "string_too_short": N_("This cannot be empty."),
    "string_too_long": N_("This is too long."),
    **dict.fromkeys(("int_type", "greater_than_equal", "less_than_equal"), N_("This is a whole number from 0 to 10.")),
}
"""What is said of a field instead of the words of the library."""
VALUES = (N_("this cannot be empty"), N_("the day of birth is yet to come"))
"""What the domain says of a value, for the catalogues."""
DAYS = ("born", "pregnant_since", "surgery_on")
WORDS = ("medicines", "allergies", "conditions")

Fields = dict[str, Any]
"""The inputs of a form by the name of what they ask for."""


def profile_dialog(
    here: Visit, patient_id: int, *, changed: Callable[[PatientState], Awaitable[None]] | None = None
) -> Callable[[], Awaitable[None]]:
    """Give the function that opens the profile of a patient to change it; ``changed`` is told how it is then.

    It is read anew each time, and refused where somebody else has changed it meanwhile.
    """
    _ = here._
    with ui.dialog() as dialog, ui.card().classes("vv-dialog vv-dialog--wide") as card:
        pass

    async def show() -> None:
        before = await here.act(patients.read, patient_id)
        if before is None:
            return
        card.clear()
        with card:
            heading(_("Profile of {name}", name=before.name))
            ui.label(_("The safety gate looks at everything again as soon as it is saved.")).classes("vv-soft")
            fields = profile_fields(here, "profile", before)
            with ui.row().classes("vv-toolbar"):
                ui.button(_("Save"), on_click=lambda: save(before, fields)).props(
                    "unelevated no-caps data-testid=profile-save"
                )
                ui.button(_("Cancel"), on_click=dialog.close).props("flat no-caps")
        dialog.open()

    async def save(before: PatientState, fields: Fields) -> None:
        try:
            given = profile_given(fields)
        except ValidationError as error:
            here.warn(first_wrong(error, _))
            return
        state = await here.act(profile.change, patient_id, given, before=before, done=_("Saved"))
        if state is not None:
            dialog.close()
            if changed is not None:
                await changed(state)

    return show


def profile_fields(here: Visit, prefix: str, state: PatientState | None = None) -> Fields:
    """Make the inputs of a profile, filled with what is known; their marks for tests begin with ``prefix``."""
    _ = here._
    with ui.element("div").classes("vv-grid"):
        fields: Fields = {
            "name": ui.input(_("Name")).props(f"outlined data-testid={prefix}-name maxlength=200 autocomplete=off"),
            "born": DayField(_("Born"), language=_, testid=f"{prefix}-born"),
            "sex": _choice(_, N_("Sex"), SEXES, testid=f"{prefix}-sex"),
            "pregnant": _choice(_, N_("Pregnant"), ANSWERS, testid=f"{prefix}-pregnant"),
            "pregnant_since": DayField(_("First day of the last period"), language=_, testid=f"{prefix}-since"),
            "lactating": _choice(_, N_("Breast-feeding"), ANSWERS, testid=f"{prefix}-breast"),
            "surgery_on": DayField(_("Planned surgery"), language=_, testid=f"{prefix}-surgery"),
            "medicines": _words(_("Medicines (Enter after each)"), f"{prefix}-medicines"),
            "allergies": _words(_("Allergies (Enter after each)"), f"{prefix}-allergies"),
            "conditions": ui.select(
                {code: _(name) for code, name in POPULATIONS.items()},
                label=_("Conditions to mind"),
                multiple=True,
                clearable=True,
                value=[],
            ).props(f"outlined use-chips data-testid={prefix}-conditions"),
        }
        _check_medicines(here, fields["medicines"], f"{prefix}-unchecked")
    for name in ("pregnant", "lactating"):
        fields[name].bind_visibility_from(fields["sex"], "value", lambda value: value != "male")
    fields["pregnant_since"].bind_visibility_from(fields["pregnant"], "value", lambda value: value is True)
    if state is not None:
        _fill(fields, state)
    return fields


def profile_given(fields: Fields, *, name: str = "", without: Collection[str] = ()) -> PatientInput:
    """Read the inputs, ``name`` where none is typed, and ``without`` some of them as not known. Raises ValidationError."""
    pregnant = fields["pregnant"].value
    given = {
        "name": fields["name"].value or name,
        **{one: fields[one].day or None for one in DAYS},
        **{one: fields[one].value for one in ("sex", "pregnant", "lactating")},
        **{one: list(fields[one].value or []) for one in WORDS},
    } | ({} if pregnant else {"pregnant_since": None})
    return PatientInput.model_validate({"name": name} | {key: one for key, one in given.items() if key not in without})


def wrong_fields(error: ValidationError, _: Language) -> dict[str, str]:
    """Say what is wrong, by the field in which it is."""
    return {
        next((str(part) for part in reversed(one["loc"]) if isinstance(part, str)), ""): _message(one, _)
        for one in reversed(error.errors())
    }


def first_wrong(error: ValidationError, _: Language) -> str:
    """Say in one sentence what is wrong first, and where."""
    first = error.errors()[0]
    names = {
        "name": _("Name"),
        "born": _("Born"),
        "pregnant_since": _("First day of the last period"),
        "surgery_on": _("Planned surgery"),
        "medicines": _("Medicines"),
        "allergies": _("Allergies"),
        "complaint": _("Complaint"),
        **{baseline: _(LABELS[name]) for name, baseline in BASELINES.items()},
        **{name: _(label) for name, label in LABELS.items()},
    }
    named = [names[str(part)] for part in first["loc"] if str(part) in names]
    message = _message(first, _)
    return f"{named[-1]}: {message}" if named else message


def _message(wrong: ErrorDetails, _: Language) -> str:
    kind, said = wrong["type"], wrong["msg"].removeprefix("Value error, ")
    return _(WRONG.get("date" if kind.startswith("date_") else kind, said))


def summary(who: PatientState, _: Language) -> list[tuple[str, str]]:
    """Say at a glance what the safety gate minds of a patient: label and value, what is not known as that."""
    conditions = [_(POPULATIONS.get(one, one)) for one in who.conditions]
    facts = [
        (_("Born"), _.date(who.born) if who.born else _("Not known yet")),
        (_("Medicines"), _(", ").join(who.medicines) or _("None recorded")),
        (_("Allergies"), _(", ").join(who.allergies) or _("None recorded")),
        (_("Conditions to mind"), _(", ").join(conditions) or _("None recorded")),
    ]
    if who.sex != "male":
        facts += [(_("Pregnant"), _(ANSWERS[who.pregnant])), (_("Breast-feeding"), _(ANSWERS[who.lactating]))]
    if who.pregnant and who.pregnant_since:
        facts.append((_("First day of the last period"), _.date(who.pregnant_since)))
    if who.surgery_on:
        facts.append((_("Planned surgery"), _.date(who.surgery_on)))
    return facts


def _fill(fields: Fields, state: PatientState) -> None:
    fields["name"].value = state.name
    for name in DAYS:
        fields[name].show(getattr(state, name))
    for name in ("sex", "pregnant", "lactating"):
        _offer(fields[name], [getattr(state, name)])
        fields[name].value = getattr(state, name)
    for name in WORDS:
        add_words(fields[name], getattr(state, name))


def add_words(select: ui.select, words: Sequence[str]) -> None:
    """Put these into a field of words, in place of what is there."""
    _offer(select, list(words))
    select.value = list(words)


def _offer(select: ui.select, values: list[Any]) -> None:
    """Let a select have what is on record, also where another program has written a word of its own there."""
    options = select.options
    if isinstance(options, dict):
        select.set_options({**options, **{one: str(one) for one in values if one not in options}})
    else:
        select.set_options([*options, *(one for one in values if one not in options)])


def _choice(_: Language, label: str, options: dict[Any, str], *, testid: str) -> ui.select:
    select = ui.select({key: _(text) for key, text in options.items()}, label=_(label), value=next(iter(options)))
    return select.props(f"outlined data-testid={testid}")


def _words(label: str, testid: str) -> ui.select:
    """Make a field for several words; one that stands there when the field is left counts, too: a medicine must not be lost."""
    select = ui.select([], label=label, multiple=True, with_input=True, new_value_mode="add-unique", value=[])
    select.props(f"outlined use-chips hide-dropdown-icon data-testid={testid}")

    def add(event: events.GenericEventArguments) -> None:
        word = str(event.args or "").strip()
        if word and word not in select.value:
            _offer(select, [word])
            select.value = [*select.value, word]

    return select.on("focusout", add, js_handler="(event) => emit(event.target.value)")


def _check_medicines(here: Visit, medicines: ui.select, testid: str) -> None:
    """Say at once which medicine the safety gate does not know."""
    _ = here._
    said = ui.label().classes("vv-hint").props(f"role=status dir=auto data-testid={testid}")
    said.visible = False

    async def check() -> None:
        typed = list(medicines.value or [])
        sentences = await here.act(profile.unchecked_medicines, typed)
        if sentences is None or typed != list(medicines.value or []):
            return  # another word came in meanwhile, and is checked by itself
        lead = "" if _.code == "en" else _("What the safety gate says of these medicines:") + " "
        said.text = lead + " ".join(sentences)
        said.visible = bool(sentences)

    medicines.on_value_change(check)
