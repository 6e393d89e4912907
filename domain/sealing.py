"""What has to be read again and must not lie in the database in clear: sealed by a key that hangs on the program's secret."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import Unavailable

NONCE_BYTES = 12
"""Of AES-GCM, NIST SP 800-38D; drawn at random, which is good for 2³² texts."""


class Sealing:
    """Seals texts (AES-256-GCM) and makes fingerprints (HMAC-SHA-256); ``secret`` is at least 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        self._derived = hmac.new(secret, b"vervain derived secret 1", hashlib.sha256).digest()
        self._cipher = AESGCM(hmac.new(secret, b"vervain sealing key 1", hashlib.sha256).digest())
        self._fingerprints = hmac.new(secret, b"vervain fingerprint key 1", hashlib.sha256).digest()

    def under(self, name: str) -> "Sealing":
        """Seal by another key, which hangs on the same secret and on ``name``: what one seals the other does not open."""
        return Sealing(hmac.new(self._derived, name.encode(), hashlib.sha256).digest())

    def seal(self, text: str, *, whose: str) -> str:
        """Seal a text so that it opens for the same ``whose`` only: moved to another row it is worth nothing."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), whose.encode())).decode()

    def open(self, sealed: str, *, whose: str) -> str:
        """Read a sealed text. Raises Unavailable where the program's secret is another one now."""
        packed = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(packed[:NONCE_BYTES], packed[NONCE_BYTES:], whose.encode()).decode()
        except InvalidTag:
            raise Unavailable(
                "What was kept for this cannot be read with the program's secret: ask who runs the program.",
                code="sealed",
            ) from None

    def in_the_log(self, person_id: int) -> str:
        """Name a person in the log: 64 bits that are the same in every line of this installation, and no id."""
        return self.fingerprint(str(person_id), whose="person in the log")[:16]

    def fingerprint(self, text: str, *, whose: str) -> str:
        """Hash a short secret so that only who has the program's secret can try out what it was."""
        return hmac.new(self._fingerprints, f"{whose}\0{text}".encode(), hashlib.sha256).hexdigest()
