"""The recommendations of one diagnosis as cards."""

from collections.abc import Callable
from typing import Any, Literal

from pages.elements.told import Told

Card = dict[str, Any]
Decided = Literal["approve", "stop", "goOn", "undo"]


class Plan(Told, component="plan.js"):
    """Cards by recommendation; each change replaces one card."""

    def __init__(
        self,
        labels: dict[str, Any],
        *,
        on_approve: Callable[[int], Any],
        on_stop: Callable[[int], Any],
        on_dose: Callable[[int], Any],
        on_go_on: Callable[[int], Any],
        on_read: Callable[[int, list[str]], Any],
        on_undo: Callable[[int], Any],
    ) -> None:
        super().__init__()
        self.cards: dict[int, Card] = {}
        self._initial: list[Card] = []
        self._props.update(labels=labels, initial=self._initial)
        self.on("approve", lambda event: on_approve(int(event.args)))
        self.on("stop", lambda event: on_stop(int(event.args)))
        self.on("dose", lambda event: on_dose(int(event.args)))
        self.on("goOn", lambda event: on_go_on(int(event.args)))
        self.on("undo", lambda event: on_undo(int(event.args)))
        self.on("read", lambda event: on_read(int(event.args[0]), [str(key) for key in event.args[1]]))

    def start(self, cards: list[Card]) -> None:
        """Show these cards, before the page is sent."""
        self.cards = {card["id"]: card for card in cards}
        self._keep()
        self._props["initial"] = self._initial

    def upsert(self, card: Card) -> None:
        """Show a card in place of the one of the same recommendation."""
        if self.cards.get(card["id"]) == card:
            return
        self.cards[card["id"]] = card
        self._keep()
        self.run_method("upsert", card)

    def deliver(self, recommendation_id: int, delivery: dict[str, str] | None) -> None:
        """Show how far a recommendation has come, where that reads otherwise than before."""
        card = self.cards.get(recommendation_id)
        if card is not None and card["delivery"] != delivery:
            card["delivery"] = delivery
            self.run_method("deliver", recommendation_id, delivery)

    def decided(self, recommendation_id: int, what: Decided) -> None:
        """Say that this page has decided: only that leads the focus on to the next card."""
        self.run_method("decided", recommendation_id, what)

    def take_away(self, recommendation_id: int) -> None:
        """Take a card away."""
        self.cards.pop(recommendation_id, None)
        self._keep()
        self.run_method("takeAway", recommendation_id)

    def _keep(self) -> None:
        """Keep what a new mount begins with, in place: a property that is set anew sends the whole element."""
        self._initial[:] = self.cards.values()
