"""Drafts of visits: what somebody fills in is kept at every field, and comes back after a crash, a closed tab, a lunch break.

A draft is one practitioner's, about one patient or about a new one, and no part of the record: nobody treats by it, it is in no
export, and it goes when the visit is recorded, when the patient is erased, and when nobody has come back to it
(``storage.spent``). What is typed is kept as typed, also where it is half a date or no number yet. Nothing is overwritten
unseen: whoever writes names the version that they last saw, and of two pages the one that comes late is told so.
"""

from datetime import datetime
from json import dumps
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from domain.diagnosis import DiagnosisInput, FindingInput, opened
from domain.errors import Conflict, Invalid, NotAllowed, VervainError
from domain.events import LoggedEvent
from domain.hub import DRAFT_WRITTEN
from domain.ledger import Change
from domain.matching import MOST_FINDINGS
from domain.messages import Shape
from domain.patient import find
from domain.permission import Action, Actor, Thing, may
from domain.readings import shown
from domain.services import Services
from domain.text import COMMENT, LINE, clean
from storage import drafts as rows
from storage.tables import IntakeDraft

NEW = 0
"""Stands for a patient who is not there yet."""
LISTED = 12
"""Drafts that are offered to be gone on with."""
Typed = Annotated[str, Field(max_length=LINE), AfterValidator(clean)]


class Said(BaseModel):
    """A visit as far as it is filled in, each field as it was typed."""

    model_config = ConfigDict(
        extra="ignore"
    )  # a draft of an earlier version is brought back as far as it is understood

    tradition: Literal["avicenna", "tcm", "ayurveda"] = "tcm"
    findings: list[FindingInput] = Field(default_factory=list, max_length=MOST_FINDINGS)
    complaint: Annotated[str, Field(max_length=COMMENT), AfterValidator(clean)] = ""
    measures: dict[Literal["symptom", "second_symptom", "activity"], Typed] = Field(default_factory=dict)
    scores: dict[Literal["baseline", "second_baseline", "activity_baseline"], Typed] = Field(default_factory=dict)
    profile: dict[Literal["name", "born", "sex", "pregnant_since", "surgery_on"], Typed] = Field(default_factory=dict)
    answers: dict[Literal["pregnant", "lactating"], bool | None] = Field(default_factory=dict)
    lists: dict[Literal["medicines", "allergies", "conditions"], Annotated[list[Typed], Field(max_length=50)]] = Field(
        default_factory=dict
    )

    @property
    def empty(self) -> bool:
        """Whether nothing is filled in; the tradition alone is nothing."""
        typed = (self.complaint, *self.measures.values(), *self.scores.values(), *self.profile.values())
        said = any(one.strip() for one in typed) or any(one is not None for one in self.answers.values())
        return not (said or self.findings or any(self.lists.values()))


class DraftState(Shape):
    """A draft as it stands. ``said`` is null where there is none, or where it is thrown away."""

    patient_id: int
    """0 for a new patient."""
    name: str = ""
    """Of the patient; of a new one as far as it is typed."""
    version: int
    """0 while there was never one."""
    updated: datetime | None = None
    said: Said | None = None


def read(services: Services, actor: Actor, patient_id: int) -> DraftState:
    """Read one's own draft about a patient, or about a new one (0). Raises NotFound, NotAllowed."""
    with services.database.read() as session:
        if patient_id != NEW:
            find(session, actor, patient_id, Action.TREAT)
        row = rows.draft(session, actor.person_id, patient_id)
        if row is None:
            return DraftState(patient_id=patient_id, version=0)
        if patient_id != NEW and row.discarded is None:
            shown(session, actor, "draft", [patient_id])
        return _state(row, "")


def mine(services: Services, actor: Actor) -> list[DraftState]:
    """List one's drafts that stand, the newest first, without those about whom one may not treat any more."""
    found: list[DraftState] = []
    with services.database.read() as session:
        for row in rows.standing(session, actor.person_id, limit=LISTED):
            if row.patient_id is None:
                found.append(_state(row, ""))
                continue
            try:
                patient = find(session, actor, row.patient_id, Action.TREAT)
            except VervainError:
                continue  # it waits: a record that was taken away may come back
            found.append(_state(row, patient.name))
        shown(session, actor, "draft", [one.patient_id for one in found if one.patient_id != NEW])
    return [one for one in found if one.said is not None and not one.said.empty]


def keep(
    services: Services, actor: Actor, patient_id: int, said: Said, *, seen: int, page: str, anyhow: bool = False
) -> DraftState:
    """Write a draft over the version that the page last saw (0 for none); ``anyhow`` over whatever is there.

    Raises Conflict (``draft_newer``) where another page has written meanwhile, and (``draft_over``) where it was recorded or
    deleted there; NotFound and NotAllowed as the record does; Invalid.
    """

    def act(change: Change) -> DraftState:
        _allowed(change, actor, patient_id)
        row = rows.draft(change.session, actor.person_id, patient_id)
        if not anyhow:
            _check(row, seen)
        if row is None:
            row = IntakeDraft(
                person_id=actor.person_id,
                patient_id=patient_id or None,
                about=patient_id,
                version=0,
                page=page,
                updated=change.now,
            )
        row.said, row.discarded, row.page = said.model_dump(mode="json"), None, page
        _written(change, actor, row, seen)
        return _state(row, "")

    return services.ledger.write(act)


