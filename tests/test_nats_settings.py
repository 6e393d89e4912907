"""The broker between processes as it is set."""

import pytest
from pydantic import ValidationError

from settings import Settings

SERVER = "postgresql+psycopg://vervain:secret@db.example/vervain"


@pytest.mark.parametrize("address", ["", "nats://127.0.0.1:4222", "tls://a.example:4222, tls://user:pass@b.example"])
def test_addresses(address: str) -> None:
    settings = Settings(database_url=SERVER, nats_url=address)
    assert settings.nats_url == address
    assert "pass" not in repr(settings)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:4222", "http://127.0.0.1:4222", "nats://", "nats://a.example,redis://b"]
)
def test_what_is_no_broker_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="begins with nats:// or tls://"):
        Settings(database_url=SERVER, nats_url=address)


def test_a_broker_between_files_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs VERVAIN_DATABASE_URL to be a PostgreSQL"):
        Settings(nats_url="nats://127.0.0.1:4222")
