"""What becomes of a draft: kept, back, thrown away, or written on elsewhere; and which others wait."""

from collections.abc import Callable
from typing import Any

from pages.elements.told import Told

Action = dict[str, str]
"""``does`` (what the page is told) and ``label``."""


class Draft(Told, component="draft.js"):
    """One line, and what can be done; it also keeps the address of the page, so that a reload comes back to the same patient."""

    def __init__(self, label: str, *, on_do: Callable[[str], Any]) -> None:
        super().__init__()
        self.said: dict[str, Any] = {"kind": "", "text": "", "actions": [], "others": []}
        self._props.update(label=label, initial=self.said)
        self.on("do", lambda event: on_do(str(event.args)))

    def show(self, kind: str, text: str, actions: list[Action], others: list[Action]) -> None:
        """Show how it stands; ``kind`` is kept, back, gone, elsewhere, failed or empty, ``others`` are more drafts."""
        now = {"kind": kind, "text": text, "actions": actions, "others": others}
        if now != self.said:
            self.said.update(now)
            self.run_method("show", now)

    def about(self, patient_id: int) -> None:
        """Name in the address whom the page is about; nobody for 0."""
        self.run_method("about", patient_id)
