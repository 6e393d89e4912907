"""What an identity provider announces of itself (OpenID Connect Discovery 1.0), and what of it we take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SIGNED_BY = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Asymmetric signatures only: ``none`` signs nothing, and with HS256 whoever can check a token can also make one."""
SENDS_SECRET = ("client_secret_basic", "client_secret_post")
"""How we say who we are at the token endpoint, the better one first."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Unusable(Exception):
    """A provider that is reached and that we cannot work with, or that said what we do not believe."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Where a provider is asked what, and how it signs."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    """Empty where there is none."""
    algorithms: tuple[str, ...]
    auth_method: str
    names_itself: bool
    """Whether each answer says who it is from (RFC 9207), so that one provider's cannot be given out as another's."""


def announced(issuer: str, document: Any) -> Announced:
    """Read a provider's announcement. Raises Unusable for one of another issuer, and where something is missing."""
    if not isinstance(document, Mapping):
        raise Unusable("the announcement is no object")
    if document.get("issuer") != issuer:
        raise Unusable("the announcement is another issuer's")
    return Announced(
        authorization_endpoint=_address(issuer, document, "authorization_endpoint"),
        token_endpoint=_address(issuer, document, "token_endpoint"),
        jwks_uri=_address(issuer, document, "jwks_uri"),
        userinfo_endpoint=_address(issuer, document, "userinfo_endpoint") if "userinfo_endpoint" in document else "",
        algorithms=_both(SIGNED_BY, document.get("id_token_signing_alg_values_supported", ["RS256"]), "signature"),
        auth_method=_both(
            SENDS_SECRET, document.get("token_endpoint_auth_methods_supported", SENDS_SECRET[:1]), "client's secret"
        )[0],
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _both(ours: tuple[str, ...], theirs: Any, what: str) -> tuple[str, ...]:
    found = tuple(name for name in ours if name in theirs) if isinstance(theirs, list | tuple) else ()
    if not found:  # an empty list of algorithms would mean the library's own, HS256 among them
        raise Unusable(f"it offers no {what} that is accepted")
    return found


def _address(issuer: str, document: Mapping[str, Any], name: str) -> str:
    """Read an endpoint: as well protected as the issuer itself, which is on this machine where it is plain HTTP."""
    address = document.get(name)
    if not isinstance(address, str):
        raise Unusable(f"it announces no {name}")
    try:
        parts = urlsplit(address)
        local = urlsplit(issuer).scheme == "http" and parts.scheme == "http" and parts.hostname in LOOPBACK
    except ValueError:
        raise Unusable(f"its {name} is no address") from None
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise Unusable(f"its {name} does not begin with https://")
    return address
