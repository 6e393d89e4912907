"""Passwords of local accounts: argon2id, checked in few threads at once because each check takes 64 MiB."""

import contextlib
import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from domain.errors import Unavailable

AT_ONCE = 2
WAITING = 8
"""Who may wait behind those: less than a second of work; more would hold threads that others need."""
SHORTEST, LONGEST = 12, 1_000
"""Characters of a password: NIST SP 800-63B asks for length and for no composition rules."""
BUSY = "Too many people are signing in at this moment: try again in a few seconds."


class Passwords:
    """Hashes passwords and checks them in the same time whether or not the name exists.

    A password is brought to the Unicode form NFKC first (NIST SP 800-63B), because keyboards differ in how they send a letter.
    """

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._places = threading.BoundedSemaphore(AT_ONCE + WAITING)
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self.checks = 0
        """Verifications done since the program started: one for each try to sign in, whoever it is."""
        self._of_nobody = _made_up(parameters)

    def hash(self, password: str) -> str:
        """Hash a new password. Raises Unavailable where too many wait."""
        with self._slot():
            return self._hasher.hash(_one_form(password))

    def check(self, password: str, stored: str | None) -> bool:
        """Say whether the password is the stored one; an unknown name (``stored`` None) takes as long as a wrong password.

        Raises Unavailable where too many wait.
        """
        given = _one_form(password) if len(password) <= LONGEST else ""
        with self._slot():
            self.checks += 1
            try:
                self._hasher.verify(stored or self._of_nobody, given)
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Say whether a password was hashed with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    @contextlib.contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable(BUSY, retry_after=2)
        try:
            with self._slots:
                yield
        finally:
            self._places.release()


def _made_up(parameters: Parameters) -> str:
    """Make up a hash of these parameters, which takes as long to check as another; to hash one holds up each start."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (parameters.salt_len, parameters.hash_len)
    )
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${digest}"


def _one_form(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
