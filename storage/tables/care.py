"""What happens with a patient: diagnosis, findings, recommendations, feedback."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from storage.tables.columns import between, json_list, json_object, key, one_of, points_to


class Patient(SQLModel, table=True):
    """The clinical profile of someone who is treated; what is not known is empty, never assumed."""

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    practitioner_id: int = points_to("person.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", unique=True)
    """The patient as someone who signs in; empty until the first invite."""
    name: str
    born: date | None = None
    sex: str = ""
    pregnant: bool | None = None
    pregnant_since: date | None = None
    """First day of the last period; tells the trimester. Empty where it is not known, or there is no pregnancy."""
    lactating: bool | None = None
    surgery_on: date | None = None
    allergies: list[str] = json_list()
    conditions: list[str] = json_list()
    medicines: list[str] = json_list()
    synthetic: bool = False
    created: datetime
    restricted: datetime | None = None
    """Since when the record may be read and not used (GDPR article 18); empty while it may be used."""
    erased: datetime | None = None
    """When everything of this patient was erased; what is left is a row without a person, which nobody may read."""


class PatientShare(SQLModel, table=True):
    """A colleague who may see a patient beside the patient's own practitioner; nothing of it holds from ``until`` on."""

    __tablename__ = "patient_share"
    __table_args__ = (
        UniqueConstraint("patient_id", "person_id"),
        one_of("level", "read", "treat", "emergency"),
    )

    id: int | None = key()
    patient_id: int = points_to("patient.id")
    person_id: int = points_to("person.id")
    level: str = "treat"
    until: datetime | None = Field(default=None, index=True)
    """Empty where it goes on until somebody ends it."""
    created: datetime


class Diagnosis(SQLModel, table=True):
    """One tradition's reading of a patient's state, and the channel that clients follow."""

    __table_args__ = (
        one_of("tradition", "avicenna", "tcm", "ayurveda", "none"),
        one_of("status", "open", "closed"),
        between("second_baseline", 0, 10),
        between("activity_baseline", 0, 10),
    )

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    patient_id: int = points_to("patient.id")
    practitioner_id: int = points_to("person.id")
    tradition: str
    condition_id: str | None = Field(default=None, index=True)
    """The confirmed condition or pattern; empty until a practitioner has confirmed one."""
    status: str = "open"
    complaint: str = ""
    symptom: str = ""
    """The complaint that the patient scores from 0 to 10."""
    baseline: int | None = Field(default=None, ge=0, le=10)
    """That score on the day of the diagnosis."""
    second_symptom: str = ""
    second_baseline: int | None = None
    activity: str = ""
    """Something that the complaint makes hard, scored from 0 (no difficulty) to 10 (cannot do it)."""
    activity_baseline: int | None = None
    seq: int = 0
    """The last number given out in this diagnosis' log."""
    created: datetime


class Finding(SQLModel, table=True):
    """A sign or symptom as recorded, with where it came from."""

    __table_args__ = (UniqueConstraint("diagnosis_id", "finding_id"),)

    id: int | None = key()
    diagnosis_id: int = points_to("diagnosis.id")
    finding_id: str
    present: bool = True
    severity: int | None = None
    degree: int | None = None
    """Of a temperament: 1 slight to 4 extreme."""
    duration_days: int | None = None
    source: str = "practitioner"
    recorded: datetime


class Match(SQLModel, table=True):
    """A condition that fits the findings, with the reasons."""

    id: int | None = key()
    diagnosis_id: int = points_to("diagnosis.id")
    condition_id: str
    rank: int
    score: float
    supporting: list[str] = json_list()
    missing: list[str] = json_list()
    contrary: list[str] = json_list()


