"""What every part is handed: built once in main.py, never looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.acknowledgement import Acknowledgements
from domain.bus import Bus
from domain.erasure_register import ErasureRegister
from domain.health import Health
from domain.hub import Hub
from domain.last_seen import LastSeen
from domain.leading import Leading
from domain.learned import Learned
from domain.ledger import Ledger
from domain.library import Library
from domain.passwords import Passwords
from domain.patient_names import PatientNames
from domain.predictors.shelf import Predictors
from domain.running import Running
from domain.sealing import Sealing
from domain.security_log import SecurityLog
from domain.throttle import Throttle
from domain.tokens import Tokens
from storage.database import Database

if TYPE_CHECKING:
    from domain.identity_provider import Provider
    from domain.tracing import Tracing


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of one running program."""

    database: Database
    hub: Hub
    ledger: Ledger
    acks: Acknowledgements
    """What devices say they have got, until it is written down."""
    seen: LastSeen
    """Which sign-ins have come, until it is written down."""
    library: Library
    """What each practice knows."""
    learned: Learned
    """What each practice's past cases teach."""
    predictors: Predictors
    """What each practice's outcomes teach."""
    passwords: Passwords
    security: SecurityLog
    """What was refused, in the log."""
    throttle: Throttle
    """How often somebody may try."""
    tokens: Tokens
    sealing: Sealing
    """For what must not lie in the database in clear."""
    erasures: ErasureRegister
    """Who was erased, beside the database."""
    demo: bool
    """Whether one-click demo people may sign in."""
    base_url: str
    """Where people reach the program; invites are links to it."""
    keep_records_years: int = 10
    """For how many years after the last contact the law wants a record kept."""
    second_factor_demanded: bool = False
    """Whether practitioners and admins have to have a second factor."""
    device_days: int = 400
    """For how many days a device stays signed in at most, however often it comes."""
    names: PatientNames = field(default_factory=PatientNames)
    """What the patients of each practice are called, to search by."""
    identity_providers: Mapping[str, "Provider"] = field(default_factory=dict)
    """Where practitioners and admins may sign in besides here, by name."""
    health: Health = field(default_factory=Health)
    """How the parts are, and whether requests can be served."""
    tracing: "Tracing | None" = None
    """Where it is told how long each step takes; None where the settings name no place."""
    running: Running = field(default_factory=Running)
    """What the parts of this process count."""
    leading: Leading = field(default_factory=Leading)
    """Whether this process does what is to be done once."""

    @property
    def bus(self) -> Bus:
        """By which the processes over one database hear of each other's changes."""
        return self.ledger.bus
