"""Passwords of local accounts: argon2id, checked in few threads at once because each check takes 64 MiB."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

AT_ONCE = 2
SHORTEST = 12
"""Characters of a password: NIST SP 800-63B asks for length and for no composition rules."""


class Passwords:
    """Hashes passwords and checks them in the same time whether or not the name exists."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._dummy: str | None = None

    def hash(self, password: str) -> str:
        """Hash a new password."""
        with self._slots:
            return self._hasher.hash(password)

    def check(self, password: str, stored: str | None) -> bool:
        """Say whether the password is the stored one; an unknown name (``stored`` None) takes as long as a wrong password."""
        if self._dummy is None:
            self._dummy = self.hash("no such person")
        with self._slots:
            try:
                self._hasher.verify(stored or self._dummy, password)
            except (VerifyMismatchError, InvalidHashError):
                return False
        return stored is not None
