"""Identity providers as they are set."""

from pathlib import Path

import pytest

import main
from settings import OidcProvider, Settings
from tests.support.command_line import Command, failed

GIVEN = {
    "OIDC__CLINIC__ISSUER": "https://id.clinic.example",
    "OIDC__CLINIC__CLIENT_ID": "1234",
    "OIDC__CLINIC__CLIENT_SECRET": "[5678]",
}


def test_several_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "client-secret"
    kept.write_text("from a file\n")
    other = {"ISSUER": "http://localhost:9000", "CLIENT_ID": "x", "CLIENT_SECRET_FILE": str(kept)}
    other |= {"LABEL": "Elsewhere", "ALLOWED_DOMAINS": "Clinic.example, other.example"}
    for name, value in GIVEN.items() | {(f"OIDC__ELSE_WHERE__{name}", value) for name, value in other.items()}:
        monkeypatch.setenv(f"VERVAIN_{name}", value)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'v.db'}", secret_file=tmp_path / "secret")
    services = main.build_services(settings)
    services.database.close()
    clinic, elsewhere = services.identity_providers["clinic"], services.identity_providers["else_where"]
    assert (clinic.label, clinic.client_id, clinic.client_secret, clinic.domains) == (
        "clinic",
        "1234",
        "[5678]",
        frozenset(),
    )
    assert (elsewhere.label, elsewhere.client_secret) == ("Elsewhere", "from a file")
    assert elsewhere.domains == {"clinic.example", "other.example"}
    assert "5678" not in repr(settings) + repr(clinic)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"OIDC__CLINIC__ISSUER": "http://id.clinic.example"}, "OIDC__CLINIC__ISSUER"),
        ({"OIDC__CLINIC__ISSUER": "id.clinic.example"}, "OIDC__CLINIC__ISSUER"),
        ({"OIDC__CLINIC__ISSUER": "https://id.clinic.example/?a=b"}, "OIDC__CLINIC__ISSUER"),
        ({"OIDC__CLINIC__CLIENT_ID": ""}, "OIDC__CLINIC__CLIENT_ID"),
        ({"OIDC__CLINIC__CLIENT_SECRET_FILE": "/both"}, "OIDC__CLINIC"),
        ({"OIDC__CLINIC__CLIENT_SECRE": "x"}, "OIDC__CLINIC__CLIENT_SECRE"),
        ({"OIDC__A/B__ISSUER": "https://id.clinic.example"}, "OIDC__A/B"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_refused(command: Command, wrong: dict[str, str], name: str) -> None:
    said = failed(command("user", "services", **(GIVEN | wrong)))
    assert said.startswith(f"VERVAIN_{name}")
    assert "5678" not in said


def test_a_secret_that_cannot_be_read(command: Command, tmp_path: Path) -> None:
    without = {name: value for name, value in GIVEN.items() if not name.endswith("SECRET")}
    assert "CLIENT_SECRET" in failed(command("user", "services", **without))
    kept = tmp_path / "client-secret"
    given = without | {"OIDC__CLINIC__CLIENT_SECRET_FILE": str(kept)}
    assert failed(command("user", "services", **given)) == f"{kept}: no such file or directory."
    kept.write_text(" \n")
    assert "is empty" in failed(command("user", "services", **given))


def test_an_issuer_on_this_machine_may_do_without_https() -> None:
    for issuer in ("http://localhost:8080/realms/x", "http://127.0.0.1:1", "https://id.clinic.example"):
        assert OidcProvider(issuer=issuer, client_id="x", client_secret="y").issuer == issuer
