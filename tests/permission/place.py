"""Everybody of the table, signed in at one program on one port."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import TimestampSigner

import main
from domain import feedback, service, sharing, sign_in
from domain.emergency import LASTS
from domain.feedback import FeedbackInput
from domain.ledger import Change
from domain.permission import Actor, Level
from domain.services import Services
from domain.sharing import ShareInput, put
from domain.sign_in import SESSION_KEY
from settings import Settings
from storage.tables import Person
from tests.support.house import House, add_person, signed_in
from tests.support.pages import forget_pages
from tests.support.server import Server, serving

SERVICES = ("broadcast", "status", "follow", "knowledge")


@dataclass(frozen=True)
class Place:
    """Where the program is, who is there with token and cookie, and the ids of what is Mina's."""

    server: Server
    services: Services
    tokens: dict[str, str]
    leaving: dict[str, str]
    """Tokens of sign-ins of their own, to sign out with."""
    cookies: dict[str, str]
    ids: dict[str, int]
    people: dict[str, int]


@contextmanager
def furnished_place(settings: Settings, services: Services, house: House) -> Iterator[Place]:
    """Serve the house with everybody in it."""
    who = _everybody(services, house)
    mina = house.mina.patient_id or 0
    answered = feedback.submit(
        services, house.mina, house.diagnosis_id, FeedbackInput(recommendation_id=house.ginger, rating=4)
    )
    tokens, leaving, cookies = {}, {}, {}
    for name, actor in who.items():
        tokens[name], leaving[name] = signed_in(services, actor)[1], signed_in(services, actor)[1]
        cookies[name] = _cookie(services, sign_in.open_page_session(services, actor.person_id).secret)
    for scope in SERVICES:
        issued = service.issue(services, scope, scopes=[scope], days=1, practice=str(house.leila.practice_id))
        tokens[scope] = issued.token
    actor, tokens["revoked"] = signed_in(services, house.leila)
    sign_in.sign_out(services, actor)
    session = sign_in.open_page_session(services, house.leila.person_id)
    cookies["revoked"] = _cookie(services, session.secret)
    sign_in.sign_out(services, session.actor)
    services.ledger.write(lambda change: _disable(change, who["disabled"]))
    services.ledger.write(lambda change: _run_out(change, mina, who["expired"]))
    ids = {
        "diagnosis_id": house.diagnosis_id,
        "recommendation_id": house.ginger,
        "feedback_id": int(answered["id"]),
        "patient_id": mina,
    }
    forget_pages()
    with serving(main.create_app(settings, services)) as server:
        people = {name: actor.person_id for name, actor in who.items()}
        yield Place(server, services, tokens, leaving, cookies, ids, people)


def _everybody(services: Services, house: House) -> dict[str, Actor]:
    practice, mina = house.leila.practice_id, house.mina.patient_id or 0
    more = {
        name: add_person(services, practice, "practitioner", f"Dr {name.title()}")
        for name in ("treating", "reading", "emergency", "expired", "disabled", "spare")
    }
    for name, level in (("treating", "treat"), ("reading", "read"), ("expired", "treat"), ("disabled", "treat")):
        wanted = ShareInput.model_validate({"person_id": more[name].person_id, "level": level})
        sharing.share(services, house.leila, mina, wanted)
    services.ledger.write(
        lambda change: put(change, mina, more["emergency"].person_id, Level.EMERGENCY, change.now + LASTS)
    )
    named = {"own": house.leila, "colleague": house.chen, "admin": house.ida, "patient": house.mina}
    return {**named, "another": house.omar, "elsewhere": house.stranger, **more}


def _cookie(services: Services, secret: str) -> str:
    """Write the cookie that a browser holds after signing in."""
    session = base64.b64encode(json.dumps({SESSION_KEY: secret}).encode())
    return TimestampSigner(services.tokens.session_secret).sign(session).decode()


def _disable(change: Change, actor: Actor) -> None:
    row = change.session.get_one(Person, actor.person_id)
    row.disabled = True
    change.session.add(row)


def _run_out(change: Change, patient_id: int, actor: Actor) -> None:
    put(change, patient_id, actor.person_id, Level.TREAT, change.now - timedelta(seconds=1))
