"""A program that knows an identity provider, and who has come in by it."""

from dataclasses import replace

from fastapi import FastAPI
from sqlmodel import select

from domain.identity_provider import Provider
from domain.ledger import Change
from domain.services import Services
from settings import Settings
from storage.tables import Person, SignIn
from tests.support.browsing import HERE
from tests.support.made_up_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.server import without_pages

NAME = "clinic"
START = f"/auth/oidc/{NAME}?next=/effectiveness"
SUBJECT = "leila-1"


def a_provider(issuer: str, *domains: str) -> Provider:
    """Say how a provider was set."""
    return Provider(
        name=NAME,
        label="The clinic",
        issuer=issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        domains=frozenset(domains),
    )


def knowing(services: Services, provider: Provider) -> Services:
    """Give the parts of a program that knows a provider."""
    return replace(services, identity_providers={NAME: provider}, base_url=HERE)


def an_app(settings: Settings, services: Services, provider: Provider) -> FastAPI:
    """Build a program that knows a provider; without pages, which cost more than what is tried here."""
    return without_pages(settings, knowing(services, provider))


def change_person(services: Services, person_id: int, **columns: object) -> None:
    """Change the row of a person."""

    def act(change: Change) -> None:
        person = change.session.get_one(Person, person_id)
        for name, value in columns.items():
            setattr(person, name, value)
        change.session.add(person)

    services.ledger.write(act)


def came_in(services: Services) -> list[int]:
    """List who has signed in by browser."""
    with services.database.read() as session:
        return list(session.exec(select(SignIn.person_id).where(SignIn.kind == "page")))
