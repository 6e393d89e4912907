"""A reply of the practice to an answer: written, changed, taken back, and seen on the patient's phone.

One reply stands to an answer at a time; what it said before is kept, also where the answer is withdrawn. It goes out with
the answer it belongs to, as a ``feedback_update`` whose change is ``replied``.
It is no way to reach somebody in an emergency: nobody knows when it is read.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.correcting import find_feedback, on_feedback, state_of
from domain.errors import Conflict, NotAllowed
from domain.feedback import tell, told
from domain.ledger import Change
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from domain.text import ReplyText
from storage import reply as replies
from storage.tables import Diagnosis, Feedback, Recommendation, Reply


class ReplyInput(BaseModel):
    """What is replied; ``as_of`` is the ``updated`` of the answer (to change a reply: of the reply) that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    text: ReplyText
    as_of: AwareDatetime | None = None


class SeenInput(BaseModel):
    """Which reply was on the phone's screen: its ``updated``."""

    model_config = ConfigDict(extra="forbid")

    as_of: AwareDatetime


class Version(BaseModel):
    """What a reply said until ``at``, who had written it, when it was seen, and who then changed it or took it back (ids)."""

    what: Literal["changed", "withdrawn"]
    text: str
    written_by: int
    seen: datetime | None
    by: int
    at: datetime


class _Nothing(BaseModel):
    """A request without a body."""


def reply(
    services: Services, actor: Actor, feedback_id: int, given: ReplyInput, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Reply to an answer, which thereby is seen; returns the answer's state.

    Raises NotFound, NotAllowed, and Conflict where the answer was withdrawn, changed since ``as_of``, or replied to before.
    """

    def act(change: Change, row: Feedback, _: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        if change.session.get(Reply, key(row)) is not None:
            raise Conflict("There is a reply to this answer already: change that one.", code="already_replied")
        if given.as_of is not None and row.updated > given.as_of:
            raise Conflict("This answer was changed meanwhile: read what it says now.", code="changed_meanwhile")
        if row.seen is None:  # who replies has read it
            row.seen, row.seen_by = change.now, actor.person_id
            change.session.add(row)
            change.audit(actor, "see", "feedback", key(row), patient_id=row.patient_id)
        now = change.now
        said = Reply(feedback_id=key(row), person_id=actor.person_id, text=given.text, created=now, updated=now)
        return _put(change, actor, said, row, diagnosis, "reply")

    return on_feedback(services, actor, feedback_id, repeat_key, ("reply to", given), act, action=Action.TREAT)


def edit(
    services: Services, actor: Actor, feedback_id: int, given: ReplyInput, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Write a reply anew: it is the writer's from then on, and to be seen again; returns the answer's state.

    Raises NotFound, NotAllowed, and Conflict where the answer was withdrawn, or there is no reply or another one than ``as_of``.
    """

    def act(change: Change, row: Feedback, _: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        said = _standing(change, row)
        if given.as_of is not None and said.updated > given.as_of:
            raise Conflict("This reply was changed meanwhile: read what it says now.", code="changed_meanwhile")
        replies.keep_version(change.session, said, "changed", person_id=actor.person_id, at=change.now)
        said.text, said.person_id, said.updated, said.seen = given.text, actor.person_id, change.now, None
        return _put(change, actor, said, row, diagnosis, "change_reply")

    return on_feedback(services, actor, feedback_id, repeat_key, ("change reply to", given), act, action=Action.TREAT)


def take_back(services: Services, actor: Actor, feedback_id: int, *, repeat_key: str | None = None) -> dict[str, Any]:
    """Take a reply back: phones drop it, and its history keeps it; returns the answer's state.

    Raises NotFound, NotAllowed, and Conflict where the answer was withdrawn or there is no reply.
    """

    def act(change: Change, row: Feedback, _: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        replies.end(change.session, _standing(change, row).feedback_id, person_id=actor.person_id, at=change.now)
        state = tell(change, row, diagnosis, "replied")
        change.audit(actor, "withdraw_reply", "feedback", key(row), patient_id=row.patient_id)
        return told(actor, state)

    what = ("take back reply to", _Nothing())
    return on_feedback(services, actor, feedback_id, repeat_key, what, act, action=Action.TREAT)


def see(
    services: Services, actor: Actor, feedback_id: int, given: SeenInput, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Keep that the patient has had a reply on the screen, as it stood ``as_of``; the first time counts.

    The time is that of the server when the phone says so: a phone that shows it offline says so when it is back. Raises NotFound,
    NotAllowed to everybody but the patient, and Conflict where the answer was withdrawn, or the reply changed since.
    """

    def act(change: Change, row: Feedback, _: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        if not actor.is_patient:
            raise NotAllowed("Only the patient can say that they have seen a reply.")
        said = _standing(change, row)
        if said.updated > given.as_of:
            raise Conflict("This reply was changed meanwhile: read what it says now.", code="changed_meanwhile")
        if said.seen is not None:
            return told(actor, state_of(change, row))
        said.seen = change.now
        change.session.add(said)
        change.session.flush()
        state = tell(change, row, diagnosis, "replied")
        change.audit(actor, "see_reply", "feedback", key(row), patient_id=row.patient_id)
        return told(actor, state)

    return on_feedback(services, actor, feedback_id, repeat_key, ("see reply to", given), act)


def history(services: Services, actor: Actor, feedback_id: int) -> list[Version]:
    """List what the reply to an answer said before each change, oldest first, also after it was taken back. Raises NotFound."""
    with services.database.read() as session:
        find_feedback(session, actor, feedback_id, Action.READ)
        return [
            Version.model_validate(one.model_dump() | {"by": one.person_id})
            for one in replies.versions(session, feedback_id)
        ]


def _put(change: Change, actor: Actor, said: Reply, row: Feedback, diagnosis: Diagnosis, action: str) -> dict[str, Any]:
    """Keep a reply and tell it; the number in the log is what a phone confirms to have."""
    change.session.add(said)
    change.session.flush()
    state = tell(change, row, diagnosis, "replied")
    said.told_seq = change.entries[-1].seq
    change.session.add(said)
    change.audit(actor, action, "feedback", key(row), patient_id=row.patient_id)
    return told(actor, state)


def _standing(change: Change, row: Feedback) -> Reply:
    said = change.session.get(Reply, key(row))
    if said is None:
        raise Conflict("There is no reply to this answer.", code="no_reply")
    return said
