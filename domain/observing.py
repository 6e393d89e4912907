"""What is known of how the program runs only by asking: the database, its files, the audit and the other processes.

No practice, person, patient or diagnosis is in it: sums and ages over all of them.
"""

from datetime import datetime
from typing import Any

from domain import processes
from domain.backup import BACKED_UP
from domain.ledger import utc_now
from domain.services import Services
from storage import events, marks, observed, size

AUDIT_VERIFIED = "audit_verified"
"""The mark that says when the audit was verified last, and whether it was whole: ``2026-11-23T08:00:00+00:00 whole``."""
WHOLE, BROKEN = "whole", "broken"


def observe(services: Services) -> dict[str, Any]:
    """Ask the database; a few milliseconds, for a thread. Raises as SQLAlchemy does where it is away.

    What nobody can know yet is None.
    """
    now = utc_now()
    published = (
        services.ledger.position
    )  # before the top is read, which is never below it then unless the log went back
    with services.database.read() as session:
        lag = abs(events.top_position(session) - published)
        undelivered, alarms = observed.undelivered(session, now), observed.alarms(session)
        made, verified = marks.read(session, BACKED_UP), marks.read(session, AUDIT_VERIFIED)
        entries = observed.audit_entries(session)
    when, _, how = (verified or "").partition(" ")
    database, journal = size.on_disk(services.database)
    running = services.running
    return {
        "database_up": 1,
        "outbox_lag_events": lag,
        "unacknowledged": undelivered.count,
        "oldest_undelivered_seconds": _age(undelivered.since, now) or 0.0,
        "alarms_unseen": alarms.count,
        "oldest_alarm_seconds": _age(alarms.since, now) or 0.0,
        "database_bytes": database,
        "journal_bytes": journal,
        "backup_age_seconds": _age(made and datetime.fromisoformat(made), now),
        "audit_entries": entries,
        "audit_whole": int(how == WHOLE) if verified else None,
        "audit_verified_seconds": _age(when and datetime.fromisoformat(when), now),
        "processes_alive": sum(one.alive for one in processes.read(services)),
        "uptime_seconds": (now - running.started).total_seconds(),
    }


def _age(since: datetime | str | None, now: datetime) -> float | None:
    return (now - since).total_seconds() if isinstance(since, datetime) else None
