"""What of a provider's announcement and of its keys is taken."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import ECKey, OctKey, RSAKey

from api.oidc_announced import Unusable, announced
from api.oidc_keys import Keys, usable

ISSUER = "https://id.example/practice"
HONEST = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://id.example/authorize",
    "token_endpoint": "https://id.example/token",
    "jwks_uri": "https://keys.example/jwks",
    "id_token_signing_alg_values_supported": ["none", "HS256", "ES256", "RS256", "XY1"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"],
}


def test_what_is_taken() -> None:
    known = announced(ISSUER, HONEST)
    assert known.algorithms == ("RS256", "ES256")
    assert known.auth_method == "client_secret_post"
    assert (known.names_itself, known.userinfo_endpoint) == (False, "")
    few = {name: HONEST[name] for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")}
    assert (announced(ISSUER, few).algorithms, announced(ISSUER, few).auth_method) == (
        ("RS256",),
        "client_secret_basic",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://id.example"},
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": []},
        {"id_token_signing_alg_values_supported": "RS256"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"token_endpoint": 7},
        {"jwks_uri": "https:///jwks"},
        {"jwks_uri": "https://[/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://id.example/me"},
    ],
    ids=str,
)
def test_what_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        announced(ISSUER, HONEST | wrong)


@pytest.mark.parametrize("document", [None, [], "x", 7])
def test_what_is_no_announcement(document: Any) -> None:
    with pytest.raises(Unusable):
        announced(ISSUER, document)
    with pytest.raises(Unusable):
        usable(document)


def test_only_public_keys_for_signatures_count() -> None:
    good, secret, sealing = (
        ECKey.generate_key("P-256", {"kid": "a"}),
        OctKey.generate_key(256),
        ECKey.generate_key("P-256"),
    )
    shown = dict(good.as_dict(private=False))
    listed = [
        shown,
        secret.as_dict(),
        dict(sealing.as_dict(private=False), use="enc"),
        {"kty": "RSA"},
        {"kty": "XY"},
        7,
    ]
    assert [key.kid for key in usable({"keys": listed}).keys] == ["a"]
    for none in ([], listed[1:], "x"):
        with pytest.raises(Unusable):
            usable({"keys": none})


async def test_an_unknown_key_is_asked_for_once_a_minute_and_all_are_read_anew_after_an_hour() -> None:
    old, new = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("old", "new"))
    shown, asked, now = [old], 0, 0.0

    async def fetch() -> Any:
        nonlocal asked
        asked += 1
        return {"keys": [dict(key.as_dict(private=False)) for key in shown]}

    keys = Keys(fetch, clock=lambda: now)
    by_old, by_new = (jwt.encode({"alg": "RS256", "kid": key.kid}, {}, key, algorithms=["RS256"]) for key in (old, new))
    await keys.check(by_old, ("RS256",))
    for later in (1.0, 59.0):
        now = later
        with pytest.raises(InvalidKeyIdError):
            await keys.check(by_new, ("RS256",))
    assert asked == 1
    shown, now = [old, new], 61.0
    await keys.check(by_new, ("RS256",))
    assert asked == 2
    shown, now = [new], 61.0 + 3_599.0
    await keys.check(by_old, ("RS256",))
    now = 61.0 + 3_600.0
    with pytest.raises(InvalidKeyIdError):
        await keys.check(by_old, ("RS256",))
    assert asked == 3
