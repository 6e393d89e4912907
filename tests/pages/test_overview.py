"""The first page shows what the domain counts, and keeps showing it."""

from datetime import timedelta
from typing import Any

import pytest
from nicegui import ui

import pages.overview
from domain import alarm, consent, overview, sharing
from domain.consent import ConsentInput
from domain.correcting import set_comment
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.ledger import Change, utc_now
from domain.log import top_seq
from domain.rhythm import local_day
from domain.sharing import ShareInput
from pages.elements.agenda import Agenda
from pages.elements.inbox import Inbox
from pages.elements.sparkline import Sparkline
from pages.elements.stream import Stream
from storage.tables import CheckIn, SetAside
from tests.pages.conftest import Visit
from tests.support.house import House, add_person, new_patient, signed_in
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def test_the_counters_are_computed(house: House, visitor: Visit) -> None:
    new_patient(house.services, house.chen)  # somebody else's patient is not counted
    leila = await visitor(house.leila)
    await leila.open("/")
    counted = overview.read(house.services, house.leila).counters
    assert counted["patients"] == 2
    for name in ("answers_since", "proposed", "approved", "open_diagnoses", "patients"):
        assert leila.the(ui.label, f"count-{name}").text == str(counted[name])


async def test_an_answer_moves_the_counter_and_comes_in_on_top(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/")
    answers = leila.the(ui.label, "count-answers_since")
    assert answers.text == "0"
    effect = SideEffectInput(term="wheeze")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3, comment="Better."))
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, side_effects=[effect]))
    await eventually(lambda: answers.text == "2")
    recent, inbox = leila.the(Stream, "recent").items, leila.the(Inbox, "inbox").items
    assert [item["stars"] for item in recent] == [1, 4]
    assert recent[1]["text"] == "Better."
    assert inbox[0]["title"] == house.mina.name
    assert inbox[0]["alert"]


async def test_who_had_no_phone_has_one_as_soon_as_it_confirms_anything(house: House, visitor: Visit) -> None:
    def due_today(change: Change) -> None:
        change.session.get_one(CheckIn, house.diagnosis_id).due = local_day(change.now)

    house.services.ledger.write(due_today)
    leila = await visitor(house.leila)
    await leila.open("/")
    agenda = leila.the(Agenda, "today")

    def chips() -> list[str]:
        return [line["chip"]["text"] for line in agenda.groups[0]["lines"] if line["chip"]]

    assert chips() == ["No phone · invite"]
    mina = signed_in(house.services, house.mina)[0]
    house.services.acks.note(mina, house.diagnosis_id, top_seq(house.services, house.diagnosis_id))
    await eventually(lambda: chips() == [])


async def test_an_answer_to_a_colleague_changes_nothing_here(house: House, visitor: Visit) -> None:
    chen, leila = await visitor(house.chen), await visitor(house.leila)
    await chen.open("/")
    await leila.open("/")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))
    await eventually(lambda: leila.the(ui.label, "count-answers_since").text == "1")
    assert chen.the(ui.label, "count-answers_since").text == "0"
    assert chen.the(Stream, "recent").items == []


async def test_an_edited_answer_changes_its_card(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    for rating in (4, 2):
        submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating, comment="Fine."))
    await leila.open("/")
    recent = leila.the(Stream, "recent").items
    first = recent[1]["key"]
    set_comment(house.services, house.mina, first, "Not so fine.")
    await eventually(lambda: recent[1]["text"] == "Not so fine.")
    assert [item["stars"] for item in recent] == [2, 4]


