"""The overview and the quality page as Chromium shows them, under the policy of the console."""

import pytest

from bot.measures.measured import leave
from tests.console.asked import asked
from tests.console.many import put
from tests.console.test_pages_in_chromium import FAINT, served, shots, url
from tests.console.test_quality import MEASURED

pytestmark = pytest.mark.long

__all__ = ["shots", "url"]


@pytest.fixture
def filled(desk, guidance):
    put(desk.store, list(asked(guidance, desk.now, 1200)))
    leave(MEASURED, desk.folder)
    return desk


def test_the_overview_reads_on_a_desk_on_a_phone_in_the_dark_and_on_paper(filled, browser, shots):
    with served(filled.app()) as address:
        context = browser.new_context(java_script_enabled=False,
                                      viewport={"width": 1280, "height": 900})
        page = context.new_page()
        wrong = []
        page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.goto(f"{address}/overview?period=365")
        assert page.locator("h1").inner_text() == "Overview"
        bar = page.locator("#flags ~ ul .bar").first.bounding_box()
        assert bar["width"] > 5 and bar["height"] > 1
        shots(page, "overview")
        link = page.locator("#flags ~ ul .count a").first
        number = link.inner_text().replace(",", "")
        page.locator("#flags ~ details summary").click()
        assert page.locator("#flags ~ details table").is_visible()
        shots(page, "overview-table")
        link.click()
        page.wait_for_url("**flag=**")
        assert page.locator(".kept strong").inner_text().replace(",", "") == number
        shots(page, "overview-queue")
        page.goto(f"{address}/quality")
        assert page.locator("#aims").is_visible()
        shots(page, "quality")

        page.set_viewport_size({"width": 360, "height": 740})
        for path in ("/overview?period=30", "/quality"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            shots(page, f"phone{path.partition('?')[0].replace('/', '-')}")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/overview")
        page.emulate_media(media="print")
        assert not page.locator(".over nav").is_visible()
        shots(page, "overview-print")
        context.close()
        assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_bars_can_be_told_from_their_ground(filled, browser, scheme, shots):
    with served(filled.app()) as address:
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        for path in ("/overview", "/quality"):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate(FAINT) == [], f"{scheme} {path}"
            assert page.evaluate(BARS) >= 3, f"{scheme} {path}"
        page.goto(f"{address}/overview")
        shots(page, f"overview-{scheme}")
        page.close()


BARS = """() => {
  const curve = (c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => .2126 * curve(c[0] / 255) + .7152 * curve(c[1] / 255)
    + .0722 * curve(c[2] / 255);
  const bar = light(parts(getComputedStyle(document.querySelector('.panel .bar')).fill));
  const bed = light(parts(getComputedStyle(document.querySelector('.panel')).backgroundColor));
  return (Math.max(bar, bed) + .05) / (Math.min(bar, bed) + .05);
}"""
