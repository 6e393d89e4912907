"""Passwords of local accounts."""

import pytest

from domain import account
from domain.errors import Conflict, Invalid
from domain.passwords import Passwords
from domain.services import Services


def test_a_password_is_known_again_and_no_other() -> None:
    passwords = Passwords()
    kept = passwords.hash("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert "correct horse battery" not in kept
    assert passwords.check("correct horse battery", kept)
    assert not passwords.check("Correct horse battery", kept)
    assert not passwords.check("correct horse battery", None), "nobody of that name"
    assert not passwords.check("correct horse battery", "not a hash")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"password": "too short"}, "The password needs at least 12 characters."),
        ({"role": "patient"}, "A role is one of practitioner, admin."),
        ({"login": "  "}, "A person needs a name and a login."),
    ],
)
def test_an_account_that_cannot_be(services: Services, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        account.add_person(services, **{"name": "Leila", "login": "leila", "password": "long enough indeed", **given})
    assert refused.value.message == sentence


def test_a_login_is_there_once_whatever_its_case(services: Services) -> None:
    first = account.add_person(services, name="Leila", login="Leila@Practice", password="long enough indeed")
    with pytest.raises(Conflict, match="is taken"):
        account.add_person(services, name="Other", login="leila@practice ", password="long enough indeed")
    second = account.add_person(services, name="Chen", login="chen", password="long enough indeed", role="admin")
    assert first != second
