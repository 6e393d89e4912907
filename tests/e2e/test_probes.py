"""Whatever people type stays text: probes in every field that can be written, looked at on every page and every phone view.

The policies that stand behind it are tried as well: nothing a page is handed from elsewhere is loaded or run.
"""

import json
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect
from sqlmodel import select

from domain import case_history, feedback, own_knowledge, recommendation, service, sign_in
from domain.feedback import FeedbackInput, SideEffectInput
from domain.ledger import Change
from domain.patient import PatientInput
from domain.profile import change as change_profile
from domain.recommendation import ApproveInput, DoseInput, StopInput
from storage.tables import Person, Practice, Recommendation
from tests.support.browsers import Browsers, connected
from tests.support.browsers import sign_in as come_in
from tests.support.house import House, diagnose
from tests.support.own_files import LEAF, history
from tests.support.server import Server

pytestmark = pytest.mark.e2e

MARKUP = "\"'><img src=/pwned onerror=window.__pwned=1><svg/onload=window.__pwned=2></script>"
TEMPLATE = "{{constructor.constructor('window.__pwned=3')()}}${window.__pwned=4}\u202e`"
LINK = "javascript:window.__pwned=5"
KEY = "__proto__"
FILE = '"<img src=pwned onerror=window.__pwned=6>'
PROBE = MARKUP + TEMPLATE
WAYS = ("", "herb", "condition", "patient", "practitioner", "effects")
PAGES = (
    "/",
    "/intake",
    "/recommendations",
    "/recommendations/{id}",
    *(f"/effectiveness?by={way}" for way in WAYS),
    "/predictor",
    "/feedback",
    "/knowledge",
    "/docs",
    "/sign-in?problem=%22%3E%3Cimg%20src=/pwned%3E&next=%22%3E%3Cimg%20src=/pwned%3E",
)
WATCH = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.__violations.push(
  event.effectiveDirective + ' ' + event.blockedURI));
