"""One-time codes and recovery codes, with the clock moved."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlmodel import select

from domain import account, local_sign_in, own_account, sign_in
from domain.again import Again
from domain.errors import Conflict, Invalid, NotSignedIn, TooOften
from domain.ledger import Change
from domain.local_sign_in import MOST_TRIES, TICKET_LIFE, Ticket
from domain.own_account import finish_second_factor
from domain.permission import Actor
from domain.second_factor import STEP_SECONDS, plain, step_of
from domain.services import Services
from domain.sign_in import actor_of_session
from storage.tables import AuditEntry, RecoveryCode, SecondFactor, SecondStep
from tests.support.clock import Clock, with_clock

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238, appendix B
STEP = timedelta(seconds=STEP_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_the_rfc(seconds: int, code: str) -> None:
    """The last six of the eight digits in RFC 6238, appendix B."""
    at = datetime.fromtimestamp(seconds, tz=UTC)
    step = seconds // STEP_SECONDS
    for steps, found in ((-2, None), (-1, step), (0, step), (1, step), (2, None)):
        assert step_of(RFC_SECRET, code, at + steps * STEP) == found
    for wrong in ("", code[1:], code + "0", "x" * 6, "٠٠٠٠٠٠"):
        assert step_of(RFC_SECRET, wrong, at) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(" 287 082 ", "287082"), ("۲۸۷۰۸۲", "287082"), ("abcd-efgh", "ABCDEFGH"), ("", ""), ("0" * 999, "0" * 100)],
)
def test_a_code_as_people_type_it(typed: str, meant: str) -> None:
    assert plain(typed) == meant


class Leila:
    """Somebody with an authenticator in her hand."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services, self.clock = services, clock
        self.person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
        self.actor: Actor = sign_in.open_page_session(services, self.person_id).actor
        enrolment = own_account.begin_second_factor(services, self.actor, Again(PASSWORD))
        self.secret = enrolment.secret
        assert enrolment.address.startswith("otpauth://totp/Vervain:leila?secret=")
        with pytest.raises(Invalid, match="not the code of this moment"):
            finish_second_factor(services, self.actor, enrolment, "000000x")
        assert not own_account.look(services, self.actor).second_factor, "not before a code has shown that it works"
        self.codes = finish_second_factor(services, self.actor, enrolment, self.code())
        self.clock.move(STEP)

    def code(self) -> str:
        """Read the authenticator."""
        return pyotp.TOTP(self.secret).at(self.clock())

    def in_one_go(self, code: str) -> int:
        """Sign in as a program does."""
        return local_sign_in.with_password(self.services, "leila", PASSWORD, code=code)

    def ticket(self) -> str:
        """Give the password on a page."""
        found = local_sign_in.begin(self.services, "leila", PASSWORD)
        assert isinstance(found, Ticket)
        return found.secret


@pytest.fixture
def leila(services: Services) -> Leila:
    return Leila(*with_clock(services))


def refused(code: str) -> "pytest.RaisesExc[NotSignedIn]":
    return pytest.raises(NotSignedIn, check=lambda error: error.code == code)


def test_a_program_gives_password_and_code_in_one_go(leila: Leila) -> None:
    with refused("wrong_password"):
        local_sign_in.with_password(leila.services, "leila", "wrong", code=leila.code())
    with refused("second_factor_needed"):
        leila.in_one_go("")
    with refused("wrong_code"):
        leila.in_one_go("000000x")
    code = leila.code()
    assert leila.in_one_go(code) == leila.person_id
    with refused("wrong_code"):
        leila.in_one_go(code)  # the same once more: somebody looked over her shoulder
    leila.clock.move(STEP)
    before = leila.code()
    leila.clock.move(STEP)
    assert leila.in_one_go(leila.code()) == leila.person_id
    with refused("wrong_code"):
        leila.in_one_go(before)  # not used, within the window, and older than one that was


def test_a_recovery_code_lets_in_once(leila: Leila) -> None:
    assert len(set(leila.codes)) == 10
    assert leila.in_one_go(leila.codes[0].lower().replace("-", " ")) == leila.person_id
    with refused("wrong_code"):
        leila.in_one_go(leila.codes[0])
    assert own_account.look(leila.services, leila.actor).recovery_codes == 9
    fresh = own_account.renew_recovery_codes(leila.services, leila.actor, Again(PASSWORD, leila.code()))
    with refused("wrong_code"):
        leila.in_one_go(leila.codes[1])
    assert leila.in_one_go(fresh[1]) == leila.person_id


