"""Coming in and going out: local accounts, the demo's people, browser sessions, tokens and their refreshing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain import local_sign_in, service, throttle
from domain.device_life import last_day, next_end
from domain.errors import NotFound, NotSignedIn
from domain.events import sign_in_revoked
from domain.ledger import Change, utc_now
from domain.messages import SignInRevoked
from domain.patient import key
from domain.permission import Actor
from domain.security_log import Event
from domain.services import Services
from domain.sign_in_shapes import PersonShape, PracticeShape, TokensShape
from domain.tokens import ACCESS_LIFE, REFRESH_LIFE, hash_secret, new_secret
from storage import people
from storage.database import Through
from storage.people import SignedIn
from storage.tables import Person, Practice, RefreshToken, SignIn

SESSION_KEY = "sid"
"""Where a browser session's secret lies in the signed cookie."""
SESSION_LIFE = timedelta(hours=12)
"""A working day: a browser session ends absolutely after it."""
IDLE = timedelta(minutes=60)
"""A browser session that nothing has come from for so long is over; an open page counts as use (ASVS 5, 7.3.1)."""
LIFE = {"page": SESSION_LIFE, "device": REFRESH_LIFE}
LONGEST_DEVICE = 300
"""Characters of what a device calls itself: browsers name themselves at the end of a long line."""
GRACE = timedelta(seconds=30)
"""How long a used refresh token is forgiven: a phone that lost the answer repeats the request."""
OVER = "This sign-in is over: sign in again."


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A page's sign-in: ``secret`` goes into the cookie and is kept nowhere."""

    secret: str
    actor: Actor


def demo_people(services: Services) -> list[PersonShape]:
    """List the people who may be signed in as with one click. Raises NotFound outside the demo."""
    if not services.demo:
        raise NotFound("There is no demo here.")
    with services.database.read() as session:
        return [_person_shape(session, person) for person in people.demo_people(session)]


def as_demo_person(services: Services, person_id: int) -> int:
    """Check that somebody is one of the demo's people; returns the id. Raises NotFound otherwise."""
    if person_id not in {person.id for person in demo_people(services)}:
        raise NotFound("There is no such demo person.")
    return person_id


def open_page_session(services: Services, person_id: int, *, device: str = "", address: str = "") -> BrowserSession:
    """Start a browser session for somebody who was checked."""
    secret = new_secret()

    def act(change: Change) -> BrowserSession:
        _require_welcome(change, services, person_id)
        row = _add(change, person_id, "page", secret, device, address)
        return BrowserSession(secret, _actor(change.session, row))

    return services.ledger.write(act)


def open_device(services: Services, person_id: int, *, device: str = "", address: str = "") -> TokensShape:
    """Start a device's sign-in for somebody who was checked; returns its tokens."""
    return services.ledger.write(lambda change: device_tokens(change, services, person_id, device, address))


def device_tokens(change: Change, services: Services, person_id: int, device: str, address: str = "") -> TokensShape:
    """Start a device's sign-in, as part of a change."""
    _require_welcome(change, services, person_id)
    row = _add(change, person_id, "device", new_secret(), device, address)
    secret = new_secret()
    _keep_refresh_token(change, services, row, secret)
    return _tokens(change, services, row, secret)


