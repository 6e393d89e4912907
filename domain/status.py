"""The state of live delivery in numbers: for practitioners and for whoever runs the program."""

from typing import Any

from domain.errors import NotAllowed
from domain.ledger import utc_now
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from storage import delivery
from storage import events as rows


def live(services: Services, actor: Actor | None, connections: dict[int, int]) -> dict[str, Any]:
    """Count diagnoses that are followed, connections, and events that known devices have not acknowledged.

    ``connections`` are those of this process by diagnosis. An actor is told of their own practice only; without one (the
    demo on one's own machine) of all. Raises NotAllowed.
    """
    require(actor)
    with services.database.read() as session:
        practice_id = actor.practice_id if actor is not None else None
        queued = delivery.unacknowledged(session, practice_id, utc_now())
        mine = rows.of_practice(session, list(connections), practice_id)
    here = {diagnosis_id: count for diagnosis_id, count in connections.items() if diagnosis_id in mine}
    return {
        "total_diagnoses": len(here),
        "total_connections": sum(here.values()),
        "connections_by_diagnosis": {str(diagnosis_id): count for diagnosis_id, count in sorted(here.items())},
        "queued_messages_by_diagnosis": {str(diagnosis_id): count for diagnosis_id, count in sorted(queued.items())},
    }


def require(actor: Actor | None) -> None:
    """Let only those pass who may see how the program runs. Raises NotAllowed."""
    if actor is not None and not may(actor, Action.OBSERVE, Thing(actor.practice_id)):
        raise NotAllowed("This is for practitioners, and for services with the scope status.")
