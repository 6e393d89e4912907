"""The library: what a practice knows, which is what comes with the program and the rows that it has added itself.

A practice that has added nothing shares one copy with all others like it. What is read stays in memory until the log says that
the practice has brought something in; until that is read, the old knowledge goes on serving, so that nobody waits for it.
"""

import asyncio
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import structlog

from domain.effect_terms import by_name
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, Hub, Unfollow
from domain.knowledge import NameIndex
from storage import practice_rows
from storage.database import Database
from storage.knowledge import Files, Knowledge, Problem, assemble, extend, own_label

__all__ = ["Knowledge", "Known", "Library"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """What a practice knows, the index of its names, and its own rows that do not fit what comes with the program."""

    knowledge: Knowledge
    names: NameIndex
    refused: tuple[Problem, ...] = ()
    files: Files = field(default_factory=lambda: Files({}))
    """The same rows as they stand in the files, each with its label."""
    own: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """By file and label in ``files``, of the practice's own rows: the number of the import, and the label there."""

    @cached_property
    def side_effects(self) -> Mapping[str, str]:
        """By what identifies its names, the id of each side effect that is listed."""
        return by_name(self.knowledge.side_effects.values())


class Library:
    """The knowledge of each practice, read when it is first asked for."""

    def __init__(self, files: Files, version: str, database: Database, shared: Known | None = None) -> None:
        self._files = files
        self._database = database
        if shared is None:
            knowledge = assemble(files, version)
            shared = Known(knowledge, NameIndex(knowledge), files=files)
        self.shared = shared
        """What comes with the program."""
        self._known: dict[int, Known] = {}
        self._lock = threading.Lock()
        self._renewing: set[asyncio.Task[Any]] = set()

    def over(self, database: Database) -> "Library":
        """Give the library of another database; what comes with the program is not read again."""
        return Library(self._files, self.shared.knowledge.version, database, self.shared)

    def of(self, practice_id: int) -> Known:
        """Give what a practice knows; reads its rows where nobody has asked before. From any thread."""
        known = self._known.get(practice_id)
        return self.renew(practice_id) if known is None else known

    def has_read(self, practice_id: int) -> bool:
        """Say whether what a practice knows is at hand, without a look at the database."""
        return practice_id in self._known

    def renew(self, practice_id: int) -> Known:
        """Read the rows of a practice anew."""
        with self._lock:  # one reader at a time: the last to read has seen the last that was written
            known = self._read(practice_id)
            self._known[practice_id] = known
        return known

    def files_of(self, practice_id: int) -> Files:
        """Give the rows of a practice as they would stand in files: those that come with the program, and its own."""
        with self._database.read() as session:
            rows = practice_rows.rows_of_knowledge(session, practice_id)
        return extend(self._files, [(row.file, row.label, row.content) for row in rows])[0]

    def follow(self, hub: Hub) -> Unfollow:
        """Renew what a practice knows when it brings something in; on the event loop."""

        def notice(event: LoggedEvent) -> None:
            if event.type == "knowledge_update":
                task = asyncio.create_task(asyncio.to_thread(self.renew, event.practice_id), name="knowledge renewed")
                self._renewing.add(task)
                task.add_done_callback(self._renewing.discard)

        return hub.follow(EVERYTHING, notice)

    def _read(self, practice_id: int) -> Known:
        with self._database.read() as session:
            rows = practice_rows.rows_of_knowledge(session, practice_id)
        if not rows:
            return self.shared
        files, refused = extend(self._files, [(row.file, row.label, row.content) for row in rows])
        if refused:  # what comes with the program has changed since: the rest goes on
            log.warning("rows of a practice do not fit the knowledge base", practice=practice_id, rows=len(refused))
        own = json.dumps([(row.file, row.label, row.content) for row in rows], sort_keys=True)
        version = f"{self.shared.knowledge.version}+{hashlib.sha256(own.encode()).hexdigest()[:8]}"
        knowledge = assemble(files, version)
        origins = {(row.file, own_label(number)): (row.import_id, row.label) for number, row in enumerate(rows)}
        return Known(knowledge, NameIndex(knowledge), tuple(refused), files, origins)
