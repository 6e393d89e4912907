"""Everything that is no access token of ours, however much it looks like one."""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

from domain.ledger import utc_now
from domain.tokens import LEEWAY_SECONDS, Tokens

EDDSA = ["Ed25519"]


def part(token: str, which: int) -> dict[str, Any]:
    """Read one part of a token."""
    text = token.split(".")[which]
    values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return values


def packed(values: object) -> str:
    """Write one part of a token."""
    return written(json.dumps(values).encode())


def written(given: bytes) -> str:
    """Write bytes as a part of a token."""
    return base64.urlsafe_b64encode(given).decode().rstrip("=")


def signed(tokens: Tokens, claims: object, header: Mapping[str, Any] | None = None, *, generation: int = 1) -> str:
    """Sign anything with a key of the program's, by hand, so that only what is said in it is wrong."""
    key = tokens.keys._key(generation).key
    return signed_by(key, claims, header or {"alg": "Ed25519", "typ": "at+jwt", "kid": key.thumbprint()})


def forgeries(tokens: Tokens, good: str) -> dict[str, str]:
    """Make one of each from a good token of the same program."""
    head, body, signature = good.split(".")
    header, claims = part(good, 0), part(good, 1)
    own = OKPKey.generate_key("Ed25519")
    public = tokens.keys._key(1).key
    pem = public.raw_value.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[union-attr]
    raw = base64.urlsafe_b64decode(public.as_dict(private=False)["x"] + "=")  # type: ignore[operator]
    other_kid = tokens.keys._key(2).kid
    now = int(utc_now().timestamp())
    made = {
        "signed with another key": jwt.encode(header, claims, own, algorithms=EDDSA),
        "of another program": Tokens(secrets.token_bytes(32)).issue(
            person_id=int(claims["sub"]), sign_in_id=claims["sid"], practice_id=1, role="admin", now=utc_now()
        ),
        "alg none": f"{packed({**header, 'alg': 'none'})}.{body}.",
        "alg none with a signature": f"{packed({**header, 'alg': 'none'})}.{body}.{signature}",
        "alg in capitals": f"{packed({**header, 'alg': 'NONE'})}.{body}.",
        "the signature left out": f"{head}.{body}.",
        "the signature cut off": f"{head}.{body}.{signature[:-3]}",
        "another person": f"{head}.{packed({**claims, 'sub': '1'})}.{signature}",
        "one dot": f"{head}.{body}",
        "two dots too many": f"{good}..",
        "a part too many": f"{good}.{signature}",
        "JSON for a token": json.dumps({"protected": head, "payload": body, "signature": signature}),
        "a million characters": good + "A" * 1_000_000,
        "empty": "",
        "full of dots": "..",
        "not a token": "good-news",
        "signed with the key of the one after": signed(tokens, claims, header, generation=2),
        "the name of the one after, this one's signature": signed(tokens, claims, {**header, "kid": other_kid}),
        "the one after, not in use yet": signed(tokens, claims, generation=2),
    }
    for name, secret in (("text", pem), ("bytes", raw)):
        said = f"{packed({**header, 'alg': 'HS256'})}.{body}"
        made[f"HS256 with the public key as {name}"] = f"{said}.{written(hmac.digest(secret, said.encode(), 'sha256'))}"
    wrong_claims: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - LEEWAY_SECONDS - 1},
        "not yet valid": {"nbf": now + 3_600},
        "given out tomorrow": {"iat": now + 86_400},
        "for another audience": {"aud": "elsewhere"},
        "for several audiences": {"aud": ["vervain-api"]},
        "of another issuer": {"iss": "https://vervain.example"},
        "of several issuers": {"iss": ["vervain"]},
        "of no person": {"sub": "somebody"},
        "a person as a number": {"sub": int(claims["sub"])},
        "a person with a line break": {"sub": f"{claims['sub']}\n"},
        "a person in Persian digits": {"sub": "۱"},
        "a sign-in as text": {"sid": str(claims["sid"])},
        "a sign-in as a fraction": {"sid": 1.5},
        "a sign-in that is true": {"sid": True},
        "a sign-in below nothing": {"sid": -1},
        "a huge sign-in": {"sid": 10**30},
        "an end as text": {"exp": str(now + 60)},
        "an end beyond time": {"exp": 10**30},
        "an end that is true": {"exp": True},
        "no role": {"role": None},
        "several roles": {"role": ["admin"]},
        "a practice as text": {"practice": "1"},
        "a name as a list": {"jti": ["x"]},
        "something more": {"scope": "everything"},
    }
    for name, wrong in wrong_claims.items():
        made[name] = signed(tokens, {**claims, **wrong})
    for name in claims:
        made[f"without {name}"] = signed(tokens, {key: value for key, value in claims.items() if key != name})
    for name, odd in {"a list": [claims], "a number": 1, "nothing": None, "a text": "x"}.items():
        made[f"claims are {name}"] = signed(tokens, odd)
    for name, kid in {
        "unknown": "nobody", "a path": "../../data/secret", "empty": "", "nothing": None, "a list": [header["kid"]],
        "an object": {"kid": header["kid"]}, "huge": "k" * 1_500, "SQL": "' OR 1=1 --", "a number": 1,
    }.items():  # fmt: skip
        made[f"kid is {name}"] = signed(tokens, claims, {**header, "kid": kid})
    for name in header:
        made[f"header without {name}"] = signed(
            tokens, claims, {key: value for key, value in header.items() if key != name}
        )
    for name, typ in {"another type": "id+jwt", "the general type": "JWT", "a type as a list": ["at+jwt"]}.items():
        made[name] = signed(tokens, claims, {**header, "typ": typ})
    for name, more in {
        "jwk": own.as_dict(private=False), "jku": "https://evil.example/jwks.json", "x5u": "https://evil.example/c.pem",
        "crit": ["exp"], "b64": False, "zip": "DEF", "cty": "JWT",
    }.items():  # fmt: skip
        made[f"{name}, signed with a key of its own"] = signed_by(own, claims, {**header, name: more})
        made[f"{name}, signed with ours"] = signed(tokens, claims, {**header, name: more})
    return made


def signed_by(key: OKPKey, claims: object, header: Mapping[str, Any]) -> str:
    """Sign with any key, by hand."""
    said = f"{packed(header)}.{packed(claims)}"
    private = key.get_op_key("sign")
    assert isinstance(private, Ed25519PrivateKey)
    return f"{said}.{written(private.sign(said.encode()))}"
