"""The OpenAPI document is true: whatever fits it or just does not, the program answers as it says, and never with a 5xx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import api
from api.document import BEARER, document
from domain import service
from domain.permission import SCOPES
from domain.services import Services
from tests.conftest import over
from tests.support.databases import Databases
from tests.support.house import House, new_patient, signed_in
from tests.support.server import serving, without_pages
from tests.support.waiting import ANSWER_SECONDS
from tests.test_docs import DOCS, text_of

pytestmark = pytest.mark.long

EXAMPLES = 20
"""Of each operation, beside those that try the bounds of every parameter; half of them do not fit the document."""
ERASURE = "POST /api/patients/{patient_id}/erasure"
"""Each time of somebody who came for it: Mina is needed by the operations that follow."""
DOCUMENT = document(api.ROUTES, base_url="https://practice.example")
CONFIG = {
    "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
    "generation": {
        "max-examples": EXAMPLES,
        "deterministic": True,
        "database": "none",
        "with-security-parameters": False,
    },
}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
described = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(CONFIG))


@dataclass
class Crowd:
    """Everybody who may ask, in turn; each is signed in anew for every operation, of which one is signing out."""

    house: House
    base_url: str
    turns: Iterator[int] = field(default_factory=count)
    tokens: dict[str, list[str | None]] = field(default_factory=dict)

    def next(self, operation: str) -> dict[str, str]:
        """Give the header of whoever is next, practitioners twice as often as the others; nobody has none."""
        if operation not in self.tokens:
            house = self.house
            people = [signed_in(house.services, one)[1] for one in (house.leila, house.ida, house.mina)]
            pushing = service.issue(house.services, "Pharmacy", scopes=list(SCOPES), days=1, practice="1").token
            self.tokens[operation] = [people[0], *people, people[0], pushing, None]
        tokens = self.tokens[operation]
        token = tokens[next(self.turns) % len(tokens)]
        return {} if token is None else {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def crowd(
    databases: Databases,
    furnished: tuple[Path, House],
    built: tuple[Path, Services],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Crowd]:
    """One server for all operations: what one of them leaves behind, the next ones meet."""
    folder = tmp_path_factory.mktemp("laws")
    settings = databases.copy(furnished[0], folder)
    services = over(built[1], settings)
    with serving(without_pages(settings, services)) as server:
        yield Crowd(replace(furnished[1], services=services), server.http)
    services.database.close()
    databases.drop(folder)


@described.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_no_answer_but_those_that_are_described(case: schemathesis.Case[Any], crowd: Crowd) -> None:
    known = {"patient_id": crowd.house.mina.patient_id, "diagnosis_id": crowd.house.diagnosis_id}
    known |= {"recommendation_id": crowd.house.ginger, "feedback_id": 1}
    if case.operation.label == ERASURE:
        known["patient_id"] = new_patient(crowd.house.services, crowd.house.leila).patient_id
    if next(crowd.turns) % 4:  # most made-up ids are of nothing, behind which nothing more would be asked
        sent: dict[str, Any] = case.path_parameters
        sent.update({name: value for name, value in known.items() if name in sent})
    headers = crowd.next(case.operation.label)
    response = case.call(base_url=crowd.base_url, headers=headers, timeout=ANSWER_SECONDS)
    case.validate_response(response, checks=CHECKS)


def test_every_operation_says_who_may_and_what_proves_it() -> None:
    rows = re.findall(r"^\| `(/\S*)` \| ([A-Z, ]+) \| ([^|]+) \|", text_of(DOCS / "http-api.md"), re.MULTILINE)
    open_to_all = {path for path, _, who in rows if who.startswith("anybody")}
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert schemes[BEARER]["scheme"] == "bearer"
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert "Who may: " in operation["description"], (method, path)
            assert operation["summary"].endswith("."), (method, path)
            assert (operation["security"] == []) is (path in open_to_all), (method, path)
            assert "5XX" not in operation["responses"]


def test_the_document_says_where_the_program_is_reached_and_nothing_internal() -> None:
    assert DOCUMENT["servers"] == [{"url": "https://practice.example"}]
    assert [path for path in DOCUMENT["paths"] if path.startswith(("/auth", "/static", "/m", "/_"))] == ["/metrics"]
