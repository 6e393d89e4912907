"""The second factor of a local account: one-time codes of an authenticator (TOTP, RFC 6238), and recovery codes."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlmodel import Session

from domain.errors import Conflict, Invalid
from domain.ledger import Change
from domain.patient import key
from domain.permission import Actor
from domain.services import Services
from domain.text import ALPHABET, latin_digits
from storage import accounts
from storage.tables import Person, RecoveryCode, SecondFactor

STEP_SECONDS = 30
WINDOW = 1
"""Steps before and after the present one that are accepted: clocks differ, and people type slowly (RFC 6238, section 5.2)."""
RECOVERY_CODES, LETTERS, GROUP = 10, 16, 4
"""Sixteen letters of 32 are 80 bits; they are kept as a fingerprint that needs the program's secret to try out."""
ISSUER = "Vervain"
DEMANDED_OF = frozenset({"practitioner", "admin"})
"""Who a practice can demand it of: patients have no password, and programs no authenticator."""
WRONG_CODE = "This code is not valid (any more): wait for the next one."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is set up with; kept nowhere until a code has shown that it works."""

    secret: str
    """Base32, to type."""
    address: str
    """``otpauth://``, for a QR code."""


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Say which time step within the window a code is of; None for a wrong one. RFC 6238: SHA-1, six digits, 30 s."""
    now = int(at.timestamp()) // STEP_SECONDS
    codes = pyotp.HOTP(secret)
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):  # all of them, whichever is right: it takes the same time
        if hmac.compare_digest(codes.at(step).encode(), code.encode()):
            found = step
    return found


def plain(code: str) -> str:
    """Bring a code as it was typed to the form in which it is compared: Latin digits, capitals, nothing between."""
    return re.sub(r"[^0-9A-Z]", "", latin_digits(code[:100]).upper())


def new_enrolment(login: str) -> Enrolment:
    """Make the secret of an authenticator: 160 bits (RFC 4226, section 4)."""
    return enrolment_of(pyotp.random_base32(), login)


def enrolment_of(secret: str, login: str) -> Enrolment:
    """Say how an authenticator is given a secret."""
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


def is_set_up(services: Services, person_id: int) -> bool:
    """Say whether somebody is asked for a code at sign-in."""
    with services.database.read() as session:
        return has_one(session, person_id)


def has_one(session: Session, person_id: int) -> bool:
    """Say whether somebody is asked for a code, as part of a look at the database."""
    return session.get(SecondFactor, person_id) is not None


def is_demanded(services: Services, person: Person) -> bool:
    """Say whether the practice demands a second factor of somebody."""
    return services.second_factor_demanded and person.role in DEMANDED_OF and not person.demo


def is_missing(services: Services, session: Session, person: Person) -> bool:
    """Say whether the practice demands a second factor of somebody who has none."""
    return is_demanded(services, person) and not has_one(session, key(person))


def set_up(
    change: Change, services: Services, actor: Actor, *, secret: str, code: str, recovery: list[str] | None = None
) -> list[str]:
    """Keep an authenticator whose first code is right, as part of a change; returns the recovery codes, which are shown once.

    ``recovery`` are those that were shown before. Raises Conflict where there is one already, Invalid for a wrong code.
    """
    if has_one(change.session, actor.person_id):
        raise Conflict("There is a second factor already: remove it first.")
    step = step_of(secret, plain(code), change.now)
    if step is None:
        raise Invalid("This is not the code of this moment: look at the authenticator once more.", code="wrong_code")
    row = SecondFactor(
        person_id=actor.person_id,
        sealed=services.sealing.seal(secret, whose=whose(actor.person_id)),
        last_step=step,
        created=change.now,
    )
    change.session.add(row)
    change.audit(actor, "set up", "second factor", actor.person_id)
    return new_recovery_codes(change, services, actor, recovery)


def new_recovery_codes(change: Change, services: Services, actor: Actor, codes: list[str] | None = None) -> list[str]:
    """Make ten recovery codes in place of those there are, as part of a change; they are shown once."""
    accounts.drop_recovery_codes(change.session, actor.person_id)
    codes = codes or ["".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        hashed = services.sealing.fingerprint(code, whose=whose(actor.person_id))
        change.session.add(RecoveryCode(person_id=actor.person_id, code_hash=hashed))
    change.audit(actor, "make", "recovery codes", actor.person_id)
    return [in_groups(code) for code in codes]


def in_groups(code: str) -> str:
    """Write a recovery code as people read it."""
    return "-".join(code[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def use(change: Change, services: Services, actor: Actor, code: str) -> bool:
    """Use a code of either kind up, as part of a change; False where it is not valid.

    Both are in the audit: whoever gives a wrong one knew the password. Raises Unavailable where the secret of the
    authenticator cannot be read any more.
    """
    used = _used(change, services, actor.person_id, plain(code))
    change.audit(actor, "give" if used else "refuse", "second factor", actor.person_id, used or "")
    return used is not None


def _used(change: Change, services: Services, person_id: int, code: str) -> str | None:
    row = change.session.get(SecondFactor, person_id)
    if row is None:
        return None
    if len(code) == LETTERS:
        hashed = services.sealing.fingerprint(code, whose=whose(person_id))
        used = accounts.use_recovery_code(change.session, person_id, hashed, change.now)
        return "recovery code" if used else None
    step = step_of(services.sealing.open(row.sealed, whose=whose(person_id)), code, change.now)
    return "code" if step is not None and accounts.use_step(change.session, person_id, step) else None


def whose(person_id: int) -> str:
    """Say what the sealed secret of an authenticator is bound to."""
    return f"second factor of person {person_id}"
