"""What is filled in on Intake: read as it is typed, put back as it was, and read as a visit that can be recorded."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from domain.diagnosis import FindingInput
from domain.draft import NEW, Said, said_of
from domain.gate import red_flags
from domain.patient import PatientInput
from pages.findings import Recording
from pages.frame import heading, written
from pages.measuring import Measuring
from pages.profile import DAYS, WORDS, Fields, add_words, profile_given
from pages.returning import LastTime, Returning
from pages.visit import Visit

TEXTS = ("name", "sex", *DAYS)
ANSWERED = ("pregnant", "lactating")


@dataclass(frozen=True)
class Who:
    """Whom it is about: chosen, or typed as a new patient."""

    chosen: ui.select
    profile: Fields
    returning: Returning


class IntakeForm:
    """The form as a whole."""

    def __init__(
        self,
        who: Who,
        complaint: "Complaint",
        measuring: Measuring,
        tradition: ui.toggle,
        recording: Recording,
        last: LastTime,
    ) -> None:
        self._who = who
        self._complaint = complaint
        self._measuring = measuring
        self._tradition = tradition
        self._recording = recording
        self._last = last

    def follow(self, changed: Callable[[], Any], profile_changed: Callable[[], Any]) -> None:
        """Call ``changed`` for each change that nobody else says, and ``profile_changed`` for those of a new patient."""
        for field in self._who.profile.values():
            field.on_value_change(changed)
            field.on_value_change(profile_changed)
            field.on_value_change(lambda field=field: setattr(field, "error", None))
        self._tradition.on_value_change(changed)

    def fields(self) -> dict[str, Any]:
        """Name the fields in which something can be wrong, in the order in which they stand."""
        fields: Fields = {} if self._who.chosen.value else dict(self._who.profile)
        fields["complaint"] = self._complaint.field
        for words, score in zip(self._measuring.words.items(), self._measuring.scores.items(), strict=True):
            fields |= dict((words, score))
        return fields

    def said(self, about: int) -> Said:
        """Read it as it was typed; who they are only of a new patient. Raises Invalid."""
        words, scores = self._measuring.typed()
        given: dict[str, Any] = {
            "tradition": self._tradition.value,
            "findings": [asdict(one) for one in self._recording.values.values()],
            "complaint": self._complaint.field.value or "",
            "measures": words,
            "scores": scores,
        }
        if about == NEW:  # not by who is chosen: that is already the next one while this one is still being kept
            fields = self._who.profile
            given |= {
                "profile": {name: fields[name].value for name in TEXTS if fields[name].value},
                "answers": {name: fields[name].value for name in ANSWERED if fields[name].value is not None},
                "lists": {name: list(fields[name].value) for name in WORDS if fields[name].value},
            }
        return said_of(given)

    def fill(self, said: Said, about: int) -> None:
        """Put in what was typed before, in place of what is there; a finding that is known no more is left out."""
        self._tradition.value = said.tradition
        self._complaint.field.value = said.complaint
        words, scores = dict(said.measures), dict(said.scores)
        self._measuring.fill(words, scores)
        self._recording.bring(one.value() for one in said.findings)
        if about == NEW:
            fields = self._who.profile
            typed: dict[str, str] = dict(said.profile)  # type: ignore[arg-type]
            fields["sex"].value, fields["name"].value = typed.get("sex", ""), typed.get("name", "")
            for name in DAYS:
                fields[name].show(typed.get(name, ""))
            for name in ANSWERED:
                fields[name].value = dict(said.answers).get(name)  # type: ignore[call-overload]
            for name in WORDS:
                add_words(fields[name], dict(said.lists).get(name, []))  # type: ignore[call-overload]

    def clear(self) -> None:
        """Empty it, for somebody else."""
        self._complaint.renew()
        self._measuring.clear()
        self._recording.clear()
        for name in (*TEXTS, *ANSWERED, *WORDS):
            self._who.profile[name].value = None if name in ANSWERED else [] if name in WORDS else ""
            self._who.profile[name].error = None

    async def bring(self, patient_id: int) -> None:
        """Bring what is known of a patient from the last visit."""
        await self._last.show(patient_id)

    def choose(self, patient_id: int, name: str) -> None:
        """Choose whom it is about; ``name`` is theirs, where they may not be offered yet."""
        chosen: Any = self._who.chosen
        if patient_id not in chosen.options:
            chosen.set_options({**chosen.options, patient_id: name})
        chosen.value = patient_id

    def patient(self) -> int | PatientInput:
        """Say whom the safety gate is to judge for: a new patient as far as what is typed can be read, the rest as not known."""
        if self._who.chosen.value:
            return int(self._who.chosen.value)
        try:
            return profile_given(self._who.profile, name="-")
        except ValidationError as error:
            return profile_given(self._who.profile, name="-", without={str(one["loc"][0]) for one in error.errors()})

    def given(self) -> dict[str, Any]:
        """Read the fields of a diagnosis. Raises ValidationError."""
        given: dict[str, Any] = {
            "tradition": self._recording.tradition,
            "findings": [FindingInput(**asdict(one)) for one in self._recording.values.values()],
            "complaint": self._complaint.field.value or "",
            **self._measuring.given(),
        }
        if self._who.chosen.value != NEW:
            given["patient_id"] = self._who.chosen.value
        else:
            given["patient"] = profile_given(self._who.profile)
        return given


class Complaint:
    """What the patient complains of, in a field that is another one for another patient.

    What is typed is under way for a moment: it waits 0.3 s in the browser, then for the line. The browser may even type on what
    stood there for the patient before. All that goes to the field that is gone, and never into the next patient's record.
    """

    def __init__(self, here: Visit, changed: Callable[[], Any]) -> None:
        self._here = here
        self._changed = changed
        self._warning = ui.label().classes("vv-problem").props("role=alert data-testid=red-flag")
        self._warning.visible = False
        self._place = ui.element("div")
        self.field = self._made()

    def renew(self) -> None:
        """Begin with an empty field; one that is empty stays, with the focus that it may have."""
        if self.field.value:
            self._place.clear()
            self.field = self._made()
            self._warning.visible = False

    def _made(self) -> ui.textarea:
        with self._place:
            field = ui.textarea(self._here._("In the patient’s words"), on_change=self._look)
            return field.props("outlined autogrow debounce=300 maxlength=2000 data-testid=complaint data-key=complaint")

    def _look(self, event: Any) -> None:
        hits = red_flags(event.value or "", self._here.knowledge)
        self._warning.text = " ".join(dict.fromkeys(self._here._(hit.advice) for hit in hits))
        self._warning.visible = bool(hits)
        self.field.error = None
        self._changed()


def complaint_card(here: Visit, changed: Callable[[], Any]) -> tuple[Complaint, Measuring]:
    """Ask what the patient complains of, and what of it they will score."""
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Complaint"))
        complaint = Complaint(here, changed)
        written("h3", _("What the patient will score")).classes("vv-title vv-h3")
        measuring = Measuring(here, changed)
    return complaint, measuring
