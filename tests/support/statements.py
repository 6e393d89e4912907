"""What is asked of the database while something is read: how many statements, however many rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from domain.services import Services


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """Collect what is asked of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(services.database._engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(services.database._engine, "before_cursor_execute", note)
