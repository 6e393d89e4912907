"""What somebody does to their own local account: another password, a second factor. Each asks for both once more (``again``).

A password and a code are tried as seldom here as at the door: each function raises TooOften.
"""

from dataclasses import dataclass

from domain import second_factor
from domain.account import keep_password
from domain.again import Again, require, require_password
from domain.errors import Conflict
from domain.ledger import Change
from domain.password_rules import require_good
from domain.permission import Actor
from domain.second_factor import Enrolment
from domain.services import Services
from domain.sign_ins import end_all_of
from storage import accounts
from storage.tables import Person, Practice, SecondFactor

CALENDARS, NUMERALS = ("solar", "gregorian"), ("own", "latin")
"""How dates and digits can be read: the pages know how each is written."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Who somebody is, and how they come in."""

    name: str
    login: str
    role: str
    demo: bool
    has_password: bool
    second_factor: bool
    recovery_codes: int
    """How many were not used yet."""
    demanded: bool
    """Whether the practice demands a second factor."""


def look(services: Services, actor: Actor) -> OwnAccount:
    """Read one's own account."""
    with services.database.read() as session:
        person = session.get_one(Person, actor.person_id)
        return OwnAccount(
            name=person.name,
            login=person.login or "",
            role=person.role,
            demo=person.demo,
            has_password=person.password_hash is not None,
            second_factor=session.get(SecondFactor, actor.person_id) is not None,
            recovery_codes=accounts.recovery_codes_left(session, actor.person_id),
            demanded=second_factor.is_demanded(services, person),
        )


def reading_of(services: Services, person_id: int) -> dict[str, str]:
    """Give the ``calendar`` and the ``numerals`` that somebody has chosen, on whichever browser; not what they have not."""
    with services.database.read() as session:
        person = session.get_one(Person, person_id)
        chosen = {"calendar": person.calendar, "numerals": person.numerals}
    return {name: value for name, value in chosen.items() if value}


def keep_reading(services: Services, actor: Actor, *, calendar: str = "", numerals: str = "") -> None:
    """Keep how somebody reads for their other browsers; empty, and a word that there is not, changes nothing."""
    if calendar not in CALENDARS and numerals not in NUMERALS:
        return

    def act(change: Change) -> None:
        person = change.session.get_one(Person, actor.person_id)
        person.calendar = calendar if calendar in CALENDARS else person.calendar
        person.numerals = numerals if numerals in NUMERALS else person.numerals
        change.session.add(person)

    services.ledger.write(act)


def change_password(services: Services, actor: Actor, *, given: Again, new: str) -> None:
    """Give oneself a new password; all other sign-ins of oneself end.

    Raises NotSignedIn for a wrong present one or code, Invalid for a weak new one, Conflict where somebody has no password.
    """
    with services.database.read() as session:
        person = session.get_one(Person, actor.person_id)
        known = (person.login or "", person.name, session.get_one(Practice, person.practice_id).name)
    require_good(new, known=known)  # before a code is used up
    require_password(services, actor, given)
    hashed = services.passwords.hash(new)

    def act(change: Change) -> None:
        keep_password(change, actor, change.session.get_one(Person, actor.person_id), hashed)
        _leave_alone_here(change, actor)

    services.ledger.write(act)


def begin_second_factor(services: Services, actor: Actor, given: Again) -> Enrolment:
    """Give what an authenticator is set up with. Raises NotSignedIn for a wrong password, Conflict."""
    require_password(services, actor, given)
    found = look(services, actor)
    if found.second_factor:
        raise Conflict("There is a second factor already: remove it first.")
    return second_factor.new_enrolment(found.login)


def finish_second_factor(services: Services, actor: Actor, enrolment: Enrolment, code: str) -> list[str]:
    """Ask for codes from now on; all other sign-ins of oneself end. Returns the recovery codes, which are shown once.

    Raises Invalid for a wrong code, Conflict.
    """

    def act(change: Change) -> list[str]:
        codes = second_factor.set_up(change, services, actor, secret=enrolment.secret, code=code)
        _leave_alone_here(change, actor)
        return codes

    return services.ledger.write(act)


def renew_recovery_codes(services: Services, actor: Actor, given: Again) -> list[str]:
    """Make recovery codes in place of those there are, which are worth nothing then. Raises as ``again.require``, Conflict."""
    require(services, actor, given)
    if not look(services, actor).second_factor:
        raise Conflict("There is no second factor.")
    return services.ledger.write(lambda change: second_factor.new_recovery_codes(change, services, actor))


def remove_second_factor(services: Services, actor: Actor, given: Again) -> None:
    """Ask for codes no longer; where the practice demands them one's own sign-in ends too, and the next sets another up.

    Raises as ``again.require``, and Conflict where there is none.
    """
    require(services, actor, given)

    def act(change: Change) -> None:
        if not accounts.drop_second_factor(change.session, actor.person_id):
            raise Conflict("There is no second factor.")
        change.audit(actor, "remove", "second factor", actor.person_id)
        _leave_alone_here(change, actor)
        if second_factor.is_demanded(services, change.session.get_one(Person, actor.person_id)):
            end_all_of(change, actor, actor.person_id)

    services.ledger.write(act)


def _leave_alone_here(change: Change, actor: Actor) -> None:
    """End all other ways in: whoever holds one of them may be why somebody changes this."""
    accounts.drop_second_steps(change.session, actor.person_id, change.now)
    end_all_of(change, actor, actor.person_id, but=actor.sign_in_id)
