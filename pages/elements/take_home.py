"""The sheet that a patient takes home, as it will be on paper."""

from collections.abc import Callable, Sequence
from typing import Any

from pages.elements.told import Told
from pages.sheet_words import Sheet


class TakeHomeSheet(Told, component="take_home.js"):
    """One sheet; ``labels`` are in the language of the practitioner, the sheet in that of the patient."""

    def __init__(self, sheet: Sheet, labels: dict[str, str], *, on_printed: Callable[[], Any]) -> None:
        super().__init__()
        self.sheet = sheet
        self.refuses = False
        """Whether it prints nothing but that it has changed."""
        self._initial: list[Sheet] = [sheet]
        self._props.update(labels=labels, initial=self._initial)
        self.on("printed", lambda _event: on_printed(), args=[])

    def replace(self, sheet: Sheet, changed: Sequence[int], *, refuses: bool) -> None:
        """Show another sheet in its place, with some items marked; ``refuses`` until somebody has looked at it."""
        self.sheet, self.refuses = sheet, refuses
        self._initial[:] = [sheet]  # in place: a property that is set anew sends the whole element
        self.run_method("replace", sheet, list(changed), refuses)

    def invite(self, invitation: dict[str, str]) -> None:
        """Put an invitation on the sheet; it is kept nowhere, so a page that is loaded again has none."""
        self.run_method("invite", invitation)

    def print(self) -> None:
        """Open the browser's way to print."""
        self.run_method("print")
