"""The door for those who sign in by an identity provider: out to the provider, and back."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse

from api.doors.cross_site import clicked_here
from api.entrance import enter_or_ask
from api.identity import ServicesOf, address_of
from domain import identity_provider, local_sign_in, throttle
from domain.errors import NotFound, NotSignedIn, VervainError
from domain.identity_provider import Provider
from domain.network import network_of
from domain.own_path import own_path
from domain.security_log import Event
from domain.services import Services
from domain.tokens import new_secret

if TYPE_CHECKING:
    from api.oidc_client import ProviderClient

router = APIRouter(include_in_schema=False)

BROWSER_KEY = "oidc"
"""Where the secret lies in the signed cookie that says which browser began a sign-in."""
LONGEST_PATH = 2_000
SAID_BACK = ("code", "iss", "error")
LONGEST_SAID = 4_000
"""Characters of one parameter of the callback; codes of some providers are whole tokens."""


@router.get("/auth/oidc/{name}")
async def leave(name: str, request: Request, services: ServicesOf, next: str = "/") -> RedirectResponse:  # noqa: A002 - as in the address
    """Send somebody to a provider to sign in there, who has clicked on it here.

    A link elsewhere leads to our page with the button: a provider that still knows somebody would sign them in without a word.
    """
    provider = _provider(services, name)
    path = own_path(next[:LONGEST_PATH])
    if not clicked_here(request.headers):
        return RedirectResponse(f"/sign-in?next={quote(path)}", 303)
    browser = request.session.get(BROWSER_KEY) or new_secret()  # the same for all tabs, of which each may begin
    try:
        _count(request, services)
        client = await _client(request, services, provider)
        await client.reached()  # before anything is written down for a provider that is away
        begun = await identity_provider.begin(services, provider, browser=browser, path=path)
        address = await client.address(begun)
    except VervainError as error:
        return _back(error, path)
    request.session[BROWSER_KEY] = browser
    return RedirectResponse(address, 303)


@router.get("/auth/oidc/{name}/callback")
async def come_back(name: str, request: Request, services: ServicesOf, state: str = "") -> RedirectResponse:
    """Let in whoever comes back from a provider and is known here."""
    provider = _provider(services, name)
    said = {name: value for name in SAID_BACK if (value := request.query_params.get(name, "")[:LONGEST_SAID])}
    path = "/"
    try:
        _count(request, services)
        browser = request.session.get(BROWSER_KEY, "")
        begun = await identity_provider.resume(services, provider, browser=browser, state=state[:LONGEST_SAID])
        path = begun.path
        client = await _client(request, services, provider)
        claimed, access_token = await client.came_back(begun, said)
        if provider.domains and not await asyncio.to_thread(
            identity_provider.is_linked, services, provider, claimed.subject
        ):
            claimed = await client.with_email(claimed, access_token)
        person_id = await asyncio.to_thread(identity_provider.enter, services, provider, claimed)
        found = await asyncio.to_thread(
            local_sign_in.after_first_step, services, person_id, second_factor_given=claimed.second_factor
        )
        return await asyncio.to_thread(enter_or_ask, request, services, found, path)
    except VervainError as error:
        if isinstance(error, NotSignedIn):
            services.security.note(Event.SIGN_IN_REFUSED, reason=error.code, address=address_of(request))
        return _back(error, path)


def _count(request: Request, services: Services) -> None:
    """Raise TooOften where one address begins or ends sign-ins without end: strangers can, and each is a write."""
    services.throttle.count(throttle.BY_PROVIDER_FROM_ADDRESS, network_of(address_of(request)))


def _provider(services: Services, name: str) -> Provider:
    if name not in services.identity_providers:
        raise NotFound("There is no such identity provider.")
    return services.identity_providers[name]


async def _client(request: Request, services: Services, provider: Provider) -> "ProviderClient":
    """Give the client of a provider, of which an application has one: it remembers keys."""
    clients: dict[str, asyncio.Task[ProviderClient]] = request.app.state.oidc_clients
    if provider.name not in clients:
        callback = f"{services.base_url}/auth/oidc/{provider.name}/callback"
        making = asyncio.to_thread(
            _make, provider, callback
        )  # Authlib is imported, and the trusted certificates are read
        clients[provider.name] = asyncio.create_task(making, name=f"client of {provider.name}")
    return await asyncio.shield(clients[provider.name])


def _make(provider: Provider, callback: str) -> "ProviderClient":
    from api.oidc_client import ProviderClient

    return ProviderClient(provider, callback)


def _back(error: VervainError, path: str) -> RedirectResponse:
    return RedirectResponse(f"/sign-in?problem={quote(error.code)}&next={quote(path)}", 303)
