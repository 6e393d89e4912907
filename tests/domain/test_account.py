"""Local accounts: new passwords, and letting somebody in no more."""

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from domain import account, local_sign_in, own_account, sign_in
from domain.again import Again
from domain.errors import Conflict, Invalid, NotFound, NotSignedIn, TooOften
from domain.ledger import Change
from domain.services import Services
from domain.sign_in import actor_of_session, actor_of_token
from storage.tables import AuditEntry, Person

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
NEW = "another horse battery"


@pytest.fixture
def leila(services: Services) -> int:
    return account.add_person(services, name="Dr Leila Moradi", login=" Leila ", password=PASSWORD)


def test_a_name_and_a_password(services: Services, leila: int) -> None:
    for login in ("leila", " LEILA "):
        assert local_sign_in.begin(services, login, PASSWORD) == leila
        assert local_sign_in.with_password(services, login, PASSWORD) == leila
    with pytest.raises(NotSignedIn):
        local_sign_in.begin(services, "leila", PASSWORD + " ")


def test_an_older_hash_is_made_anew_at_sign_in(services: Services, leila: int) -> None:
    def grow_old(change: Change) -> None:
        person = change.session.get_one(Person, leila)
        hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
        person.password_hash = hasher.hash(PASSWORD)
        change.session.add(person)

    def stored() -> str:
        with services.database.read() as session:
            return session.get_one(Person, leila).password_hash or ""

    services.ledger.write(grow_old)
    with pytest.raises(NotSignedIn):
        local_sign_in.begin(services, "leila", "wrong")
    assert "m=8192" in stored()
    assert local_sign_in.begin(services, "leila", PASSWORD) == leila
    assert "m=8,t=1,p=1" in stored(), "as the tests hash"
    assert local_sign_in.begin(services, "leila", PASSWORD) == leila


def test_changing_ones_password_ends_all_other_sign_ins(services: Services, leila: int) -> None:
    here, there = sign_in.open_page_session(services, leila), sign_in.open_page_session(services, leila)
    phone = sign_in.open_device(services, leila)
    with pytest.raises(NotSignedIn, match="not your present password"):
        own_account.change_password(services, here.actor, given=Again("wrong"), new=NEW)
    with pytest.raises(Invalid, match="little more than a name"):
        own_account.change_password(services, here.actor, given=Again(PASSWORD), new="leila moradi my practice")
    assert actor_of_session(services, there.secret).person_id == leila, "nothing has changed"
    own_account.change_password(services, here.actor, given=Again(PASSWORD), new=NEW)
    assert actor_of_session(services, here.secret).person_id == leila
    with pytest.raises(NotSignedIn):
        actor_of_session(services, there.secret)
    with pytest.raises(NotSignedIn):
        actor_of_token(services, phone.access_token)
    with pytest.raises(NotSignedIn):
        local_sign_in.begin(services, "leila", PASSWORD)
    assert local_sign_in.begin(services, "leila", NEW) == leila


def test_at_the_terminal(services: Services, leila: int) -> None:
    session, phone = sign_in.open_page_session(services, leila), sign_in.open_device(services, leila)
    assert account.reset(services, "LEILA", password=NEW) == 2
    with pytest.raises(NotSignedIn):
        actor_of_session(services, session.secret)
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, phone.refresh_token)
    assert local_sign_in.begin(services, "leila", NEW) == leila
    sign_in.open_device(services, leila)
    assert account.disable(services, "leila") == 1
    with pytest.raises(NotSignedIn):
        local_sign_in.begin(services, "leila", NEW)
    with pytest.raises(NotSignedIn):
        sign_in.open_page_session(services, leila)  # as who comes through a provider would
    [listed] = account.listing(services)
    assert (listed.login, listed.name, listed.disabled, listed.second_factor) == (
        "leila",
        "Dr Leila Moradi",
        True,
        False,
    )
    assert listed.last_sign_in is not None
    account.enable(services, "leila")
    assert local_sign_in.begin(services, "leila", NEW) == leila

    with services.database.read() as session_:
        found = session_.exec(select(AuditEntry).where(AuditEntry.thing.in_(("person", "password"))))  # type: ignore[attr-defined]
        done = [row.action for row in found if row.thing_id == leila and row.action != "sign in"]
    assert done == ["add", "change", "disable", "enable"]


def test_what_cannot_be_done_at_the_terminal(services: Services, leila: int) -> None:
    for verb in (account.disable, account.enable, account.find):
        with pytest.raises(NotFound, match="There is no account “nobody”"):
            verb(services, "nobody")
    with pytest.raises(NotFound):
        account.reset(services, "nobody", password=NEW)
    with pytest.raises(Invalid, match="at least 12"):
        account.reset(services, "leila", password="short")
    with pytest.raises(Conflict, match="enabled already"):
        account.enable(services, "leila")
    account.disable(services, "leila")
    with pytest.raises(Conflict, match="disabled already"):
        account.disable(services, "leila")
    for name, login, role, said in (
        ("Dr Chen", "leila ", "practitioner", "taken"),
        ("Dr Chen", "chen", "janitor", "A role is one of"),
        ("", "chen", "admin", "a name and a login"),
    ):
        with pytest.raises((Conflict, Invalid), match=said):
            account.add_person(services, name=name, login=login, password=PASSWORD, role=role)


def test_nobody_tries_passwords_out_on_an_open_page(services: Services, leila: int) -> None:
    actor = sign_in.open_page_session(services, leila).actor
    for _ in range(9):
        with pytest.raises(NotSignedIn):
            own_account.change_password(services, actor, given=Again("wrong"), new=NEW)
    own_account.begin_second_factor(services, actor, Again(PASSWORD))  # a right one begins anew
    for _ in range(10):
        with pytest.raises(NotSignedIn):
            own_account.begin_second_factor(services, actor, Again("wrong"))
    with pytest.raises(TooOften):
        own_account.change_password(services, actor, given=Again(PASSWORD), new=NEW)
    assert local_sign_in.begin(services, "leila", PASSWORD) == leila, "the door is another count"
