"""Other programs of a practice: a token that is shown once, its scopes, its end."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import account, service
from domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.hub import sign_in_topic
from domain.services import Services
from domain.sign_in import actor_of_token, still_in
from domain.tokens import hash_secret
from storage import events
from storage.tables import AuditEntry, Person, SignIn
from tests.support.clock import with_clock
from tests.support.house import House

HERE = "Sunrise Herbal Care"


def test_a_token_says_which_service_comes_and_what_for(house: House) -> None:
    issued = service.issue(house.services, "  Pharmacy  desk ", scopes=["status", "broadcast"], days=30, practice=HERE)
    actor, until = actor_of_token(house.services, issued.token, address="192.0.2.7")
    assert (actor.role, actor.name, actor.practice_id) == ("service", "Pharmacy desk", house.leila.practice_id)
    assert (actor.scopes, actor.address) == (frozenset({"broadcast", "status"}), "192.0.2.7")
    assert (until, issued.expires) == (actor.until, actor.until)
    assert timedelta(days=29) < until - with_clock(house.services)[1]() <= timedelta(days=30)


def test_the_token_itself_is_not_kept(house: House) -> None:
    issued = service.issue(house.services, "Pharmacy", scopes=["broadcast"], days=1, practice=HERE)
    with house.services.database.read() as session:
        row = session.get_one(SignIn, issued.number)
        assert row.secret_hash == hash_secret(issued.token)
        assert session.get_one(Person, row.person_id).role == "service"
        entry = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail, entry.person_id) == ("issue", "Pharmacy: broadcast", row.person_id)
    for listed in service.listing(house.services):
        assert issued.token not in str(listed)


def test_a_service_may_have_two_tokens_while_they_are_changed(house: House) -> None:
    first = service.issue(house.services, "Pharmacy", scopes=["broadcast"], days=1, practice=HERE)
    second = service.issue(house.services, "Pharmacy", scopes=["broadcast"], days=365, practice=HERE)
    old, new = (actor_of_token(house.services, one.token)[0] for one in (first, second))
    assert old.person_id == new.person_id, "one service"
    assert service.revoke(house.services, first.number) == "Pharmacy"
    assert actor_of_token(house.services, second.token)[0] == new
    listed = service.listing(house.services)
    assert [(one.number, one.revoked is None, one.scopes) for one in listed] == [
        (first.number, False, ("broadcast",)),
        (second.number, True, ("broadcast",)),
    ]


def test_revoking_takes_effect_at_once_and_is_told(house: House) -> None:
    services = house.services
    issued = service.issue(services, "Pharmacy", scopes=["follow"], days=1, practice=HERE)
    service.revoke(services, issued.number)
    with pytest.raises(NotSignedIn):
        actor_of_token(services, issued.token)
    assert not still_in(services, issued.number)
    with services.database.read() as session:
        last = events.after_position(session, events.top_position(session) - 1, limit=1)[0]
    assert last.type == "sign_in_revoked"
    assert sign_in_topic(issued.number).endswith(str(issued.number))
    with pytest.raises(Conflict, match="already"):
        service.revoke(services, issued.number)


def test_a_token_ends(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(-timedelta(days=2))
    issued = service.issue(services, "Pharmacy", scopes=["status"], days=1, practice=HERE)
    for token in (issued.token, service.PREFIX, service.PREFIX + "x" * 43, issued.token[:-1], issued.token + "x"):
        with pytest.raises(NotSignedIn):
            actor_of_token(services, token)


def test_a_persons_sign_in_is_no_service_token(house: House) -> None:
    for number in (0, -1, 2**31, 10**30 % 2**62, 1):
        with pytest.raises(NotFound):
            service.revoke(house.services, number)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ["status"], 1), ("   ", ["status"], 1), ("x" * 201, ["status"], 1), ("A", [], 1), ("A", ["all"], 1),
     ("A", ["status", "STATUS"], 1), ("A", ["status"], 0), ("A", ["status"], 3_651)],
)  # fmt: skip
def test_what_is_no_service(house: House, name: str, scopes: list[str], days: int) -> None:
    with pytest.raises(Invalid):
        service.issue(house.services, name, scopes=scopes, days=days, practice=HERE)


def test_which_practice_it_is_for(services: Services) -> None:
    with pytest.raises(NotFound, match="no practice yet"):
        service.issue(services, "Pharmacy", scopes=["status"], days=1)
    only = services.ledger.write(lambda change: account.add_practice(change, "Only"))
    assert service.issue(services, "Pharmacy", scopes=["status"], days=1).practice == "Only"
    other = services.ledger.write(lambda change: account.add_practice(change, "Other"))
    with pytest.raises(NotFound, match=rf"{only} \(Only\), {other} \(Other\)"):
        service.issue(services, "Pharmacy", scopes=["status"], days=1)
    for said in (str(other), "Other"):
        assert service.issue(services, "Pharmacy", scopes=["status"], days=1, practice=said).practice == "Other"
    numbers = {actor_of_token(services, one)[0].person_id for one in two_practices(services)}
    assert len(numbers) == 2, "the same name in two practices is two services"


def two_practices(services: Services) -> list[str]:
    named = [service.issue(services, "Desk", scopes=["status"], days=1, practice=name) for name in ("Only", "Other")]
    return [one.token for one in named]
