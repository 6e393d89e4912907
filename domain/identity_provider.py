"""Coming in by an identity provider: which providers there are, who is let in, and the sign-ins that are under way.

What a provider says is checked in ``api/oidc_client.py`` before anything here believes it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from domain import account
from domain.errors import Conflict, NotFound, NotSignedIn
from domain.ledger import Change
from domain.patient import key
from domain.permission import Actor
from domain.services import Services
from domain.sign_ins import end_all_of
from domain.tokens import hash_secret, new_secret
from storage import identities, people
from storage.tables import Identity, OidcRequest, Person

REQUEST_LIFE = timedelta(minutes=10)
"""Time to find one's second factor; whoever takes longer begins again."""
MOST_UNDER_WAY = 10_000
"""Sign-ins under way, about 5 MiB of rows; beyond it the oldest are forgotten, and their people begin again."""
LONGEST_SUBJECT = 255
"""Characters: what OpenID Connect Core 1.0, section 2, allows for ``sub``."""
ANY_DOMAIN = "*"
STALE = "This sign-in was begun in another browser, was used already, or has taken too long: begin again."
UNKNOWN = "This account is not linked to anybody here: ask whoever looks after Vervain in your practice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An identity provider, as it was set."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: frozenset[str] = frozenset()
    """Of the e-mail addresses that it may vouch for; empty for none, ``*`` for all."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a provider has said of somebody, after its signature and claims were checked."""

    subject: str
    email: str = ""
    email_verified: bool = False
    second_factor: bool = False
    """Whether they gave a second factor there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: ``state`` travels with the browser, the rest stays here."""

    state: str
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)
    path: str = "/"


def let_in(
    provider: Provider, claimed: Claimed, *, linked: Person | None, named: Person | None, pinned: bool
) -> Person | None:
    """Say who comes in: whose account it is, else whom the provider's verified address names; None for nobody.

    ``linked`` is the person that issuer and subject are linked to, ``named`` the one whose login the address is. ``pinned``
    says that an address decides no more: this account was unlinked, or that person has or had another one at this provider.
    """
    if linked is not None:
        return linked if _may_come(linked) else None
    if named is None or pinned or not _may_come(named) or not _vouched(provider, claimed):
        return None
    return named


async def begin(services: Services, provider: Provider, *, browser: str, path: str) -> Begun:
    """Begin a sign-in for the browser that holds the secret ``browser`` in its session cookie."""
    begun = Begun(state=new_secret(), nonce=new_secret(), code_verifier=new_secret(), path=path)

    def act(change: Change) -> None:
        identities.clear_requests(change.session, change.now, keep=MOST_UNDER_WAY - 1)
        row = OidcRequest(
            provider=provider.name,
            state_hash=hash_secret(begun.state),
            browser_hash=hash_secret(browser),
            nonce=begun.nonce,
            code_verifier=begun.code_verifier,
            path=begun.path,
            expires=change.now + REQUEST_LIFE,
        )
        change.session.add(row)

    await services.ledger.written(act)
    return begun


async def resume(services: Services, provider: Provider, *, browser: str, state: str) -> Begun:
    """Go on with a sign-in, once and in the browser that began it. Raises NotSignedIn otherwise."""

    def act(change: Change) -> Begun | None:
        row = identities.take_request(
            change.session,
            change.now,
            provider=provider.name,
            state_hash=hash_secret(state),
            browser_hash=hash_secret(browser),
        )
        return None if row is None else Begun(state, row.nonce, row.code_verifier, row.path)

    begun = await services.ledger.written(act)
    if begun is None:
        raise NotSignedIn(STALE, code="begin_again")
    return begun


def is_linked(services: Services, provider: Provider, subject: str) -> bool:
    """Say whether an account at a provider is somebody's here."""
    with services.database.read() as session:
        return identities.person_behind(session, provider.issuer, subject) is not None


