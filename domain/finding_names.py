"""Find what can be recorded: by any of its names, however it is written, or everything of one kind."""

from dataclasses import dataclass

from domain.knowledge import Identified
from domain.permission import Actor
from domain.services import Services

MOST = 12
"""What is offered for words; more is not read by somebody who is typing."""
LOOKED_AT = 200
"""Hits of a search, of all traditions, that are looked at for those of one."""
CLOSE = 15.0
"""A hit is not offered that is so much less like the words than the best one (0–100). A proposal."""


@dataclass(frozen=True)
class Named:
    """A finding, and the name by which it was found; empty where nobody searched for a name."""

    finding_id: str
    known_as: str = ""
    exact: bool = False
    """Whether the words, however they are written, are its name and no other's."""


def offered(services: Services, actor: Actor, text: str, *, tradition: str, kind: str = "") -> list[Named]:
    """List findings of a tradition: with words those that are named like them, best first; without, all of ``kind``."""
    known = services.library.of(actor.practice_id)
    rows = known.knowledge.findings
    if not text.strip():
        return [Named(row.id) for row in rows.values() if tradition in row.traditions and row.kind == kind]
    meant = known.names.identify(text, "finding")
    sure = meant.id if isinstance(meant, Identified) else None
    hits = [hit for hit in known.names.search(text, "finding", limit=LOOKED_AT) if tradition in rows[hit.id].traditions]
    return [Named(hit.id, hit.name, hit.id == sure) for hit in hits[:MOST] if hit.score >= hits[0].score - CLOSE]