def refresh(services: Services, refresh_token: str, *, device: str = "", address: str = "") -> TokensShape:
    """Give new tokens for a refresh token, which is used up. Raises NotSignedIn.

    Who asks again within the grace, as a phone does that lost the answer, gets the very same refresh token, so that the chain
    never forks. A token that is used after the grace, after its successor was used, or by what calls itself another device,
    was copied: the whole sign-in ends.
    """
    token_hash = hash_secret(refresh_token)
    stale = NotSignedIn("The refresh token is not valid any more: sign in again.")
    copied = NotSignedIn(stale.message)  # one answer: a thief is not told

    whose: list[int] = []
    outcome = [""]

    def act(change: Change) -> TokensShape | NotSignedIn:
        token = people.refresh_token(change.session, token_hash)
        row = change.session.get(SignIn, token.sign_in_id) if token else None
        whose[:] = [] if row is None else [row.person_id]
        if token is None or row is None or not _alive(change.session, row, change.now):
            return stale
        over = min(token.expires, last_day(services, row))  # which who runs the program may have brought forward
        if over <= change.now:
            return stale
        services.throttle.count(throttle.REFRESH_OF_SIGN_IN, key(row), address=address)
        try:
            _require_welcome(change, services, row.person_id)
            local_sign_in.require_no_second_factor_missing(
                services, change.session, change.session.get_one(Person, row.person_id)
            )
        except NotSignedIn as unwelcome:
            return unwelcome
        secret = services.tokens.successor(refresh_token)
        renewed = people.use_refresh_token(change.session, token_hash, change.now)
        outcome[:] = ["renewed" if renewed else "repeated"]
        if renewed:
            _keep_refresh_token(change, services, row, secret)
            row.last_seen, row.address = change.now, address
        elif not _is_repetition(change, row, token, secret=secret, device=device):
            revoke(change, row)
            _audit_copied(change, row, address)
            return copied
        return _tokens(change, services, row, secret)

    result = services.ledger.write(act)  # a refusal is returned, not raised: revoking has to be committed
    refreshes = services.running.deciding.refreshes
    if isinstance(result, NotSignedIn):
        refreshes["reused" if result is copied else "refused"] += 1
        reason = "copied_refresh_token" if result is copied else "refresh_token"
        services.security.note(
            Event.SIGN_IN_REFUSED, reason=reason, person=whose[0] if whose else None, address=address
        )
        raise result
    refreshes[outcome[0]] += 1
    return result


def sign_out(services: Services, actor: Actor) -> None:
    """End the sign-in that the actor came with; its sockets and pages close."""

    def act(change: Change) -> None:
        row = change.session.get(SignIn, actor.sign_in_id) if actor.sign_in_id else None
        if row is not None and row.revoked is None:
            revoke(change, row)
            change.audit(actor, "sign out", "sign-in", key(row), f"{row.kind} of person {row.person_id}")

    services.ledger.write(act)


def actor_of_token(services: Services, token: str, *, address: str = "") -> tuple[Actor, datetime]:
    """Say who comes with an access token or a service's token, and until when it holds. Raises NotSignedIn."""
    try:
        return _actor_of_token(services, token, address)
    except NotSignedIn as error:
        if not error.details.get("expired"):  # every device comes with one that has run out now and then
            services.security.note(Event.TOKEN_REFUSED, reason=error.code, address=address)
        raise


def _actor_of_token(services: Services, token: str, address: str) -> tuple[Actor, datetime]:
    if service.is_token(token):
        return service.actor_of(services, token, address=address)
    read = services.tokens.read(token)
    with services.database.glance(statements=1) as glance:
        found = people.signed_in(glance, read.sign_in_id)
    if found is None or found.kind != "device" or found.person_id != read.person_id or not _welcome(services, found):
        raise NotSignedIn(OVER)
    services.seen.note(found.id, address)
    return _who(found, address), read.expires


def actor_of_session(services: Services, secret: str, *, address: str = "") -> Actor:
    """Say who comes with a browser session's cookie. Raises NotSignedIn."""
    with services.database.glance(statements=1) as glance:
        found = people.signed_in_by_secret(glance, hash_secret(secret))
    if found is None or found.kind != "page" or not _welcome(services, found) or _is_idle(found):
        raise NotSignedIn(OVER)
    services.seen.note(found.id, address)
    return _who(found, address)


def renew(services: Services, actor: Actor) -> str:
    """Give a browser session another secret, for its cookie; the one before is worth nothing. Raises NotSignedIn."""
    secret = new_secret()

    def act(change: Change) -> str:
        row = change.session.get(SignIn, actor.sign_in_id) if actor.sign_in_id else None
        if row is None or row.kind != "page" or not _alive(change.session, row, change.now):
            raise NotSignedIn(OVER)
        row.secret_hash = hash_secret(secret)
        change.session.add(row)
        return secret

    return services.ledger.write(act)


def still_in(services: Services, sign_in_id: int) -> bool:
    """Say whether a sign-in holds at present."""
    with services.database.glance(statements=1) as glance:
        return in_force(glance, sign_in_id)


def in_force(through: Through, sign_in_id: int) -> bool:
    """Say whether a sign-in holds, as part of a look at the database."""
    found = people.signed_in(through, sign_in_id)
    return found is not None and found.holds(utc_now())


def _welcome(services: Services, found: SignedIn) -> bool:
    """Say whether somebody may come; the demo's people may in the demo only, whatever they have from there."""
    return found.holds(utc_now()) and (services.demo or not found.demo)


