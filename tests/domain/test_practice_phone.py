"""The number of the practice: what counts as one, who sets it, and that it is written down."""

import pytest
from sqlmodel import select

from domain import diagnosis, practice_phone
from domain.errors import Invalid, NotAllowed
from storage.tables import AuditEntry, Event
from tests.support.house import House


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+982188776655", "+982188776655"),
        ("  +98 21  8877-6655 ", "+98 21 8877-6655"),
        ("۰۲۱ ۸۸۷۷ ۶۶۵۵", "021 8877 6655"),
        ("٠٢١ – ٨٨٧٧٦٦٥٥", "021 - 88776655"),
        ("\u200e+98\u00a021 88776655\u200f", "+98 21 88776655"),
        ("115", "115"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_number_as_people_type_it(typed: str, kept: str) -> None:
    assert practice_phone.number_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        "+12",
        "+0123456789",
        "021/8877",
        "call me",
        "+98 21 88776655 ext 3",
        "1" * 16,
        "0 " * 20,
        "tel:123",
        "٫۱۲۳",
        "1\n2;3",
    ],
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        practice_phone.number_of(typed)
    assert refused.value.code == "not_a_number"


def test_an_admin_sets_it_and_that_is_written_down(house: House) -> None:
    services = house.services
    assert practice_phone.read(services, house.mina).phone == ""
    told = practice_phone.set_number(services, house.ida, "+98 21 8877 6655")
    assert (told.name, told.phone) == ("Sunrise Herbal Care", "+98 21 8877 6655")
    practice_phone.set_number(services, house.ida, "+98 21 8877 6655")  # says nothing new
    for who in (house.mina, house.leila):
        state = diagnosis.read(services, who, house.diagnosis_id)
        assert state["practice"] == {"name": "Sunrise Herbal Care", "phone": "+98 21 8877 6655"}
    practice_phone.set_number(services, house.ida, "")
    assert practice_phone.read(services, house.stranger).phone == "", "another practice has its own"
    with services.database.read() as session:
        audited = session.exec(select(AuditEntry).where(AuditEntry.action == "set telephone")).all()
        told_of = session.exec(select(Event.seq).where(Event.type == "practice_update")).all()
    assert [(one.thing, one.detail, one.person_id) for one in audited] == [
        ("practice", "- → +98 21 8877 6655", house.ida.person_id),
        ("practice", "+98 21 8877 6655 → -", house.ida.person_id),
    ]
    assert told_of == [None, None], "it is in no diagnosis' log"


def test_nobody_else_sets_it(house: House) -> None:
    for who in (house.leila, house.mina):
        with pytest.raises(NotAllowed):
            practice_phone.set_number(house.services, who, "115")
