"""The arithmetic of a plan: from how people behave and what was measured to shards, processes, connections and bytes.

Everything is a plain formula over two sets of named numbers, so that whoever disagrees with one can put in another.
"""

import math
from dataclasses import dataclass

from bench.plan.storm import FIRST_WAIT


@dataclass(frozen=True, kw_only=True)
class Demand:
    """How many there are, and what they do."""

    practices: int = 10_000
    phones: int = 1_000_000
    check_ins_per_day: float = 1.0
    """Of each phone, were every patient asked every day; the rhythm of the program asks for less (docs/check-ins.md)."""
    openings_per_day: float = 3.0
    """How often somebody looks at their plan."""
    open_minutes: float = 2.0
    """For how long; a phone holds its socket only while it is seen."""
    busiest_hour: float = 0.20
    """Share of a day's doings in its busiest hour: check-ins are asked for in the evening."""
    pages_per_practice: float = 2.0
    """Practitioners' pages open at once in the busiest hour."""
    events_per_check_in: float = 3.0
    """Entries of the log that one answer causes: itself, effectiveness, prediction."""
    pages_per_change: float = 2.0
    """Open pages that show it: those of its practice."""
    log_days: int = 90


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What one process and one database bear; each is replaced by what was measured where that is known."""

    changes_per_second: float
    """Check-ins that one database keeps a second, whichever process they come through: one writer at a time."""
    kib_per_connection: float
    joins_per_second: float
    """Authenticated connections that a process takes a second; what it lets in by default is 1,000."""
    connections: int
    """At most in one process."""
    kib_per_page: float = 306.0
    """Memory of a practitioner's open page (DESIGN section 11)."""
    us_per_page: float = 476.0
    """Processor that a change takes for each page that shows it, at 200 pages (``python -m bench.pages --quick``)."""
    gib_per_process: float = 2.0
    bytes_per_check_in: float
    """By which the database grows, all of its rows and indexes; the part of the log is taken out again after its days."""
    log_bytes_per_check_in: float
    share_used: float = 0.5
    """How much of what a part bears is planned with: the rest is for bursts, and for a process that is away."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is needed."""

    check_ins_per_second: float
    """In the busiest hour."""
    shards: int
    """Databases, each with its own practices."""
    sockets: int
    """Phones connected at once in the busiest hour."""
    pages: int
    processes_for_sockets: int
    processes_for_pages: int
    gib_for_sockets: float
    gib_for_pages: float
    cores_for_pages: float
    """Busy with what changes on them."""
    bus_messages_per_second: float
    """Published, in all shards together."""
    bus_deliveries_per_process: float
    """That a process hears a second: everything of its own shard."""
    log_gib: float
    """Of all shards, once it is as long as it is kept."""
    kept_gib_per_year: float
    """By which what is never taken out grows in a year."""
    storm_seconds: float
    """Until everybody is back at the soonest, were all processes to start anew at once."""
    storm_of_all_seconds: float
    """The same if every phone held a socket all day, as native apps may."""

    @property
    def processes(self) -> int:
        """All of them; pages and sockets may share a process, and are counted as if they did not."""
        return self.processes_for_sockets + self.processes_for_pages


def plan(demand: Demand, supply: Supply) -> Plan:
    """Work out what the demand needs."""
    used = supply.share_used
    check_ins = demand.phones * demand.check_ins_per_day * demand.busiest_hour / 3600
    openings = demand.phones * demand.openings_per_day * demand.busiest_hour / 3600
    sockets = math.ceil(openings * demand.open_minutes * 60)  # Little's law
    pages = math.ceil(demand.practices * demand.pages_per_practice)
    shards = math.ceil(check_ins / (supply.changes_per_second * used))
    for_sockets = math.ceil(sockets / (supply.connections * used))
    page_gib = pages * supply.kib_per_page / 2**20
    page_cores = check_ins * demand.events_per_check_in * demand.pages_per_change * supply.us_per_page / 1e6
    for_pages = math.ceil(max(page_gib / supply.gib_per_process, page_cores) / used)
    messages = check_ins * demand.events_per_check_in
    a_day = demand.phones * demand.check_ins_per_day
    joins = supply.joins_per_second * (for_sockets + for_pages)
    return Plan(
        check_ins_per_second=check_ins,
        shards=shards,
        sockets=sockets,
        pages=pages,
        processes_for_sockets=for_sockets,
        processes_for_pages=for_pages,
        gib_for_pages=page_gib,
        cores_for_pages=page_cores,
        gib_for_sockets=sockets * supply.kib_per_connection / 2**20,
        bus_messages_per_second=messages,
        bus_deliveries_per_process=messages / shards,
        log_gib=a_day * demand.log_days * supply.log_bytes_per_check_in / 2**30,
        kept_gib_per_year=a_day * 365 * (supply.bytes_per_check_in - supply.log_bytes_per_check_in) / 2**30,
        storm_seconds=max(FIRST_WAIT, sockets / joins),
        storm_of_all_seconds=max(FIRST_WAIT, demand.phones / joins),
    )