"""
ENTER = """(kind) => new Promise((resolve) => {
  const made = document.createElement('script');
  made.onload = () => resolve('loaded');
  made.onerror = () => resolve('blocked');
  if (kind === 'inline') {
    made.textContent = 'window.__entered = 1';
    setTimeout(() => resolve(window.__entered ? 'ran' : 'blocked'));
  } else made.src = 'https://elsewhere.example/x.js';
  document.body.append(made);
})"""
SEND_AWAY = "fetch('https://elsewhere.example/').then(() => 'sent', () => 'blocked')"


def written_everywhere(house: House) -> None:
    """Put a probe into everything that somebody can write."""
    services, leila, mina = house.services, house.leila, house.mina
    profile = PatientInput(
        name=PROBE, sex=PROBE, allergies=[PROBE, LINK, KEY], conditions=[PROBE, LINK, KEY], medicines=[PROBE, LINK, KEY]
    )
    change_profile(services, leila, mina.patient_id or 0, profile)
    words = {"complaint": PROBE, "symptom": PROBE, "second_symptom": LINK, "activity": KEY}
    diagnosis_id = diagnose(services, leila, mina, **words, second_baseline=6, activity_baseline=6)
    assert diagnosis_id
    answer = FeedbackInput(
        recommendation_id=house.ginger,
        rating=1,
        improvement=1,
        symptom=8,
        comment=PROBE,
        side_effects=[SideEffectInput(term=one, severity=3, serious=True) for one in (MARKUP, TEMPLATE, LINK, KEY)],
    )
    feedback.submit(services, mina, house.diagnosis_id, answer)
    with services.database.read() as session:
        proposed = select(Recommendation.id).where(
            Recommendation.diagnosis_id == diagnosis_id, Recommendation.status == "proposed"
        )
        other = int(session.exec(proposed.limit(1)).one() or 0)
    dose = DoseInput(amount=1, unit="g", per="day", times_a_day=PROBE)
    given = ApproveInput(override_reason=PROBE, confirmed=True, dose=dose)
    recommendation.approve(services, leila, other, given)
    recommendation.stop(services, leila, other, StopInput(reason=PROBE))
    own_knowledge.bring_in(services, leila, f"{FILE}-interactions.csv", OWN_PAIR)
    own_knowledge.bring_in(services, leila, f"{FILE}.yaml", OWN_LEAF)
    cases = case_history.read("cases.csv", history(3))
    case_history.bring_in(services, leila, f"{FILE}-cases.csv", history(3), cases)
    service.issue(services, MARKUP + LINK, scopes=["status"], days=1, practice=str(leila.practice_id))
    sign_in.open_device(services, mina.person_id, device=PROBE)
    sign_in.open_page_session(services, leila.person_id, device=PROBE)

    def rename(change: Change) -> None:
        change.session.get_one(Practice, leila.practice_id).name = PROBE
        for actor in (leila, mina):
            change.session.get_one(Person, actor.person_id).name = f"{actor.name} {PROBE}"

    services.ledger.write(rename)


OWN_PAIR = (
    "# format: 1\nherb,other,severity,effect,source,grade\n"
    f'ginger,metformin,major,"{PROBE.replace(chr(34), chr(34) * 2)}",RECALL,C\n'
)
OWN_LEAF = LEAF.replace("our leaf", json.dumps(f"our leaf {PROBE}")).replace(
    "Grown behind the house.", json.dumps(PROBE)
)


async def test_what_people_type_stays_text(house: House, server: Server, browsers: Browsers) -> None:
    written_everywhere(house)
    asked: list[str] = []
    desk, phone = await browsers.desk(), await browsers.phone()
    for browser in (desk, phone):
        await browser.add_init_script(WATCH)
        browser.on("request", lambda request: asked.append(request.url))

    page = await come_in(desk, server.http, house.leila.name)
    for path in PAGES:
        answer = await page.goto(server.http + path.format(id=house.diagnosis_id))
        assert answer is not None
        assert answer.ok, path
        if path != "/docs":
            await connected(page)
        await nothing_ran(page, path)
    await page.goto(f"{server.http}/recommendations/{house.diagnosis_id}")
    await expect(page.locator("body")).to_contain_text("onerror=window.__pwned=1")  # it is there, as text
    await nothing_enters(page, inline_may_run=True)

    pocket = await phone.new_page()
    await pocket.goto(f"{server.http}/m")
    await pocket.get_by_role("button", name=house.mina.name).tap()
    await expect(pocket.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
    for tab in ("overview", "recommendations", "effectiveness", "feedback"):
        await pocket.get_by_test_id(f"tab-{tab}").tap()
        await expect(pocket.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-current", "page")
        await nothing_ran(pocket, tab)
    await pocket.get_by_test_id("menu-open").tap()
    await nothing_ran(pocket, "menu")
    await nothing_enters(pocket, inline_may_run=False)

    ours = urlsplit(server.http).netloc
    assert [url for url in asked if "pwned" in url.split("?")[0]] == []
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} <= {
        ours,
        "elsewhere.example",
    }
    browsers.complaints[:] = [
        one for one in browsers.complaints if "elsewhere.example" not in one and "inline" not in one
    ]


async def nothing_ran(page: Page, where: str) -> None:
    """Check that no probe ran and that the page broke no policy of its own."""
    await page.wait_for_load_state("networkidle") if where == "/docs" else None
    assert await page.evaluate("window.__pwned") is None, where
    assert await page.evaluate("window.__violations") == [], where


async def nothing_enters(page: Page, *, inline_may_run: bool) -> None:
    """Try what a script that slipped in would do."""
    assert await page.evaluate(ENTER, "external") == "blocked"
    assert await page.evaluate(ENTER, "inline") == ("ran" if inline_may_run else "blocked")
    assert await page.evaluate(SEND_AWAY) == "blocked"
    violations = await page.evaluate("window.__violations")
    assert len(violations) == (2 if inline_may_run else 3), violations
