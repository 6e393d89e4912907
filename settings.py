"""The settings, read from the environment (prefix ``VERVAIN_``) by main.py and the tests only."""

import ipaddress
import logging
import os
import secrets
import socket
import stat
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SECRET_BYTES = 32
DATABASES = ("sqlite", "postgresql+psycopg")
NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"
"""Of an identity provider: it stands in addresses."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LEAST_VARIETY = 12
"""Different bytes among 32: random ones have about 30, and fewer than 12 once in 10^20."""

log = logging.getLogger("vervain")


class SecretUnusable(OSError):
    """The secret file is there and holds no secret."""


class OidcProvider(BaseModel):
    """An identity provider that practitioners and admins may sign in by (OpenID Connect)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    label: str = ""
    """What the button on the sign-in page calls it."""
    allowed_domains: str = ""
    """Of the e-mail addresses that the provider may vouch for, with spaces or commas between; ``*`` for all."""

    @field_validator("issuer")
    @classmethod
    def nobody_reads_along(cls, address: str) -> str:
        """Refuse an issuer over whose connection others could put in keys of their own."""
        parts = urlsplit(address)
        sealed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not (sealed and parts.hostname) or parts.query or parts.fragment:
            raise ValueError("an issuer begins with https://, or with http:// on this machine, and has no ? and no #.")
        return address

    @model_validator(mode="after")
    def one_secret(self) -> Self:
        """Refuse a provider without a secret, and one with two."""
        if (self.client_secret is None) == (self.client_secret_file is None):
            raise ValueError("a provider needs a CLIENT_SECRET or a CLIENT_SECRET_FILE, and not both.")
        return self

    def secret(self) -> str:
        """Read the secret. Raises OSError for a file that cannot be read or is empty."""
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        assert self.client_secret_file is not None  # noqa: S101 - one of them is there
        kept = self.client_secret_file.read_text().strip()
        if not kept:
            raise SecretUnusable(f"The secret in {self.client_secret_file} is empty.")
        return kept

    @property
    def domains(self) -> frozenset[str]:
        """The domains one by one."""
        return frozenset(self.allowed_domains.casefold().replace(",", " ").split())


