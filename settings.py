"""The settings, read from the environment (prefix ``VERVAIN_``) by main.py and the tests only."""

import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SECRET_BYTES = 32
DATABASES = ("sqlite", "postgresql+psycopg")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SecretUnusable(OSError):
    """The secret file is there and holds no secret."""


class Settings(BaseSettings):
    """How this process runs. Every setting has its heading in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="VERVAIN_", env_nested_delimiter="__", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = "sqlite:///data/vervain.db"
    secret_file: Path = Path("data/secret")
    """256 random bits, made at the first start; everything that is signed hangs on it."""
    public: bool = False
    """True when strangers can reach the program: HTTPS in front, no demo people, JSON logs."""
    base_url: str = ""
    """Where people reach the program, such as https://practice.example; empty on one's own machine."""
    demo: bool = False
    """Whether the one-click demo people may sign in; set by ``python main.py demo``."""
    accept_per_second: int = Field(default=1000, ge=1)
    """New live sockets a second; a herd that comes back after a restart is spread instead of served badly."""
    log_days: int = Field(default=90, ge=7)
    """How long the log is kept at least; clients that slept for longer begin anew with a snapshot."""
    keep_records_years: int = Field(default=10, ge=0, le=100)
    """For how many years after the year of the last contact a record has to be kept; 0 where no law says so."""
    predictor_url: str = ""
    """A model on another server that is asked first how likely something is to help; empty for none."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def reached_at(self) -> str:
        """The address that invites link to."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def predictors(self) -> Path:
        """The folder of the fitted predictors' files: beside the database where that is a file, else beside the secret."""
        url = make_url(self.database_url)
        file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else self.secret_file
        return file.expanduser().with_name(f"{file.stem}-predictors")

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
        return self

    def secret(self) -> bytes:
        """Read the secret, made with mode 0600 when there is none; raises OSError when it cannot be kept."""
        try:
            kept = bytes.fromhex(self.secret_file.read_text().strip())
            if len(kept) < SECRET_BYTES:
                raise SecretUnusable(f"The secret in {self.secret_file} is shorter than {SECRET_BYTES} bytes.")
            return kept
        except ValueError:
            raise SecretUnusable(
                f"The secret in {self.secret_file} is not {SECRET_BYTES} bytes in hexadecimal."
            ) from None
        except FileNotFoundError:
            self.secret_file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made = secrets.token_bytes(SECRET_BYTES)
            with os.fdopen(descriptor, "w") as file:
                file.write(made.hex())
            return made
