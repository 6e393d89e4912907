"""Access tokens: a valid one says who it is, everything else is refused in one sentence."""

import base64
import json
import secrets
import time
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from domain.errors import NotSignedIn
from domain.ledger import utc_now
from domain.tokens import ACCESS_LIFE, LEEWAY_SECONDS, Tokens, hash_secret, new_secret

SECRET = secrets.token_bytes(32)
TOKENS = Tokens(SECRET)


def issued(tokens: Tokens = TOKENS, ago: timedelta = timedelta()) -> str:
    return tokens.issue(person_id=3, sign_in_id=5, practice_id=1, role="patient", now=utc_now() - ago)


def part(token: str, which: int) -> dict[str, object]:
    text = token.split(".")[which]
    values: dict[str, object] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return values


def packed(values: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def signed(claims: dict[str, object], **header: str) -> str:
    """Sign with the right key, so that only what is claimed is wrong."""
    return jwt.encode({"alg": "Ed25519", "typ": "at+jwt", **header}, claims, TOKENS._key, algorithms=["Ed25519"])


CLAIMS = part(issued(), 1)
OTHER_KEY = OKPKey.generate_key("Ed25519")
HEAD, BODY, SIGNATURE = issued().split(".")
REFUSED = {
    "expired": issued(ago=ACCESS_LIFE + timedelta(seconds=LEEWAY_SECONDS + 1)),
    "of another program": issued(Tokens(secrets.token_bytes(32))),
    "not signed (alg none)": f"{packed({'alg': 'none', 'typ': 'at+jwt'})}.{BODY}.",
    "alg none with a signature": f"{packed({'alg': 'none', 'typ': 'at+jwt'})}.{BODY}.{SIGNATURE}",
    "signed with HMAC": jwt.encode({"alg": "HS256"}, CLAIMS, OctKey.import_key(SECRET), algorithms=["HS256"]),
    "signed with a key of its own": jwt.encode(
        {"alg": "Ed25519", "typ": "at+jwt", "jwk": OTHER_KEY.as_dict(private=False)},
        CLAIMS,
        OTHER_KEY,
        algorithms=["Ed25519"],
    ),
    "tampered: another person": f"{HEAD}.{packed({**CLAIMS, 'sub': '4'})}.{SIGNATURE}",
    "cut off": f"{HEAD}.{BODY}.{SIGNATURE[:-3]}",
    "for another audience": signed({**CLAIMS, "aud": "elsewhere"}),
    "of another issuer": signed({**CLAIMS, "iss": "elsewhere"}),
    "without an end": signed({name: value for name, value in CLAIMS.items() if name != "exp"}),
    "without a sign-in": signed({name: value for name, value in CLAIMS.items() if name != "sid"}),
    "of no person": signed({**CLAIMS, "sub": "somebody"}),
    "not an access token": signed(CLAIMS, typ="id+jwt"),
    "not yet valid": issued(ago=timedelta(days=-1)),
    "empty": "",
    "not a token": "Bearer of good news",
    "full of dots": "..",
    "with a NUL": "a\x00.b.c",
    "with half a character": "\ud800.b.c",
    "very long": "a" * 1_000_000,
}


def test_a_token_says_who_it_is() -> None:
    read = TOKENS.read(issued())
    assert (read.person_id, read.sign_in_id, read.practice_id, read.role) == (3, 5, 1, "patient")
    assert timedelta() < read.expires - utc_now() <= ACCESS_LIFE


def test_the_same_secret_reads_what_it_wrote_before_a_restart() -> None:
    assert Tokens(SECRET).read(issued()).person_id == 3


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_is_refused(what: str) -> None:
    with pytest.raises(NotSignedIn, match=r"not valid any more|not an access token"):
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
    tokens, now = Tokens(SECRET), time.time()
    token = issued()
    read = tokens.read(token)
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
