"""The library: what a practice knows, which is what comes with the program and the rows that it has added itself.

A practice that has added nothing shares one copy with all others like it. What is read stays in memory until the log says that
the practice has brought something in; until that is read, the old knowledge goes on serving, so that nobody waits for it. Who
decides about a prescription is the exception: they wait, and where the new cannot be read they are refused.
"""

import asyncio
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import structlog

from domain.effect_terms import by_name
from domain.errors import Unavailable
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, Hub, Unfollow
from domain.knowledge import NameIndex
from storage import practice_rows
from storage.database import Database
from storage.knowledge import Files, Knowledge, Problem, assemble, extend, own_label

__all__ = ["Knowledge", "Known", "Library"]
log = structlog.get_logger(__name__)

RETRY_SECONDS = 2
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before it is tried again to read what was brought in, doubled from the first to the longest."""
OUTDATED = "What the practice knows has changed and cannot be read at the moment: nothing is decided by the old."


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
        self._told: Counter[int] = Counter()
        """How often the log has said of each practice that it brought something in or took it out."""
        self._read_at: Counter[int] = Counter()
        """How often it had when what is in memory was read."""
        self._renewing: dict[int, asyncio.Task[None]] = {}

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
            told = self._told[practice_id]
            known = self._read(practice_id)
            self._known[practice_id], self._read_at[practice_id] = known, told
        return known

    def current(self, practice_id: int) -> Known:
        """Give what a practice knows to who decides by it: never what is known to be old. Raises Unavailable. For a thread."""
        if not self.is_outdated(practice_id):
            return self.of(practice_id)
        try:
            return self.renew(practice_id)
        except Exception as error:
            raise Unavailable(OUTDATED, code="outdated_knowledge", retry_after=RETRY_SECONDS) from error

    def is_outdated(self, practice_id: int) -> bool:
        """Say whether a practice is known to have brought in or taken out what was not read yet."""
        return self._told[practice_id] != self._read_at[practice_id]

    def files_of(self, practice_id: int) -> Files:
        """Give the rows of a practice as they would stand in files: those that come with the program, and its own."""
        with self._database.read() as session:
            rows = practice_rows.rows_of_knowledge(session, practice_id)
        return extend(self._files, [(row.file, row.label, row.content) for row in rows])[0]

    def follow(self, hub: Hub) -> Unfollow:
        """Renew what a practice knows when it brings something in, and try until it works; on the event loop."""

        def notice(event: LoggedEvent) -> None:
            if event.type == "knowledge_update":
                self._told[event.practice_id] += 1
                task = self._renewing.get(event.practice_id)
                if task is None or task.done():
                    renewing = self._renewed(event.practice_id)
                    self._renewing[event.practice_id] = asyncio.create_task(renewing, name="knowledge renewed")

        unfollow = hub.follow(EVERYTHING, notice)

        def end() -> None:
            unfollow()
            for task in self._renewing.values():
                task.cancel()
            self._renewing.clear()

        return end

    async def _renewed(self, practice_id: int) -> None:
        """Read what a practice knows until nothing is known to be newer."""
        wait = FIRST_WAIT
        while self.is_outdated(practice_id):
            try:
                await asyncio.to_thread(self.renew, practice_id)
            except Exception:
                if wait == FIRST_WAIT:  # said once
                    log.exception("what a practice knows cannot be read", practice=practice_id)
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)
            else:
                if wait > FIRST_WAIT:
                    log.info("what a practice knows can be read again", practice=practice_id)

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
