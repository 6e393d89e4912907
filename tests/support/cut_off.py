"""A way to PostgreSQL that breaks while a transaction is committed: before the server hears of it, or before we hear it."""

import select
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL

FILE = ".s.PGSQL.5432"
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
DONE = b"COMMIT\x00"
At = Literal["before it arrives", "after it is done", "before it arrives, unnoticed by the server"]


class Way:
    """Goes to the real server by a socket file of its own."""

    def __init__(self, folder: Path, server: Path) -> None:
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / FILE))
        self._listener.listen()
        self._ends: list[socket.socket] = []
        self.cut: At | None = None
        """Where it breaks, once."""
        self.closed_after = False
        """Whether it lets nobody through any more once it has broken."""
        self.meanwhile: Callable[[], object] = _nothing
        """What becomes of the server in that moment, before we hear that the way broke."""

    def open(self) -> None:
        """Let connections through until the way is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server))
                self._ends += [near, far]
                threading.Thread(target=self._pump, args=(near, far), daemon=True).start()

    def close(self) -> None:
        """Let nobody through."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def end(self) -> None:
        """Close everything."""
        self.close()
        for one in self._ends:
            one.close()

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        waits = False
        with suppress(OSError, ValueError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    piece = one.recv(65536)
                    if not piece:
                        near.close()
                        far.close()
                        return
                    at = self.cut if COMMIT in piece or waits else None
                    if one is near and at == "after it is done":
                        waits = True
                    elif at is not None and (one is near or DONE in piece):
                        self._break(near, far, at)
                        return
                    (far if one is near else near).sendall(piece)

    def _break(self, near: socket.socket, far: socket.socket, at: At) -> None:
        self.cut = None
        if self.closed_after:
            self.close()
        if at != "before it arrives, unnoticed by the server":
            far.close()
        self.meanwhile()
        near.close()


def _nothing() -> None:
    """Let the server go on."""


@contextmanager
def way_to(url: URL) -> Iterator[tuple[Way, URL]]:
    """Give a way to a database that is reached by a socket file, and its address by that way."""
    folder = Path(tempfile.mkdtemp(prefix="way-"))  # the name of a socket is short
    way = Way(folder, Path(str(url.query["host"])) / FILE)
    through = threading.Thread(target=way.open, daemon=True)
    through.start()
    try:
        yield way, url.update_query_dict({"host": str(folder)})
    finally:
        way.end()
        through.join()
        shutil.rmtree(folder)
