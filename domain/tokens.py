"""Access tokens: short JWTs that say who somebody is and on which sign-in they hang.

A token is never the last word: its sign-in and its person are looked at as well, and what they say counts.
"""

import base64
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from domain.errors import NotSignedIn
from domain.signing_keys import ALGORITHM, Generation, SigningKeys

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=30)
LEEWAY_SECONDS = 5
"""Clocks of one machine do not drift; this covers a token that is checked in the second it was made."""
AUDIENCE = "vervain-api"
ISSUER = "vervain"
TYPE = "at+jwt"
STALE = "The access token is not valid any more: sign in again, or refresh it."
LONGEST = 2_048
"""Ours are some 450 characters; what is longer is not looked at."""
MOST_KNOWN = 20_000
"""Tokens whose signature is remembered as right, 6 MiB of them; then all are forgotten and checked again."""

Number = Annotated[int, Field(ge=0, lt=2**53)]


class _Claims(BaseModel):
    """All that a token says, each of exactly this kind, and nothing else."""

    model_config = ConfigDict(strict=True, extra="forbid")

    iss: Literal["vervain"]
    aud: Literal["vervain-api"]
    exp: Number
    nbf: Number
    iat: Number
    sub: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]
    sid: Number
    jti: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    role: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    practice: Number


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a valid token says. ``practice_id`` and ``role`` are for those who only read it: here the person's row counts."""

    person_id: int
    sign_in_id: int
    practice_id: int
    role: str
    expires: datetime
    begins: int
    """Seconds since 1970."""


class Tokens:
    """Makes and reads tokens; ``secret`` is at least 32 random bytes, ``present`` reads which signing key is in use."""

    def __init__(self, secret: bytes, present: Callable[[], Generation] = Generation) -> None:
        if len(secret) < 32:
            raise ValueError("The secret has to be at least 32 bytes long.")
        self.keys = SigningKeys(secret, present, ACCESS_LIFE + timedelta(seconds=LEEWAY_SECONDS))
        self._times = jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS)
        self._known: dict[bytes, AccessToken] = {}
        """By the hash of the token: a token itself is kept nowhere."""
        self.session_secret = hmac.new(secret, b"vervain session cookie 1", hashlib.sha256).hexdigest()
        self._chain = hmac.new(secret, b"vervain refresh chain 1", hashlib.sha256).digest()
        self._codes = hmac.new(secret, b"vervain invite codes 1", hashlib.sha256).digest()

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
        signing = self.keys.signing()
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": signing.kid}
        return jwt.encode(header, claims, signing.key, algorithms=[ALGORITHM])

    def read(self, token: str) -> AccessToken:
        """Check a token and say whose it is; raises NotSignedIn with one sentence for every way it can be wrong.

        A signature that was right stays right, so it is checked once; the times are looked at each time.
        """
        if len(token) > LONGEST:
            raise NotSignedIn(STALE)
        name = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(name)
        if known is not None:
            now = time.time()
            if known.begins - LEEWAY_SECONDS <= now <= known.expires.timestamp() + LEEWAY_SECONDS:
                return known
            raise NotSignedIn(STALE, expired=now > known.begins)
        checked = self._check(token)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = checked
        return checked

    def successor(self, refresh_token: str) -> str:
        """Give the refresh token that comes after this one: always the same, and known to nobody without the secret."""
        made = hmac.new(self._chain, refresh_token.encode(errors="surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def hash_code(self, code: str) -> str:
        """Hash an invite's code for keeping: with a key, because 40 bits can be tried out by whoever has the database."""
        return hmac.new(self._codes, code.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()

    def _check(self, token: str) -> AccessToken:
        try:
            decoded = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            claims = _Claims.model_validate(decoded.claims)
            self._times.validate(decoded.claims)
        except ExpiredTokenError:  # looked at after the signature: it was ours
            raise NotSignedIn(STALE, expired=True) from None
        except (JoseError, ValidationError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise NotSignedIn(STALE) from None
        return AccessToken(
            person_id=int(claims.sub),
            sign_in_id=claims.sid,
            practice_id=claims.practice,
            role=claims.role,
            expires=datetime.fromtimestamp(claims.exp, tz=UTC),
            begins=max(claims.nbf, claims.iat),
        )

    def _key_of(self, token: Any) -> OKPKey:
        """Choose the key by its name among our own; a header that says anything we never write is refused, not followed."""
        header: dict[str, Any] = token.headers()
        if set(header) != {"alg", "typ", "kid"} or header["alg"] != ALGORITHM or header["typ"] != TYPE:
            raise ValueError("not an access token of ours")
        found = self.keys.verifying(header["kid"], datetime.now(UTC))
        if found is None:
            raise ValueError("signed with no key of ours")
        return found.key


def new_secret() -> str:
    """Make an unguessable text (256 bits) for a refresh token or a browser session."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Hash such a text for keeping; it is random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
