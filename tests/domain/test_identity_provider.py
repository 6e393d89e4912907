"""Who is let in by an identity provider."""

import pytest
from sqlmodel import select

from domain import identity_provider, sign_in
from domain.errors import Conflict, NotFound, NotSignedIn
from domain.identity_provider import Claimed, let_in
from domain.ledger import utc_now
from domain.services import Services
from storage.tables import AuditEntry, Identity, OidcRequest, Person
from tests.support.house import House
from tests.support.identities import a_provider, change_person

ISSUER = "https://id.clinic.example"
LEILA = "leila@clinic.example"
PROVIDER = a_provider(ISSUER, "clinic.example")
VERIFIED = Claimed("leila-1", LEILA, email_verified=True)


def somebody(role: str = "practitioner", *, disabled: bool = False) -> Person:
    return Person(practice_id=1, role=role, name="Leila", login=LEILA, disabled=disabled, created=utc_now())


@pytest.mark.parametrize(
    ("linked", "named", "pinned", "claimed", "comes"),
    [
        (None, None, False, VERIFIED, None),
        (somebody(), None, False, Claimed("leila-1"), "linked"),
        (somebody("admin"), None, False, Claimed("leila-1"), "linked"),
        (somebody("patient"), None, False, VERIFIED, None),
        (somebody("service"), None, False, VERIFIED, None),
        (somebody(disabled=True), None, False, VERIFIED, None),
        (somebody(disabled=True), somebody(), False, VERIFIED, None),  # a disabled one does not come in as another
        (None, somebody(), False, VERIFIED, "named"),
        (None, somebody("admin"), False, VERIFIED, "named"),
        (None, somebody("patient"), False, VERIFIED, None),
        (None, somebody("service"), False, VERIFIED, None),
        (None, somebody(disabled=True), False, VERIFIED, None),
        (None, somebody(), True, VERIFIED, None),
        (None, somebody(), False, Claimed("leila-1", LEILA), None),
        (None, somebody(), False, Claimed("leila-1", "", email_verified=True), None),
        (None, somebody(), False, Claimed("leila-1", "leila@other.example", email_verified=True), None),
        (None, somebody(), False, Claimed("leila-1", "leila", email_verified=True), None),
        (None, somebody(), False, Claimed("leila-1", "leila@CLINIC.example", email_verified=True), "named"),
        # K is the sign of the kelvin, which folds to the letter k
        (None, somebody(), False, Claimed("leila-1", "\N{KELVIN SIGN}@clinic.example", email_verified=True), None),
    ],
)
def test_who_is_let_in(
    linked: Person | None, named: Person | None, pinned: bool, claimed: Claimed, comes: str | None
) -> None:
    found = let_in(PROVIDER, claimed, linked=linked, named=named, pinned=pinned)
    assert found is {"linked": linked, "named": named, None: None}[comes]


@pytest.mark.parametrize(
    ("domains", "comes"),
    [
        ((), False),
        (("other.example",), False),
        (("example",), False),
        (("clinic.example", "other.example"), True),
        (("*",), True),
    ],
)
def test_which_addresses_a_provider_may_vouch_for(domains: tuple[str, ...], comes: bool) -> None:
    found = let_in(a_provider(ISSUER, *domains), VERIFIED, linked=None, named=somebody(), pinned=False)
    assert (found is not None) == comes


