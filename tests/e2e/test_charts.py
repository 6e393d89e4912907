"""What only a browser shows of a chart: it is drawn, follows an answer without being built anew, has a table and a file."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from domain.feedback import FeedbackInput, submit
from tests.support.browsers import Browsers, connected, sign_in
from tests.support.house import House, under_treatment
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

HAS = """colour => {
    const canvas = document.querySelector("[data-testid=chart] canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) if (`${data[at]},${data[at + 1]},${data[at + 2]}` === colour) return true;
    return false;
}"""
VIOLATIONS = (
    "addEventListener('securitypolicyviolation', event => (window.refused ??= []).push(event.violatedDirective))"
)
USUAL = {"light": "74,58,147", "dark": "188,174,245"}
"""The token --vv-violet (static/vervain.css): of a forest plot only the mark of what is usual is drawn in it."""


async def test_a_chart_is_drawn_follows_and_can_be_read_otherwise(
    house: House, server: Server, browsers: Browsers
) -> None:
    for symptom in (2, 3, 7, 2, 2):
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    browser = await browsers.desk(color_scheme="light")
    await browser.add_init_script(VIOLATIONS)
    page = await sign_in(browser, server.http, house.leila.name)
    await page.goto(f"{server.http}/effectiveness")
    await connected(page)
    chart = page.get_by_test_id("chart")
    place = chart.get_by_test_id("canvas")
    await expect(place).to_have_attribute("data-anew", "1")
    await page.wait_for_function(HAS, arg=USUAL["light"])
    await expect(place).to_have_attribute("aria-label", re.compile("4 of 5 who answered improved"))

    await place.focus()
    await place.press("End")
    await expect(chart.get_by_test_id("said")).to_contain_text("4 of 5 who answered improved")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=7))
    await expect(chart.get_by_test_id("said")).to_contain_text("4 of 6 who answered improved")
    await expect(place).to_have_attribute("aria-label", re.compile("4 of 6 who answered improved"))
    await expect(place).to_have_attribute("data-anew", "1")  # merged, not built anew
    await place.press("Escape")
    await expect(chart.get_by_test_id("said")).to_be_hidden()

    await chart.get_by_test_id("as-table").click()
    row = chart.get_by_role("row").nth(1)
    await expect(row).to_contain_text("6 → 4")
    async with page.expect_download() as download:
        await chart.get_by_test_id("chart-csv").click()
    file = Path(await (await download.value).path()).read_text("utf-8-sig")  # noqa: ASYNC240 - it is there, and small
    [filed] = csv.DictReader(io.StringIO(file, newline=""))
    assert (filed["answered"], filed["improved"]) == ("6", "4")
    await expect(row).to_contain_text(
        f"{float(filed['share']):.0%} ({float(filed['low_95']):.0%}–{float(filed['high_95']):.0%})"
    )

    await page.emulate_media(color_scheme="dark")
    await expect(place).not_to_have_attribute("data-anew", "1")
    await page.wait_for_function(HAS, arg=USUAL["dark"])
    await page.reload()
    await expect(chart.get_by_role("row").nth(1)).to_contain_text("6 → 4")  # the open table is remembered
    assert await page.evaluate("window.refused") is None
