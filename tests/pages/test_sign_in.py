"""The door."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from nicegui import ui

import main
from domain.services import Services
from pages.sign_in import PROBLEMS
from settings import Settings
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.identities import NAME, a_provider, knowing
from tests.support.pages import let_click

PAGES = ("/", "/intake", "/recommendations", "/recommendations/1", "/effectiveness", "/feedback")


async def test_the_demo_lists_its_people(house: House, visitor: Visit) -> None:
    let_click(house.services, house.leila)
    let_click(house.services, house.mina)
    page = await (await visitor(None)).open("/sign-in")
    await page.user.should_see(house.leila.name)
    await page.user.should_not_see(house.mina.name)  # patients come in on the phone
    await page.user.should_not_see(house.chen.name)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_sends_who_is_not_signed_in_to_the_door(visitor: Visit, house: House, path: str) -> None:
    nobody = await visitor(None)
    answer = await nobody.http.get(path)
    assert answer.status_code in {302, 303, 307}
    assert answer.headers["location"].startswith("/sign-in")
    assert house.mina.name not in answer.text


async def test_one_click_leads_to_where_one_wanted_to_go(house: House, visitor: Visit) -> None:
    let_click(house.services, house.leila)
    nobody = await visitor(None)
    given = {"person_id": house.leila.person_id, "next": "/effectiveness"}
    answer = await nobody.http.post("/auth/demo", data=given)
    assert answer.headers["location"] == "/effectiveness"
    given["next"] = "//elsewhere.example/"
    answer = await nobody.http.post("/auth/demo", data=given)
    assert answer.headers["location"] == "/"


class TestOutsideTheDemo:
    @pytest.fixture
    def app(self, settings: Settings, services: Services) -> FastAPI:
        return main.create_app(settings.model_copy(update={"demo": False}), replace(services, demo=False))

    async def test_nobody_comes_in_with_one_click(self, house: House, visitor: Visit) -> None:
        let_click(house.services, house.leila)
        page = await (await visitor(None)).open("/sign-in")
        await page.user.should_not_see(house.leila.name)
        await page.user.should_see(kind=ui.button, content="Sign in")
        answer = await page.http.post("/auth/demo", data={"person_id": house.leila.person_id})
        assert answer.status_code == 404


class TestWithAnIdentityProvider:
    @pytest.fixture
    def app(self, settings: Settings, services: Services) -> FastAPI:
        return main.create_app(settings, knowing(services, a_provider("https://id.clinic.example")))

    async def test_its_button_leads_to_it(self, visitor: Visit) -> None:
        page = await (await visitor(None)).open("/sign-in?next=/effectiveness")
        link = page.the(ui.link, f"oidc-{NAME}")
        assert (link.text, link.props["href"]) == (
            "Sign in with The clinic",
            f"/auth/oidc/{NAME}?next=%2Feffectiveness",
        )
        await page.user.should_see(kind=ui.button, content="Sign in")

    async def test_what_went_wrong_is_a_sentence(self, visitor: Visit) -> None:
        nobody = await visitor(None)
        for code in ("begin_again", "provider_silent", "provider_refused", "provider_doubtful", "unknown_identity"):
            page = await nobody.open(f"/sign-in?problem={code}")
            await page.user.should_see(PROBLEMS[code])
