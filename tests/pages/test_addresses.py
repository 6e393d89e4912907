"""Addresses that pages build carry numbers and what the knowledge calls things, and never what somebody has typed."""

from collections.abc import Iterator
from typing import Any

from domain import feedback, patient
from domain.feedback import FeedbackInput, SideEffectInput
from domain.patient import PatientInput
from tests.pages.conftest import Visit
from tests.support.house import House, approve, diagnose, let_in, recommended

MARK = "Zqxmark"
ADDRESSES = ("href", "src", "to", "link", "action", "url", "file")


async def test_no_page_puts_what_was_typed_into_an_address(house: House, visitor: Visit) -> None:
    services, words = house.services, f"My {MARK} hurts"
    given = PatientInput(name=f"Ann {MARK}", medicines=[words], allergies=[words], conditions=[words])
    who = let_in(services, patient.record(services, house.leila, given).id)
    diagnosis_id = diagnose(
        services, house.leila, who, complaint=words, symptom=words, activity=words, activity_baseline=3
    )
    plan = recommended(services, diagnosis_id, "ginger")
    approve(services, house.leila, plan, reason=words)
    effects = [SideEffectInput(term=MARK, severity=4, serious=True)]
    said = FeedbackInput(recommendation_id=plan, rating=1, symptom=9, comment=words, side_effects=effects)
    feedback.submit(services, who, diagnosis_id, said)
    leila = await visitor(house.leila)
    paths = [
        "/",
        "/intake",
        "/feedback",
        "/effectiveness",
        "/effectiveness?by=side-effect",
        f"/patient/{who.patient_id}",
    ]
    addresses: list[str] = []
    shown = 0
    for path in (*paths, f"/recommendations/{diagnosis_id}"):
        await leila.open(path)
        props = [dict(element.props) for element in leila.page.elements.values()]
        addresses += [one for each in props for one in under(each)]
        shown += MARK in str(props)
    assert shown > 2, "the pages show the words"
    assert len(addresses) > 20
    assert not [one for one in addresses if MARK.lower() in one.lower()]


def under(part: Any) -> Iterator[str]:
    """Yield every address in the properties of an element, however deep."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ADDRESSES and isinstance(value, str):
                yield value
            yield from under(value)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from under(one)
