"""What a job that tries again and again says of its failures: a line when they begin, none at each try."""

from typing import Any

from domain.errors import Unavailable


class Trouble:
    """The trouble of one job, said where it begins and where it becomes another."""

    def __init__(self, log: Any, said: str) -> None:
        self._log = log
        self._said = said
        self._met: type[Exception] | None = None

    def met(self, error: Exception, **more: object) -> None:
        """Note that a try has failed. A database that is away needs no traceback; what nobody expects has one."""
        if type(error) is self._met:
            return
        self._met = type(error)
        if isinstance(error, Unavailable):
            self._log.warning(self._said, error=type(error).__name__, **more)
        else:
            self._log.error(self._said, exc_info=error, **more)

    def over(self) -> None:
        """Note that a try has done it."""
        self._met = None
