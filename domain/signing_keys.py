"""The keys that access tokens are signed with: made from the program's secret, changed once in a while.

There is one secret file and nothing else to keep: key N is HMAC(secret, N). Which N is in use, and since when, is a mark in the
database, so that every process over it agrees; nothing in it is secret.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
LOOKED_AT_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Generation:
    """Which key signs at present, and since when; None for the first, which was there before there were others."""

    number: int = 1
    began: datetime | None = None

    @classmethod
    def of(cls, mark: str | None) -> "Generation":
        """Read what the database says."""
        if mark is None:
            return cls()
        number, _, began = mark.partition(" ")
        return cls(int(number), datetime.fromisoformat(began))

    @property
    def mark(self) -> str:
        """What the database keeps."""
        return f"{self.number} {(self.began or datetime.fromtimestamp(0, UTC)).isoformat()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One generation's key."""

    generation: int
    kid: str
    """Its RFC 7638 thumbprint."""
    key: OKPKey

    @property
    def public(self) -> dict[str, Any]:
        """The public half, as a JWK."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": ALGORITHM}


class SigningKeys:
    """The keys of one program. ``present`` reads the generation in use; ``tail`` is how long the one before still counts."""

    def __init__(self, secret: bytes, present: Callable[[], Generation], tail: timedelta) -> None:
        self._secret = secret
        self._read = present
        self._tail = tail
        self._lock = threading.Lock()
        self._generation = Generation()
        self._looked_at = -LOOKED_AT_EVERY_SECONDS
        self._key = cache(self._derive)

    def signing(self) -> SigningKey:
        """Give the key that signs at present."""
        return self._key(self.generation().number)

    def generation(self, *, at_once: bool = False) -> Generation:
        """Say which generation is in use; looked up at most once a second but where it has to be known ``at_once``."""
        with self._lock:
            now = time.monotonic()
            if at_once or now - self._looked_at >= LOOKED_AT_EVERY_SECONDS:
                self._generation, self._looked_at = self._read(), now
            return self._generation

    def verifying(self, kid: object, now: datetime) -> SigningKey | None:
        """Find the key with this name among those that count at ``now``."""
        generation = self.generation()
        if kid == self._key(generation.number + 1).kid:  # another process may have changed the key just now
            generation = self.generation(at_once=True)
        return next((one for one in self._counting(generation, now) if one.kid == kid), None)

    def published(self, now: datetime) -> list[SigningKey]:
        """List what others check tokens with: the present key, the next one, and the one before while it counts.

        The next one is there ahead of its time, so that a list that somebody keeps for a while never lacks a key.
        """
        generation = self.generation()
        return [*self._counting(generation, now), self._key(generation.number + 1)]

    def _counting(self, generation: Generation, now: datetime) -> list[SigningKey]:
        keys = [self._key(generation.number)]
        if generation.number > 1 and generation.began is not None and now <= generation.began + self._tail:
            keys.append(self._key(generation.number - 1))
        return keys

    def _derive(self, generation: int) -> SigningKey:
        seed = hmac.new(self._secret, f"vervain access token key {generation}".encode(), hashlib.sha256).digest()
        private = Ed25519PrivateKey.from_private_bytes(seed)
        key = OKPKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return SigningKey(generation, key.thumbprint(), key)
