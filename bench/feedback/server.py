"""The server that is measured: the whole program, and beside it an address that checks a feedback and keeps nothing."""

import signal
import socket
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response

import main
from api.draining import DrainingServer
from api.identity import Asking, RepeatKey, ServicesOf
from bench.feedback.place import settings_in
from domain.feedback import FeedbackInput, answered, flags_in
from domain.row_id import RowId

CHECKED = "/bench/diagnosis/{diagnosis_id}/feedback"


def serve(folder: Path, port: int) -> None:
    """Serve what is in the folder until told to stop."""
    settings = settings_in(folder)
    services = main.build_services(settings)
    app = main.create_app(settings, services)
    _add_checked(app)
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main.collect_rarely()
    try:
        DrainingServer(main.server_config(app), app).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
        services.database.close()


def _add_checked(app: FastAPI) -> None:
    """Mount the address before the pages, which take everything that is left."""

    @app.post(CHECKED, status_code=201, response_model=dict[str, Any])
    async def checked(
        diagnosis_id: RowId,
        given: FeedbackInput,
        actor: Asking,
        services: ServicesOf,
        key: RepeatKey = None,  # noqa: ARG001 - read as the real address reads it
    ) -> Response:
        flags = flags_in(services, given.comment, practice_id=actor.practice_id)
        with services.database.glance() as glance:
            record, recommendation = answered(glance, actor, diagnosis_id, given)
        about = {"diagnosis_id": record.id, "recommendation_id": recommendation.id, "red_flags": flags, "advice": []}
        return JSONResponse(given.model_dump(mode="json") | about, status_code=201)

    app.router.routes.insert(0, app.router.routes.pop())


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
