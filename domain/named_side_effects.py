"""The practice's side effects as everybody who reads its numbers may see them."""

from dataclasses import replace

from domain import effectiveness
from domain.effectiveness import SignalView
from domain.permission import Actor
from domain.services import Services
from domain.side_effects import folded

FEWEST_WITH_SAME_WORDS = 5
"""From here on words that a patient typed are no more one patient's own; as with shares."""


def of_practice(services: Services, actor: Actor) -> list[SignalView]:
    """List what ``effectiveness.side_effect_signals`` does, without words that one patient alone may have typed.

    Such a row has no ``term``: free words may say who somebody is, and stand in the record for those who may read it. Raises
    NotAllowed.
    """
    listed = {folded(term) for term in services.library.of(actor.practice_id).knowledge.side_effects}
    return [
        one if one.term in listed or one.reported >= FEWEST_WITH_SAME_WORDS else replace(one, term="")
        for one in effectiveness.side_effect_signals(services, actor)
    ]
