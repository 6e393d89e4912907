"""How an item of the inbox looks: who, what, since when, and what can be done about it."""

from collections.abc import Sequence
from datetime import datetime

from domain.inbox import InboxItem, Opened, Risk, Withdrawn
from domain.library import Knowledge
from domain.overview import Overview
from pages.answers import SETTLED
from pages.called import title_of
from pages.elements.inbox import Step
from pages.elements.stream import Item
from pages.language import N_, Language
from pages.said import shortened, typed

EMPTY = N_(
    "Serious side effects, plans that have become dangerous, patients who stop, get worse or do not answer, records that were "
    "opened in an emergency and consent that was withdrawn come here by themselves, the most urgent first. What you mark as "
    "seen or set aside leaves the list."
)
EMPTY_ADMIN = N_(
    "When a record is opened in an emergency, it is said here: by whom and when, and nothing of what the record says. "
    "Patients' answers go to those who treat them."
)
INBOX = {
    Risk.SERIOUS: ("block", N_("Serious side effect or warning sign")),
    Risk.DANGEROUS: ("block", N_("Has become dangerous: the safety gate objects")),
    Risk.OPENED: ("major", N_("Opened in an emergency")),
    Risk.WITHDRAWN: ("major", N_("Consent to treatment withdrawn")),
    Risk.STOPPED: ("major", N_("Stopped because of a side effect")),
    Risk.WORSE: ("moderate", N_("Getting worse")),
    Risk.SILENT: ("unknown", N_("No answer")),
    Risk.SETTLED: ("approved", SETTLED),
}
SAID_SO = N_("Said by the patient. Nothing new is planned; what they take goes on until you stop it with them.")
NOTED = N_("Noted by a colleague. Nothing new is planned; what they take goes on until you stop it with them.")
NAMED = 48
"""Letters of a symptom that stand in a mark."""
LATER = {
    "tomorrow": (N_("Tomorrow"), N_("Remind me tomorrow")),
    "week": (N_("In a week"), N_("Remind me in a week")),
}
KEYS = (
    ("J K", N_("next, previous")),
    ("E", N_("mark as seen")),
    ("T", N_("tomorrow")),
    ("W", N_("in a week")),
    ("U", N_("undo")),
)


def words(_: Language) -> dict[str, object]:
    """Give what the inbox itself says."""
    return {
        "title": _("Needs you now"),
        "nothing": _("Nothing needs you now."),
        "begin": _("First steps"),
        "did": _("Done"),
        "back": _("Back into the inbox"),
        "undo": _("Undo"),
        "not_for_so_long": _("This cannot be set aside for so long: it wants somebody."),
        "keys": [[key, _(text)] for key, text in KEYS],
    }


def around(seen: Overview, _: Language, *, steps: bool) -> dict[str, object]:
    """Say what stands round the items: how many more can wait, what is set aside, and the first steps where there are any."""
    more, aside = seen.more, len(seen.aside)
    return {
        "more": _.plural(
            N_("{count} more that can wait comes when there is room."),
            N_("{count} more that can wait come when there is room."),
            more,
        )
        if more
        else "",
        "aside": _.plural(N_("{count} set aside for later"), N_("{count} set aside for later"), aside),
        "steps": _steps(seen.counters, _) if steps else [],
    }


def aside_items(aside: Sequence[tuple[InboxItem, datetime]], _: Language, knowledge: Knowledge) -> list[Item]:
    """Show what is set aside, and until when."""
    return [
        item_of(one, _, knowledge) | {"until": _("until {time}", time=_.time(until)), "chips": []}
        for one, until in aside
    ]


def item_of(one: InboxItem, _: Language, knowledge: Knowledge) -> Item:
    """Show one item."""
    if one.opened is not None:
        return _opened_item(one, one.opened, _)
    if one.withdrawn is not None:
        return _withdrawn_item(one, one.withdrawn, _)
    names = (title_of({"kind": row.kind, "item_id": row.item_id, "name": row.name}, knowledge, _) for row in one.about)
    danger = one.risk is Risk.DANGEROUS  # wants a decision, on its own page
    return _bare(one, _) | {
        "as_of": one.updated.isoformat() if one.updated else "",
        "subtitle": _(", ").join(names),
        "href": f"/recommendations/{one.diagnosis_id}",
        "time": _.day(one.since) if one.risk is Risk.SILENT else _.time(one.since),
        "chips": _chips(one, _),
        "alert": one.risk in (Risk.SERIOUS, Risk.DANGEROUS),
        "quiet": one.risk is Risk.SETTLED,
        "action": "" if danger or one.risk is Risk.SETTLED else _("Mark as seen"),
        "link": _("Decide") if danger else "",
    }


