"""What traces cost an answer: two servers that differ in nothing else, asked in turns, and somebody who takes the traces."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import Any

from bench.feedback.accepting import KEPT, measured
from bench.feedback.place import place


class Taker(BaseHTTPRequestHandler):
    """Takes what is sent, and forgets it."""

    taken = 0

    def do_POST(self) -> None:
        """Take one batch."""
        Taker.taken += len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def traced(writers: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Measure so many rounds of each in turns; gives processor seconds for 1,000 answers, and the median of the ratios."""
    with _taking() as url, place(writers) as without, place(writers, url) as with_traces:
        pairs = [
            tuple(
                asyncio.run(measured(one, writers, seconds, KEPT))["cpu_s_per_1000"] for one in (without, with_traces)
            )
            for _ in range(rounds)
        ]
    if not Taker.taken:
        raise SystemExit("No trace was sent.")
    off, on = (median(one[at] for one in pairs) for at in (0, 1))
    return {"writers": writers, "rounds": rounds, "off": off, "on": on, "ratio": median(b / a for a, b in pairs)}


@contextmanager
def _taking() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