def test_a_link_made_by_hand_takes_the_place_of_the_one_before(house: House, services: Services) -> None:
    change_person(services, house.leila.person_id, login=LEILA)
    change_person(services, house.chen.person_id, login="chen")
    identity_provider.link(services, LEILA, issuer=ISSUER, subject="old")
    identity_provider.link(services, LEILA, issuer=ISSUER, subject="new")
    with pytest.raises(NotSignedIn, match="not linked"):
        identity_provider.enter(services, PROVIDER, Claimed("old"))
    assert identity_provider.enter(services, PROVIDER, Claimed("new")) == house.leila.person_id
    with pytest.raises(Conflict, match="somebody else"):
        identity_provider.link(services, "chen", issuer=ISSUER, subject="new")
    elsewhere = "https://elsewhere.example"
    identity_provider.link(services, "chen", issuer=elsewhere, subject="new")  # the same word of another provider
    assert identity_provider.enter(services, PROVIDER, Claimed("new")) == house.leila.person_id
    identity_provider.unlink(services, LEILA, issuer=ISSUER)
    with pytest.raises(NotSignedIn):
        identity_provider.enter(services, PROVIDER, Claimed("new"))
    with pytest.raises(NotFound, match="has no account"):
        identity_provider.unlink(services, LEILA, issuer=ISSUER)
    with services.database.read() as session:
        said = session.exec(select(AuditEntry).where(AuditEntry.thing == "identity").order_by(AuditEntry.id)).all()  # type: ignore[arg-type]
    assert [one.action for one in said] == ["link", "unlink", "link", "link", "unlink"]
    assert "new" not in "".join(one.detail for one in said)


def test_who_is_unlinked_is_out_at_once(house: House, services: Services) -> None:
    change_person(services, house.leila.person_id, login=LEILA)
    identity_provider.link(services, LEILA, issuer=ISSUER, subject="old")
    page = sign_in.open_page_session(services, identity_provider.enter(services, PROVIDER, Claimed("old")))
    identity_provider.link(services, LEILA, issuer=ISSUER, subject="new")
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_session(services, page.secret)
    page = sign_in.open_page_session(services, identity_provider.enter(services, PROVIDER, Claimed("new")))
    identity_provider.unlink(services, LEILA, issuer=ISSUER)
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_session(services, page.secret)


def test_what_was_unlinked_stays_unlinked_until_it_is_linked_by_hand(house: House, services: Services) -> None:
    change_person(services, house.leila.person_id, login=LEILA)
    assert identity_provider.enter(services, PROVIDER, VERIFIED) == house.leila.person_id
    identity_provider.unlink(services, LEILA, issuer=ISSUER)
    another = Claimed("leila-2", LEILA, email_verified=True)
    for vouched in (VERIFIED, another):
        with pytest.raises(NotSignedIn, match="not linked"):
            identity_provider.enter(services, PROVIDER, vouched)
    change_person(services, house.leila.person_id, login="leila")
    change_person(services, house.chen.person_id, login=LEILA)
    with pytest.raises(NotSignedIn):
        identity_provider.enter(
            services, PROVIDER, VERIFIED
        )  # the account is not linked to a new owner of the address either
    elsewhere = a_provider("https://elsewhere.example", "clinic.example")
    assert identity_provider.enter(services, elsewhere, VERIFIED) == house.chen.person_id, "the mark is of one provider"
    for login, person in (("leila", house.leila), (LEILA, house.chen)):
        identity_provider.link(services, login, issuer=ISSUER, subject="leila-1")
        assert identity_provider.enter(services, PROVIDER, VERIFIED) == person.person_id
        identity_provider.unlink(services, login, issuer=ISSUER)


def test_only_people_of_the_practice_are_linked(house: House, services: Services) -> None:
    change_person(services, house.mina.person_id, login="mina")
    for login in ("mina", "nobody"):
        with pytest.raises(NotFound):
            identity_provider.link(services, login, issuer=ISSUER, subject="x")
    with services.database.read() as session:
        assert session.exec(select(Identity)).all() == []


async def test_of_too_many_sign_ins_under_way_the_oldest_are_forgotten(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "MOST_UNDER_WAY", 3)
    begun = [await identity_provider.begin(services, PROVIDER, browser="mine", path="/") for _ in range(5)]
    with services.database.read() as session:
        kept = session.exec(select(OidcRequest)).all()
    assert len(kept) == 3
    assert all(one.state not in (row.state_hash, row.browser_hash) for one in begun for row in kept)
    with pytest.raises(NotSignedIn, match="begin again"):
        await identity_provider.resume(services, PROVIDER, browser="mine", state=begun[1].state)
    again = await identity_provider.resume(services, PROVIDER, browser="mine", state=begun[2].state)
    assert (again.nonce, again.code_verifier) == (begun[2].nonce, begun[2].code_verifier)
