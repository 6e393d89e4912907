"""What the Operations page says of each thing that is counted: its name, and a sentence what it means."""

from pages.language import N_

GROUPS = {
    "connections": N_("Connections"),
    "delivery": N_("Delivery"),
    "writing": N_("Writing and re-scoring"),
    "guarding": N_("Sign-in and audit"),
    "cluster": N_("Between processes"),
    "machine": N_("Machine and database"),
}
MEANS = {
    "pages_open": (N_("Open pages"), N_("Practitioners' pages that are open in browsers now.")),
    "connections_by_kind": (
        N_("Live connections"),
        N_("Phones and programs that follow a diagnosis now. One process takes 10,000."),
    ),
    "hub_followers": (
        N_("Followers"),
        N_(
            "Pages, phones and jobs that are told of changes. It falls when pages close; a number that only rises is a leak."
        ),
    ),
    "refused": (
        N_("Connections refused"),
        N_("Clients that were not let in, by reason: no sign-in, not theirs, too many at once."),
    ),
    "connections_closed": (
        N_("Connections closed"),
        N_("By close code: 1000 and 1001 are goodbyes, 1006 a lost line, 1008 no permission, 1012 a restart."),
    ),
    "slow_clients_cut": (
        N_("Slow clients cut"),
        N_("Clients that did not take what was sent. They come back and resume; many of them point to a bad line."),
    ),
    "delivery_seconds": (
        N_("Delay of delivery"),
        N_("From a change to the last client that follows it: 99 of 100 took at most so long since the start."),
    ),
    "messages_sent": (N_("Messages sent"), N_("To phones and programs, each client counted.")),
    "resumes_whole": (
        N_("Resumed without a gap"),
        N_("Clients that came back and were given exactly what they had missed."),
    ),
    "resumes_refused": (
        N_("Could not be resumed"),
        N_(
            "Clients that came back too late, or after a restore, and began again with a snapshot. Nothing is lost by it."
        ),
    ),
    "snapshots": (N_("Snapshots"), N_("Whole diagnoses sent to clients that came new or could not resume.")),
    "unacknowledged": (
        N_("Not confirmed yet"),
        N_("Messages of this practice that known devices have not confirmed: phones that are off or offline."),
    ),
    "acks_waiting": (
        N_("Confirmations to be written"),
        N_("Confirmations of devices that are not in the database yet. They are written twice a second."),
    ),
    "ledger_commits": (N_("Changes written"), N_("Changes that are committed to the database.")),
    "ledger_waiting": (
        N_("Changes waiting"),
        N_("Changes that queue for the writer now. At 1,000 new ones are refused with a 503."),
    ),
    "unscored": (
        N_("To be re-scored"),
        N_(
            "Diagnoses whose proposals rest on evidence that has changed since. Those that are told on the hour are not counted."
        ),
    ),
    "oldest_unscored_seconds": (
        N_("Oldest change not re-scored"),
        N_("For so long the oldest of them has waited. Until then its proposals rest on the evidence of before."),
    ),
    "loop_lag_seconds": (
        N_("Lag of the event loop"),
        N_("The longest that something came too late within the last minute. It delays every page and phone at once."),
    ),
    "database_bytes": (N_("Database"), N_("Its size on the disk, without the journal.")),
    "journal_bytes": (
        N_("Journal"),
        N_("What was committed last and is not in the main file yet. It grows while something reads for long."),
    ),
    "backup_age_seconds": (
        N_("Last backup"),
        N_(
            "How long ago a backup of this database was made by the command backup. Of other ways nothing is known here."
        ),
    ),
    "clients_behind": (
        N_("Clients behind"),
        N_("Clients that do not take messages as fast as they come. After 5 seconds, or 256 messages, they are cut."),
    ),
    "outbound_bytes": (N_("Waiting for clients"), N_("What waits in this process for the clients that are behind.")),
    "confirmation_seconds": (
        N_("Delay of confirmation"),
        N_("Until a client has confirmed a message, for 99 of 100. Clients collect confirmations for up to 3 seconds."),
    ),
    "page_pushes": (N_("Updates to pages"), N_("Batches of changes that were handed to open pages.")),
    "gaps": (
        N_("Sent away with a gap"),
        N_("Clients for which a message between two was missing. They come back at once and lose nothing."),
    ),
    "oldest_undelivered_seconds": (
        N_("Oldest not confirmed"),
        N_("For so long a known device has not confirmed something, in all practices: usually a phone that is off."),
    ),
    "write_seconds": (
        N_("Time of a write"),
        N_("A transaction, with telling everybody what it caused: 99 of 100 took at most so long since the start."),
    ),
    "write_changes": (
        N_("Changes in one write"),
        N_("At most so many changes shared a transaction in 99 of 100. It rises by itself when much is written."),
    ),
    "outbox_lag_events": (
        N_("Not published yet"),
        N_(
            "Events that are committed and that this process has not told its clients. It falls to 0 within half a second."
        ),
    ),
    "evidence_seconds": (
        N_("Counting an answer"),
        N_("Until an answer is in the counts of its herb and condition, for 99 of 100."),
    ),
    "prediction_seconds": (
        N_("Time of a prediction"),
        N_("By rules, by the fitted model or by a remote one, for 99 of 100."),
    ),
    "security_refusals": (
        N_("Refused"),
        N_("Sign-ins, tokens, permissions and requests that were refused, by reason. The log has a line for each."),
    ),
    "refreshes": (
        N_("Renewed sign-ins"),
        N_("Devices that came for fresh tokens. Reused: a token was copied, and its sign-in was ended."),
    ),
    "audit_entries": (
        N_("Entries of the audit"),
        N_("Who did what to which record, in all practices. None is taken out."),
    ),
    "audit_whole": (
        N_("Audit is whole"),
        N_("What the command audit verify found last. No: somebody has changed the database by hand."),
    ),
    "audit_verified_seconds": (N_("Audit verified"), N_("How long ago the command audit verify was run to its end.")),
    "bus_connected": (
        N_("Broker is there"),
        N_("Between processes messages go through it. Without it changes arrive half a second later."),
    ),
    "bus_received": (N_("Messages from other processes"), N_("What others have published, and told this one.")),
    "bus_duplicates": (
        N_("Known already"),
        N_("Messages of others that had been published here before. Nobody gets them twice."),
    ),
    "bus_gaps": (N_("Gaps between processes"), N_("Messages of others that were lost on their way. The log had them.")),
    "bus_filled": (N_("Filled from the log"), N_("Events that were read from the log where a message was lost.")),
    "bus_lost_connections": (N_("Broker went away"), N_("How often the line to the broker was lost.")),
    "bus_dropped": (
        N_("Messages dropped"),
        N_("Messages of others that came faster than this process took them. The log has them."),
    ),
    "http_request_seconds": (
        N_("Time of a request"),
        N_("Until an answer begins, pages and programs together: 99 of 100 took at most so long since the start."),
    ),
    "server_errors": (
        N_("Errors of ours"),
        N_("Requests that ended with an error of the program. The log has a line for each, with its number."),
    ),
    "uptime_seconds": (N_("Running for"), N_("Since this process was started. All counts begin there.")),
}
MAIN = frozenset(
    (
        *(
            "pages_open",
            "connections_by_kind",
            "delivery_seconds",
            "unacknowledged",
            "ledger_commits",
            "ledger_waiting",
        ),
        *("security_refusals", "audit_whole", "bus_connected", "bus_gaps", "http_request_seconds", "server_errors"),
        "backup_age_seconds",
    )
)
"""What the line of a folded group says."""
KINDS = {
    "patient": N_("Phones of patients"),
    "practitioner": N_("Practitioners"),
    "admin": N_("Admins"),
    "service": N_("Other programs"),
    "renewed": N_("Renewed"),
    "repeated": N_("Asked again"),
    "reused": N_("Reused"),
    "refused": N_("Refused"),
}
