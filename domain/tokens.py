"""Access tokens: short JWTs that say who somebody is and on which sign-in they hang.

Signed with Ed25519 by a key that is derived from the program's secret, so that one secret file is all there is to keep.
A token is never the last word: its sign-in is looked at as well, and a revoked one ends it at once.
"""

import hashlib
import hmac
import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from domain.errors import NotSignedIn

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=30)
LEEWAY_SECONDS = 5
"""Clocks of one machine do not drift; this covers a token that is checked in the second it was made."""
ALGORITHM = "Ed25519"
AUDIENCE = "vervain-api"
ISSUER = "vervain"
STALE = "The access token is not valid any more: sign in again, or refresh it."
MOST_KNOWN = 20_000
"""Tokens whose signature is remembered as right, 6 MiB of them; then all are forgotten and checked again."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a valid token says."""

    person_id: int
    sign_in_id: int
    practice_id: int
    role: str
    expires: datetime
    begins: int
    """Seconds since 1970."""


class Tokens:
    """Makes and reads access tokens; ``secret`` is at least 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("The secret has to be at least 32 bytes long.")
        seed = hmac.new(secret, b"vervain access token key 1", hashlib.sha256).digest()
        private = Ed25519PrivateKey.from_private_bytes(seed)
        self._key = OKPKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
            jti={"essential": True},
        )
        self._known: dict[bytes, AccessToken] = {}
        """By the hash of the token: a token itself is kept nowhere."""
        self.session_secret = hmac.new(secret, b"vervain session cookie 1", hashlib.sha256).hexdigest()

    def issue(self, *, person_id: int, sign_in_id: int, practice_id: int, role: str, now: datetime) -> str:
        """Make an access token that lives 15 minutes."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person_id),
            "sid": sign_in_id,
            "practice": practice_id,
            "role": role,
            "jti": uuid.uuid4().hex,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFE).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt"}, claims, self._key, algorithms=[ALGORITHM])

    def read(self, token: str) -> AccessToken:
        """Check a token and say whose it is; raises NotSignedIn with one sentence for every way it can be wrong.

        A signature that was right stays right, so it is checked once; the times are looked at each time.
        """
        name = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(name)
        if known is not None:
            now = time.time()
            if known.begins - LEEWAY_SECONDS <= now <= known.expires.timestamp() + LEEWAY_SECONDS:
                return known
            raise NotSignedIn(STALE)
        checked = self._check(token)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = checked
        return checked

    def _check(self, token: str) -> AccessToken:
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
            if decoded.header.get("typ") != "at+jwt":
                raise NotSignedIn("This is not an access token.")
            claims = decoded.claims
            return AccessToken(
                person_id=int(claims["sub"]),
                sign_in_id=int(claims["sid"]),
                practice_id=int(claims["practice"]),
                role=str(claims["role"]),
                expires=datetime.fromtimestamp(claims["exp"], tz=UTC),
                begins=max(int(claims.get("nbf", 0)), int(claims.get("iat", 0))),
            )
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotSignedIn(STALE) from None


def new_secret() -> str:
    """Make an unguessable text (256 bits) for a refresh token or a browser session."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Hash such a text for keeping; it is random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
