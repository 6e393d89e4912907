"""How an answer looks as an item of a stream; shared by Overview and Feedback."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime

from domain import correcting, overview
from domain.library import Knowledge
from domain.overview import Answer, Replied, Wanted
from domain.permission import Actor
from domain.services import Services
from pages.answer_filter import address_of
from pages.called import title_of
from pages.delivered import COME, WAITS
from pages.elements.stream import Item
from pages.language import N_, Language
from pages.said import typed
from pages.visit import Visit

SETTLED = N_("Seen: serious side effect or warning sign")
SCORES = (
    (N_("{what} {score} of 10"), N_("Symptom {score} of 10")),
    (N_("{what} {score} of 10"), N_("Second symptom {score} of 10")),
    (N_("{what}: difficulty {score} of 10"), N_("Activity: difficulty {score} of 10")),
)
"""What an answer scores, with the words of the record and without."""
OUTCOMES = {5: N_("Much better"), 4: N_("Better"), 3: N_("No change"), 2: N_("Worse"), 1: N_("Much worse")}


def items_of(
    services: Services,
    actor: Actor,
    language: Language,
    feedback_ids: tuple[int, ...],
    wanted: Wanted = overview.EVERYTHING,
) -> list[Item]:
    """Read and show some answers in the order of their ids, those of them that the actor may read and that are wanted."""
    return [
        item_of(one, language, services.library.of(actor.practice_id).knowledge)
        for one in overview.answers_of(services, actor, feedback_ids, wanted)
    ]


def newest_items(
    services: Services, actor: Actor, language: Language, limit: int, wanted: Wanted = overview.EVERYTHING
) -> list[Item]:
    """Read and show the newest answers that are wanted, the newest first."""
    return [
        item_of(one, language, services.library.of(actor.practice_id).knowledge)
        for one in overview.answers(services, actor, limit=limit, wanted=wanted)
    ]


def without_refused(items: Iterable[Item], only_read: Collection[int]) -> list[Item]:
    """Leave out of each what is refused to somebody who may only read the record of its patient."""
    return [{**one, "replies": False, "action": ""} if one["patient_id"] in only_read else one for one in items]


def seeing(here: Visit) -> Callable[[str], Awaitable[None]]:
    """Return what tells a patient that their answer was seen, by its id and, behind an ``@``, its ``updated`` as it was shown."""

    async def see(shown: str) -> None:
        feedback_id, _at, updated = shown.partition("@")
        as_of = datetime.fromisoformat(updated) if updated else None
        done = here._("The patient is told that you have seen it")
        await here.act(correcting.mark_seen, int(feedback_id), as_of=as_of, done=done)

    return see


def item_of(answer: Answer, _: Language, knowledge: Knowledge) -> Item:
    """Show an answer: who, of what, stars, words, what they measure, side effects."""
    chips = []
    if answer.serious and answer.seen is None:
        chips.append({"kind": "block", "text": _("Needs you now")})
    chips += [{"kind": "minor", "text": text} for text in _scores(answer, _)]
    if answer.improvement is not None:
        kind = "approved" if answer.improvement >= 4 else "major" if answer.improvement <= 2 else "unknown"
        chips.append({"kind": kind, "text": _(OUTCOMES[answer.improvement])})
    chips += [{"kind": "moderate", "text": effect_name(term, _, knowledge)} for term in answer.side_effects]
    if answer.seen is not None:
        chips.append({"kind": "approved", "text": _(SETTLED) if answer.serious else _("Seen")})
    return {
        "key": answer.feedback_id,
        "as_of": answer.updated.isoformat(),
        "title": answer.patient,
        "subtitle": title_of(
            {"kind": answer.kind, "item_id": answer.item_id, "name": answer.recommendation}, knowledge, _
        ),
        "href": f"/recommendations/{answer.diagnosis_id}",
        "stars": answer.rating,
        "stars_text": _("{stars} of 5 stars", stars=_.number(answer.rating)),
        "text": answer.comment,
        "at": answer.created.isoformat(),
        "time": _.time(answer.created),
        "chips": chips,
        "alert": answer.serious and answer.seen is None,
        "action": _("Mark as seen") if answer.seen is None else "",
        "record": f"/patient/{answer.patient_id}",
        "diagnosis_id": answer.diagnosis_id,
        "patient_id": answer.patient_id,
        "links": [
            {"text": _("Open the record"), "href": f"/patient/{answer.patient_id}"},
            {"text": _("Only this patient"), "href": address_of(Wanted(patient_id=answer.patient_id))},
        ],
        "replies": True,
        "reply": None if answer.reply is None else reply_of(answer.reply, _),
    }


def _scores(answer: Answer, _: Language) -> list[str]:
    """Say what was measured, by the words of the record where it has them: somebody's own symptom says more than its place."""
    said = []
    scored = (answer.symptom, answer.second_symptom, answer.activity)
    for score, words, (named, plain) in zip(scored, answer.measures, SCORES, strict=True):
        if score is not None:
            text = _(named, what=typed(words), score=_.number(score)) if words else _(plain, score=_.number(score))
            said.append(text)
    return said


def reply_of(reply: Replied, _: Language) -> dict[str, str]:
    """Show a reply: who wrote it, and how far it has come to the patient."""
    return {
        "by": _("{name} replied, {time}", name=reply.by, time=_.time(reply.updated)),
        "text": reply.text,
        "outdated": _("Written before this answer was changed") if reply.outdated else "",
        "as_of": reply.updated.isoformat(),
        "receipt": receipt_of(reply, _),
        "state": WAITS if reply.delivered is None and reply.seen is None else COME,
    }


def receipt_of(reply: Replied, _: Language) -> str:
    """Say how far a reply has come; seen is when a phone said so, and no claim that it was understood."""
    come = reply.delivered or reply.seen
    if come is None and not reply.phone:
        return _("Not delivered: no phone is signed in. Tell the patient yourself, or invite them.")
    if come is None:
        return _("Not delivered yet · waiting since {time}", time=_.time(reply.updated))
    if reply.seen is None:
        return _("Delivered {time} · not seen yet", time=_.time(come))
    return _("Delivered {time} · seen {seen}", time=_.time(min(come, reply.seen)), seen=_.time(reply.seen))


def effect_name(term: str, _: Language, knowledge: Knowledge) -> str:
    """Name a side effect in the person's language; the patient's own word stays as it is, or is not told (empty)."""
    if not term:
        return _("in the patient’s own words")
    known = knowledge.side_effects.get(term)
    return (known.names.get(_.code) or known.names["en"]) if known else term
