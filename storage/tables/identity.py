"""Who somebody is elsewhere: accounts at identity providers, and sign-ins that are under way there."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import key, points_to


class Identity(SQLModel, table=True):
    """An account at an identity provider that somebody signs in with; one of each provider for a person."""

    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
        UniqueConstraint("person_id", "issuer", name="uq_identity_person_id_issuer"),
    )

    id: int | None = key()
    person_id: int = points_to("person.id", index=False)
    issuer: str
    subject: str
    """What the provider calls the account, and never gives to another; an e-mail address can be."""
    by_email: bool
    """True where a verified address made the link, false where somebody at the terminal did."""
    created: datetime
    unlinked: datetime | None = None
    """Since when it lets nobody in. The row stays, so that no e-mail address links this account or another one in its place."""


class OidcRequest(SQLModel, table=True):
    """A sign-in under way at a provider, for ten minutes; the row goes when its browser comes back."""

    __tablename__ = "oidc_request"

    id: int | None = key()
    provider: str
    state_hash: str = Field(unique=True)
    browser_hash: str
    """Of a random value in the session cookie of the browser that began."""
    nonce: str
    code_verifier: str
    path: str
    """Where the person wanted to go."""
    expires: datetime = Field(index=True)