class Recommendation(SQLModel, table=True):
    """Something that a patient may take or do, with its dose line, its verdict and its reasons."""

    __table_args__ = (
        one_of("kind", "herb", "formula", "diet", "lifestyle", "protocol"),
        one_of("status", "proposed", "approved", "stopped"),
        one_of("verdict", "block", "major", "moderate", "minor", "nothing_documented", "unknown"),
        Index("ix_recommendation_item_id_condition_id", "item_id", "condition_id"),
    )

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    diagnosis_id: int = points_to("diagnosis.id")
    patient_id: int = points_to("patient.id")
    kind: str
    item_id: str
    condition_id: str = ""
    name: str
    text: str = ""
    dose: dict[str, Any] | None = json_object()
    rank: int = 0
    score: float | None = None
    reasons: list[str] = json_list()
    verdict: str
    verdict_reasons: list[dict[str, Any]] = json_list()
    judged_by: str = ""
    """Version of the knowledge that the verdict was made with."""
    override_reason: str = ""
    accepted: list[Any] = json_list()
    """The gate's serious reasons that stood when it was approved, or when somebody last said that it goes on: key and verdict."""
    worsened: datetime | None = None
    """Since when the gate has a serious reason that nobody has accepted; empty while it has none."""
    duration_days: int | None = None
    """How long it is kept up, for what has no dose line."""
    follow_up_days: int | None = None
    """After how many days patient and practitioner look at it together."""
    follow_up_on: date | None = None
    """When patient and practitioner look at it together; set at approval."""
    status: str = "proposed"
    stop_reason: str = ""
    created: datetime
    approved: datetime | None = None
    stopped: datetime | None = None
    told_seq: int | None = None
    """The number in the diagnosis' log with which its patient was last told what to take, or to stop."""
    told_at: datetime | None = None
    prescribed_counted: bool = False
    """Whether the evidence cell counts this recommendation as prescribed."""
    outcome_counted: bool | None = None
    """What the evidence cell counts for it: improved, not improved, or no answer yet."""
    rating_counted: int | None = None
    counted_on: date | None = None
    """The day under which the outcome stands in the trend."""


class AlertAcknowledgement(SQLModel, table=True):
    """A practitioner has read a reason of the gate for a patient; it holds while the regimen stays the same."""

    __tablename__ = "alert_acknowledgement"
    __table_args__ = (
        UniqueConstraint("patient_id", "reason", "regimen", "verdict"),
        one_of("verdict", "major", "moderate", "minor", "nothing_documented", "unknown"),
    )

    id: int | None = key()
    patient_id: int = points_to("patient.id")
    reason: str
    """The key of the reason: its rule and all that takes part."""
    regimen: str
    """Hash of all that takes part in the judgement: medicines, states, allergies, items with their doses."""
    verdict: str
    """How bad it was: a worse one of the same name has not been read. A block cannot be acknowledged."""
    person_id: int = points_to("person.id", index=False)
    at: datetime


class Feedback(SQLModel, table=True):
    """What a patient says of a recommendation; nothing is overwritten without its history in the log."""

    __table_args__ = (
        between("rating", 1, 5),
        between("symptom", 0, 10),
        between("second_symptom", 0, 10),
        between("activity", 0, 10),
        between("improvement", 1, 5),
        between("adherence", 0, 100),
        between("ease_of_use", 1, 5),
    )

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    diagnosis_id: int = points_to("diagnosis.id")
    recommendation_id: int = points_to("recommendation.id")
    patient_id: int = points_to("patient.id")
    person_id: int = points_to("person.id", index=False)
    rating: int
    comment: str = ""
    symptom: int | None = None
    second_symptom: int | None = None
    activity: int | None = None
    improvement: int | None = None
    adherence: int | None = None
    """Share of the doses that were taken, in percent."""
    ease_of_use: int | None = None
    stopped: bool = False
    """The patient stopped because of a side effect."""
    red_flags: list[str] = json_list()
    created: datetime
    updated: datetime
    withdrawn: datetime | None = None
    """Taken back by who gave it: it counts nowhere and is shown nowhere, and stays with its versions."""
    seen: datetime | None = None
    """When somebody of the practice said that they have read it, as it stands now."""
    seen_by: int | None = points_to("person.id", index=False, optional=True)


class FeedbackVersion(SQLModel, table=True):
    """What a feedback said before it was changed or withdrawn."""

    __tablename__ = "feedback_version"
    __table_args__ = (one_of("what", "changed", "withdrawn"),)

    id: int | None = key()
    feedback_id: int = points_to("feedback.id")
    what: str
    said: dict[str, Any] = json_object()
    """The feedback as it stood until then."""
    person_id: int = points_to("person.id", index=False)
    """Who changed it."""
    at: datetime


class SideEffect(SQLModel, table=True):
    """One unwanted effect that came with a feedback."""

    __tablename__ = "side_effect"
    __table_args__ = (between("severity", 0, 4),)

    id: int | None = key()
    feedback_id: int = points_to("feedback.id")
    recommendation_id: int = points_to("recommendation.id")
    term: str
    severity: int | None = None
    serious: bool = False
    onset: date | None = None
    stopped: bool | None = None
    """Whether the patient stopped taking it because of this; None where they did not say."""
    better_after_stopping: bool | None = None
