"""Intake: what is being filled in is on the server at every field, comes back, and is never overwritten unseen."""

import pytest
from nicegui import ui

from domain import diagnosis, draft
from domain.diagnosis import FindingInput
from domain.draft import NEW, Said
from domain.errors import Invalid
from pages.elements.findings import Findings
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.intake import fill, intake_of
from tests.support.intake_draft import choose, do, kept, marked, profile, put, said, state, text
from tests.support.waiting import eventually


async def test_everything_that_is_filled_in_comes_back(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor, tradition="ayurveda")
    fill(leila, name="Sara Lind", born="1990-0")
    leila.the(ui.select, "patient-sex").value = "female"
    leila.the(ui.select, "patient-pregnant").value = False
    leila.the(ui.textarea, "complaint").value = "Tired since spring"
    leila.the(ui.input, "baseline").value = "۷"
    put(leila, "stool-loose", "3", "14")
    await eventually(lambda: state(leila) == "kept")
    await leila.open("/intake")
    assert text(leila).startswith("Your draft of ")
    assert text(leila).endswith(" is back.")
    assert leila.the(ui.toggle, "tradition").value == "ayurveda"
    assert [leila.the(ui.input, f"patient-{one}").value for one in ("name", "born")] == ["Sara Lind", "1990-0"]
    assert [leila.the(ui.select, f"patient-{one}").value for one in ("sex", "pregnant", "breast")] == [
        "female",
        False,
        None,
    ]
    assert leila.the(ui.textarea, "complaint").value == "Tired since spring"
    assert leila.the(ui.input, "baseline").value == "۷"
    [row] = leila.the(Findings, "findings").rows
    assert (row["id"], row["mark"], row["days"]) == ("stool-loose", "3", "14")
    assert len(leila.page.elements) <= 100


