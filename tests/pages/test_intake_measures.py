"""Intake: what the patient measures, typed in any digits and taken over without its scores."""

import pytest
from nicegui import ui

from domain import diagnosis
from domain.feedback import FeedbackInput, submit
from domain.ledger import utc_now
from pages.language import Language
from tests.pages.conftest import Visit
from tests.support.house import House, diagnose
from tests.support.intake import fill, intake_of
from tests.support.pages import Visitor
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"baseline": "11"}, {"baseline": "This is a whole number from 0 to 10."}),
        (
            {"second-symptom": "Nausea", "second-baseline": "six"},
            {"second-baseline": "This is a whole number from 0 to 10."},
        ),
        ({"activity-baseline": "۳"}, {"activity": "Say what the activity is that is scored."}),
    ],
)
async def test_a_score_is_refused_beside_its_field(
    house: House, visitor: Visit, typed: dict[str, str], said: dict[str, str]
) -> None:
    leila = await intake_of(house, visitor)
    fill(leila, name="Sara Lind")
    measure(leila, **typed)
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: {name: leila.the(ui.input, name).error for name in said} == said)
    assert len(diagnosis.listing(house.services, house.leila)) == 1


async def test_what_the_patient_measures_is_recorded_in_any_digits(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    fill(leila, name="Sara Lind")
    measure(leila, symptom="Tiredness", baseline="۷", activity="کار پس از ناهار", **{"activity-baseline": " ٠ "})
    leila.user.find("Record and see what may help").click()
    await eventually(lambda: len(diagnosis.listing(house.services, house.leila)) == 2)
    newest = diagnosis.listing(house.services, house.leila)[0]
    measured = ("symptom", "baseline", "second_symptom", "second_baseline", "activity", "activity_baseline")
    assert [newest[name] for name in measured] == ["Tiredness", 7, "", None, "کار پس از ناهار", 0]


async def test_what_was_measured_last_time_is_there_again_without_its_scores(house: House, visitor: Visit) -> None:
    diagnose(house.services, house.leila, house.mina, activity="Eating", activity_baseline=8)
    leila = await intake_of(house, visitor)
    measure(leila, **{"second-symptom": "Nausea"})
    leila.the(ui.select, "patient").value = house.mina.patient_id
    await eventually(lambda: leila.the(ui.input, "activity").value == "Eating")
    assert [leila.the(ui.input, name).value for name in ("symptom", "second-symptom", "activity-baseline")] == [
        "Stomach pain",
        "Nausea",
        "",
    ], "what was typed stays, and today's score is asked anew"
    leila.the(ui.select, "patient").value = house.omar.patient_id
    await eventually(lambda: leila.the(ui.input, "activity").value == "")
    assert leila.the(ui.input, "second-symptom").value == "", "what was typed for Mina stays with Mina"
    leila.the(ui.select, "patient").value = house.mina.patient_id
    await eventually(lambda: leila.the(ui.input, "second-symptom").value == "Nausea")


async def test_a_score_stands_beside_how_it_was(house: House, visitor: Visit) -> None:
    leila = await intake_of(house, visitor)
    leila.the(ui.select, "patient").value = house.mina.patient_id
    score = leila.the(ui.input, "baseline")
    await eventually(lambda: score.props.get("hint") == "7 of 10 last time")
    score.value = "۵"
    assert score.props["hint"] == "7 of 10 last time: 2 points less"
    score.value = "7"
    assert score.props["hint"] == "7 of 10 last time: the same"
    leila.the(ui.input, "symptom").value = "Headache"
    assert score.props.get("hint") is None, "what is about something else is not compared"
    leila.the(ui.input, "symptom").value = "Stomach pain"
    assert score.props["hint"] == "7 of 10 last time: the same"
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    await leila.open(f"/intake?patient={house.mina.patient_id}")
    leila.the(ui.input, "baseline").value = "4"
    today = Language("en").day(utc_now())
    assert leila.the(ui.input, "baseline").props["hint"] == f"3 of 10 by phone, {today}: 1 point more"


def measure(one: Visitor, **typed: str) -> None:
    """Fill in what the patient scores."""
    for name, text in typed.items():
        one.the(ui.input, name).value = text
