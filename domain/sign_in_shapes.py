"""What whoever signs in over the API is given."""

from datetime import datetime

from domain.messages import Shape


class PersonShape(Shape):
    """Who signed in."""

    id: int
    name: str
    role: str
    patient_id: int | None


class PracticeShape(Shape):
    """Where they work or are treated."""

    id: int
    name: str
    synthetic: bool


class TokensShape(Shape):
    """What a program gets to come in with."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105 - the word of RFC 6750
    expires_in: int
    last_day: datetime
    """When this device is signed out however often it refreshes."""
    person: PersonShape
    practice: PracticeShape
    diagnosis_id: int | None
