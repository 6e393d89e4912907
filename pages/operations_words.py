"""What the Operations page says of each thing that is counted: its name, and a sentence what it means."""

from pages.language import N_

GROUPS = {
    "connections": N_("Connections"),
    "delivery": N_("Delivery"),
    "writing": N_("Writing and re-scoring"),
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
    "uptime_seconds": (N_("Running for"), N_("Since this process was started. All counts begin there.")),
}
KINDS = {
    "patient": N_("Phones of patients"),
    "practitioner": N_("Practitioners"),
    "admin": N_("Admins"),
    "service": N_("Other programs"),
}
