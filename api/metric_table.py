"""Every metric of ``GET /metrics``, named as Prometheus asks for it; docs/metrics.md says what each means and what is normal.

No label says who: a kind of connection, a code, a reason or a route of ours, and never a practice, a person, a patient, a
diagnosis or a token.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a metric does over time."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, and the count that it is made of."""

    count: str
    """As the parts of the program call it."""
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    renamed: str = ""
    """Where Prometheus' conventions want another name than the count has."""

    @property
    def family(self) -> str:
        """Its name, without the ending ``_total`` of what only grows."""
        return f"vervain_{self.renamed or self.count}"

    @property
    def name(self) -> str:
        """Its name, as it is asked for."""
        return f"{self.family}_total" if self.kind is Kind.COUNTER else self.family

    @property
    def samples(self) -> frozenset[str]:
        """The names of its series."""
        endings = ("_bucket", "_sum", "_count") if self.kind is Kind.HISTOGRAM else ("",)
        return frozenset(f"{self.name}{ending}" for ending in endings)


def _only_grows(count: str, help_: str, *labels: str, renamed: str = "") -> Metric:
    return Metric(count, Kind.COUNTER, help_, labels, renamed)


def _at_present(count: str, help_: str, *labels: str, renamed: str = "") -> Metric:
    return Metric(count, Kind.GAUGE, help_, labels, renamed)


def _in_steps(count: str, help_: str, *labels: str, renamed: str = "") -> Metric:
    return Metric(count, Kind.HISTOGRAM, help_, labels, renamed)


METRICS = (
    _at_present("connections_by_kind", "Live connections by what is behind them.", "kind", renamed="connections"),
    _only_grows("connects", "Clients that came, by what became of it.", "result"),
    _only_grows("connections_closed", "Connections that have ended, by close code.", "code"),
    _only_grows("slow_clients_cut", "Clients that were cut because they did not keep up."),
    _only_grows("recoveries", "Joins and resumes, by what the client was given.", "outcome"),
    _only_grows("messages_sent", "Messages sent to clients of the live endpoint."),
    _only_grows("bytes_sent", "Bytes of their frames.", renamed="sent_bytes"),
    _in_steps("delivery_seconds", "From a change to the last client of this process that follows it."),
    _in_steps("confirmation_seconds", "From telling a client to its confirmation."),
    _only_grows("acks", "Confirmations of clients."),
    _at_present("acks_waiting", "Confirmations that wait to be written."),
    _at_present("clients_behind", "Clients that do not take messages as fast as they come."),
    _at_present("outbound_messages", "Messages that wait for them in this process."),
    _at_present("outbound_bytes", "Bytes of these."),
    _only_grows("gaps", "Clients that were sent away because a message between two was missing."),
    _at_present("unacknowledged", "Messages that known devices have not confirmed.", renamed="undelivered_messages"),
    _at_present("oldest_undelivered_seconds", "Since when the oldest of them has waited."),
    _at_present("pages_open", "Pages that are open in browsers."),
    _only_grows("page_pushes", "Batches of changes handed to open pages."),
    _at_present("hub_followers", "Pages, clients and jobs that are told of changes."),
    _only_grows("updates_pushed", "Updates that came in by the integration doors."),
    _only_grows("ledger_commits", "Changes that were committed."),
    _only_grows("published_events", "Events handed to the hub after their commit."),
    _at_present("ledger_waiting", "Changes that wait to be written."),
    _in_steps("write_seconds", "Write transactions, with the publishing of what they caused."),
    _in_steps("write_changes", "Changes in one write transaction."),
    _at_present("outbox_lag_events", "Events in the log that this process has not published yet."),
    _at_present("unscored", "Diagnoses that wait to be re-scored.", renamed="unscored_diagnoses"),
    _at_present("oldest_unscored_seconds", "Since when the oldest of them has waited."),
    _in_steps("evidence_seconds", "One answer into the counts of its herb and condition."),
    _in_steps("prediction_seconds", "Predictions that were asked at once, by what was asked.", "predictor"),
    _at_present("alarms_unseen", "Serious answers that nobody has seen yet."),
    _at_present("oldest_alarm_seconds", "Since when the oldest of them has waited."),
    _only_grows("refreshes", "Refresh tokens that came, by outcome.", "outcome", renamed="token_refreshes"),
    _only_grows("security_refusals", "What was refused, by event and reason.", "event", "reason"),
    _in_steps("http_request_seconds", "Requests until their answer began.", "method", "route", "status"),
    _at_present("loop_lag_seconds", "The longest that the event loop came too late in the last minute."),
    _only_grows("job_restarts", "How often a job of the process failed and began anew."),
    _at_present("database_up", "Whether the database answered within 3 s: 1 or 0."),
    _at_present("database_bytes", "Size of the database."),
    _at_present("journal_bytes", "Size of SQLite's journal."),
    _at_present("backup_age_seconds", "Since the last backup by the program."),
    _at_present("audit_entries", "Entries of the audit.", renamed="audit_chain_entries"),
    _at_present("audit_whole", "Whether the audit was whole when it was verified last: 1 or 0."),
    _at_present("audit_verified_seconds", "Since it was verified last."),
    _at_present("bus_connected", "Whether the broker is connected: 1 or 0.", renamed="broker_up"),
    _only_grows("bus_received", "Messages that came from other processes.", renamed="bus_received_messages"),
    _only_grows("bus_duplicates", "Of these, what was known already.", renamed="bus_duplicate_messages"),
    _only_grows("bus_gaps", "Gaps between them, which were filled from the log."),
    _only_grows("bus_filled", "Events read from the log to fill them.", renamed="bus_filled_events"),
    _only_grows("bus_lost_connections", "How often the broker went away."),
    _only_grows("bus_dropped", "Messages dropped because too many waited.", renamed="bus_dropped_messages"),
    _only_grows("bus_overflows", "How often the bus itself gave up some, because too many came."),
    _only_grows("bus_unreadable", "Messages that are none of ours.", renamed="bus_unreadable_messages"),
    _only_grows("bus_sent", "Messages for other processes.", renamed="bus_sent_messages"),
    _only_grows("bus_unsent", "Messages that were not sent; the log has them.", renamed="bus_unsent_messages"),
    _only_grows("bus_passing_lost", "Of these, what is in no log.", renamed="bus_passing_lost_messages"),
    _in_steps("bus_hops", "From a commit to another process that hears of it.", renamed="bus_hop_seconds"),
    _at_present("leads", "Whether this process does what is done once: 1 or 0.", renamed="leader"),
    _at_present("processes_alive", "Processes of the cluster that said so within 30 s.", renamed="processes"),
    _at_present("build", "Which program this is, and which process.", "version", "process", renamed="build_info"),
)
BY_COUNT = {one.count: one for one in METRICS}
BESIDE = frozenset(
    {
        "connections_opened",
        "refused",
        "resumes_whole",
        "resumes_refused",
        "snapshots",
        "uptime_seconds",
        "server_errors",
    }
)
"""Counts of ``/ws/status`` that say what a metric says in other words."""
PROCESS = frozenset(
    {
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_max_fds",
    }
)
"""What Prometheus' library says of every process on Linux."""
SERIES = PROCESS.union(*(one.samples for one in METRICS))
"""The names of all series, for what reads them: alerts, dashboards."""