async def test_words_that_are_still_under_way_never_reach_the_next_patient(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    choose(leila, house.mina.patient_id)
    before = leila.the(ui.textarea, "complaint")
    before.value = "It burns"
    await eventually(lambda: said_for(house, house.mina.patient_id) == "It burns")
    choose(leila, house.omar.patient_id)
    await eventually(lambda: leila.the(ui.textarea, "complaint") is not before)
    assert before.id not in leila.page.elements, "what the browser still says of it is for nobody"
    after = leila.the(ui.textarea, "complaint")
    assert after.value == ""
    after.value = "He coughs"
    await eventually(lambda: said_for(house, house.omar.patient_id) == "He coughs")
    choose(leila, house.mina.patient_id)
    await eventually(lambda: leila.the(ui.textarea, "complaint").value == "It burns")


async def test_what_is_typed_on_the_measures_of_a_patient_never_reaches_the_next_one(
    house: House, visitor: Visit
) -> None:
    leila = await intake_of(house, visitor)
    choose(leila, house.mina.patient_id)
    await eventually(lambda: leila.the(ui.input, "symptom").value == "Stomach pain")  # from her last visit
    before = {
        name: leila.the(ui.input, name) for name in ("symptom", "second-symptom", "activity", "activity-baseline")
    }
    before["activity"].value = "Cooking"
    await eventually(lambda: measures_for(house, house.mina.patient_id) == {"activity": "Cooking"})
    choose(leila, house.omar.patient_id)
    await eventually(lambda: leila.the(ui.input, "symptom") is not before["symptom"])
    for name, field in before.items():
        assert field.id not in leila.page.elements, "what the browser still says of it is for nobody"
        assert leila.the(ui.input, name).value == ""
    stays = leila.the(ui.input, "activity")
    choose(leila, house.mina.patient_id)
    await eventually(lambda: leila.the(ui.input, "activity").value == "Cooking")
    assert leila.the(ui.input, "activity") is stays, "an empty field stays, with the focus that it may have"
    assert measures_for(house, house.omar.patient_id) == {}
    assert leila.the(ui.input, "symptom").value == "Stomach pain"
    leila.the(ui.input, "activity-baseline").value = "4"
    await eventually(lambda: scores_for(house, house.mina.patient_id) == {"activity_baseline": "4"})


def measures_for(house: House, patient_id: int | None) -> dict[str, str]:
    said = draft.read(house.services, house.leila, patient_id or 0).said
    return {} if said is None else {str(name): words for name, words in said.measures.items()}


def scores_for(house: House, patient_id: int | None) -> dict[str, str]:
    said = draft.read(house.services, house.leila, patient_id or 0).said
    return {} if said is None else {str(name): score for name, score in said.scores.items()}


def said_for(house: House, patient_id: int | None) -> str:
    said = draft.read(house.services, house.leila, patient_id or 0).said
    return "" if said is None else said.complaint


async def test_what_is_typed_for_a_patient_stays_with_that_patient(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    put(leila, "stool-loose", "there")
    choose(leila, house.mina.patient_id)
    await eventually(lambda: kept(house, house.mina.patient_id) == ["stool-loose"])
    await eventually(lambda: kept(house, NEW) == [], what="what was begun before anybody was chosen is Mina's now")
    choose(leila, house.omar.patient_id)
    await eventually(lambda: marked(leila) == {})
    put(leila, "pulse-weak", "there")
    await eventually(lambda: kept(house, house.omar.patient_id) == ["pulse-weak"])
    choose(leila, house.mina.patient_id)
    await eventually(lambda: marked(leila) == {"stool-loose": "there"})
    assert kept(house, house.mina.patient_id) == ["stool-loose"]
    await leila.open("/intake")
    assert marked(leila) == {}, "nobody's findings come up for somebody else"
    assert [one["label"].split(",")[0] for one in said(leila)["others"]] == ["Omar Haddad", "Mina Farahani"]
    do(leila, f"open-{house.omar.patient_id}")
    await eventually(lambda: marked(leila) == {"pulse-weak": "there"})
    await leila.open(f"/intake?patient={house.mina.patient_id}")
    await eventually(lambda: marked(leila) == {"stool-loose": "there"})


async def test_who_is_being_taken_in_stays_with_the_new_patient(house: House, visitor: Visit) -> None:
    mina = house.mina.patient_id or 0
    leila = await intake_of(house, visitor)
    fill(leila, name="Sara Lind")
    leila.the(ui.select, "patient-allergies").value = ["Ginseng"]
    await eventually(lambda: profile(house, NEW) == ("Sara Lind", ["Ginseng"]))
    put(leila, "stool-loose", "there")
    choose(leila, mina)  # before the finding is kept
    await eventually(lambda: kept(house, mina) == ["stool-loose"])
    assert profile(house, NEW) == ("Sara Lind", ["Ginseng"]), "the one who waits keeps a name and allergies"
    put(leila, "pulse-weak", "there")
    choose(leila, NEW)  # before that is kept, too
    await eventually(lambda: state(leila) == "back")
    assert leila.the(ui.input, "patient-name").value == "Sara Lind"
    assert kept(house, mina) == ["stool-loose", "pulse-weak"]
    assert profile(house, mina) == ("", []), "nobody else's name and allergies come to Mina"
    assert profile(house, NEW) == ("Sara Lind", ["Ginseng"])


async def test_who_is_chosen_and_unchosen_at_once_leaves_the_form_as_it_was(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    fill(leila, name="Sara Lind")
    choose(leila, house.mina.patient_id)
    choose(leila, NEW)
    await eventually(lambda: profile(house, NEW)[0] == "Sara Lind")
    put(leila, "stool-loose", "there")
    await eventually(lambda: kept(house, NEW) == ["stool-loose"])
    assert kept(house, house.mina.patient_id) == []


async def test_a_draft_is_thrown_away_and_brought_back(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    put(leila, "stool-loose", "there")
    fill(leila, name="Sara Lind")
    await eventually(lambda: state(leila) == "kept")
    do(leila, "discard")
    await eventually(lambda: state(leila) == "gone")
    assert (marked(leila), leila.the(ui.input, "patient-name").value) == ({}, "")
    assert draft.mine(house.services, house.leila) == []
    do(leila, "undo")
    await eventually(lambda: state(leila) == "back")
    assert (marked(leila), leila.the(ui.input, "patient-name").value) == ({"stool-loose": "there"}, "Sara Lind")


async def test_of_two_windows_one_follows_the_other(house: House, visitor: Visit) -> None:
    one, other = await visitor(house.leila), await visitor(house.leila)
    at = f"/intake?patient={house.mina.patient_id}"
    await one.open(at)
    put(one, "stool-loose", "there")
    await eventually(lambda: state(one) == "kept")
    await other.open(at)
    assert marked(other) == {"stool-loose": "there"}
    put(other, "pulse-weak", "there")
    await eventually(lambda: "pulse-weak" in marked(one), what="the window in which nothing new is typed follows")
    assert text(one).endswith("is back.")
    other.click("record")
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 2)
    await eventually(lambda: "recorded or thrown away in another window" in text(one))
    put(one, "tongue-pale", "there")
    assert kept(house, house.mina.patient_id) == []
    one.click("record")
    refused = "This visit was recorded or thrown away in another window."
    await eventually(lambda: one.user.notify.messages == [refused], what="the same visit is not recorded twice")
    assert len(diagnosis.listing(house.services, house.leila)) == 2
    do(one, "mine")
    await eventually(lambda: kept(house, house.mina.patient_id) == ["stool-loose", "pulse-weak", "tongue-pale"])


async def test_what_two_windows_type_at_once_overwrites_nothing_unseen(house: House, visitor: Visit) -> None:
    mina = house.mina.patient_id or 0
    one = await visitor(house.leila)
    await one.open(f"/intake?patient={mina}")
    put(one, "stool-loose", "there")
    await eventually(lambda: kept(house, mina) == ["stool-loose"])
    before = draft.read(house.services, house.leila, mina)
    put(one, "tongue-pale", "there")  # and before that is on its way:
    newer = Said(findings=[FindingInput(finding_id="pulse-weak")])
    draft.keep(house.services, house.leila, mina, newer, seen=before.version, page="another")
    await eventually(lambda: state(one) == "elsewhere")
    do(one, "again")
    assert "is not kept" in text(one)
    choose(one, house.omar.patient_id)
    await eventually(lambda: one.the(ui.select, "patient").value == mina, what="nothing is left behind unkept")
    assert kept(house, mina) == ["pulse-weak"]
    do(one, "newer")
    await eventually(lambda: marked(one) == {"pulse-weak": "there"})
    put(one, "tongue-pale", "there")
    draft.keep(
        house.services, house.leila, mina, newer, seen=draft.read(house.services, house.leila, mina).version, page="x"
    )
    await eventually(lambda: state(one) == "elsewhere")
    do(one, "mine")
    await eventually(lambda: kept(house, mina) == ["pulse-weak", "tongue-pale"])


async def test_what_is_recorded_is_no_draft_any_more_and_twice_pressed_is_once_recorded(
    house: House, visitor: Visit
) -> None:
    leila = await intake_of(house, visitor)
    fill(leila, name="Sara Lind")
    leila.click("record")
    leila.click("record")
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 2)
    assert draft.mine(house.services, house.leila) == []
    await leila.open("/intake")
    assert (state(leila), leila.the(ui.input, "patient-name").value) == ("", "")
    assert len(diagnosis.listing(house.services, house.leila)) == 2


async def test_findings_are_never_recorded_for_who_is_only_just_chosen(house: House, visitor: Visit) -> None:
    mina, omar = house.mina.patient_id or 0, house.omar.patient_id or 0
    leila = await visitor(house.leila)
    await leila.open(f"/intake?patient={mina}")
    put(leila, "stool-loose", "there")
    before = len(diagnosis.listing(house.services, house.leila))
    choose(leila, omar)
    leila.click("record")  # the form still shows what was found with Mina
    await eventually(lambda: kept(house, mina) == ["stool-loose"] and marked(leila) == {})
    assert len(diagnosis.listing(house.services, house.leila)) == before
    assert [one.split(":")[0] for one in leila.user.notify.messages] == ["Not recorded"]
    put(leila, "pulse-weak", "there")
    await eventually(lambda: kept(house, omar) == ["pulse-weak"])
    leila.click("record")
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == before + 1)
    assert diagnosis.listing(house.services, house.leila)[0]["patient_id"] == omar


async def test_what_could_not_be_kept_is_not_left_behind(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina, omar = house.mina.patient_id or 0, house.omar.patient_id or 0
    leila = await visitor(house.leila)
    await leila.open(f"/intake?patient={mina}")
    with monkeypatch.context() as broken:
        broken.setattr(draft, "keep", refuse)
        put(leila, "stool-loose", "there")
        choose(leila, omar)
        await eventually(lambda: leila.the(ui.select, "patient").value == mina)
        assert (state(leila), marked(leila)) == ("failed", {"stool-loose": "there"})
    do(leila, "again")
    await eventually(lambda: kept(house, mina) == ["stool-loose"])
    choose(leila, omar)
    await eventually(lambda: marked(leila) == {})


async def test_a_draft_that_cannot_be_read_is_said_and_read_again(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina = house.mina.patient_id or 0
    draft.keep(
        house.services, house.leila, mina, Said(findings=[FindingInput(finding_id="pulse-weak")]), seen=0, page="x"
    )
    leila = await intake_of(house, visitor)
    with monkeypatch.context() as broken:
        broken.setattr(draft, "read", refuse)
        choose(leila, mina)
        await eventually(lambda: state(leila) == "failed")
    do(leila, "again")
    await eventually(lambda: marked(leila) == {"pulse-weak": "there"})
    with monkeypatch.context() as broken:
        broken.setattr(draft, "read", refuse)
        choose(leila, house.omar.patient_id)
        await eventually(lambda: state(leila) == "failed")
    put(leila, "stool-loose", "there")
    await eventually(lambda: kept(house, house.omar.patient_id) == ["stool-loose"], what="it goes on being kept")


async def test_who_may_not_treat_a_patient_gets_no_draft(house: House, visitor: Visit) -> None:
    mina = house.mina.patient_id or 0
    draft.keep(house.services, house.leila, mina, Said(complaint="Tired"), seen=0, page="x")
    chen = await visitor(house.chen)
    await chen.open(f"/intake?patient={mina}")
    assert chen.the(ui.select, "patient").value == NEW
    assert (state(chen), chen.the(ui.textarea, "complaint").value) == ("", "")


@pytest.mark.parametrize("asked", ["0", "-1", "x", "٣", "9" * 30])
async def test_an_address_that_names_nobody_begins_a_new_patient(house: House, visitor: Visit, asked: str) -> None:
    leila = await visitor(house.leila)
    await leila.open(f"/intake?patient={asked}")
    assert leila.the(ui.select, "patient").value == NEW


def refuse(*given: object, **more: object) -> None:
    """Stand for a verb that cannot be done just now."""
    raise Invalid("Not now.")
