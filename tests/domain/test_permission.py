"""Who may do what, as one table."""

from dataclasses import replace

import pytest

from domain.permission import Action, Actor, Level, Thing, may, readable_patients
from tests.support.house import House

LEVELS_OF = {10: Level.OWN, 11: Level.TREAT, 13: Level.READ, 14: Level.EMERGENCY}
RECORD = Thing(practice_id=1, patient_id=7, levels=LEVELS_OF)
PRACTICE = Thing(practice_id=1)
WHO = {
    "their practitioner": Actor(10, 1, "practitioner"),
    "a colleague it is shared with": Actor(11, 1, "practitioner"),
    "a colleague who may look at it": Actor(13, 1, "practitioner"),
    "a colleague in an emergency": Actor(14, 1, "practitioner"),
    "another colleague": Actor(12, 1, "practitioner"),
    "a practitioner elsewhere": Actor(10, 2, "practitioner"),
    "the patient": Actor(20, 1, "patient", patient_id=7),
    "another patient": Actor(21, 1, "patient", patient_id=8),
    "a patient elsewhere": Actor(22, 2, "patient", patient_id=7),
    "a patient without a record": Actor(23, 1, "patient"),
    "the admin": Actor(30, 1, "admin"),
    "an admin who is named as a reader": Actor(11, 1, "admin"),
    "a service for nothing": Actor(40, 1, "service"),
    "a service that pushes": Actor(40, 1, "service", scopes=frozenset({"broadcast"})),
    "a service that looks on": Actor(40, 1, "service", scopes=frozenset({"status"})),
    "a service that follows": Actor(40, 1, "service", scopes=frozenset({"follow"})),
    "a service that reads": Actor(40, 1, "service", scopes=frozenset({"knowledge"})),
    "a service elsewhere": Actor(40, 2, "service", scopes=frozenset({"broadcast", "status", "follow"})),
    "a service with a scope that nobody knows": Actor(40, 1, "service", scopes=frozenset({"everything"})),
    "a person with the scopes of a service": Actor(12, 1, "practitioner", scopes=frozenset({"follow", "broadcast"})),
    "a role nobody knows": Actor(10, 1, "janitor"),
}
LOOKING = {Action.READ, Action.READ_REASONS}
TREATING = LOOKING | {Action.TREAT, Action.STOP, Action.ANSWER}
MAY_WITH_THE_RECORD = {
    "their practitioner": TREATING | {Action.SHARE, Action.HAND_OVER, Action.RESTRICT, Action.ERASE},
    "a colleague it is shared with": TREATING,
    "a colleague who may look at it": LOOKING,
    "a colleague in an emergency": LOOKING | {Action.STOP},
    "the admin": {Action.HAND_OVER, Action.ERASE},
    "an admin who is named as a reader": {Action.HAND_OVER, Action.ERASE},
    "the patient": {Action.READ, Action.ANSWER},
    "a service that pushes": {Action.INTEGRATE, Action.ANSWER},
    "a service that looks on": {Action.OBSERVE},
    "a service that follows": {Action.READ},
    "a service that reads": {Action.READ_KNOWLEDGE},
}
PRACTISING = {
    Action.READ_STATISTICS,
    Action.OBSERVE,
    Action.RECORD_PATIENT,
    Action.READ_KNOWLEDGE,
    Action.BREAK_GLASS,
}
ADMINISTERING = {Action.READ_STATISTICS, Action.OBSERVE, Action.ADMINISTER, Action.READ_KNOWLEDGE}
MAY_IN_THE_PRACTICE = {
    "their practitioner": PRACTISING,
    "a colleague it is shared with": PRACTISING,
    "a colleague who may look at it": PRACTISING,
    "a colleague in an emergency": PRACTISING,
    "another colleague": PRACTISING,
    "the admin": ADMINISTERING,
    "an admin who is named as a reader": ADMINISTERING,
    "a service that pushes": {Action.INTEGRATE, Action.ANSWER},
    "a service that looks on": {Action.OBSERVE},
    "a service that follows": {Action.READ},
    "a service that reads": {Action.READ_KNOWLEDGE},
    "a person with the scopes of a service": PRACTISING,
}


@pytest.mark.parametrize("who", WHO)
def test_what_somebody_may_do_with_a_record(who: str) -> None:
    allowed = {action for action in Action if may(WHO[who], action, RECORD)}
    assert allowed == MAY_WITH_THE_RECORD.get(who, set())


@pytest.mark.parametrize("who", WHO)
def test_what_somebody_may_do_in_the_practice(who: str) -> None:
    allowed = {action for action in Action if may(WHO[who], action, PRACTICE)}
    assert allowed == MAY_IN_THE_PRACTICE.get(who, set())


def test_whose_records_somebody_may_read(house: House) -> None:
    mina, omar = house.mina.patient_id, house.omar.patient_id
    with house.services.database.read() as session:
        assert readable_patients(session, house.leila) == {mina, omar}
        assert readable_patients(session, house.mina) == {mina}
        for nobody in (house.chen, house.ida, house.stranger):
            assert readable_patients(session, nobody) == set()
        follower = Actor(1, house.leila.practice_id, "service", scopes=frozenset({"follow"}))
        assert readable_patients(session, follower) == {mina, omar}
        assert readable_patients(session, replace(follower, scopes=frozenset({"broadcast"}))) == set()
    house.share_with(house.chen)
    house.share_with(house.stranger)  # a mistake in the data does not open one practice to another
    with house.services.database.read() as session:
        assert readable_patients(session, house.chen) == {mina}
        assert readable_patients(session, house.stranger) == set()
