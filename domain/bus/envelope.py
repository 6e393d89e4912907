"""How a message of the bus is sealed: ``<version>.<sender>.<sealed>``, by a key of its sender, its database and this version.

The key hangs on the program's secret, on the epoch of the log and on a number that each process draws at its start. So no key
seals more than one process tells while it runs, and what is sealed for one database opens nothing of another's.
"""

import re
import secrets

from domain.bus.wording import Message, Unreadable, read, written
from domain.errors import Unavailable
from domain.sealing import Sealing

VERSION = 1
"""Of what is sealed and how; who knows another one counts it as unreadable, and reads the log."""
MOST_SENDERS = 256
"""Whose keys are kept; deriving one takes a few microseconds."""
_WRITTEN = re.compile(rf"{VERSION}\.([0-9a-f]{{16}})\.([A-Za-z0-9+/=]+)")


class Envelope:
    """Seals what one process tells the others over one database, and opens what they tell."""

    def __init__(self, sealing: Sealing, epoch: str) -> None:
        self._sealing = sealing
        self._epoch = epoch
        self._sender = secrets.token_hex(8)
        self._keys: dict[str, Sealing] = {}

    def sealed(self, message: Message) -> str:
        """Seal a message; ASCII, by a third longer than its bytes and 60 more."""
        whole = self._key_of(self._sender).seal(written(message), whose=self._epoch)
        return f"{VERSION}.{self._sender}.{whole}"

    def opened(self, text: str | bytes) -> Message | None:
        """Open a message of another process; None for one of our own. Raises Unreadable."""
        try:
            found = _WRITTEN.fullmatch(text if isinstance(text, str) else text.decode("ascii"))
            if found is None:
                raise Unreadable("not sealed as we seal")
            sender, whole = found.groups()
            return None if sender == self._sender else read(self._key_of(sender).open(whole, whose=self._epoch))
        except (Unavailable, ValueError) as error:
            raise Unreadable("not sealed by one of ours") from error

    def _key_of(self, sender: str) -> Sealing:
        key = self._keys.get(sender)
        if key is None:
            if len(self._keys) >= MOST_SENDERS:
                self._keys.clear()
            key = self._keys[sender] = self._sealing.under(f"bus {VERSION}\0{self._epoch}\0{sender}")
        return key