def test_a_ticket_is_used_once(leila: Leila) -> None:
    ticket = leila.ticket()
    with refused("wrong_code"):
        local_sign_in.finish(leila.services, ticket, "000000x")
    assert local_sign_in.finish(leila.services, ticket, leila.code()) == leila.person_id
    leila.clock.move(STEP)
    for other in (ticket, "", "never given out"):
        with refused("stale_ticket"):
            local_sign_in.finish(leila.services, other, leila.code())


def test_a_ticket_runs_out(leila: Leila) -> None:
    late = leila.ticket()
    leila.clock.move(TICKET_LIFE)
    with refused("stale_ticket"):
        local_sign_in.finish(leila.services, late, leila.code())
    tried = leila.ticket()
    for _ in range(MOST_TRIES):
        with refused("wrong_code"):
            local_sign_in.finish(leila.services, tried, "000000x")
    with refused("stale_ticket"):
        local_sign_in.finish(leila.services, tried, leila.code())


def test_a_ticket_ends_with_the_account(leila: Leila) -> None:
    ticket = leila.ticket()
    account.disable(leila.services, "leila")
    with refused("stale_ticket"):
        local_sign_in.finish(leila.services, ticket, leila.code())
    account.enable(leila.services, "leila")
    ticket = leila.ticket()
    account.reset(leila.services, "leila", password="another horse battery", totp=True)
    with refused("stale_ticket"):
        local_sign_in.finish(leila.services, ticket, leila.code())
    assert local_sign_in.begin(leila.services, "leila", "another horse battery") == leila.person_id


def test_nothing_of_it_lies_in_the_database_in_clear(leila: Leila) -> None:
    ticket = leila.ticket()
    with leila.services.database.read() as session:
        kept = [
            *(row.sealed for row in session.exec(select(SecondFactor))),
            *(row.code_hash for row in session.exec(select(RecoveryCode))),
            *(row.ticket_hash for row in session.exec(select(SecondStep))),
            *(row.detail for row in session.exec(select(AuditEntry))),
        ]
    assert len(kept) > 12
    for secret in (leila.secret, ticket, *leila.codes, *(plain(code) for code in leila.codes)):
        assert not any(secret in one for one in kept)


def test_it_is_set_up_and_removed_by_who_knows_the_password(leila: Leila) -> None:
    services = leila.services
    for wrong in (
        lambda: own_account.begin_second_factor(services, leila.actor, Again("wrong")),
        lambda: own_account.renew_recovery_codes(services, leila.actor, Again("wrong")),
        lambda: own_account.remove_second_factor(services, leila.actor, Again("wrong", leila.code())),
    ):
        with refused("wrong_password"):
            wrong()
    with pytest.raises(Conflict, match="already"):
        own_account.begin_second_factor(services, leila.actor, Again(PASSWORD, leila.codes[9]))
    with refused("wrong_code"):
        own_account.remove_second_factor(services, leila.actor, Again(PASSWORD, "000000x"))
    other = sign_in.open_page_session(services, leila.person_id)
    own_account.remove_second_factor(services, leila.actor, Again(PASSWORD, leila.code()))
    with pytest.raises(NotSignedIn):
        actor_of_session(services, other.secret)
    assert sign_in.still_in(services, leila.actor.sign_in_id or 0), "this one stays"
    assert leila.in_one_go("") == leila.person_id
    for nothing in (
        lambda: own_account.renew_recovery_codes(services, leila.actor, Again(PASSWORD)),
        lambda: own_account.remove_second_factor(services, leila.actor, Again(PASSWORD, leila.codes[0])),
    ):
        with pytest.raises(Conflict, match="no second factor"):
            nothing()


def test_what_was_given_is_in_the_audit(leila: Leila) -> None:
    with refused("wrong_code"):
        leila.in_one_go("000000x")
    leila.in_one_go(leila.code())
    leila.in_one_go(leila.codes[0])

    def read(change: Change) -> list[tuple[str, str, int | None]]:
        rows = change.session.exec(select(AuditEntry).where(AuditEntry.thing == "second factor").order_by("id"))
        return [(row.action, row.detail, row.person_id) for row in rows]

    assert leila.services.ledger.write(read) == [
        ("set up", "", leila.person_id),
        ("refuse", "", leila.person_id),
        ("give", "code", leila.person_id),
        ("give", "recovery code", leila.person_id),
    ]


def test_nobody_tries_codes_out_on_an_open_page(leila: Leila) -> None:
    for _ in range(5):
        with refused("wrong_code"):
            own_account.remove_second_factor(leila.services, leila.actor, Again(PASSWORD, "000000x"))
    with pytest.raises(TooOften):
        own_account.remove_second_factor(leila.services, leila.actor, Again(PASSWORD, leila.code()))
    assert own_account.look(leila.services, leila.actor).second_factor
    with pytest.raises(TooOften):
        leila.in_one_go(leila.code())  # one count for the page and the door
