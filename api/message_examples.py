"""One example of each message, in the shapes that are sent; ``/asyncapi.json`` shows them, a test validates them."""

from datetime import UTC, date, datetime
from typing import Any

from domain.messages import (
    WITHHELD,
    CheckInState,
    Connect,
    DiagnosisState,
    DiagnosisUpdate,
    DoseLine,
    EffectivenessUpdate,
    FeedbackUpdate,
    FindingState,
    PracticeState,
    PredictionUpdate,
    RecommendationState,
    RecommendationUpdate,
    ReplyState,
    Shape,
    SideEffectState,
    SnapshotState,
    VerdictReason,
)
from domain.protocol import CLIENT, Complaint, Pong, Renewed

NOW = datetime(2026, 11, 23, 17, 0, 9, 90_976, tzinfo=UTC)
DIAGNOSIS = DiagnosisState(
    id=121,
    patient_id=121,
    tradition="avicenna",
    condition_id="p-sauda",
    condition="Black bile excess",
    status="open",
    complaint="Low mood and broken sleep since the spring.",
    symptom="Low mood",
    baseline=7,
    second_symptom="Broken sleep",
    second_baseline=6,
    activity="Getting up for work",
    activity_baseline=5,
    findings=[FindingState(finding_id="complexion-dark", present=True, severity=3)],
    created=NOW,
    red_flags=[],
)
PROPOSED = RecommendationState(
    id=123,
    diagnosis_id=121,
    kind="herb",
    item_id="saffron",
    condition_id="p-sauda",
    name="saffron",
    text="",
    dose=DoseLine(amount=1.0, unit="g", per="day", preparation="decoction", part="stigma", source=["CHP:e198"]),
    rank=3,
    score=0.52,
    reasons=["Traditional use for black bile excess."],
    verdict="minor",
    verdict_reasons=[VerdictReason(verdict="minor", rule="class stacking", message="Both make drowsy.", grade="C")],
    override_reason="",
    status="proposed",
    stop_reason="",
    created=NOW,
    approved=None,
    stopped=None,
)
APPROVED = PROPOSED.model_copy(update={"status": "approved", "approved": NOW})
EFFECTIVENESS = EffectivenessUpdate(
    recommendation_id=123,
    herb="saffron",
    condition="p-sauda",
    effectiveness=0.5386,
    low=0.2964,
    high=0.7713,
    confidence=0.4544,
    prescribed=10,
    answered=7,
    improved=4,
    sample_size=7,
    tier="early",
    trend="insufficient",
    average_rating=3.86,
    as_of=NOW,
)
PREDICTION = PredictionUpdate(
    recommendation_id=123,
    probability=0.5422,
    low=0.2595,
    high=0.8104,
    basis="Rests on traditional use (grade T), a match of 96% and 4 of 7 answers here.",
    predictor="rules-1",
)
PRACTICE = PracticeState(name="Moradi practice", phone="+98 21 8877 6655")
DUE = date(2026, 11, 30)
FEEDBACK = FeedbackUpdate(
    feedback_id=94,
    recommendation_id=123,
    change="added",
    rating=4,
    improvement=4,
    symptom=4,
    second_symptom=3,
    activity=5,
    adherence=90,
    ease_of_use=None,
    stopped=False,
    side_effects=[SideEffectState(term="nausea", severity=1)],
    red_flags=[],
    comment="Slept through the night.",
    created=NOW,
    updated=NOW,
)
REPLIED = FEEDBACK.model_copy(
    update={
        "change": "replied",
        "seen": NOW,
        "reply": ReplyState(text="Take it an hour later.", by="Dr Leila Moradi", created=NOW, updated=NOW),
    }
)


def of_server() -> dict[str, list[dict[str, Any]]]:
    """Give examples of what the server sends, by type."""
    connect = Connect(
        seq=26,
        epoch="16d1fc3c90e500df",
        resumed=False,
        missed=0,
        ping_s=25.0,
        pong_timeout_s=10.0,
        token_expires_in=898.9,
        spread_ms=5_000,
        server_time=NOW,
    )
    snapshot = SnapshotState(
        seq=26,
        diagnosis=DIAGNOSIS,
        recommendations=[APPROVED],
        feedback=[],
        effectiveness=[EFFECTIVENESS],
        predictions=[PREDICTION],
        check_in=CheckInState(due=DUE, number=2),
        practice=PRACTICE,
    )
    approved = RecommendationUpdate(
        recommendation_id=123,
        change="approved",
        old=PROPOSED,
        new=APPROVED,
        changed_fields=["status", "approved"],
        reason="",
    )
    complaint = Complaint(code="invalid", message="An ack says up to which seq (a whole number).", retry=False)
    unknown = Complaint(code="not_found", message="There is no such diagnosis.", retry=False)
    return {
        "connect": [_sent("connect", connect)],
        "snapshot": [_sent("snapshot", snapshot)],
        "diagnosis_update": [
            _sent("diagnosis_update", DiagnosisUpdate(change="condition", diagnosis=DIAGNOSIS), seq=27)
        ],
        "recommendation_update": [
            _sent("recommendation_update", approved, seq=28),
            _sent("recommendation_update", None, seq=29),
        ],
        "feedback_update": [
            _sent("feedback_update", FEEDBACK, seq=30),
            _sent("feedback_update", FEEDBACK, seq=30, leave_out=FeedbackUpdate.NOT_FOR_PATIENTS),
            _sent("feedback_update", REPLIED, seq=31, leave_out=FeedbackUpdate.NOT_FOR_PATIENTS),
        ],
        "effectiveness_update": [
            _sent("effectiveness_update", EFFECTIVENESS, seq=31),
            _sent("effectiveness_update", EFFECTIVENESS),
        ],
        "prediction_update": [
            _sent("prediction_update", PREDICTION, seq=32),
            _sent("prediction_update", None, seq=32),
        ],
        "practice_update": [_sent("practice_update", PRACTICE)],
        "pong": [_sent("pong", Pong(seq=32))],
        "auth": [_sent("auth", Renewed(token_expires_in=892.5))],
        "error": [
            _sent("error", complaint),
            {"v": 1, "type": "error", "data": unknown.model_dump(mode="json")},
        ],
    }


def of_client() -> dict[str, list[dict[str, Any]]]:
    """Give examples of what a client sends, by type."""
    token = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZDI1NTE5In0…"  # noqa: S105 - the beginning of one, and no more
    given: dict[str, list[dict[str, Any]]] = {
        "auth": [
            {"type": "auth", "token": token, "since": 26, "epoch": "16d1fc3c90e500df"},
            {"type": "auth", "token": token},
        ],
        "ping": [{"type": "ping"}],
        "ack": [{"type": "ack", "seq": 61}],
        "resume": [{"type": "resume", "since": 58}],
    }
    return {kind: given[kind] for kind in CLIENT}


def _sent(
    kind: str, data: Shape | None, *, seq: int | None = None, leave_out: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Write a message as it stands on the wire; ``data`` is None where it is withheld."""
    return {
        "v": 1,
        "type": kind,
        "diagnosis_id": 121,
        **({} if seq is None else {"seq": seq}),
        "id": "399923009af446b48c27e04fbc70984f",
        "timestamp": "2026-11-23T17:00:09.090Z",
        "data": WITHHELD if data is None else data.model_dump(mode="json", exclude=set(leave_out)),
    }
