"""The practice, for who administers it: the number under which its patients reach it."""

from nicegui import ui

from domain import practice_phone
from domain.errors import VervainError
from domain.hub import practice_topic
from pages.frame import heading
from pages.visit import Visit


async def show_practice(here: Visit) -> None:
    """Offer to set the number that patients are told to call."""
    _ = here._
    found = await here.read(practice_phone.read)

    async def keep() -> None:
        problem.text = ""
        done = await here.act(
            practice_phone.set_number, field.value or "", done=_("Kept."), otherwise={"not_a_number": wrong}
        )
        if done is not None:
            field.value = done.phone

    def wrong(error: VervainError) -> None:
        problem.text = _(error.message)

    async def show(_events: object) -> None:
        """Show what another admin has set, unless one is typing here oneself."""
        nonlocal found
        before, found = found, await here.read(practice_phone.read)
        if (field.value or "") == before.phone:
            field.value = found.phone

    here.follow(practice_topic(here.actor.practice_id), show, keep=lambda event: event.type == "practice_update")
    with ui.element("section").classes("vv-card vv-form-card").props("data-testid=practice"):
        heading(_("Telephone of the practice"))
        ui.label(
            _(
                "Patients see it on their phones where they are told to stop and call, and on the printed sheet. Where there is "
                "none, they are told to call and not where."
            )
        ).classes("vv-soft")
        field = ui.input(_("Number, as patients dial it"), value=found.phone).props(
            "outlined type=tel inputmode=tel autocomplete=off maxlength=30 dir=ltr data-testid=practice-phone"
        )
        problem = ui.label().classes("vv-problem").props("role=alert data-testid=practice-problem")
        field.on("keydown.enter", keep)
        ui.button(_("Keep"), on_click=keep).props("unelevated no-caps data-testid=keep-phone").classes("vv-start")
