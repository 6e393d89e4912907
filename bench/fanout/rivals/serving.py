"""The best honest set-up for a Python framework: uvloop, uvicorn's sans-io class, no compression, no keep-alive pings."""

import sys
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    """Serve on the port that is named on the command line."""
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_level="warning",
    )
