"""The shapes that leave the program: what the API answers, what a socket sends and what a page shows.

One class for each thing and each message type of the live protocol. The wire name of a message stands in its docstring.
"""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Something that is sent: nothing unknown in it, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VerdictReason(Shape):
    """Why the safety gate came to a verdict."""

    verdict: str
    rule: str
    message: str
    source: list[str] = []
    grade: str = ""
    mechanism: str = ""
    """What would happen, such as ``bleeding``."""
    outcome: str = ""
    """``documented_harm``, or why there is none: not identified, not comparable, not recorded and so on."""
    key: str = ""
    """Names the finding whatever its wording: what an acknowledgement names."""
    acknowledged: bool = False
    """Somebody has read it, and nothing has changed since in what the patient takes or is."""


class DoseLine(Shape):
    """How much of what, how and for how long; amounts in ``unit`` per day or per dose."""

    amount: float
    unit: str
    per: str
    preparation: str
    part: str = ""
    route: str = "oral"
    times_a_day: str = ""
    duration_days: int | None = None
    vehicle: str = ""
    source: list[str] = []
    drops_per_ml: float | None = None


class RecommendationState(Shape):
    """A recommendation as it stands."""

    id: int
    diagnosis_id: int
    kind: str
    item_id: str
    condition_id: str
    name: str
    text: str
    dose: DoseLine | None
    rank: int
    score: float | None
    reasons: list[str]
    verdict: str
    verdict_reasons: list[VerdictReason]
    override_reason: str
    worsened: datetime | None = None
    """Since when an approved recommendation has a serious objection that nobody has accepted."""
    duration_days: int | None = None
    follow_up_days: int | None = None
    follow_up_on: date | None = None
    status: Literal["proposed", "approved", "stopped"]
    stop_reason: str
    created: datetime
    approved: datetime | None
    stopped: datetime | None

    NOT_FOR_PATIENTS: ClassVar[frozenset[str]] = frozenset(
        {"score", "reasons", "verdict", "verdict_reasons", "override_reason", "worsened"}
    )


class SideEffectState(Shape):
    """An unwanted effect; severity 0 none to 4 very severe."""

    term: str
    severity: int | None = None
    serious: bool = False
    onset: date | None = None
    stopped: bool | None = None
    better_after_stopping: bool | None = None


class ReplyState(Shape):
    """What the practice has replied to a feedback, as it stands."""

    text: str
    by: str
    """The name of who wrote it."""
    created: datetime
    updated: datetime
    seen: datetime | None = None
    """When a phone of the patient's said that it was on its screen, as it stands."""


class FeedbackState(Shape):
    """A feedback as it stands."""

    id: int
    diagnosis_id: int
    recommendation_id: int
    rating: int
    comment: str
    symptom: int | None
    second_symptom: int | None = None
    activity: int | None = None
    improvement: int | None
    adherence: int | None
    ease_of_use: int | None
    stopped: bool
    side_effects: list[SideEffectState]
    red_flags: list[str]
    created: datetime
    updated: datetime
    seen: datetime | None = None
    """When the practice said that it has read it."""
    reply: ReplyState | None = None

    NOT_FOR_PATIENTS: ClassVar[frozenset[str]] = frozenset({"red_flags"})


class FindingState(Shape):
    """A finding as recorded."""

    finding_id: str
    present: bool
    severity: int | None = None
    degree: int | None = None
    duration_days: int | None = None


class DiagnosisState(Shape):
    """A diagnosis as it stands."""

    id: int
    patient_id: int
    tradition: str
    condition_id: str | None
    condition: str
    """Its name in English; empty while none is confirmed."""
    status: str
    complaint: str
    symptom: str
    baseline: int | None
    second_symptom: str = ""
    second_baseline: int | None = None
    activity: str = ""
    activity_baseline: int | None = None
    findings: list[FindingState]
    created: datetime
    red_flags: list[str]
    """What to do about warning signs in the complaint: refer, do not treat."""

    NOT_FOR_PATIENTS: ClassVar[frozenset[str]] = frozenset({"red_flags"})


class CheckInState(Shape):
    """Which check-in of a diagnosis is due, by its number since the rhythm began, and when the patient was reminded of it."""

    due: date | None = None
    """A day of the practice; null once stable, and where nothing runs."""
    number: int = 0
    rhythm: Literal["weekly", "fortnightly", "stable"] = "weekly"
    reminded: datetime | None = None


