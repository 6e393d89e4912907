"""Erasing those once more who were erased, and whom an older copy of the database has brought back."""

from collections.abc import Iterable

import structlog
from sqlmodel import Session

from domain.erasing import clean_up, take_out
from domain.erasure_register import Erased
from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from domain.statistics import ready
from storage.tables import Patient, Practice

log = structlog.get_logger(__name__)


def erase_again(change: Change, erased: Iterable[Erased]) -> int:
    """Erase whom the register names and who stands in the database, with an entry in the audit for each; counts them.

    Whoever has the number of somebody erased and another beginning is another patient, and stays.
    """
    again = 0
    for one in sorted(erased, key=lambda one: (one.at, one.patient_id)):
        patient = standing(change.session, one)
        if patient is not None:
            take_out(change, patient)
            program = Actor(0, one.practice_id, "program")
            change.audit(program, "erase again", "patient", one.patient_id, f"{one.at:%F %T}Z")
            again += 1
    return again


def erase_all_again(services: Services) -> int:
    """Erase everybody of the register who stands in the database; counts them. Raises OSError."""
    erased = services.erasures.read().erased
    ready()
    again = services.ledger.write(lambda change: erase_again(change, erased))
    if again:
        clean_up(services)
    return again


def say_who_is_back(services: Services) -> int:
    """Say in the log how many of the register stand in the database all the same; counts them.

    Nobody is erased by starting a program, and a register that cannot be read keeps no practice from its alarms.
    """
    try:
        erased = services.erasures.read().erased
    except OSError as error:
        log.warning("the register of erasures cannot be read", file=str(services.erasures.file), error=str(error))
        return 0
    with services.database.read() as session:
        back = len({one.who for one in erased if standing(session, one) is not None})
    if back:
        log.warning("patients who were erased are in the database again: python main.py erase-again", patients=back)
    return back


def standing(session: Session, one: Erased) -> Patient | None:
    """Find the patient whom a line of the register names; None where they are not in the database, or erased in it."""
    patient, practice = session.get(Patient, one.patient_id), session.get(Practice, one.practice_id)
    if patient is None or practice is None or patient.erased is not None:
        return None
    found = practice.id, practice.created, patient.id, patient.created
    return patient if found == one.who and patient.practice_id == practice.id else None
