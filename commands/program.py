"""What a command is handed: a way to the program's parts, and a way to run it."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from domain.backup import Place
from domain.services import Services

Job = Callable[[Services], Coroutine[Any, Any, None]]
"""Something that runs beside the program until it ends."""


class Program(Protocol):
    """The program as main.py builds it from its settings."""

    def opened(self) -> AbstractContextManager[Services]:
        """Build the parts for one command, and close the database behind it."""

    def place(self) -> Place:
        """Say where it keeps what it keeps, and open nothing of it."""

    def run(
        self,
        *,
        host: str | None,
        port: int | None,
        demo: bool = False,
        first: Callable[[Services], None] = ...,
        jobs: Sequence[Job] = ...,
    ) -> None:
        """Run until told to stop; ``first`` is done before anybody can connect. Raises VervainError when the port is taken."""
