"""The Effectiveness page shows what the domain computes, row by row."""

import csv
import io
import re

import pytest
from nicegui import ui
from sqlmodel import select

from domain import cell_views, consent, profile
from domain.consent import ConsentInput
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.ledger import Change
from domain.patient import PatientInput
from domain.statistics import Tier
from pages.effects.table import WAYS
from pages.elements.live_table import LiveTable, Row
from pages.elements.notes import Notes
from storage.tables import PatientShare
from tests.pages.conftest import Visit
from tests.support.house import House, under_treatment
from tests.support.pages import Visitor
from tests.support.waiting import eventually

MOST_ELEMENTS = 100


async def test_the_rows_are_those_of_the_practice(house: House, visitor: Visit) -> None:
    for symptom in (2, 3, 7, 6, 1):
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    under_treatment(house.services, house.chen, "fennel")
    chen = await visitor(house.chen)  # what works is everybody's in the practice
    await chen.open("/effectiveness")
    views = cell_views.of_practice(house.services, house.chen)
    rows = chen.the(LiveTable, "evidence").rows
    assert len(rows) == len(views) >= 2
    for row, view in zip(rows, views, strict=True):
        assert row["cells"]["herb"]["text"] == view.item
        assert row["cells"]["condition"]["text"] == view.condition
        assert funnel_of(row) == [view.prescribed, view.answered, view.improved]
        if view.tier is Tier.HIDDEN:
            assert row["cells"]["effect"] is None
        else:
            assert view.estimate is not None
            assert row["cells"]["effect"]["text"].startswith(f"{round(view.estimate.mean * 100)}%")
    assert funnel_of(rows[0]) == [6, 5, 3]  # with Mina's, who has not answered


async def test_an_answer_changes_its_row_only(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    rows = leila.the(LiveTable, "evidence").rows
    before = [row["key"] for row in rows]
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    ginger = next(at for at, row in enumerate(rows) if row["cells"]["herb"]["text"].casefold() == "ginger")
    await eventually(lambda: funnel_of(rows[ginger]) == [1, 1, 1])
    assert [row["key"] for row in rows] == before


async def test_in_a_flood_no_row_is_left_behind(house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.effects.cells.AT_ONCE", 1)
    courses = [under_treatment(house.services, house.leila, herb) for herb in ("ginger", "fennel")]
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    rows = leila.the(LiveTable, "evidence").rows
    for course in courses:
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=2))
    await eventually(lambda: sorted(funnel_of(row) for row in rows) == [[1, 1, 1], [2, 1, 1]])


@pytest.mark.parametrize("by", list(WAYS))
async def test_every_way_to_look_has_an_address_and_costs_little(house: House, visitor: Visit, by: str) -> None:
    effect = SideEffectInput(term="nausea")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3, side_effects=[effect]))
    leila = await visitor(house.leila)
    await leila.open(f"/effectiveness?by={by}" if by else "/effectiveness")
    table = leila.the(LiveTable, "evidence")
    assert table.rows
    assert set(table.rows[0]["cells"]) == {column["name"] for column in table._props["columns"]}
    assert leila.the(ui.link, f"by-{by}").props["aria-current"] == "page"
    assert len(leila.page.elements) <= MOST_ELEMENTS
    leila.happen(table, "open", table.rows[0]["key"])
    await eventually(lambda: table.lines, what="what the opened row tells")


async def test_an_unknown_way_to_look_is_the_first_one(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/effectiveness?by=moon&q=nothing+like+it")
    assert leila.the(ui.link, "by-").props["aria-current"] == "page"
    assert leila.the(LiveTable, "evidence").rows == []
    assert leila.the(ui.label, "count").text == "0 rows"


@pytest.mark.parametrize("by", ["", "herb", "condition"])
async def test_below_five_answers_no_share_is_told_anywhere(house: House, visitor: Visit, by: str) -> None:
    for symptom in (2, 3, 7, None):
        course = under_treatment(house.services, house.leila)
        if symptom is not None:
            submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    leila = await visitor(house.leila)
    await leila.open(f"/effectiveness?by={by}")
    table = leila.the(LiveTable, "evidence")
    leila.happen(table, "open", table.rows[0]["key"])
    await eventually(lambda: table.lines, what="what the opened row tells")
    shown = [str(table.rows), str(table.lines)]
    if not by:
        shown.append(str(leila.the(Notes, "next").notes))
    assert "2 of 3 who answered improved" in shown[1]
    for text in shown:
        assert "%" not in text.replace("95 % interval", "")
        assert "meter" not in text
    file = await downloaded(leila)
    [row] = file
    assert (row["prescribed"], row["answered"], row["improved"]) == ("5", "3", "2")
    for name in ("share", "low_95", "high_95", "worst_case", "best_case", "prior_mean", "prior_share"):
        assert row[name] == "", name


async def test_an_opened_row_says_how_its_number_comes_about_and_follows(house: House, visitor: Visit) -> None:
    for symptom in (2, 3, 7, 2, 2):
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    table = leila.the(LiveTable, "evidence")
    cells = table.rows[0]["cells"]
    assert cells["effect"]["text"] == "67% (42%–87%)"  # Beta(6 + 4, 4 + 1)
    assert cells["effect"]["more"] == "67% usual, 33% own answers"
    assert cells["funnel"]["more"] == "Worst case 67%, best 83%"
    leila.happen(table, "open", table.rows[0]["key"])
    await eventually(lambda: table.lines, what="what the opened row tells")
    texts = [text for line in table.lines for text in line["texts"]]
    assert texts[0].startswith(
        "4 of the 5 patients who answered improved. What is usual, 60%, counts beside them like 10"
    )
    assert "67% of this number is what is usual, 33% your own answers." in texts
    assert "That more than half of such patients improve is 91% certain." in texts
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=7))
    await eventually(lambda: "4 of the 6 patients" in str(table.lines), what="the opened row following")
    assert "Everybody has answered" in str(table.lines)


