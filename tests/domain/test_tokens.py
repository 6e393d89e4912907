"""Access tokens: a valid one says who it is, everything else is refused in one sentence."""

import secrets
from datetime import timedelta

import pytest

from domain.errors import NotSignedIn
from domain.ledger import utc_now
from domain.tokens import ACCESS_LIFE, LEEWAY_SECONDS, Tokens, hash_secret, new_secret
from tests.support.forged import forgeries, packed, part

SECRET = secrets.token_bytes(32)
TOKENS = Tokens(SECRET)


def issued(tokens: Tokens = TOKENS, ago: timedelta = timedelta()) -> str:
    return tokens.issue(person_id=3, sign_in_id=5, practice_id=1, role="patient", now=utc_now() - ago)


REFUSED = {
    **forgeries(TOKENS, issued()),
    "too old": issued(ago=ACCESS_LIFE + timedelta(seconds=LEEWAY_SECONDS + 1)),
    "of tomorrow": issued(ago=timedelta(days=-1)),
    "with a NUL": "a\x00.b.c",
    "with half a character": "\ud800.b.c",
    "nested without an end": f"{packed({})[:1]}{'[' * 1_000}.b.c",
}


def test_a_token_says_who_it_is() -> None:
    read = TOKENS.read(issued())
    assert (read.person_id, read.sign_in_id, read.practice_id, read.role) == (3, 5, 1, "patient")
    assert timedelta() < read.expires - utc_now() <= ACCESS_LIFE


def test_the_same_secret_reads_what_it_wrote_before_a_restart() -> None:
    assert Tokens(SECRET).read(issued()).person_id == 3


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_is_refused(what: str) -> None:
    with pytest.raises(NotSignedIn, match="not valid any more"):
        TOKENS.read(REFUSED[what])


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tokens(b"short")


def test_secrets_are_kept_as_hashes() -> None:
    secret = new_secret()
    assert len(secret) >= 43
    assert secret != new_secret()
    assert hash_secret(secret) == hash_secret(secret) != secret


def test_a_remembered_token_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, token = Tokens(SECRET), issued()
    read = tokens.read(token)
    now = read.begins  # in whole seconds
    assert tokens.read(token) is read, "the signature is not checked a second time"
    monkeypatch.setattr("domain.tokens.time.time", lambda: now + ACCESS_LIFE.total_seconds() + LEEWAY_SECONDS + 1)
    with pytest.raises(NotSignedIn, match="not valid any more"):
        tokens.read(token)
    monkeypatch.setattr("domain.tokens.time.time", lambda: now - 60)
    with pytest.raises(NotSignedIn, match="not valid any more"):
        tokens.read(token)


def test_not_more_than_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.tokens.MOST_KNOWN", 3)
    tokens = Tokens(SECRET)
    for _ in range(10):
        assert tokens.read(issued()).person_id == 3
        assert len(tokens._known) <= 3


def test_nothing_that_was_refused_is_remembered() -> None:
    tokens = Tokens(SECRET)
    for token in REFUSED.values():
        with pytest.raises(NotSignedIn):
            tokens.read(token)
    assert tokens._known == {}


def test_what_a_token_says() -> None:
    token = issued()
    assert set(part(token, 0)) == {"alg", "typ", "kid"}
    assert set(part(token, 1)) == {"iss", "aud", "exp", "nbf", "iat", "sub", "sid", "jti", "role", "practice"}
    assert part(token, 0)["kid"] == TOKENS.keys.signing().kid == TOKENS.keys.signing().key.thumbprint()


def test_the_one_after_is_always_the_same_and_needs_the_secret() -> None:
    assert TOKENS.successor("first") == Tokens(SECRET).successor("first")
    assert len({TOKENS.successor("first"), TOKENS.successor("other"), Tokens(bytes(32)).successor("first")}) == 3


def test_a_code_is_hashed_with_a_key() -> None:
    assert TOKENS.hash_code("K7QF3MXA") == Tokens(SECRET).hash_code("K7QF3MXA")
    assert TOKENS.hash_code("K7QF3MXA") not in (hash_secret("K7QF3MXA"), Tokens(bytes(32)).hash_code("K7QF3MXA"))
