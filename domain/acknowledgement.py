"""The acknowledgement book: what devices say they have got, until it is written down together."""

from domain.permission import Actor

MOST_NOTED = 20_000
"""Devices in the book at once. Whoever comes on top is left out: a device says it again with its next message."""

Device = tuple[int, int]
"""A sign-in and the diagnosis that it follows."""


class Acknowledgements:
    """The highest number of each device and diagnosis that is not written yet. Everything here is on the event loop."""

    def __init__(self) -> None:
        self._noted: dict[Device, int] = {}

    def __len__(self) -> int:
        return len(self._noted)

    def note(self, actor: Actor, diagnosis_id: int, seq: int) -> None:
        """Keep in mind how far the actor's device has read; never waits, never goes back."""
        if actor.sign_in_id is not None:
            self._keep((actor.sign_in_id, diagnosis_id), seq)

    def take(self, most: int) -> dict[Device, int]:
        """Take out what is to be written, the oldest first."""
        return {device: self._noted.pop(device) for device in tuple(self._noted)[:most]}

    def put_back(self, noted: dict[Device, int]) -> None:
        """Take back what could not be written."""
        for device, seq in noted.items():
            self._keep(device, seq)

    def _keep(self, device: Device, seq: int) -> None:
        known = self._noted.get(device)
        if known is None and (seq <= 0 or len(self._noted) >= MOST_NOTED):
            return
        self._noted[device] = max(seq, known or 0)
