"""By which right somebody did something with a record, from the entries of the audit before it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import audit, emergency, patient, sharing
from domain.emergency import EmergencyInput
from domain.right import Right, Turn, right_of
from domain.sharing import HandOverInput, ShareInput
from tests.support.house import House

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
LEILA, CHEN = 1, 2


def turn(hour: int, action: str, detail: str = "", *, by: int = LEILA) -> Turn:
    """Make an entry so many hours after noon."""
    return Turn(hour, NOON + timedelta(hours=hour), by, action, detail)


TO_READ = turn(1, "share", "read to person 2")
TO_TREAT = turn(2, "share", "treat to person 2")
FOR_TWO_HOURS = turn(1, "share", "read to person 2 until 2026-11-29T15:00:00+00:00")
TO_SOMEBODY_ELSE = turn(1, "share", "read to person 22")
ENDED = turn(3, "end share", "of person 2")
RUN_OUT = turn(3, "end share", "of person 2, it has run out", by=0)
ANOTHER_ENDED = turn(3, "end share", "of person 22")
OPENED = turn(1, "break glass", by=CHEN)
HANDED_OVER = turn(3, "hand over", "from person 1 to person 2")
GIVEN_BACK = turn(5, "hand over", "from person 2 to person 1", by=CHEN)


@pytest.mark.parametrize(
    ("turns", "owner", "hour", "right"),
    [
        ([], LEILA, 4, None),
        ([TO_READ], LEILA, 4, "read"),
        ([TO_READ], LEILA, 0, None),
        ([TO_READ, TO_TREAT], LEILA, 4, "treat"),
        ([TO_READ, ENDED], LEILA, 2, "read"),
        ([TO_READ, ENDED], LEILA, 4, None),
        ([TO_READ, RUN_OUT], LEILA, 4, None),
        ([TO_READ, ANOTHER_ENDED], LEILA, 4, "read"),
        ([FOR_TWO_HOURS], LEILA, 2, "read"),
        ([FOR_TWO_HOURS], LEILA, 4, None),
        ([TO_SOMEBODY_ELSE], LEILA, 4, None),
        ([OPENED], LEILA, 4, "emergency"),
        ([OPENED], LEILA, 5, None),
        ([OPENED, TO_TREAT], LEILA, 6, "treat"),
        ([OPENED, ENDED], LEILA, 4, None),
        ([HANDED_OVER], CHEN, 2, None),
        ([HANDED_OVER], CHEN, 4, "own"),
        ([TO_READ, HANDED_OVER, GIVEN_BACK], LEILA, 2, "read"),
        ([TO_READ, HANDED_OVER, GIVEN_BACK], LEILA, 4, "own"),
        ([TO_READ, HANDED_OVER, GIVEN_BACK], LEILA, 6, None),
    ],
)
def test_what_the_record_was_to_a_colleague(turns: list[Turn], owner: int, hour: int, right: Right | None) -> None:
    done = turn(hour, "read", by=CHEN)
    later_than_turns_of_that_hour = Turn(100 * hour, done.at, CHEN, "read")
    numbered = [Turn(100 * one.id - 50, one.at, one.person_id, one.action, one.detail) for one in turns]
    assert right_of(later_than_turns_of_that_hour, "practitioner", numbered, owner=owner) == right


@pytest.mark.parametrize(
    ("role", "person_id", "right"),
    [("patient", 9, "patient"), ("admin", 8, None), ("service", 7, None), ("program", None, None)],
)
def test_who_is_no_practitioner(role: str, person_id: int | None, right: Right | None) -> None:
    done = Turn(9, NOON, person_id, "read")
    assert right_of(done, role, [], owner=LEILA) == right


def test_it_is_read_from_what_the_program_writes(house: House) -> None:
    services, patient_id, chen_id = house.services, house.mina.patient_id or 0, house.chen.person_id
    sharing.share(services, house.leila, patient_id, ShareInput(person_id=chen_id, level="treat"))
    patient.read(services, house.chen, patient_id)
    sharing.end(services, house.chen, patient_id, chen_id)
    given = EmergencyInput(patient_id=patient_id, reason="Unconscious in the waiting room.", confirmed=True)
    emergency.open_record(services, house.chen, given)
    until = datetime.now(UTC) + timedelta(hours=1)
    sharing.share(services, house.leila, patient_id, ShareInput(person_id=chen_id, level="read", until=until))
    sharing.share(services, house.leila, patient_id, ShareInput(person_id=chen_id, level="treat", until=until))
    sharing.hand_over(services, house.leila, patient_id, HandOverInput(person_id=chen_id))
    patient.read(services, house.mina, patient_id)
    told = [(one.name, one.action, one.right) for one in reversed(audit.readers(services, house.chen, patient_id))]
    since = told.index(("Dr Leila Moradi", "share", "own"))
    assert told[since:] == [
        ("Dr Leila Moradi", "share", "own"),
        ("Dr Chen Wei", "read", "treat"),
        ("Dr Chen Wei", "end share", "treat"),
        ("Dr Chen Wei", "break glass", "emergency"),
        ("Dr Leila Moradi", "share", "own"),
        ("Dr Leila Moradi", "share", "own"),
        ("Dr Leila Moradi", "hand over", "own"),
        ("Mina Farahani", "read", "patient"),
    ]
