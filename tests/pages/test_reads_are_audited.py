"""Every page that shows something of a patient leaves an entry; a new one is found here, or has to say that it shows none."""

from nicegui import Client, ui
from sqlmodel import col, select

from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.services import Services
from pages.elements.live_table import LiveTable
from storage.tables import AuditEntry
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.waiting import eventually

ABOUT_NOBODY = {
    "/sign-in",
    "/sign-in/code",
    "/sign-in/set-up",
    "/account",
    "/emergency",
    "/knowledge",
    "/predictor",
    "/operations",
    "/",
}
"""Pages without a patient in them; the first page has a test of its own, because it shows those only who need somebody."""
SHOWS = {
    "/intake": "/intake?patient={patient}",
    "/recommendations": "/recommendations",
    "/recommendations/{diagnosis_id}": "/recommendations/{diagnosis}",
    "/recommendations/{diagnosis_id}/sheet": "/recommendations/{diagnosis}/sheet",
    "/effectiveness": "/effectiveness?by=patient",
    "/feedback": "/feedback",
    "/patient/{patient_id}": "/patient/{patient}",
}
"""By the path of the page: where it shows a patient."""


def readers(services: Services, patient_id: int) -> list[tuple[int | None, str]]:
    """List who has read a patient's record, and how."""
    with services.database.read() as session:
        wanted = (AuditEntry.patient_id == patient_id, AuditEntry.action == "read")
        rows = session.exec(select(AuditEntry).where(*wanted).order_by(col(AuditEntry.id))).all()
    return [(one.person_id, one.detail) for one in rows]


async def test_every_page_that_shows_a_record_leaves_an_entry(house: House, visitor: Visit) -> None:
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    mina = house.mina.patient_id or 0
    await visitor(None)
    assert set(Client.page_routes.values()) == {*ABOUT_NOBODY, *SHOWS}, "a page says whether it shows records"
    for path, where in SHOWS.items():
        leila = await visitor(house.leila)  # a sign-in of its own: nothing of it was read before
        before = len(readers(house.services, mina))
        await leila.open(where.format(patient=mina, diagnosis=house.diagnosis_id))
        await eventually(lambda before=before: len(readers(house.services, mina)) > before)  # type: ignore[misc]
        assert {who for who, _ in readers(house.services, mina)[before:]} == {house.leila.person_id}, path


async def test_what_two_pages_read_together_is_noted_for_both(house: House, visitor: Visit) -> None:
    house.share_with(house.chen)
    share = FeedbackInput(rating=1, side_effects=[SideEffectInput(term="wheeze")])
    leila, chen = await visitor(house.leila), await visitor(house.chen)
    await leila.open("/")
    await chen.open("/")
    submit(house.services, house.mina, house.diagnosis_id, share)
    for who in (leila, chen):
        await eventually(lambda who=who: who.the(ui.label, "count-answers_since").text == "1")  # type: ignore[misc]
    seen = readers(house.services, house.mina.patient_id or 0)
    for person in (house.leila, house.chen):
        assert {"inbox", "answers", "alarms"} <= {view for who, view in seen if who == person.person_id}


async def test_who_has_read_it_stands_in_the_record(house: House, visitor: Visit) -> None:
    mina = await visitor(house.leila)
    await mina.open(f"/recommendations/{house.diagnosis_id}")
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{house.mina.patient_id}")
    rows = leila.the(LiveTable, "readers").rows
    assert "Read it" in {row["cells"]["did"]["text"] for row in rows}
    approved = next(row["cells"] for row in rows if row["cells"]["did"]["text"] == "Approved it")
    assert approved["thing"]["text"] == f"Recommendation {house.ginger}"
    assert approved["reason"]["text"] == "Discussed with the patient."
    assert {row["cells"]["who"]["text"] for row in rows} == {"Dr Leila Moradi"}
    assert len(leila.page.elements) < 100
