"""One identity provider, as a client of it: authorization code with PKCE, through Authlib.

Imported when somebody first signs in by a provider: Authlib's client costs 0.2 s.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from api.bounded_transport import BoundedTransport
from api.oidc_announced import Announced, Unusable, announced
from api.oidc_keys import FRESH_SECONDS, Keys
from domain.errors import NotSignedIn, Unavailable, VervainError
from domain.identity_provider import LONGEST_SUBJECT, Begun, Claimed, Provider
from domain.second_factor_elsewhere import given_elsewhere

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 5.0
"""For everything that is asked at one step, from connecting to the last byte: somebody waits before an empty page."""
DEAD_SECONDS = 5.0
"""How long a provider that was not reached is not asked again: who come meanwhile need not wait in a row."""
LEEWAY_SECONDS = 30
"""Between the clocks of two machines."""
SCOPE = "openid email"
SILENT = "The identity provider does not answer: try again in a minute, or use your account here."
REFUSED = "The identity provider has let nobody in."
DOUBTFUL = "What the identity provider sent cannot be trusted, so nobody was signed in."


class ProviderClient:
    """Sends people to a provider, and reads what it says of those who come back to ``callback``."""

    def __init__(self, provider: Provider, callback: str) -> None:
        self._provider = provider
        self._client = AsyncOAuth2Client(
            provider.client_id,
            provider.client_secret,
            scope=SCOPE,
            redirect_uri=callback,
            code_challenge_method="S256",
            transport=BoundedTransport(),
            timeout=LIMIT_SECONDS,
            trust_env=False,
            follow_redirects=False,
        )
        self._keys = Keys(self._read_keys)
        self._asking = asyncio.Lock()
        self._announced: Announced | None = None
        self._read = 0.0
        self._dead_until = 0.0

    async def reached(self) -> Announced:
        """Read what the provider announces, at most once an hour. Raises Unavailable."""
        async with self._told_apart(), self._asking:
            if time.monotonic() < self._dead_until:
                raise _silent()
            if self._announced is None or time.monotonic() - self._read >= FRESH_SECONDS:
                self._announced, self._read = await self._announcement(), time.monotonic()
            return self._announced

    async def address(self, begun: Begun) -> str:
        """Say where the browser goes to sign in. Raises Unavailable."""
        known = await self.reached()
        address, _ = self._client.create_authorization_url(
            known.authorization_endpoint, state=begun.state, nonce=begun.nonce, code_verifier=begun.code_verifier
        )
        return str(address)

    async def came_back(self, begun: Begun, answer: Mapping[str, str]) -> tuple[Claimed, str]:
        """Read who came back with ``answer``, the parameters of the callback; also gives the access token.

        Raises NotSignedIn for whoever was refused there and for what cannot be believed, Unavailable for a dead provider.
        """
        known = await self.reached()
        if answer.get("iss", "" if known.names_itself else self._provider.issuer) != self._provider.issuer:
            self._note("an answer of another issuer")
            raise NotSignedIn(DOUBTFUL, code="provider_doubtful")
        if answer.get("error") or not answer.get("code"):
            log.info("an identity provider refused", provider=self._provider.name, error=answer.get("error", "")[:100])
            raise NotSignedIn(REFUSED, code="provider_refused")
        async with self._told_apart():
            token = await self._redeem(known, begun, answer["code"])
            claims = await self._believed(known, begun, token)
        claimed = Claimed(claims["sub"], *_email(claims), second_factor=given_elsewhere(claims))
        return claimed, str(token["access_token"])

    async def with_email(self, claimed: Claimed, access_token: str) -> Claimed:
        """Ask the provider for the address where the ID token had none. Raises as ``came_back`` does."""
        known = await self.reached()
        if claimed.email or not known.userinfo_endpoint:
            return claimed
        async with self._told_apart():
            found = await self._json(known.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"})
            if not isinstance(found, dict) or found.get("sub") != claimed.subject:
                raise Unusable("its userinfo is of somebody else")
            email, verified = _email(found)
            return replace(claimed, email=email, email_verified=verified)

    async def _announcement(self) -> Announced:
        issuer = self._provider.issuer
        try:
            return announced(issuer, await self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        except Exception:
            self._dead_until = time.monotonic() + DEAD_SECONDS
            raise

    async def _redeem(self, known: Announced, begun: Begun, code: str) -> Mapping[str, Any]:
        async with asyncio.timeout(LIMIT_SECONDS):
            token = await self._client.fetch_token(
                known.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=begun.code_verifier,
                auth=self._client.client_auth(known.auth_method),
            )
        self._client.token = None  # Authlib would keep it for the next request
        if not isinstance(token, dict) or not all(
            isinstance(token.get(one), str) for one in ("id_token", "access_token")
        ):
            raise Unusable("it gave no ID token")
        return token

    async def _believed(self, known: Announced, begun: Begun, token: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check an ID token as OpenID Connect Core 1.0, section 3.1.3.7, says; returns its claims."""
        signed = await self._keys.check(token["id_token"], known.algorithms)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": self._provider.issuer},
                "aud": {"essential": True, "value": self._provider.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "iat": {"essential": True},
                "nonce": {"essential": True, "value": begun.nonce},
            },
            {"nonce": begun.nonce, "client_id": self._provider.client_id, "access_token": token["access_token"]},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
            raise Unusable("its subject is no name")
        return dict(claims)

    async def _read_keys(self) -> Any:
        return await self._json((await self.reached()).jwks_uri)

    async def _json(self, address: str, headers: Mapping[str, str] | None = None) -> Any:
        async with asyncio.timeout(LIMIT_SECONDS):
            answer = await self._client.request("GET", address, headers=headers, withhold_token=True)
        if answer.status_code != httpx2.codes.OK:
            raise httpx2.HTTPStatusError(f"status {answer.status_code}", request=answer.request, response=answer)
        return answer.json()

    @asynccontextmanager
    async def _told_apart(self) -> AsyncIterator[None]:
        """Turn all that can go wrong into one of two sentences: the provider is away, or it is not to be believed."""
        try:
            yield
        except VervainError:
            raise
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            self._note(repr(error))
            raise _silent() from None
        except (AuthlibBaseError, JoseError, Unusable, ValueError) as error:
            self._note(repr(error))
            raise NotSignedIn(DOUBTFUL, code="provider_doubtful") from None

    def _note(self, reason: str) -> None:
        log.warning("nobody came in by an identity provider", provider=self._provider.name, reason=reason[:200])


def _silent() -> Unavailable:
    return Unavailable(SILENT, code="provider_silent")


def _email(claims: Mapping[str, Any]) -> tuple[str, bool]:
    email = claims.get("email")
    return (email, claims.get("email_verified") is True) if isinstance(email, str) else ("", False)
