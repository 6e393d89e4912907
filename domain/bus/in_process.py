"""The bus of a process that is alone: there is nobody to tell."""

import asyncio

from domain.bus import Bus, BusState, Heard, Told
from domain.counting import Counts
from storage.database import Rows


class InProcess(Bus):
    """Tells nobody. What a command beside it has written, the process reads from the log."""

    def __init__(self) -> None:
        self.state = BusState("in process")

    def counts(self) -> Counts:
        """Count nothing."""
        return {}

    def within(self, rows: Rows, told: Told) -> None:
        """Do nothing."""

    def committed(self, told: Told) -> None:
        """Do nothing."""

    async def run(self, _heard: Heard) -> None:
        """Hear nothing, until cancelled."""
        await asyncio.Event().wait()
