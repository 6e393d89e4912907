"""The one root of our errors: each knows its code, its sentence and its status, and every door renders it alike."""

from typing import Any


class VervainError(Exception):
    """Something a person or program asked for that cannot be done, said in one sentence.

    ``code`` is stable and for programs, ``message`` is for people, ``status`` is the HTTP status and ``close_code`` what a
    socket is closed with when the error ends it.
    """

    code = "internal"
    status = 500
    close_code = 1011

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details


class Invalid(VervainError):
    """What was sent is not what is expected."""

    code = "invalid"
    status = 422
    close_code = 1008


class NotSignedIn(VervainError):
    """Nobody, or somebody whose sign-in is over."""

    code = "not_signed_in"
    status = 401
    close_code = 1008


class NotAllowed(VervainError):
    """Somebody known who may not do this kind of thing at all."""

    code = "not_allowed"
    status = 403
    close_code = 1008


class NotFound(VervainError):
    """No such thing, or none that this person may know of: one answer for both, so that ids cannot be probed."""

    code = "not_found"
    status = 404
    close_code = 1008


class Conflict(VervainError):
    """The thing is not in a state in which this can be done."""

    code = "conflict"
    status = 409
    close_code = 1008


class TooMuch(VervainError):
    """Larger or more often than is accepted."""

    code = "too_large"
    status = 413
    close_code = 1009


class TooOften(VervainError):
    """More requests than are accepted; ``retry_after`` seconds are in the details."""

    code = "too_often"
    status = 429
    close_code = 1013


class Unavailable(VervainError):
    """The program cannot do it at the moment."""

    code = "unavailable"
    status = 503
    close_code = 1013


class OutcomeUnknown(VervainError):
    """What was asked for may have been done or not, and nobody can say which: whoever asked has to look."""

    code = "outcome_unknown"
    status = 503
    close_code = 1013
