"""Short cards."""

from collections.abc import Callable, Sequence
from typing import Any

from pages.elements.told import Told

Note = dict[str, Any]
"""``key, title, lines`` and, where there are such, ``beside``, ``chip`` (``kind, text``), ``mark`` (it is settled), ``action``
(it can be chosen), ``href`` and ``link`` (where to go), ``verdicts`` (``kind, label, text, why`` each), and a ``foot`` under
them."""


class Notes(Told, component="notes.js"):
    """Cards of one page in one element, however many they are; ``empty`` is said where there is none."""

    def __init__(
        self, notes: Sequence[Note], *, on_choose: Callable[[str], Any] | None = None, empty: str = ""
    ) -> None:
        super().__init__()
        self.notes = list(notes)
        self._props.update(initial=list(notes), empty=empty)
        if on_choose is not None:
            self.on("choose", lambda event: on_choose(str(event.args)))

    def replace(self, notes: Sequence[Note]) -> None:
        """Show them as they are now."""
        if list(notes) != self.notes:
            self.notes[:] = notes
            self.run_method("replace", self.notes)
