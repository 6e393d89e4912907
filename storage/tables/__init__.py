"""The rows that Vervain keeps, one class a word of the design."""

from sqlmodel import SQLModel

from storage.tables.accounts import RecoveryCode, SecondFactor, SecondStep
from storage.tables.attention import Alarm, CheckIn, EmergencyAccess, SetAside
from storage.tables.care import (
    AlertAcknowledgement,
    Diagnosis,
    Feedback,
    FeedbackVersion,
    Finding,
    Match,
    Patient,
    PatientShare,
    Recommendation,
    SideEffect,
)
from storage.tables.drafts import IntakeDraft
from storage.tables.identity import Identity, OidcRequest
from storage.tables.learning import (
    Evidence,
    EvidenceDay,
    EvidenceOfPractitioner,
    EvidenceSideEffect,
    EvidenceTogether,
    FileImport,
    PastCase,
    PracticeRow,
    Prediction,
    Predictor,
    PredictorFile,
)
from storage.tables.log import AuditEntry, AuditReason, Delivery, DeliveryMark, Event, IdempotencyKey, Mark
from storage.tables.people import Consent, Invite, Person, Practice, RefreshToken, SignIn
from storage.tables.processes import RunningProcess
from storage.tables.replies import Reply, ReplyVersion

metadata = SQLModel.metadata

__all__ = [
    "Alarm",
    "AlertAcknowledgement",
    "AuditEntry",
    "AuditReason",
    "CheckIn",
    "Consent",
    "Delivery",
    "DeliveryMark",
    "Diagnosis",
    "EmergencyAccess",
    "Event",
    "Evidence",
    "EvidenceDay",
    "EvidenceOfPractitioner",
    "EvidenceSideEffect",
    "EvidenceTogether",
    "Feedback",
    "FeedbackVersion",
    "FileImport",
    "Finding",
    "IdempotencyKey",
    "Identity",
    "IntakeDraft",
    "Invite",
    "Mark",
    "Match",
    "OidcRequest",
    "PastCase",
    "Patient",
    "PatientShare",
    "Person",
    "Practice",
    "PracticeRow",
    "Prediction",
    "Predictor",
    "PredictorFile",
    "Recommendation",
    "RecoveryCode",
    "RefreshToken",
    "Reply",
    "ReplyVersion",
    "RunningProcess",
    "SecondFactor",
    "SecondStep",
    "SetAside",
    "SideEffect",
    "SignIn",
    "metadata",
]
