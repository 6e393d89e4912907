"""A way back leads to a page of ours and nowhere else."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.own_path import own_path

ELSEWHERE = [
    "https://elsewhere.example",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "\\/elsewhere.example",
    "\\\\elsewhere.example",
    "/%2felsewhere.example",
    "%2f%2felsewhere.example",
    "/%5celsewhere.example",
    "/%255c/elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "/%09/elsewhere.example",
    "/ /elsewhere.example",
    "/\u2215/elsewhere.example",
    "/\uff0felsewhere.example",
    "/\u202eelsewhere",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "@elsewhere.example",
    "elsewhere.example",
    "/a//elsewhere.example",
    "/a\r\nSet-Cookie: x=y",
    '/"onmouseover="x',
    "/<script>",
    "/" + "a" * 5_000,
    "",
]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_what_leads_elsewhere_leads_home(asked: str) -> None:
    assert own_path(asked) == "/"


@pytest.mark.parametrize(
    "asked",
    ["/", "/effectiveness", "/effectiveness?by=effects", "/recommendations/12", "/a@b", "/knowledge?q=st%20john"],
)
def test_a_page_of_ours_stays(asked: str) -> None:
    assert own_path(asked) in (asked, "/") if "%20" in asked else own_path(asked) == asked


@given(st.text(alphabet=st.sampled_from("/\\@:.%2f5c\t\n ae?#&=\u2215")))
def test_no_browser_leaves_this_site(asked: str) -> None:
    ours = "https://practice.example/sign-in"
    read = own_path(asked).replace("\\", "/").replace("\t", "").replace("\n", "")
    assert urlsplit(urljoin(ours, read)).netloc == "practice.example"