class DiagnosisUpdate(Shape):
    """The diagnosis itself changed, or its check-ins alone. Wire name ``diagnosis_update``, durable."""

    change: Literal["opened", "findings", "condition", "closed", "check_in"]
    diagnosis: DiagnosisState
    check_in: CheckInState | None = None
    """As it stands from now on; null where nothing has changed in it. So in the other messages."""


class RecommendationUpdate(Shape):
    """A recommendation was added, changed, approved, stopped or removed. Wire name ``recommendation_update``, durable."""

    recommendation_id: int
    change: Literal["added", "changed", "approved", "stopped", "removed"]
    old: RecommendationState | None
    new: RecommendationState | None
    changed_fields: list[str]
    reason: str
    check_in: CheckInState | None = None


class FeedbackUpdate(Shape):
    """A feedback was added or changed. Wire name ``feedback_update``, durable."""

    feedback_id: int
    recommendation_id: int
    change: Literal["added", "changed", "withdrawn", "replied"]
    """``replied``: the reply to it was written, changed, taken back (null) or seen; the rest is as it was."""
    rating: int
    improvement: int | None
    symptom: int | None
    second_symptom: int | None = None
    activity: int | None = None
    adherence: int | None
    ease_of_use: int | None
    stopped: bool
    side_effects: list[SideEffectState]
    red_flags: list[str]
    comment: str
    created: datetime
    updated: datetime
    seen: datetime | None = None
    reply: ReplyState | None = None
    check_in: CheckInState | None = None

    NOT_FOR_PATIENTS: ClassVar[frozenset[str]] = frozenset({"red_flags"})


class EffectivenessUpdate(Shape):
    """What the practice knows of a herb for a condition. Wire name ``effectiveness_update``.

    ``effectiveness`` is the posterior mean in 0–1, ``low, high`` its 95 % credible interval, ``confidence`` n/(n+M).
    Numbers are null where they are not known, or may not be shown to the reader.
    """

    recommendation_id: int
    herb: str
    condition: str
    effectiveness: float | None
    low: float | None
    high: float | None
    confidence: float | None
    prescribed: int | None
    answered: int | None
    improved: int | None
    sample_size: int | None
    tier: Literal["hidden", "early", "preliminary", "plain"]
    trend: Literal["insufficient", "rising", "falling", "steady"]
    average_rating: float | None
    as_of: datetime | None


class PredictionUpdate(Shape):
    """How likely a recommendation is to help this patient. Wire name ``prediction_update``, durable."""

    recommendation_id: int
    probability: float
    low: float
    high: float
    basis: str
    predictor: str


class PatientUpdate(Shape):
    """A patient was recorded or changed hands; for pages of the practice. Wire name ``patient_update``."""

    patient_id: int
    change: Literal["recorded", "changed", "shared", "opened_in_emergency", "erased"]
    readers: list[int]
    """The people who may read the record from now on."""


class SignInRevoked(Shape):
    """A sign-in has ended; its sockets and pages close. Wire name ``sign_in_revoked``, never sent to clients."""

    sign_in_id: int
    person_id: int


class DeviceState(Shape):
    """How far one device of a patient's has confirmed a diagnosis' log."""

    sign_in_id: int
    device: str
    """What the device called itself when it signed in; empty where it said nothing."""
    since: datetime
    """When it signed in."""
    seq: int
    """0 where it has confirmed nothing yet."""
    at: datetime | None
    """When it last confirmed anything."""


class DeliveryUpdate(Shape):
    """A patient's devices have confirmed more; for the practice's pages. Wire name ``delivery_update``, never sent to clients."""

    devices: list[DeviceState]


class PracticeState(Shape):
    """Whom a patient calls. Wire name ``practice_update`` when it changed, without ``seq``: it is in no diagnosis' log."""

    name: str
    phone: str
    """As people read it: digits, spaces, dashes and a ``+`` in front; empty where the practice has set none."""


class SnapshotState(Shape):
    """All that a client may see of a diagnosis at ``seq``. Wire name ``snapshot``."""

    seq: int
    diagnosis: DiagnosisState
    recommendations: list[RecommendationState]
    feedback: list[FeedbackState]
    effectiveness: list[EffectivenessUpdate]
    predictions: list[PredictionUpdate]
    check_in: CheckInState
    practice: PracticeState | None = None
    """Left out by versions before it was there."""


class Connect(Shape):
    """The first answer on a socket. Wire name ``connect``."""

    seq: int
    epoch: str
    resumed: bool
    missed: int
    ping_s: float
    pong_timeout_s: float
    token_expires_in: float | None
    spread_ms: int
    server_time: datetime


WITHHELD: dict[str, Any] = {"withheld": True}
"""What a client gets in place of data that it may not see, so that ``seq`` stays contiguous for it."""
