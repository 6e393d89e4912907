"""The alarm is on every page of those who may read the record, from the answer on until it is seen."""

import pytest

from domain import alarm, correcting, profile
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.ledger import Change
from domain.patient import PatientInput
from domain.permission import Actor
from pages import alarms
from pages.elements.alarms import Alarms
from pages.elements.inbox import Inbox
from storage.tables import PatientShare
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually

PAGES = ("/", "/intake", "/recommendations", "/effectiveness", "/feedback", "/knowledge", "/predictor")


def banner(one: Visitor) -> Alarms:
    found = [element for element in one.page.elements.values() if isinstance(element, Alarms)]
    assert len(found) == 1
    return found[0]


def raise_alarm(house: House, **more: object) -> int:
    said = {"rating": 1, "comment": "I have chest pain."} | more
    return int(submit(house.services, house.mina, house.diagnosis_id, FeedbackInput.model_validate(said))["id"])


async def on(visitor: Visit, actor: Actor, path: str) -> Visitor:
    one = await visitor(actor)
    return await one.open(path)


async def test_every_open_page_shows_it_at_once_and_loses_it_at_once(house: House, visitor: Visit) -> None:
    open_pages = [await on(visitor, house.leila, path) for path in (*PAGES, f"/recommendations/{house.diagnosis_id}")]
    assert [banner(one).shown["count"] for one in open_pages] == [0] * len(open_pages)
    answer = raise_alarm(house)
    await eventually(lambda: all(banner(one).shown["count"] == 1 for one in open_pages))
    shown = banner(open_pages[1]).shown
    assert (shown["patient"], shown["about"], shown["key"]) == (house.mina.name, "ginger", answer)
    assert (shown["what"], shown["said"]) == ("Warning sign in the answer", "I have chest pain.")
    assert shown["href"] == f"/recommendations/{house.diagnosis_id}"
    assert shown["time"].startswith("since ")
    open_pages[3].happen(banner(open_pages[3]), "see", answer)
    await eventually(lambda: all(banner(one).shown["count"] == 0 for one in open_pages))
    assert alarm.read(house.services, house.leila).count == 0


async def test_a_page_that_is_opened_later_shows_it_also_one_that_has_nothing_to_show(
    house: House, visitor: Visit
) -> None:
    raise_alarm(house)
    for path in ("/knowledge", "/recommendations/999999", "/recommendations/abc"):
        one = await on(visitor, house.leila, path)
        assert banner(one).shown["count"] == 1, path
        correcting.mark_seen(house.services, house.leila, banner(one).shown["key"])
        await eventually(lambda one=one: banner(one).shown["count"] == 0)  # type: ignore[misc]
        raise_alarm(house)
        await eventually(lambda one=one: banner(one).shown["count"] == 1)  # type: ignore[misc]
        correcting.mark_seen(house.services, house.leila, banner(one).shown["key"])
        raise_alarm(house)


async def test_several_are_one_banner_with_the_worst_first(house: House, visitor: Visit) -> None:
    one = await on(visitor, house.leila, "/effectiveness")
    effects = [SideEffectInput(term="nausea", severity=1), SideEffectInput(term="headache", severity=3)]
    raise_alarm(house, comment="", side_effects=[effect.model_dump() for effect in effects])
    await eventually(lambda: banner(one).shown["count"] == 1)
    assert banner(one).shown["what"] == "Serious side effect: Headache"
    worst = raise_alarm(house, side_effects=[{"term": "wheeze"}])
    raise_alarm(house, comment="", side_effects=[{"term": "headache", "severity": 4}])
    await eventually(lambda: banner(one).shown["count"] == 3)
    shown = banner(one).shown
    assert (shown["key"], shown["more"]) == (worst, "and 2 more")
    assert shown["what"].endswith("; Warning sign in the answer")


async def test_what_is_a_warning_sign_only_together_is_named(house: House, visitor: Visit) -> None:
    one = await on(visitor, house.leila, "/effectiveness")
    raise_alarm(house, comment="", side_effects=[{"term": "fever"}, {"term": "stiff neck", "severity": 1}])
    await eventually(lambda: banner(one).shown["count"] == 1)
    shown = banner(one).shown
    assert (shown["what"], shown["said"]) == ("Warning sign in the answer", "Fever; stiff neck")


