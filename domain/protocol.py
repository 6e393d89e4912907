"""The live protocol, version 1, as classes: what a socket says of itself, what a client sends, and a list of everything.

What happens to a diagnosis has its shapes in ``domain/messages.py``. The list here is what ``/asyncapi.json`` is made from.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from domain.errors import Invalid
from domain.messages import (
    Connect,
    DiagnosisUpdate,
    EffectivenessUpdate,
    FeedbackUpdate,
    PracticeState,
    PredictionUpdate,
    RecommendationUpdate,
    Shape,
    SnapshotState,
)

VERSION = 1


class Pong(Shape):
    """The answer to a ping: the top of the log. Wire name ``pong``."""

    seq: int = Field(ge=0)


class Renewed(Shape):
    """A fresh token was taken on a live socket. Wire name ``auth``."""

    token_expires_in: float


class Complaint(Shape):
    """What a client sent was not understood, or it may not come in. Wire name ``error``."""

    code: str
    message: str
    retry: bool
    """Whether coming back may help."""


class ClientMessage(BaseModel):
    """Something that a client sends; fields that we do not know are ignored, so that clients may be newer."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    WRONG: ClassVar[str]
    """What to say where it is not as it should be."""


def _position(given: Any) -> int | None:
    """Read a position; one that is none begins anew instead of being refused: the client gets a snapshot."""
    try:
        number = int(given) if isinstance(given, int | str) and not isinstance(given, bool) else -1
    except ValueError:
        return None
    return number if number >= 0 else None


class Auth(ClientMessage):
    """Who a client is, with how far it has read; later a fresh token of the same person. Wire name ``auth``."""

    WRONG = "An auth message carries a token."

    type: Literal["auth"]
    token: str = Field(strict=True)
    since: Annotated[int | None, BeforeValidator(_position)] = Field(default=None, ge=0)
    epoch: Annotated[str | None, BeforeValidator(lambda given: given if isinstance(given, str) else None)] = None


class Ping(ClientMessage):
    """Are you there? Answered by a pong behind everything that waits. Wire name ``ping``."""

    WRONG = "A ping is a type and nothing else."

    type: Literal["ping"]


class Ack(ClientMessage):
    """Up to which ``seq`` a client has everything; cumulative. Wire name ``ack``."""

    WRONG = "An ack says up to which seq (a whole number)."

    type: Literal["ack"]
    seq: int = Field(ge=0, strict=True)


class Resume(ClientMessage):
    """A client has seen a gap: what came after ``since`` once more, or a snapshot. Wire name ``resume``."""

    WRONG = "A resume says since which seq (a whole number)."

    type: Literal["resume"]
    since: int = Field(ge=0, strict=True)


CLIENT: dict[str, type[Auth | Ping | Ack | Resume]] = {"auth": Auth, "ping": Ping, "ack": Ack, "resume": Resume}
"""What a client may send, by its wire name."""


def read(message: dict[str, Any]) -> Auth | Ping | Ack | Resume:
    """Read what a client sent. Raises Invalid, with the code ``unknown_type`` for a type that there is not."""
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in CLIENT:
        raise Invalid("There is no such message type.", code="unknown_type")
    try:
        return CLIENT[kind].model_validate(message)
    except ValidationError:
        raise Invalid(CLIENT[kind].WRONG) from None


class Numbered(Enum):
    """Whether a message stands in the log and carries ``seq``."""

    ALWAYS = "always"
    WHEN_CAUSED_HERE = "when this diagnosis caused it"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ServerMessage:
    """A type of message that the server sends."""

    wire: str
    data: type[Shape]
    numbered: Numbered = Numbered.NEVER
    withheld: Literal["never", "sometimes", "always"] = "never"
    """Whether a patient gets ``{"withheld": true}`` in place of its data."""
    anonymous: bool = False
    """Whether it also comes before somebody is identified: then without the rest of the envelope."""


SERVER = (
    ServerMessage("connect", Connect),
    ServerMessage("snapshot", SnapshotState),
    ServerMessage("diagnosis_update", DiagnosisUpdate, Numbered.ALWAYS),
    ServerMessage("recommendation_update", RecommendationUpdate, Numbered.ALWAYS, withheld="sometimes"),
    ServerMessage("feedback_update", FeedbackUpdate, Numbered.ALWAYS),
    ServerMessage("effectiveness_update", EffectivenessUpdate, Numbered.WHEN_CAUSED_HERE, withheld="sometimes"),
    ServerMessage("prediction_update", PredictionUpdate, Numbered.ALWAYS, withheld="always"),
    ServerMessage("practice_update", PracticeState),
    ServerMessage("pong", Pong),
    ServerMessage("auth", Renewed),
    ServerMessage("error", Complaint, anonymous=True),
)

UNKNOWN_TO_PATIENTS: dict[type[BaseModel], frozenset[str]] = {
    EffectivenessUpdate: frozenset(
        {"confidence", "prescribed", "answered", "improved", "sample_size", "average_rating"}
    ),
}
"""Fields that a patient always gets as null."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Why the server closes, and what a client does then."""

    code: int
    reasons: tuple[str, ...]
    then: str


CLOSINGS = (
    Closing(1000, (), "come back if it still wants to follow"),
    Closing(1001, (), "come back if it still wants to follow"),
    Closing(1008, ("token_expired",), "come back with a fresh token"),
    Closing(1008, ("not_signed_in", "auth_timeout", "auth_expected"), "at most once more, with a fresh token"),
    Closing(1008, ("not_found", "signed_out"), "stop: not yours, not there (one answer for both), or signed out"),
    Closing(1008, ("malformed_json", "unknown_type", "invalid"), "stop: a fault of the client"),
    Closing(1009, ("too_large",), "stop sending that; come back"),
    Closing(1011, ("internal", "no_answer"), "come back with backoff"),
    Closing(1012, (), "the server restarts: come back after a random part of spread_ms, and resume"),
    Closing(1013, ("too_often", "full", "too_many_connections"), "come back later"),
    Closing(4001, ("restarting", "gap"), "come back after a random part of spread_ms, and resume"),
    Closing(4008, ("too_slow",), "come back, and resume"),
)