def enter(services: Services, provider: Provider, claimed: Claimed) -> int:
    """Say which person comes in, and link the account at their first time; returns the person's id. Raises NotSignedIn."""

    def act(change: Change) -> int | None:
        linked = identities.person_behind(change.session, provider.issuer, claimed.subject)
        named = people.by_login(change.session, claimed.email) if linked is None and claimed.email else None
        pinned = named is not None and (
            identities.at(change.session, key(named), provider.issuer) is not None
            or identities.account(change.session, provider.issuer, claimed.subject) is not None
        )
        person = let_in(provider, claimed, linked=linked, named=named, pinned=pinned)
        if person is not None and linked is None:
            _add(change, person, provider.issuer, claimed.subject, by_email=True)
        return None if person is None else key(person)

    person_id = services.ledger.write(act)
    if person_id is None:
        raise NotSignedIn(UNKNOWN, code="unknown_identity")
    return person_id


def link(services: Services, login: str, *, issuer: str, subject: str) -> None:
    """Let somebody in by an account at a provider, in place of the one they had there, whose sign-ins end.

    One that was unlinked is linked again. Raises NotFound for a login that nobody has, and Conflict for an account that is
    somebody else's.
    """

    def act(change: Change) -> None:
        person = _by_login(change, login)
        owner = identities.person_behind(change.session, issuer, subject)
        if owner is not None and owner.id != person.id:
            raise Conflict("This account is linked to somebody else: unlink that one first.")
        if _unlink(change, person, issuer):
            end_all_of(change, _terminal(person), key(person))
        change.session.flush()
        identities.forget_unlinked(change.session, key(person), issuer, subject)
        _add(change, person, issuer, subject, by_email=False)

    services.ledger.write(act)


def unlink(services: Services, login: str, *, issuer: str) -> None:
    """Let somebody in by a provider no longer, and end all their sign-ins: any may have come by it. Raises NotFound.

    It holds: no address that the provider vouches for links them there again, only ``link`` does.
    """

    def act(change: Change) -> None:
        person = _by_login(change, login)
        if not _unlink(change, person, issuer):
            raise NotFound(f"“{login}” has no account at {issuer}.")
        end_all_of(change, _terminal(person), key(person))

    services.ledger.write(act)


def _may_come(person: Person) -> bool:
    """Patients come by an invite and services by a token, whatever a provider says of them."""
    return person.role in account.ROLES and not person.disabled


def _vouched(provider: Provider, claimed: Claimed) -> bool:
    """Say whether the address counts: letters beyond ASCII can fold to those of somebody else's login."""
    if not claimed.email_verified or not claimed.email.isascii():
        return False
    domain = claimed.email.rpartition("@")[2].casefold()
    return bool(domain) and (domain in provider.domains or ANY_DOMAIN in provider.domains)


def _by_login(change: Change, login: str) -> Person:
    person = people.by_login(change.session, login.strip())
    if person is None or person.role not in account.ROLES:
        raise NotFound(f"There is no account “{login}”.")
    return person


def _add(change: Change, person: Person, issuer: str, subject: str, *, by_email: bool) -> None:
    row = Identity(person_id=key(person), issuer=issuer, subject=subject, by_email=by_email, created=change.now)
    change.session.add(row)
    change.session.flush()
    who = _audited_as(person) if by_email else _terminal(person)
    change.audit(who, "link", "identity", key(row), f"person {person.id} at {issuer}")


def _unlink(change: Change, person: Person, issuer: str) -> bool:
    row = identities.at(change.session, key(person), issuer)
    if row is None or row.unlinked is not None:
        return False
    row.unlinked = change.now
    change.session.add(row)
    change.audit(_terminal(person), "unlink", "identity", key(row), f"person {person.id} at {issuer}")
    return True


def _audited_as(person: Person) -> Actor:
    return Actor(key(person), person.practice_id, person.role, person.name)


def _terminal(person: Person) -> Actor:
    """Whoever has the program's files in hand: nobody of the practice."""
    return Actor(0, person.practice_id, "admin", "")