async def test_consent_that_is_withdrawn_comes_in_and_leaves_when_it_is_seen(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/")
    inbox = leila.the(Inbox, "inbox")
    said = ConsentInput(granted=False)
    consent.say(house.services, house.mina, house.mina.patient_id or 0, said, kind="care")

    def item() -> dict[str, Any] | None:
        return next((one for one in inbox.items if one["key"].startswith("withdrawn-")), None)

    await eventually(lambda: item() is not None)
    shown = item() or {}
    assert (shown["title"], shown["href"]) == (house.mina.name, f"/patient/{house.mina.patient_id}")
    assert shown["chips"] == [{"kind": "major", "text": "Consent to treatment withdrawn"}]
    assert shown["subtitle"].startswith("Said by the patient.")
    leila.happen(inbox, "asked", {"what": "done", "key": shown["key"], "said": ""})
    await eventually(lambda: item() is None)


def ask(who: Visitor, what: str, item: dict[str, Any] | str, said: str | None = None) -> None:
    """Let the browser ask for something of the inbox, about an item as it was shown."""
    key = item if isinstance(item, str) else item["key"]
    shown = "" if isinstance(item, str) else item["as_of"] if what == "done" else item["said"]
    who.happen(who.the(Inbox, "inbox"), "asked", {"what": what, "key": key, "said": shown if said is None else said})


def offered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Keep what the inbox offers to take back."""
    offers: list[tuple[int, str]] = []
    monkeypatch.setattr(Inbox, "offer_undo", lambda _self, number, text: offers.append((number, text)))
    return offers


async def test_what_is_marked_as_seen_is_back_with_one_click(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = offered(monkeypatch)
    submit(
        house.services,
        house.mina,
        house.diagnosis_id,
        FeedbackInput(rating=1, side_effects=[SideEffectInput(term="wheeze")]),
    )
    leila = await visitor(house.leila)
    await leila.open("/")
    items = leila.the(Inbox, "inbox").items
    ask(leila, "done", items[0])
    await eventually(lambda: [one["quiet"] for one in items] == [True])
    assert alarm.read(house.services, house.leila).count == 0
    await eventually(lambda: [text for _number, text in offers] == ["Marked as seen."])
    ask(leila, "undo", str(offers[0][0]))
    await eventually(lambda: [one["alert"] for one in items] == [True])
    assert alarm.read(house.services, house.leila).count == 1
    ask(leila, "undo", str(offers[0][0]))
    await eventually(lambda: leila.user.notify.messages == ["It is back in the inbox."])


async def test_what_is_set_aside_leaves_every_page_of_ones_own_and_comes_back(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = offered(monkeypatch)
    house.share_with(house.chen)
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=2, improvement=1))
    one, other, chen = await visitor(house.leila), await visitor(house.leila), await visitor(house.chen)
    for who in (one, other, chen):
        await who.open("/")
    mine, too, theirs = (who.the(Inbox, "inbox") for who in (one, other, chen))
    assert [step["what"] for step in mine.items[0]["later"]] == ["tomorrow", "week"]
    [item] = mine.items
    ask(one, "week", item)
    await eventually(lambda: mine.items == too.items == [])
    assert [away["until"][:5] for away in too.aside] == ["until"]
    assert too.said["aside"] == "1 set aside for later"
    assert [kept["key"] for kept in theirs.items] == [item["key"]]
    await eventually(lambda: len(offers) == 1)
    ask(other, "back", item["key"])
    await eventually(lambda: mine.items == too.items == [item])
    ask(one, "tomorrow", item)
    await eventually(lambda: mine.items == [])
    await eventually(lambda: len(offers) == 2)
    ask(one, "undo", str(offers[1][0]))
    await eventually(lambda: mine.items == [item])


async def test_what_is_over_comes_back_though_nothing_happens(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=2, improvement=1))
    [worse] = overview.read(house.services, house.leila).inbox
    until = utc_now() + timedelta(minutes=10)
    now = [until - timedelta(seconds=0.1)]  # for the page: opening it may take as long as it likes
    for module in (pages.overview, overview):
        monkeypatch.setattr(module, "utc_now", lambda: now[0])

    def soon(change: Change) -> None:
        row = SetAside(
            person_id=house.leila.person_id, patient_id=worse.patient_id, item=worse.key, said=worse.said, until=until
        )
        change.session.add(row)

    house.services.ledger.write(soon)
    leila = await visitor(house.leila)
    await leila.open("/")
    inbox = leila.the(Inbox, "inbox")
    assert (inbox.items, [one["key"] for one in inbox.aside]) == ([], [worse.key])
    now[0] = until
    await eventually(lambda: [one["key"] for one in inbox.items] == [worse.key])


async def test_a_serious_item_offers_no_week_and_refuses_one(house: House, visitor: Visit) -> None:
    effect = SideEffectInput(term="wheeze")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, side_effects=[effect]))
    leila = await visitor(house.leila)
    await leila.open("/")
    [item] = leila.the(Inbox, "inbox").items
    assert [step["what"] for step in item["later"]] == ["tomorrow"]
    ask(leila, "week", item)
    await eventually(lambda: "This cannot be set aside for so long: it wants somebody." in leila.user.notify.messages)
    ask(leila, "done", item, said="2020-01-01T00:00:00+00:00")
    await eventually(lambda: any(one.startswith("This answer was changed") for one in leila.user.notify.messages))
    ask(leila, "done", item, said="today")
    await eventually(lambda: any(one.startswith("Say which answer") for one in leila.user.notify.messages))
    for odd in ({"what": "done", "key": "answer-x", "said": ""}, {"what": "drop", "key": 1}, "done", None):
        leila.happen(leila.the(Inbox, "inbox"), "asked", odd)
    assert [one["key"] for one in leila.the(Inbox, "inbox").items] == [item["key"]]


async def test_who_is_due_today_is_there_until_they_answer(house: House, visitor: Visit) -> None:
    def due(change: Change) -> None:
        row = change.session.get_one(CheckIn, house.diagnosis_id)
        row.due = local_day(change.now)
        change.session.add(row)

    house.services.ledger.write(due)
    leila = await visitor(house.leila)
    await leila.open("/")
    today, days = leila.the(Agenda, "today").groups, leila.the(Sparkline, "days")
    assert [[line["title"] for line in group["lines"]] for group in today[:2]] == [[house.mina.name], []]
    assert (len(days.days), days.days[-1]["count"], days.summary) == (30, 0, "0 answers in 30 days")
    given = FeedbackInput(recommendation_id=house.ginger, rating=4, improvement=4)
    submit(house.services, house.mina, house.diagnosis_id, given)
    await eventually(lambda: [group["lines"] for group in today[:2]] == [[], []])
    assert days.days[-1]["count"] == 1
    assert days.summary.startswith("1 answer in 30 days, most on ")


async def test_a_new_practice_sees_the_first_steps_and_an_admin_what_they_look_after(
    house: House, visitor: Visit
) -> None:
    new = add_person(house.services, house.stranger.practice_id, "practitioner", "Dr New")
    who = await visitor(new)
    await who.open("/")
    inbox = who.the(Inbox, "inbox")
    assert [step["done"] for step in inbox.said["steps"]] == [False, False, False]
    new_patient(house.services, new)
    await eventually(lambda: inbox.said["steps"][0]["done"])
    assert len(who.page.elements) < 100
    ida = await visitor(house.ida)
    await ida.open("/")
    assert not ida.shows("count-patients"), "who sees no record is shown no count of 0"
    assert ida.the(Inbox, "inbox").said["steps"] == []


async def test_who_may_only_read_is_offered_no_mark_that_would_be_refused(house: House, visitor: Visit) -> None:
    serious = FeedbackInput(rating=1, side_effects=[SideEffectInput(term="wheeze")])
    submit(house.services, house.mina, house.diagnosis_id, serious)
    patient_id, chen = house.mina.patient_id or 0, house.chen.person_id
    sharing.share(house.services, house.leila, patient_id, ShareInput(person_id=chen, level="read"))
    reader, own = await visitor(house.chen), await visitor(house.leila)
    for one in (reader, own):
        await one.open("/")
    recent = reader.the(Stream, "recent")
    assert [bool(item["action"]) for item in own.the(Stream, "recent").items] == [True]
    assert [bool(item["action"]) for item in recent.items] == [False]
    inbox = reader.the(Inbox, "inbox")
    assert [(bool(item["action"]), bool(item["later"])) for item in inbox.items] == [(False, True)], "their own list"
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=5))
    await eventually(lambda: [bool(item["action"]) for item in recent.items] == [False, False])
    sharing.share(house.services, house.leila, patient_id, ShareInput(person_id=chen, level="treat"))
    await eventually(lambda: [bool(item["action"]) for item in recent.items] == [True, True])
    assert [bool(item["action"]) for item in inbox.items] == [True]
