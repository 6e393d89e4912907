"""Until when a practice keeps a record, and which ones it need not keep any more."""

from dataclasses import dataclass
from datetime import date

from domain.ledger import utc_now
from domain.services import Services
from storage import consent as rows


@dataclass(frozen=True, slots=True)
class Over:
    """A record whose duty to keep is over: all its diagnoses are closed, and nobody was in contact for long."""

    practice_id: int
    patient_id: int
    last_contact: date
    kept_until: date


def kept_until(last: date, years: int) -> date:
    """Say until when a record is kept: so many years after the end of the year of the last contact."""
    return date(last.year + years, 12, 31) if years else last


def over(services: Services) -> list[Over]:
    """List the records that need not be kept any more, by practice and patient."""
    today, years = utc_now().date(), services.keep_records_years
    with services.database.read() as session:
        contacts = [(patient, rows.last_contact(session, patient.id or 0).date()) for patient in rows.at_rest(session)]
    found = [Over(patient.practice_id, patient.id or 0, last, kept_until(last, years)) for patient, last in contacts]
    return [one for one in found if one.kept_until < today]