def _require_welcome(change: Change, services: Services, person_id: int) -> None:
    """Refuse who may not begin a sign-in, whichever way they came. Raises NotSignedIn."""
    person = change.session.get_one(Person, person_id)
    if person.disabled or (person.demo and not services.demo):
        raise NotSignedIn("This account cannot sign in.")


def _is_idle(found: SignedIn) -> bool:
    """Say whether nothing has come from a browser for too long; what came is written down within about a minute."""
    return utc_now() - (found.last_seen or found.created) > IDLE


def _who(found: SignedIn, address: str) -> Actor:
    return Actor(
        person_id=found.person_id,
        practice_id=found.practice_id,
        role=found.role,
        name=found.name,
        patient_id=found.patient_id,
        sign_in_id=found.id,
        address=address,
        until=found.expires,
    )


def _audit_copied(change: Change, row: SignIn, address: str) -> None:
    """Write down that the program ended a sign-in: not its person, because whoever came with the token may be a thief."""
    practice_id = change.session.get_one(Person, row.person_id).practice_id
    program = Actor(0, practice_id, "program", "Vervain", address=address)
    detail = f"{row.kind} of person {row.person_id}: a refresh token was used twice"
    change.audit(program, "end", "sign-in", key(row), detail)


def _add(change: Change, person_id: int, kind: str, secret: str, device: str, address: str) -> SignIn:
    row = SignIn(
        person_id=person_id,
        kind=kind,
        secret_hash=hash_secret(secret),
        device=device[:LONGEST_DEVICE],
        created=change.now,
        expires=change.now + LIFE[kind],
        address=address,
        last_seen=change.now,
    )
    change.session.add(row)
    change.session.flush()
    change.audit(_actor(change.session, row), "sign in", "person", person_id, kind)
    return row


def _is_repetition(change: Change, row: SignIn, used: RefreshToken, *, secret: str, device: str) -> bool:
    """Say whether a used token comes from who used it a moment ago and did not get the answer."""
    successor = people.refresh_token(change.session, hash_secret(secret))
    in_grace = used.used is not None and change.now - used.used <= GRACE
    same_device = device[:LONGEST_DEVICE] in ("", row.device)
    return in_grace and same_device and successor is not None and successor.used is None


def _keep_refresh_token(change: Change, services: Services, row: SignIn, secret: str) -> None:
    row.expires = next_end(services, row, change.now)
    change.session.add(
        RefreshToken(
            sign_in_id=key(row),
            token_hash=hash_secret(secret),
            created=change.now,
            expires=row.expires,
        )
    )
    change.session.add(row)


def _tokens(change: Change, services: Services, row: SignIn, secret: str) -> TokensShape:
    actor = _actor(change.session, row)
    person = change.session.get_one(Person, row.person_id)
    practice = change.session.get_one(Practice, person.practice_id)
    return TokensShape(
        access_token=services.tokens.issue(
            person_id=actor.person_id,
            sign_in_id=key(row),
            practice_id=actor.practice_id,
            role=actor.role,
            now=change.now,
        ),
        refresh_token=secret,
        expires_in=int(ACCESS_LIFE.total_seconds()),
        person=_person_shape(change.session, person),
        practice=PracticeShape(id=key(practice), name=practice.name, synthetic=practice.synthetic),
        last_day=last_day(services, row),
        diagnosis_id=people.newest_diagnosis_id(change.session, actor.patient_id) if actor.patient_id else None,
    )


def revoke(change: Change, row: SignIn) -> None:
    """End a sign-in, as part of a change; its sockets and pages close when that is committed."""
    row.revoked = change.now
    change.session.add(row)
    person = change.session.get_one(Person, row.person_id)
    change.record(
        sign_in_revoked(SignInRevoked(sign_in_id=key(row), person_id=row.person_id)), practice_id=person.practice_id
    )


def _alive(session: Session, row: SignIn, now: datetime) -> bool:
    person = session.get(Person, row.person_id)
    return row.revoked is None and row.expires > now and person is not None and not person.disabled


def _actor(session: Session, row: SignIn) -> Actor:
    """Say who has just signed in."""
    found = people.signed_in(session, key(row))
    if found is None:
        raise LookupError("a sign-in without a person")
    return _who(found, row.address)


def _person_shape(session: Session, person: Person) -> PersonShape:
    patient = people.patient_of(session, key(person)) if person.role == "patient" else None
    return PersonShape(id=key(person), name=person.name, role=person.role, patient_id=patient.id if patient else None)
