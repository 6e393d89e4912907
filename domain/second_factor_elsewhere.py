"""Whether an identity provider says that somebody gave a second factor there, so that none is asked for here.

Read from ``amr`` (OpenID Connect Core 1.0, section 2; values of RFC 8176, section 2) and ``acr``.
"""

from collections.abc import Mapping
from typing import Any

SEVERAL = "mfa"
"""The provider says itself that there were several factors."""
HAD = frozenset({"otp", "hwk", "sc"})
"""Something that somebody has: a one-time code, a key in hardware, a smart card. Text messages, calls and keys in software are
left out: they are weaker than the codes that are asked for here."""
KNOWN_OR_BEEN = frozenset({"pwd", "pin", "face", "fpt", "iris", "retina", "vbm"})
"""Something that somebody knows or is. A thing alone is one factor, whatever thing it is: whoever finds it has it."""
CONTEXTS = frozenset({"http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa"})
"""Names of ``acr`` that mean several factors everywhere (OpenID PAPE 1.0; REFEDS MFA). Other names, such as the levels 1 and 2
of Keycloak, mean what somebody has set at that provider, and are not believed."""


def given_elsewhere(claims: Mapping[str, Any]) -> bool:
    """Say whether the checked claims of an ID token tell of a second factor; what cannot be read tells of none."""
    said = claims.get("amr")
    ways = {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()
    acr = claims.get("acr")
    return SEVERAL in ways or bool(ways & HAD and ways & KNOWN_OR_BEEN) or (isinstance(acr, str) and acr in CONTEXTS)
