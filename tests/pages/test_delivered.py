"""What the practitioner reads of delivery, kept in step with what happens and never worded as read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain import recommendation
from domain.delivery import Deliveries, Told
from domain.events import LoggedEvent, wire_time
from domain.log import top_seq
from domain.messages import DeliveryUpdate, DeviceState
from domain.recommendation import StopInput
from pages.delivered import Delivered
from pages.elements.live_table import LiveTable
from pages.elements.phones import Phones
from pages.elements.plan import Plan
from pages.language import Language
from tests.pages.conftest import Visit
from tests.support.house import House, signed_in
from tests.support.waiting import eventually

NOON = datetime(2020, 3, 20, 12, tzinfo=UTC)
GINGER, MINT = 4, 5


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def phone(seq: int = 0, at: datetime | None = None, *, number: int = 7, name: str = "") -> DeviceState:
    return DeviceState(sign_in_id=number, device=name, since=NOON, seq=seq, at=at)


def confirmed(*devices: DeviceState) -> LoggedEvent:
    return event("delivery_update", None, DeliveryUpdate(devices=list(devices)).model_dump_json())


def changed(seq: int, *, change: str = "approved", at: datetime = NOON, fields: tuple[str, ...] = ()) -> LoggedEvent:
    new = {"approved": None if change == "added" else NOON.isoformat()}
    data = {"recommendation_id": GINGER, "change": change, "changed_fields": fields, "new": new}
    return event("recommendation_update", seq, json.dumps(data), at)


def event(kind: str, seq: int | None, data: str, at: datetime = NOON) -> LoggedEvent:
    return LoggedEvent(
        position=seq, id="", practice_id=1, diagnosis_id=1, patient_id=1, seq=seq, type=kind,
        timestamp=wire_time(at), data=data, patient_data=None,
    )  # fmt: skip


def told(*devices: DeviceState, top: int = 9, **more: Told) -> Delivered:
    """Begin where ginger was approved with number 6, three minutes ago."""
    start = more.get("ginger", Told(6, minutes(-3), None))
    return Delivered(Language("en"), Deliveries(top=top, devices=devices, told={GINGER: start}))


def said(one: Delivered, status: str = "approved") -> str:
    line = one.line(GINGER, status)
    assert line is not None
    return line["text"].partition(":" if line["state"] == "come" else " ·")[0]


def test_what_a_patient_was_never_told_has_no_line() -> None:
    assert told().line(MINT, "proposed") is None


def test_a_line_turns_when_the_phone_confirms_the_number_and_not_before() -> None:
    one = told(phone())
    assert said(one) == "Not delivered yet"
    assert one.apply(confirmed(phone(5, minutes(1)))) == set()
    assert said(one) == "Not delivered yet"
    assert one.apply(confirmed(phone(6, minutes(2)))) == {GINGER}
    assert said(one) == "Delivered to the patient’s phone"
    assert one.apply(confirmed(phone(8, minutes(9)))) == set(), "when it came first is what counts"


def test_without_a_phone_it_says_so_until_there_is_one() -> None:
    one = told()
    line = one.line(GINGER, "approved")
    assert line is not None
    assert line["text"] == "Not delivered: no phone is signed in. Tell the patient yourself, or invite them."
    assert one.apply(confirmed(phone(2, NOON))) == {GINGER}
    assert said(one) == "Not delivered yet"


def test_a_stop_is_news_that_has_to_come_itself() -> None:
    one = told(phone(9, NOON), ginger=Told(6, minutes(-3), minutes(-2)))
    assert one.apply(changed(10, change="stopped")) == {GINGER}
    assert said(one, "stopped") == "The stop is not delivered yet"
    one.apply(confirmed(phone(10, minutes(1))))
    assert said(one, "stopped") == "The stop was delivered to the patient’s phone"


@pytest.mark.parametrize(
    ("news", "waits"),
    [
        (changed(10, change="changed", fields=("dose",)), True),
        (changed(10, change="changed", fields=("rank", "score")), False),
        (changed(10, change="added"), False),
        (changed(5), False),  # what the page had read already
    ],
)
def test_only_what_the_patient_acts_on_waits_anew(news: LoggedEvent, waits: bool) -> None:
    one = told(phone(9, NOON), ginger=Told(6, minutes(-3), minutes(-2)))
    one.apply(news)
    assert said(one) == ("Not delivered yet" if waits else "Delivered to the patient’s phone")


def test_a_confirmation_that_came_before_the_news_counts() -> None:
    one = told(phone())
    one.apply(confirmed(phone(10, minutes(1))))
    assert one.apply(changed(10)) == {GINGER}
    assert said(one) == "Delivered to the patient’s phone"


def test_each_phone_says_how_far_it_is() -> None:
    one = told(
        phone(9, NOON, number=1, name="a"),
        phone(8, NOON, number=2),
        phone(number=3),
        phone(2, NOON, number=0, name="a"),
    )
    shown = [(item["title"], item["state"], item["text"].partition(" ·")[0]) for item in one.phones()]
    assert shown == [
        ("Phone 1", "waits", "Has confirmed nothing yet"),
        ("Phone 2", "waits", "1 message not confirmed"),
        ("Phone 3", "come", "Has everything"),
    ]
    one.apply(event("feedback_update", 11, "{}"))
    assert [item["text"].partition(" ·")[0] for item in one.phones()][1:] == [
        "3 messages not confirmed",
        "2 messages not confirmed",
    ]


def test_persian_says_the_same() -> None:
    one = Delivered(Language("fa"), Deliveries(top=9, devices=(), told={GINGER: Told(6, NOON, minutes(3))}))
    line = one.line(GINGER, "approved")
    assert line is not None
    assert line["text"].startswith("به گوشی بیمار رسید: ۱")


async def test_a_list_says_where_there_is_no_phone_and_leads_to_the_invitation(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/recommendations")
    cell = leila.the(LiveTable, "diagnoses").rows[0]["cells"]["reached"]
    assert cell == {"chip": "waiting", "text": "No phone · invite", "href": f"/recommendations/{house.diagnosis_id}"}


async def test_a_confirmation_reaches_every_page_that_shows_it(house: House, visitor: Visit) -> None:
    services, mina = house.services, signed_in(house.services, house.mina)[0]
    leila, other = await visitor(house.leila), await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    await other.open("/recommendations")
    plan, phones, table = leila.the(Plan, "plan"), leila.the(Phones, "phones"), other.the(LiveTable, "diagnoses")

    def cell() -> dict[str, str]:
        return dict(table.rows[0]["cells"]["reached"])

    before = dict(plan.cards)
    assert (before[house.ginger]["delivery"]["state"], cell()["chip"]) == ("waits", "waiting")
    services.acks.note(mina, house.diagnosis_id, top_seq(services, house.diagnosis_id))
    await eventually(lambda: plan.cards[house.ginger]["delivery"]["state"] == "come")
    await eventually(lambda: cell()["chip"] == "approved")
    assert [one["state"] for one in phones.phones] == ["come"]
    assert {number: card for number, card in plan.cards.items() if card is not before[number]} == {}, (
        "no card was made anew"
    )
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Heartburn."))
    await eventually(lambda: plan.cards[house.ginger]["delivery"]["state"] == "waits")
    await eventually(lambda: cell()["chip"] == "waiting")
    assert plan.cards[house.ginger]["delivery"]["text"].startswith("The stop is not delivered yet")