def discard(services: Services, actor: Actor, patient_id: int, *, seen: int, page: str) -> DraftState:
    """Throw a draft away, which ``restore`` undoes for a day. Raises Conflict as ``keep`` does."""

    def act(change: Change) -> DraftState:
        _allowed(change, actor, patient_id)
        row = rows.draft(change.session, actor.person_id, patient_id)
        _check(row, seen)
        if row is None:
            return DraftState(patient_id=patient_id, version=0)
        row.discarded, row.page = change.now, page
        _written(change, actor, row, seen)
        return _state(row, "")

    return services.ledger.write(act)


def restore(services: Services, actor: Actor, patient_id: int, *, page: str) -> DraftState:
    """Bring back what was thrown away. Raises Conflict where it is gone for good, or another page has begun anew."""

    def act(change: Change) -> DraftState:
        _allowed(change, actor, patient_id)
        row = rows.draft(change.session, actor.person_id, patient_id)
        if row is None or row.discarded is None:
            raise Conflict("This draft cannot be brought back any more.", code="draft_over")
        row.discarded, row.page = None, page
        _written(change, actor, row, row.version)
        return _state(row, "")

    return services.ledger.write(act)


def record(services: Services, actor: Actor, given: DiagnosisInput, *, seen: int) -> dict[str, Any]:
    """Record a visit as ``diagnosis.record`` does, and end its draft with it; returns the snapshot.

    Raises Conflict as ``keep`` does, so that two windows on one draft record one visit; and what ``diagnosis.record`` raises.
    """

    def act(change: Change) -> dict[str, Any]:
        about = given.patient_id or NEW
        _allowed(change, actor, about)
        _check(rows.draft(change.session, actor.person_id, about), seen)
        snapshot = opened(change, services, actor, given)
        if rows.end(change.session, actor.person_id, about, seen):
            _tell(change, actor, about, version=0, page="")
        return snapshot

    return services.ledger.write(act)


def said_of(given: dict[str, Any]) -> Said:
    """Read what a form says. Raises Invalid for what no keyboard types, and for more than is ever recorded."""
    try:
        return Said.model_validate(given)
    except ValidationError as error:
        raise Invalid("This cannot be kept as a draft: it is too long, or has signs that cannot be kept.") from error


def _allowed(change: Change, actor: Actor, patient_id: int) -> None:
    if patient_id != NEW:
        find(change.session, actor, patient_id, Action.TREAT)
    elif not may(actor, Action.RECORD_PATIENT, Thing(actor.practice_id)):
        raise NotAllowed("Only a practitioner can take a patient in.")


def _check(row: IntakeDraft | None, seen: int) -> None:
    if row is None:
        if seen:
            raise Conflict("This visit was recorded or thrown away in another window.", code="draft_over")
    elif row.version != seen:
        raise Conflict("This draft was written on in another window.", code="draft_newer")


def _written(change: Change, actor: Actor, row: IntakeDraft, seen: int) -> None:
    # The clock is in it, so that a draft that was ended and begun anew never has a version that an old page knows.
    row.version = max(int(change.now.timestamp() * 1000), row.version + 1, seen + 1)
    row.updated = change.now
    change.session.add(row)
    change.session.flush()
    _tell(change, actor, row.about, version=row.version, page=row.page)


def _tell(change: Change, actor: Actor, about: int, *, version: int, page: str) -> None:
    told = {"person_id": actor.person_id, "patient_id": about, "version": version, "page": page}
    change.passing.append(
        LoggedEvent.passing(
            DRAFT_WRITTEN,
            dumps(told),
            practice_id=actor.practice_id,
            diagnosis_id=None,
            patient_id=about or None,
            at=change.now,
        )
    )


def _state(row: IntakeDraft, name: str) -> DraftState:
    said = None if row.discarded is not None else _understood(row.said)
    return DraftState(
        patient_id=row.about,
        name=name or (said.profile.get("name", "") if said else ""),
        version=row.version,
        updated=row.updated,
        said=said,
    )


def _understood(kept: dict[str, Any]) -> Said:
    """Read what was kept, field by field: what an earlier version wrote otherwise is left out, and the rest comes back."""
    good: dict[str, Any] = {}
    for name in Said.model_fields:
        if name in kept:
            try:
                Said.model_validate({name: kept[name]})
            except ValidationError:
                continue
            good[name] = kept[name]
    return Said.model_validate(good)
