"""A provider's keys: which of them count, and how often they are asked for."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import Token

from api.oidc_announced import Unusable

AGAIN_SECONDS = 60.0
"""The soonest that an unknown key is asked for: whoever makes up key ids does not make us ask."""
FRESH_SECONDS = 3_600.0
"""After it, keys are read anew, so that one that was withdrawn counts no longer."""
ASYMMETRIC = ("RSA", "EC", "OKP")
MOST_KEYS = 100


class Keys:
    """The keys that a provider signs with; ``fetch`` reads them from it."""

    def __init__(self, fetch: Callable[[], Awaitable[Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._set: KeySet | None = None
        self._read = self._asked = -FRESH_SECONDS

    async def check(self, token: str, algorithms: tuple[str, ...]) -> Token:
        """Check a signature by one of ``algorithms``, of which there is at least one. Raises JoseError, and Unusable."""
        registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
        if self._set is None or self._clock() - self._read >= FRESH_SECONDS:
            await self._renew()
        try:
            return jwt.decode(token, self._known, registry=registry)
        except InvalidKeyIdError:
            if self._clock() - self._asked < AGAIN_SECONDS:
                raise
            await self._renew()
            return jwt.decode(token, self._known, registry=registry)

    @property
    def _known(self) -> KeySet:
        assert self._set is not None  # noqa: S101 - read before anything is checked
        return self._set

    async def _renew(self) -> None:
        self._asked = self._clock()
        self._set, self._read = usable(await self._fetch()), self._clock()


def usable(document: Any) -> KeySet:
    """Take the public keys for signatures from a key set. Raises Unusable where there are none."""
    listed = document.get("keys") if isinstance(document, Mapping) else None
    keys: list[Any] = []
    for one in listed[:MOST_KEYS] if isinstance(listed, list) else ():
        signs = isinstance(one, dict) and one.get("kty") in ASYMMETRIC and one.get("use", "sig") == "sig"
        try:
            keys += KeySet.import_key_set({"keys": [one]}).keys if signs else []
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # a key of a kind that we do not know is not for us
    if not keys:
        raise Unusable("it has no key that its signatures can be checked with")
    return KeySet(keys)
