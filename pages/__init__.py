"""People talk to us: NiceGUI pages over the domain, mounted on the application as the last thing."""

from functools import partial

import nicegui
from fastapi import FastAPI
from nicegui import ui

from domain.services import Services
from pages import (
    account,
    effectiveness,
    emergency,
    feedback,
    intake,
    knowledge,
    operations,
    overview,
    own_socket,
    patient_record,
    predictor,
    recommendations,
    second_step,
    setting_up,
    sheet,
    sign_in,
)
from pages.frame import STATIC
from pages.parts import PutServices
from pages.together import Together

RECONNECT_SECONDS = 30
RESPONSE_SECONDS = 20.0
"""How long a page may take until it is sent: NiceGUI's three are passed by a machine that is busy, and end in an error."""
"""How long a page waits for its browser to come back; set for each page, because the global value slows the ping too."""


def register(app: FastAPI, services: Services) -> None:
    """Mount the pages; may be called again for another application in the same process."""
    app.add_middleware(PutServices, services=services, together=Together(services.hub))
    if nicegui.app.middleware_stack is not None:  # an earlier application: its middleware is added anew below
        nicegui.app.middleware_stack = None
        nicegui.app.user_middleware.clear()
    for noun in (
        sign_in,
        second_step,
        setting_up,
        account,
        overview,
        intake,
        recommendations,
        sheet,
        patient_record,
        emergency,
        effectiveness,
        predictor,
        feedback,
        knowledge,
        operations,
    ):
        noun.register(partial(ui.page, reconnect_timeout=RECONNECT_SECONDS, response_timeout=RESPONSE_SECONDS))
    # Quasar's bar is drawn while something loads, outside the page's landmarks and without a name: the pages say it themselves.
    nicegui.app.config.quasar_config["loadingBar"]["aria-hidden"] = "true"
    ui.run_with(
        app,
        title="Vervain",
        favicon=STATIC / "icon.svg",
        dark=None,
        language="en-US",
        binding_refresh_interval=None,
        tailwind=False,  # it compiles style sheets in the browser, at each change too; pages.css has the ground
        show_welcome_message=False,
    )
    own_socket.guard()
    services.running.counts_by("pages", operations.pages_open)
