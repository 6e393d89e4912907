"""The banner of alarms that nobody has seen."""

from collections.abc import Awaitable, Callable
from typing import Any

from pages.elements.told import Told

Shown = dict[str, Any]
"""``count``, and where it is not 0 of the worst ``key, as_of, patient, href, about, what, said, at, time``, and ``more``: the
others."""
NOTHING: Shown = {"count": 0}


class Alarms(Told, component="alarms.js"):
    """One banner, whatever number of alarms there is; empty where there is none."""

    def __init__(self, shown: Shown, *, see: str, on_see: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self.shown = shown
        self._props.update(initial=shown, see=see)
        self.on("see", lambda event: on_see(str(event.args)))

    def replace(self, shown: Shown) -> None:
        """Show what there is now."""
        if shown != self.shown:
            self.shown = shown
            self.run_method("replace", shown)