class Settings(BaseSettings):
    """How this process runs. Every setting has its heading in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="VERVAIN_", env_nested_delimiter="__", extra="ignore", hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = Field(default="sqlite:///data/vervain.db", repr=False)
    """Not shown: the address of a PostgreSQL has a password in it."""
    nats_url: str = Field(default="", repr=False)
    """Servers, with commas between, by which the processes of one database hear of each other's changes; empty for none."""
    secret: SecretStr | None = None
    """The secret itself, in hexadecimal, where something else keeps it than a file."""
    secret_file: Path = Path("data/secret")
    """256 random bits, made at the first start; everything that is signed hangs on it."""
    files_folder: Path | None = None
    """Where the predictors and the register of erasures lie, where that is not beside the database or the secret."""
    public: bool = False
    """True when strangers can reach the program: HTTPS in front, no demo people, JSON logs."""
    base_url: str = ""
    """Where people reach the program, such as https://practice.example; empty on one's own machine."""
    allowed_hosts: str = ""
    """Names, with commas between, under which people reach the program beside the one of the base URL."""
    trusted_proxies: str = ""
    """Networks, with commas between, of the proxies in front whose X-Forwarded-For and -Proto are believed."""
    demo: bool = False
    """Whether the one-click demo people may sign in; set by ``python main.py demo``."""
    accept_per_second: int = Field(default=1000, ge=1)
    """New live sockets a second; a herd that comes back after a restart is spread instead of served badly."""
    log_days: int = Field(default=90, ge=7)
    """How long the log is kept at least; clients that slept for longer begin anew with a snapshot."""
    keep_records_years: int = Field(default=10, ge=0, le=100)
    """For how many years after the year of the last contact a record has to be kept; 0 where no law says so."""
    device_days: int = Field(default=400, ge=1, le=3650)
    """For how many days a device stays signed in at most, however often it comes."""
    demand_second_factor: bool = False
    """Whether practitioners and admins have to set up a second factor before they come in."""
    predictor_url: str = Field(default="", repr=False)
    """A model on another server that is asked first how likely something is to help; empty for none."""
    oidc: dict[Annotated[str, Field(pattern=NAME)], OidcProvider] = Field(default_factory=dict)
    """Identity providers by name, as VERVAIN_OIDC__CLINIC__ISSUER and so on."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_seconds: float = Field(default=0.0, ge=0, le=300)
    """Between being told to stop and sending the first client away: a load balancer has to see meanwhile that it is not ready."""
    access_log: bool | None = None
    """Whether the log has a line for each request; where nothing is said, when strangers can reach the program."""
    traces_url: str = Field(default="", repr=False)
    """Where traces are sent, over OTLP; empty for none."""
    traces_share: float = Field(default=1.0, ge=0, le=1)
    """Of the traces that begin here, how many are kept."""
    traces_from_proxies: bool = False
    """Whether the traceparent that a trusted proxy sends is gone on from: only where it never hands on a stranger's."""

    @property
    def reached_at(self) -> str:
        """The address that invites link to."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def hosts(self) -> list[str]:
        """The names under which the program answers, in lower case and without a port."""
        named = [urlsplit(self.base_url).hostname or "", *_listed(self.allowed_hosts)]
        if not self.public:
            named += [*LOOPBACK, "" if self.host in LOOPBACK else socket.gethostname()]
        return sorted({name.lower() for name in named if name})

    @property
    def by_number(self) -> bool:
        """Whether it answers to any number in place of a name: in a house's own network people type that."""
        return not self.public and self.host not in LOOPBACK

    @property
    def writes_requests(self) -> bool:
        """Whether the log has a line for each request."""
        return self.public if self.access_log is None else self.access_log

    @property
    def proxies(self) -> list[str]:
        """The networks of the proxies in front."""
        return [str(ipaddress.ip_network(one, strict=False)) for one in _listed(self.trusted_proxies)]

    @property
    def predictors(self) -> Path:
        """The folder of the fitted predictors' files: beside the database where that is a file, else beside the secret."""
        return self._beside("predictors")

    @property
    def erasures(self) -> Path:
        """The register of who was erased: beside the database where that is a file, else beside the secret."""
        return self._beside("erased.jsonl")

    def _beside(self, what: str) -> Path:
        url = make_url(self.database_url)
        file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else self.secret_file
        name, folder = f"{file.stem}-{what}", self.files_folder or file.parent
        return folder.expanduser() / name

    @field_validator("database_url")
    @classmethod
    def the_address_can_be_read(cls, address: str) -> str:
        """Refuse an address that names no database."""
        try:
            known = make_url(address).drivername in DATABASES
        except ArgumentError:
            known = False
        if not known:
            raise ValueError(
                f"a database's address begins with {' or '.join(DATABASES)}, as sqlite:///data/vervain.db."
            )
        return address

    @field_validator("nats_url")
    @classmethod
    def a_broker_is_named(cls, addresses: str) -> str:
        """Refuse what is no address of a NATS server."""
        for one in _listed(addresses):
            parts = urlsplit(one)
            if parts.scheme not in ("nats", "tls") or not parts.hostname:
                raise ValueError("the address of a NATS server begins with nats:// or tls://, as nats://127.0.0.1.")
        return addresses

    @field_validator("allowed_hosts")
    @classmethod
    def a_host_is_a_name(cls, names: str) -> str:
        """Refuse a pattern and an address with a scheme, which would never be met."""
        if any(not all(one.isalnum() or one in "-.:" for one in name) for name in _listed(names)):
            raise ValueError("names of hosts have no scheme, no path and no *: practice.example, www.practice.example.")
        return names

    @field_validator("trusted_proxies")
    @classmethod
    def a_proxy_is_a_network(cls, networks: str) -> str:
        """Refuse what is no network, and the whole world."""
        for one in _listed(networks):
            try:
                everybody = ipaddress.ip_network(one, strict=False).prefixlen == 0
            except ValueError:
                raise ValueError(f"a proxy is an address or a network, as 10.0.0.0/8, and not {one}.") from None
            if everybody:
                raise ValueError("a network of proxies that holds every address would let anybody say who they are.")
        return networks

    @field_validator("traces_url")
    @classmethod
    def traces_go_somewhere(cls, address: str) -> str:
        """Refuse an address that is none, and one with a password in it, which would be in no good place."""
        parts = urlsplit(address)
        if address and (
            parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.strip("/") or parts.username
        ):
            raise ValueError("the address that traces are sent to is as http://127.0.0.1:4318/v1/traces.")
        return address

    @field_validator("predictor_url")
    @classmethod
    def what_is_known_of_patients_travels_sealed(cls, address: str) -> str:
        """Refuse an address that is none, and one over which others could read along."""
        parts = urlsplit(address)
        sealed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if address and not (sealed and parts.hostname):
            raise ValueError("the address of a model begins with https://, or with http:// on this machine.")
        return address

    @model_validator(mode="after")
    def strangers_meet_no_demo(self) -> "Settings":
        """Refuse what would hand a practice to whoever finds it."""
        if self.demo and (self.public or self.host not in LOOPBACK):
            raise ValueError("The demo listens on this machine only: its people sign in with one click.")
        if self.public and not self.base_url.startswith("https://"):
            raise ValueError("VERVAIN_PUBLIC needs VERVAIN_BASE_URL to start with https://.")
        if self.public:
            self._strangers_come_over_https()
        return self

    def _strangers_come_over_https(self) -> None:
        reached = urlsplit(self.base_url)
        if not reached.hostname or reached.hostname in LOOPBACK or reached.path.strip("/") or reached.query:
            raise ValueError("VERVAIN_PUBLIC needs VERVAIN_BASE_URL to be a name that strangers know, and no path.")
        if not self.proxies:
            raise ValueError("VERVAIN_PUBLIC needs VERVAIN_TRUSTED_PROXIES: the proxy in front that speaks HTTPS.")
        if self.log_level == "DEBUG":
            raise ValueError("VERVAIN_PUBLIC and VERVAIN_LOG_LEVEL=DEBUG: that would write down too much.")

    @model_validator(mode="after")
    def processes_share_a_server(self) -> "Settings":
        """Refuse a broker between processes that would each have a file."""
        if self.nats_url and self.database_url.startswith("sqlite"):
            raise ValueError("VERVAIN_NATS_URL needs VERVAIN_DATABASE_URL to be a PostgreSQL that all processes share.")
        return self

    @model_validator(mode="after")
    def there_is_one_secret(self) -> "Settings":
        """Refuse two, of which one would be used and the other believed to be."""
        if self.secret is not None and "secret_file" in self.model_fields_set:
            raise ValueError("Give VERVAIN_SECRET or VERVAIN_SECRET_FILE, and not both.")
        return self

    def read_secret(self) -> bytes:
        """Read the secret; made with mode 0600 when there is none. Raises OSError when it cannot be read, kept or trusted."""
        if self.secret is not None:
            return self._strong(self.secret.get_secret_value(), "The secret in VERVAIN_SECRET")
        try:
            with self.secret_file.open() as file:
                self._require_private(os.fstat(file.fileno()))
                return self._strong(file.read(), f"The secret in {self.secret_file}")
        except UnicodeDecodeError:
            raise SecretUnusable(f"The secret in {self.secret_file} is no text.") from None
        except FileNotFoundError:
            self.secret_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made = secrets.token_bytes(SECRET_BYTES)
            with os.fdopen(descriptor, "w") as file:
                file.write(made.hex())
            return made

    def _strong(self, text: str, what: str) -> bytes:
        kept = _unwritten(text, what)
        weakness = weakness_of(kept)
        if self.public and weakness:
            raise SecretUnusable(f"{what} is weak: {weakness}.")
        return kept

    def _require_private(self, found: os.stat_result) -> None:
        """Refuse a secret that others may read when strangers come; on one's own machine close it, or say that it is open.

        A file of somebody else may be read by a group of ours: so the credentials of systemd and of containers are handed over.
        """
        ours = found.st_uid == os.geteuid() if hasattr(os, "geteuid") else True
        open_to = stat.S_IMODE(found.st_mode) & (0o077 if ours else 0o037)
        if os.name != "posix" or not open_to:
            return
        said = f"The secret in {self.secret_file} can be read by others (mode {stat.S_IMODE(found.st_mode):04o})"
        if self.public:
            raise SecretUnusable(f"{said}: make a new one, with mode 0600.")
        try:
            self.secret_file.chmod(0o600)
        except OSError:
            log.warning("%s, and its mode cannot be changed.", said)
        else:
            log.warning("%s: its mode is 0600 now.", said)


def _unwritten(text: str, what: str) -> bytes:
    """Read a secret that was written in hexadecimal."""
    try:
        kept = bytes.fromhex(text.strip())
    except ValueError:
        raise SecretUnusable(f"{what} is not {SECRET_BYTES} bytes in hexadecimal.") from None
    if len(kept) < SECRET_BYTES:
        raise SecretUnusable(f"{what} is shorter than {SECRET_BYTES} bytes.")
    return kept


def weakness_of(secret: bytes) -> str | None:
    """Say what is wrong with a secret that nobody should be able to guess; None for one as random bytes are."""
    if len(secret) < SECRET_BYTES:
        return f"it has fewer than {SECRET_BYTES} bytes"
    if len(set(secret)) < LEAST_VARIETY:
        return "its bytes repeat"
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    return "its bytes are counted up or down" if len(steps) == 1 else None


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
