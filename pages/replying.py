"""Replying to an answer from a page: what is typed under it goes to the patient's phone."""

from datetime import datetime

from pydantic import ValidationError

from domain import reply
from domain.errors import Invalid
from domain.reply import ReplyInput
from domain.text import REPLY
from pages.elements.stream import Replying, Typed
from pages.language import N_
from pages.visit import Visit

GUIDANCE = N_(
    "Not for emergencies: nobody knows when it is read. Where it cannot wait, call the patient. "
    "The reply stays in the record, and replying marks the answer as seen."
)
NO_REPLY = N_("A reply has 1 to 1,000 characters.")


def replying(here: Visit) -> Replying:
    """Let a stream of answers take replies."""
    _ = here._

    async def put(typed: Typed) -> bool:
        try:
            given = ReplyInput(text=typed.text, as_of=datetime.fromisoformat(typed.as_of))
        except (ValidationError, ValueError):
            here.refuse(Invalid(NO_REPLY))
            return False
        verb = reply.edit if typed.change else reply.reply
        done = _("Sent to the patient’s phone")
        return await here.act(verb, typed.key, given, done=done) is not None

    async def take_back(feedback_id: int) -> bool:
        return await here.act(reply.take_back, feedback_id, done=_("The reply is taken back")) is not None

    labels = {
        "reply": _("Reply"),
        "change": _("Change the reply"),
        "reply_to": _("Reply to {name}"),
        "guidance": _(GUIDANCE),
        "send": _("Send"),
        "cancel": _("Cancel"),
        "take_back": _("Take back"),
        "sure": _("Yes, take it back"),
        "left": _("{count} letters left"),
        "most": REPLY,
    }
    return Replying(labels=labels, on_reply=put, on_take_back=take_back)
