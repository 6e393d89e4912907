"""Accounts at identity providers, and the sign-ins that are under way there."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from storage.tables import Identity, OidcRequest, Person


def person_behind(session: Session, issuer: str, subject: str) -> Person | None:
    """Find whom an account at a provider lets in."""
    statement = select(Person).join(Identity, col(Identity.person_id) == col(Person.id))
    this = (Identity.issuer == issuer, Identity.subject == subject, col(Identity.unlinked).is_(None))
    return session.exec(statement.where(*this)).first()


def account(session: Session, issuer: str, subject: str) -> Identity | None:
    """Find an account at a provider, also one that was unlinked."""
    return session.exec(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)).first()


def at(session: Session, person_id: int, issuer: str) -> Identity | None:
    """Find a person's account at a provider, also one that was unlinked."""
    return session.exec(select(Identity).where(Identity.person_id == person_id, Identity.issuer == issuer)).first()


def forget_unlinked(session: Session, person_id: int, issuer: str, subject: str) -> None:
    """Forget what was unlinked at a provider and stands in the way of a new link: of this person, and of this account."""
    same = or_(col(Identity.person_id) == person_id, col(Identity.subject) == subject)
    session.execute(delete(Identity).where(col(Identity.issuer) == issuer, col(Identity.unlinked).is_not(None), same))


def clear_requests(session: Session, now: datetime, *, keep: int) -> None:
    """Forget the sign-ins that have run out, and the oldest of those beyond ``keep``."""
    session.execute(delete(OidcRequest).where(col(OidcRequest.expires) <= now))
    newest = select(OidcRequest.id).order_by(col(OidcRequest.id).desc()).offset(keep).limit(1)
    beyond = session.exec(newest).first()
    if beyond is not None:
        session.execute(delete(OidcRequest).where(col(OidcRequest.id) <= beyond))


def take_request(
    session: Session, now: datetime, *, provider: str, state_hash: str, browser_hash: str
) -> OidcRequest | None:
    """Use up the sign-in that a browser began; of several who try at the same time exactly one gets it."""
    statement = (
        delete(OidcRequest)
        .where(
            col(OidcRequest.provider) == provider,
            col(OidcRequest.state_hash) == state_hash,
            col(OidcRequest.browser_hash) == browser_hash,
            col(OidcRequest.expires) > now,
        )
        .returning(OidcRequest)
    )
    return session.execute(statement).scalars().first()