async def test_a_sum_changes_in_its_row_only(house: House, visitor: Visit) -> None:
    under_treatment(house.services, house.leila, "fennel")
    leila = await visitor(house.leila)
    await leila.open("/effectiveness?by=herb")
    table = leila.the(LiveTable, "evidence")
    fennel = next(row for row in table.rows if row["key"] == "fennel")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    await eventually(lambda: [1, 1, 1] in [funnel_of(row) for row in table.rows])
    assert next(row for row in table.rows if row["key"] == "fennel") is fennel


async def test_patients_are_those_whose_record_one_may_read(house: House, visitor: Visit) -> None:
    leila, chen, ida = await visitor(house.leila), await visitor(house.chen), await visitor(house.ida)
    for one in (leila, chen, ida):
        await one.open("/effectiveness?by=patient")
    table = leila.the(LiveTable, "evidence")
    assert [row["cells"]["patient"] for row in table.rows] == [
        {"text": house.mina.name, "href": f"/recommendations/{house.diagnosis_id}"}
    ]
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    await eventually(lambda: [funnel_of(row) for row in table.rows] == [[1, 1, 1]])
    assert table.rows[0]["cells"]["course"] == {"text": "7 → 3", "more": "Stomach pain"}
    assert "%" not in str(table.rows)
    for other in (chen, ida):
        assert other.the(LiveTable, "evidence").rows == []
        assert house.mina.name not in str(await downloaded(other))
    await leila.open("/effectiveness?by=patient&herb=ginger&condition=t-stcold")
    assert leila.the(LiveTable, "evidence").rows == [], "Mina has said how it went"
    assert "have not said how ginger for" in leila.the(ui.label, "narrowed").text


async def test_a_record_that_changes_hands_leaves_the_page(house: House, visitor: Visit) -> None:
    house.share_with(house.chen)
    chen = await visitor(house.chen)
    await chen.open("/effectiveness?by=patient")
    table = chen.the(LiveTable, "evidence")
    assert [row["key"] for row in table.rows] == [str(house.mina.patient_id)]

    def taken_back(change: Change) -> None:
        change.session.delete(change.session.exec(select(PatientShare)).one())

    house.services.ledger.write(taken_back)
    profile.change(house.services, house.leila, house.mina.patient_id or 0, PatientInput(name="Mina F."))
    await eventually(lambda: table.rows == [], what="the row's end")


async def test_what_too_few_reports_cannot_say_is_not_called_harmless(house: House, visitor: Visit) -> None:
    effect = SideEffectInput(term="wheeze", serious=True)
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, symptom=7, side_effects=[effect]))
    leila = await visitor(house.leila)
    await leila.open("/effectiveness?by=effects")
    table = leila.the(LiveTable, "evidence")
    [row] = table.rows
    assert row["cells"]["serious"] == {"chip": "block", "text": "1 serious"}
    assert row["cells"]["verdict"]["text"] == "Too few answers"
    assert row["cells"]["expected"]["text"] == "–"
    for _ in range(4):
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=2))
    await eventually(lambda: table.rows[0]["cells"]["verdict"]["text"] == "Too few reports to judge")
    assert table.rows[0]["cells"]["reported"]["text"] == "1 of 5"


async def test_who_says_no_to_statistics_leaves_every_table(house: House, visitor: Visit) -> None:
    effect = SideEffectInput(term="nausea")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3, side_effects=[effect]))
    leila = await visitor(house.leila)
    consent.say(house.services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False))
    for by in WAYS:
        await leila.open(f"/effectiveness?by={by}")
        for row in leila.the(LiveTable, "evidence").rows:
            assert by not in ("patient", "effects")
            assert funnel_of(row) == [0, 0, 0]


async def test_what_to_improve_next_has_a_reason_and_a_place_to_act(house: House, visitor: Visit) -> None:
    for number in range(5):
        under_treatment(house.services, house.leila, "fennel", name=f"Silent {number}")
    effect = SideEffectInput(term="nausea", serious=True)
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, symptom=7, side_effects=[effect]))
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    first, second = leila.the(Notes, "next").notes
    assert (first["title"], first["href"]) == ("ginger", "/effectiveness?by=effects")
    assert first["lines"] == ["Nausea was reported by 1 of 1, 1 of them called it serious."]
    assert second["title"].startswith("fennel, ")
    assert second["lines"] == ["Prescribed 5 times and 0 answers known: too few to show a share."]
    assert second["href"] == "/effectiveness?by=patient&herb=fennel&condition=t-stcold"
    assert leila.the(ui.label, "compared").text == "0 herbs were compared. 2 herbs have too few answers in a window."


async def downloaded(one: Visitor) -> list[dict[str, str]]:
    """Press the button and read the file."""
    one.click("csv")
    response = await one.user.download.next(timeout=30)
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def funnel_of(row: Row) -> list[int]:
    """Read the three counts of a row."""
    return [int(number) for number in re.findall(r"\d+", row["cells"]["funnel"]["text"])]