async def test_a_withdrawn_and_a_corrected_answer_take_it_away(house: House, visitor: Visit) -> None:
    one = await on(visitor, house.leila, "/intake")
    first, second = raise_alarm(house), raise_alarm(house)
    await eventually(lambda: banner(one).shown["count"] == 2)
    correcting.withdraw(house.services, house.mina, first)
    await eventually(lambda: banner(one).shown["count"] == 1)
    correcting.set_comment(house.services, house.mina, second, "All is well.")
    await eventually(lambda: banner(one).shown["count"] == 0)


async def test_it_is_for_those_who_may_read_the_record(house: House, visitor: Visit) -> None:
    others = [await on(visitor, who, "/knowledge") for who in (house.chen, house.ida, house.stranger)]
    leila = await on(visitor, house.leila, "/knowledge")
    raise_alarm(house)
    await eventually(lambda: banner(leila).shown["count"] == 1)
    assert [banner(one).shown["count"] for one in others] == [0, 0, 0]

    def share(change: Change) -> None:
        who = house.mina.patient_id or 0
        change.session.add(PatientShare(patient_id=who, person_id=house.chen.person_id, created=change.now))

    house.services.ledger.write(share)
    changed = PatientInput(name="Mina Farahani", medicines=["metformin"])
    profile.change(house.services, house.leila, house.mina.patient_id or 0, changed)  # tells who may read it
    await eventually(lambda: banner(others[0]).shown["count"] == 1)
    assert [banner(one).shown["count"] for one in others[1:]] == [0, 0]


async def test_it_is_read_once_for_all_pages_and_not_for_what_is_no_alarm(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_pages = [await on(visitor, house.leila, path) for path in ("/knowledge", "/intake", "/effectiveness")]
    reads: list[Actor] = []
    read = alarm.read

    def counted(*given: object, **more: object) -> alarm.Alarms:
        reads.append(house.leila)
        return read(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(alarm, "read", counted)
    raise_alarm(house, comment="All is well.")
    raise_alarm(house)
    await eventually(lambda: all(banner(one).shown["count"] == 1 for one in open_pages))
    assert len(reads) == 1


async def test_a_click_on_what_was_changed_meanwhile_does_not_end_the_alarm(house: House, visitor: Visit) -> None:
    answer = raise_alarm(house)
    one = await on(visitor, house.leila, "/effectiveness")
    overview = await on(visitor, house.leila, "/")
    shown = banner(one).shown
    correcting.set_comment(house.services, house.mina, answer, "And now I cannot breathe.")
    await eventually(lambda: banner(one).shown["as_of"] != shown["as_of"])
    one.happen(banner(one), "see", f"{answer}@{shown['as_of']}")
    refusal = "This answer was changed meanwhile: read what it says now."
    await eventually(lambda: one.user.notify.messages == [refusal])
    assert overview.user.notify.messages == []
    assert alarm.read(house.services, house.leila).count == 1
    inbox = overview.the(Inbox, "inbox")
    [item] = inbox.items
    overview.happen(inbox, "asked", {"what": "done", "key": item["key"], "said": banner(one).shown["as_of"]})
    await eventually(lambda: banner(one).shown["count"] == 0)


async def test_a_page_that_could_not_read_an_alarm_shows_it_all_the_same(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await on(visitor, house.leila, "/effectiveness")
    read, failed = alarm.read, list[object]()

    def fails_twice(*given: object, **more: object) -> alarm.Alarms:
        if len(failed) < 2:
            failed.append(given)
            raise OSError("the disk did not answer")
        return read(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(alarm, "read", fails_twice)
    monkeypatch.setattr(alarms, "AGAIN_SECONDS", 0)
    raise_alarm(house)
    await eventually(lambda: banner(one).shown["count"] == 1)
    assert len(failed) == 2


async def test_an_inbox_is_emptied_item_by_item(house: House, visitor: Visit) -> None:
    raise_alarm(house, comment="", improvement=1)
    leila = await on(visitor, house.leila, "/")
    inbox = leila.the(Inbox, "inbox")
    [item] = inbox.items
    assert item["action"] == "Mark as seen"
    leila.happen(inbox, "asked", {"what": "done", "key": item["key"], "said": item["as_of"]})
    await eventually(lambda: inbox.items == [])
    assert "by themselves" in inbox._props["empty"]


async def test_it_costs_a_page_one_element(house: House, visitor: Visit) -> None:
    one = await on(visitor, house.leila, "/feedback")
    before = len(one.page.elements)
    raise_alarm(house)
    await eventually(lambda: banner(one).shown["count"] == 1)
    assert len(one.page.elements) == before
