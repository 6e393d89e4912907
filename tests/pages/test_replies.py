"""Replying from the stream of answers, choosing which of them are shown, and the course of one patient."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nicegui import ui

from domain import feedback, overview, reply, sharing
from domain.correcting import FeedbackChange, edit, mark_seen
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.overview import Wanted
from domain.reply import ReplyInput, SeenInput
from domain.sharing import ShareInput
from pages.answer_filter import FLAGS, address_of, wanted_of
from pages.elements.curves import Curves
from pages.elements.stream import Stream
from tests.pages.conftest import Visit
from tests.support.house import House, signed_in, under_treatment
from tests.support.waiting import eventually

ADDRESSES = st.builds(
    Wanted,
    patient_id=st.none() | st.integers(1, 10**18 - 1),
    item_id=st.text(max_size=100),
    **{name: st.booleans() for name in FLAGS},
)


@given(ADDRESSES)
def test_an_address_says_which_answers_are_wanted(wanted: Wanted) -> None:
    query = dict(parse_qsl(urlsplit(address_of(wanted)).query, keep_blank_values=True))
    assert wanted_of(query) == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"patient": "x"},
        {"patient": "-1"},
        {"patient": "9" * 40},
        {"patient": "۱۲"},
        {"item": "x" * 101},
        {"worse": "yes"},
    ],
)
def test_what_makes_no_sense_in_an_address_is_left_out(query: dict[str, str]) -> None:
    assert wanted_of(query) == Wanted()


def answers(house: House) -> dict[str, int]:
    """Give one answer of each kind: of Mina about ginger, and of somebody else."""
    other = under_treatment(house.services, house.leila, "fennel", name="Sara Lind")
    said: dict[str, dict[str, Any]] = {
        "plain": {"rating": 4},
        "worse": {"rating": 2, "improvement": 2},
        "effects": {"rating": 3, "side_effects": [SideEffectInput(term="nausea", severity=1)]},
        "none of it": {"rating": 3, "side_effects": [SideEffectInput(term="nausea", severity=0)]},
        "words": {"rating": 3, "comment": "It burns."},
        "risen": {"rating": 3, "symptom": 9},
    }
    kept = {
        name: int(submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(**values))["id"])
        for name, values in said.items()
    }
    kept["other"] = int(submit(house.services, other.patient, other.diagnosis_id, FeedbackInput(rating=5))["id"])
    mark_seen(house.services, house.leila, kept["words"])
    return kept


def test_each_filter_leaves_what_it_says(house: House) -> None:
    kept = answers(house)
    mina = {"plain", "worse", "effects", "none of it", "words", "risen"}
    expected: list[tuple[Wanted, set[str]]] = [
        (Wanted(), {*mina, "other"}),
        (Wanted(patient_id=house.mina.patient_id), mina),
        (Wanted(item_id="fennel"), {"other"}),
        (Wanted(item_id="nothing"), set()),
        (Wanted(worse=True), {"worse", "risen"}),
        (Wanted(effects=True), {"effects"}),
        (Wanted(unseen=True), {*mina, "other"} - {"words"}),
        (Wanted(commented=True), {"words"}),
        (Wanted(commented=True, unseen=True), set()),
    ]
    for wanted, names in expected:
        ids = {kept[name] for name in names}
        found = overview.answers(house.services, house.leila, wanted=wanted)
        assert {one.feedback_id for one in found} == ids, wanted
        some = overview.answers_of(house.services, house.leila, tuple(kept.values()), wanted)
        assert [one.feedback_id for one in some] == sorted(ids), wanted
        assert overview.answers(house.services, house.chen, wanted=wanted) == ()


async def test_filters_leave_out_what_comes_live_as_well(house: House, visitor: Visit) -> None:
    kept = answers(house)
    leila = await visitor(house.leila)
    await leila.open("/feedback?unseen=1&commented=1")
    stream = leila.the(Stream, "answers")
    assert (stream.items, stream._props["empty"][:9]) == ([], "No answer")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1))
    said = FeedbackInput(rating=2, comment="Worse at night.")
    new = int(submit(house.services, house.mina, house.diagnosis_id, said)["id"])
    await eventually(lambda: [item["key"] for item in stream.items] == [new])
    edit(house.services, house.mina, kept["plain"], FeedbackChange(comment="And a word."))
    await eventually(lambda: {item["key"] for item in stream.items} == {new, kept["plain"]})
    leila.happen(stream, "act", new)
    await eventually(lambda: [item["key"] for item in stream.items] == [kept["plain"]])
    leila.the(ui.checkbox, "filter-unseen").value = False
    await eventually(lambda: {item["key"] for item in stream.items} == {new, kept["plain"], kept["words"]})
    assert len(leila.page.elements) <= 100


async def test_a_reply_is_typed_changed_and_taken_back(house: House, visitor: Visit) -> None:
    services, mina = house.services, signed_in(house.services, house.mina)[0]
    key = int(submit(services, mina, house.diagnosis_id, FeedbackInput(rating=2, comment="It burns."))["id"])
    leila, other = await visitor(house.leila), await visitor(house.leila)
    for one in (leila, other):
        await one.open("/feedback")
    stream, beside = (one.the(Stream, "answers") for one in (leila, other))
    typed = {"key": key, "text": "  Take half of it. ", "as_of": stream.items[0]["as_of"], "change": False}
    leila.happen(stream, "reply", typed)
    await eventually(lambda: all(one.items[0]["reply"] is not None for one in (stream, beside)))
    said = beside.items[0]["reply"]
    assert said["text"] == "Take half of it."
    assert said["receipt"].startswith("Not delivered yet · waiting since")
    shown = feedback.listing(services, mina, house.diagnosis_id)[0]["reply"]
    reply.see(services, mina, key, SeenInput(as_of=shown["updated"]))
    await eventually(
        lambda: "seen" in beside.items[0]["reply"]["receipt"] and beside.items[0]["reply"]["state"] == "come"
    )
    assert beside.items[0]["reply"]["outdated"] == ""
    edit(services, mina, key, FeedbackChange(comment="Chest pain since yesterday."))
    await eventually(lambda: beside.items[0]["reply"]["outdated"] == "Written before this answer was changed")
    changed = typed | {"text": "Stop it.", "as_of": said["as_of"], "change": True}
    leila.happen(stream, "reply", changed)
    await eventually(lambda: beside.items[0]["reply"]["text"] == "Stop it.")
    assert beside.items[0]["reply"]["outdated"] == ""
    leila.happen(stream, "take_back", key)
    await eventually(lambda: beside.items[0]["reply"] is None)


@pytest.mark.parametrize("text", ["", "  ", "x" * 1_001, "Bell\u0007"])
async def test_what_is_no_reply_is_not_sent(house: House, visitor: Visit, text: str) -> None:
    services = house.services
    key = int(submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=2))["id"])
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    stream = leila.the(Stream, "answers")
    as_of = stream.items[0]["as_of"]
    leila.happen(stream, "reply", {"key": key, "text": text, "as_of": as_of, "change": False})
    await eventually(lambda: "1 to 1,000 characters" in str(leila.user.notify.messages))
    assert feedback.listing(services, house.mina, house.diagnosis_id)[0]["reply"] is None


async def test_the_course_of_who_is_chosen_follows_what_they_say(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id
    leila = await visitor(house.leila)
    for score, path in ((3, f"/feedback?patient={patient_id}"), (2, f"/patient/{patient_id}")):
        await leila.open(path)
        curves = leila.the(Curves, "course")
        [chart] = curves.charts
        scores = [point["score"] for point in chart["points"]]
        assert scores[0] == 7
        assert [mark["kind"] for mark in chart["marks"]] == ["start"]
        submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=score))
        await eventually(lambda: f"{score} of 10" in curves.charts[0]["summary"])  # noqa: B023 - it is awaited here
        assert len(curves.charts[0]["points"]) == len(scores) + 1
        assert len(leila.page.elements) <= 100
    await leila.open("/feedback?patient=999999")
    assert not leila.shows("answers"), "what one may not read is not there"


async def test_somebody_who_may_only_read_is_told_so(house: House, visitor: Visit) -> None:
    services = house.services
    key = int(submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=2))["id"])
    sharing.share(
        services, house.leila, house.mina.patient_id or 0, ShareInput(person_id=house.chen.person_id, level="read")
    )
    reply.reply(services, house.leila, key, ReplyInput(text="Go on."))
    chen = await visitor(house.chen)
    await chen.open("/feedback")
    stream = chen.the(Stream, "answers")
    assert stream.items[0]["reply"]["text"] == "Go on."
    chen.happen(stream, "take_back", key)
    await eventually(lambda: "You may read this record, and not do this." in str(chen.user.notify.messages))


async def test_who_may_only_read_is_offered_nothing_that_would_be_refused(house: House, visitor: Visit) -> None:
    key = int(submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))["id"])
    patient_id, chen = house.mina.patient_id or 0, house.chen.person_id
    sharing.share(house.services, house.leila, patient_id, ShareInput(person_id=chen, level="read"))
    reader = await visitor(house.chen)
    await reader.open("/feedback")
    stream = reader.the(Stream, "answers")

    def offered() -> list[tuple[bool, bool]]:
        return [(one["replies"], bool(one["action"])) for one in stream.items if one["key"] == key]

    assert offered() == [(False, False)]
    sharing.share(house.services, house.leila, patient_id, ShareInput(person_id=chen, level="treat"))
    await eventually(lambda: offered() == [(True, True)])
    sharing.share(house.services, house.leila, patient_id, ShareInput(person_id=chen, level="read"))
    await eventually(lambda: offered() == [(False, False)])
    another = submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=5))
    await eventually(lambda: stream.items[0]["key"] == int(another["id"]))
    assert not stream.items[0]["replies"]
