"""What counts as a second factor that was given at an identity provider."""

from typing import Any

import pytest

from domain.second_factor_elsewhere import given_elsewhere


@pytest.mark.parametrize(
    ("claims", "given"),
    [
        ({}, False),
        ({"amr": []}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["mfa"]}, True),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": ["pin", "hwk"]}, True),
        ({"amr": ["sc", "pin"]}, True),
        ({"amr": ["fpt", "hwk", "user"]}, True),
        ({"amr": ["otp"]}, False),  # one factor, whatever it is
        ({"amr": ["hwk", "user"]}, False),  # touched, by whoever has it
        ({"amr": ["otp", "hwk", "sc"]}, False),
        ({"amr": ["pwd", "pin"]}, False),
        ({"amr": ["pwd", "fpt"]}, False),
        ({"amr": ["pwd", "sms"]}, False),
        ({"amr": ["pwd", "tel", "swk", "mca", "rba", "geo", "kba", "wia"]}, False),
        ({"amr": ["MFA"]}, False),
        ({"amr": "mfa"}, False),  # no list, as it has to be
        ({"amr": "pwd mfa"}, False),
        ({"amr": {"mfa": True}}, False),
        ({"amr": None}, False),
        ({"amr": [7, None, ["mfa"], {"mfa": 1}]}, False),
        ({"amr": [7, "mfa"]}, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
        ({"acr": "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "amr": ["pwd"]}, True),
        ({"acr": "2"}, False),
        ({"acr": "mfa"}, False),
        ({"acr": 2}, False),
        ({"acr": ["https://refeds.org/profile/mfa"]}, False),
    ],
)
def test_what_counts(claims: dict[str, Any], given: bool) -> None:
    assert given_elsewhere(claims) is given