def _opened_item(one: InboxItem, opened: Opened, _: Language) -> Item:
    if not one.patient:  # for an admin: who opened which record, and nothing to open
        title = _("Record {number}", number=_.digits(str(one.patient_id)))
        return _bare(one, _) | {
            "title": title,
            "subtitle": opened.by,
            "action": _("Mark as seen"),
            "does": "noted",
            "later": [],
        }
    said = _("{who}: {reason}", who=opened.by, reason=opened.reason)
    return _bare(one, _) | {"subtitle": said, "href": f"/patient/{one.patient_id}", "alert": True}


def _withdrawn_item(one: InboxItem, withdrawn: Withdrawn, _: Language) -> Item:
    said = _(SAID_SO if withdrawn.by_patient else NOTED)
    return _bare(one, _) | {"subtitle": said, "href": f"/patient/{one.patient_id}"}


def _bare(one: InboxItem, _: Language) -> Item:
    kind, text = INBOX[one.risk]
    return {
        "key": one.key,
        "said": one.said,
        "as_of": "",
        "title": one.patient,
        "patient_id": one.patient_id,
        "subtitle": "",
        "at": one.since.isoformat(),
        "time": _.time(one.since),
        "chips": [{"kind": kind, "text": _(text)}],
        "alert": False,
        "quiet": False,
        "action": _("Mark as seen"),
        "link": "",
        "later": [
            {"what": what, "text": _(short), "says": _(long)}
            for what, (short, long) in LATER.items()
            if what == "tomorrow" or one.can_wait
        ],
    }


def _chips(one: InboxItem, _: Language) -> list[dict[str, str]]:
    kind, text = INBOX[one.risk]
    said = _(text)
    if one.risk is Risk.SILENT and not one.phone:
        said = _("Cannot answer: no phone is signed in · due on {date}", date=_.day(one.since))
    elif one.risk is Risk.SILENT and one.reminded is not None:
        said = _("No answer: reminded on {date}", date=_.day(one.reminded))
    elif one.risk is Risk.SILENT:
        said = _("No answer: the check-in was due on {date}", date=_.day(one.since))
    chips = [{"kind": kind, "text": said}]
    if one.rise is not None and one.rise > 0 and one.risk is not Risk.SETTLED:
        chips.append({"kind": "major", "text": _risen(one.symptom, one.rise, _)})
    return chips


def _risen(symptom: str, rise: int, _: Language) -> str:
    """Say what has risen, in the patient's words; they come last, so that the rest is read whole however they run."""
    points = _.number(rise)
    if not symptom.strip():
        return _("Symptom up by {points}", points=points)
    return _("Up by {points}: {symptom}", points=points, symptom=typed(shortened(symptom, NAMED)))


def _steps(counters: dict[str, int], _: Language) -> list[Step]:
    """Lead a practice that is new to its first answer; nothing once all is done, or an answer has come."""
    steps = [
        (
            counters["patients"] > 0,
            _("Take in a patient"),
            _("Name, birth, allergies, medicines: the safety gate goes by them."),
            "/intake",
            _("To the intake"),
        ),
        (
            counters["open_diagnoses"] > 0,
            _("Record a diagnosis"),
            _(
                "Complaint and findings; what fits is proposed with its reasons, and nothing is given before you approve it."
            ),
            "/intake",
            _("To the intake"),
        ),
        (
            counters["invited"] > 0,
            _("Invite the phone"),
            _("A one-time link or code from the patient's plan. From then on answers come in here by themselves."),
            "/recommendations",
            _("To the records"),
        ),
    ]
    if counters["answers"] or all(done for done, *_rest in steps):
        return []
    return [
        {"number": _.number(number), "done": done, "title": title, "text": text, "href": href, "link": link}
        for number, (done, title, text, href, link) in enumerate(steps, start=1)
    ]
