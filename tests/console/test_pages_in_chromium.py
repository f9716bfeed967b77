"""The pages as Chromium shows them, under the policy that they are served with."""

import os
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import uvicorn

from bot.console.conversations.reading_pages import Reading
from bot.dialogue.conversation import ConversationId
from bot.people import LONGEST, People
from bot.slack.reposted import posted
from tests.console import talking
from tests.console.talking import DEAL
from tests.slack.conftest import say
from tests.store.migrated import sqlite_at

__all__ = ["say"]
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
          "form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
LONG = ("Spyware for the national police of Kenya, sold through a reseller. The police arrested "
        "journalists. " + "We think that the contract could be signed soon. " * 6)


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@contextmanager
def served(app):
    async def strict(scope, receive, send):
        async def with_policy(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"],
                                      (b"content-security-policy", POLICY.encode())]
            await send(message)
        await app(scope, receive, with_policy)

    server = uvicorn.Server(uvicorn.Config(strict, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/console"
    finally:
        server.should_exit = True
        thread.join(5)


def talk(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "What does the guidance say about audits?")
    desk.say("c1", "Give me the advice now.")
    desk.say("c1", "Actually the end-user is the health ministry, not the police.")
    desk.note("c1", "feedback", body={"turn": 3, "good": False})
    desk.note("c1", "comment", body={"turn": 3},
              words={"text": "This missed the point: they asked about the licence."})
    desk.note("c1", "handed_over", body={"turn": 3})
    desk.say("c2", LONG, user="U2")
    desk.say("c3", "Thermal cameras for frost research at a university in Canada", user="U3")
    desk.say("c4", "What does the guidance say about audits?", user="U2")
    desk.say("c5", DEAL, user="U4")
    desk.note("c5", "signed_off", user="U-lead", body={"number": 1, "needs_second": False},
              words={"text": "looked at"})
    desk.say("c6", "Drones for the police in Chad", user="U5")
    desk.erasing.conversation("T1", ConversationId("c6"), by="U-lead", reason="asked for")
    desk.checkpoints.take("T1")


@pytest.fixture
def shots():
    """Where pictures go for whoever wants to look; nowhere else."""
    folder = os.environ.get("CONSOLE_SHOTS")
    return lambda page, name: folder and page.screenshot(
        path=Path(folder) / f"{name}.png", full_page=True)


def test_a_reviewer_goes_from_the_queue_to_a_passage_by_keys_alone(desk, browser, shots):
    talk(desk)
    with served(desk.app()) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        wrong = []
        page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/")
        shots(page, "queue")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "text"
        page.keyboard.type("simulators licence")
        page.keyboard.press("Enter")
        page.wait_for_url("**text=simulators**")
        assert page.locator("tbody tr").count() == 1
        shots(page, "filtered")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/conversations/c1")
        shots(page, "conversation")
        assert page.locator("a.rests").first.get_attribute("data-tip")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.textContent") == "Turn 2"
        page.locator("a.cite").first.click()
        page.wait_for_url("**/provisions/**")
        assert page.locator("mark#passage").is_visible()
        shots(page, "provision")

        for path in ("/", "/conversations/c1", "/corpus/releases/unreleased/provisions/x"):
            page.set_viewport_size({"width": 360, "height": 740})
            page.goto(address + path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, f"{path} is {wide} wide on a phone"
        page.goto(f"{address}/")
        shots(page, "phone")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/conversations/c1")
        shots(page, "dark")
        page.emulate_media(media="print", color_scheme="light")
        shots(page, "print")
        assert not page.locator("form.who").is_visible()
        page.close()
        assert [one for one in wrong if "404" not in one] == []


def test_on_a_phone_no_table_of_a_conversation_breaks_a_word(desk, browser):
    """Side by side its columns were so narrow that "intermediary" stood in two pieces."""
    desk.say("c1", "Drones for the police in Chad, through a distributor, to watch crowds")
    with served(desk.app()) as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{address}/conversations/c1")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        words = page.evaluate("""
            [...document.querySelectorAll('.understood :is(th, td), .stacked :is(th, td)')]
              .filter((cell) => !cell.closest('thead')).flatMap((cell) => {
                const found = [];
                const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                  const text = texts.currentNode;
                  for (const word of text.data.matchAll(/[\\p{L}]+/gu)) {
                    const range = document.createRange();
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    found.push([word[0], range.getClientRects().length]);
                  }
                }
                return found;
              })""")
        page.close()
    assert "intermediary" in dict(words) and "detention" in dict(words)
    assert [word for word, pieces in words if pieces > 1] == []


@pytest.mark.long
def test_everything_can_be_read_without_script_and_told_from_its_ground(desk, browser, shots):
    talk(desk)
    with served(desk.app()) as address:
        context = browser.new_context(java_script_enabled=False,
                                      viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/conversations/c1")
        page.locator("summary").first.click()
        assert page.locator("details[open] p").first.is_visible()
        context.close()

        for scheme in ("light", "dark"):
            page = browser.new_page(color_scheme=scheme)
            for path in ("/", "/conversations/c1", "/conversations/c2"):
                page.goto(address + path)
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                assert page.evaluate(FAINT) == [], f"{scheme} {path}"
            page.close()


FAINT = """() => {
  const curve = (c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const channel = (c) => curve(c / 255);
  const light = (c) => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => { for (; node; node = node.parentElement) {
    const c = parts(getComputedStyle(node).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const found = new Set();
  for (const node of document.querySelectorAll('main *')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const a = light(parts(getComputedStyle(node).color)), b = light(ground(node));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const told = node.textContent.trim().slice(0, 20);
    if (ratio < 4.5) found.add([node.className, told, ratio].join());
  }
  return [...found];
}"""


def test_enlarged_four_times_no_conversation_is_read_sideways(desk, browser, say, monkeypatch):
    """The answers that could be chosen in Slack stood beyond the edge of the page."""
    monkeypatch.setattr(talking, "Reading", partial(
        Reading, draw=lambda turn, guidance: posted(turn, guidance, say)))
    desk.say("c1", "We want to sell to the interior ministry of Kazakhstan")
    with served(desk.app()) as address:
        page = browser.new_page(viewport={"width": 320, "height": 256})
        page.goto(f"{address}/conversations/c1")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        choices = page.locator(".pressed .tag").all_inner_texts()
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.close()
    assert max(map(len, choices)) > 50
    assert wide <= 320


def test_a_name_of_any_length_pushes_nothing_off_the_queue(desk, browser):
    """It stood in one line: the marks were half a page to the right, on a telephone a whole one."""
    desk.people = People(desk.store)
    desk.people.learn("T1", "U1", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2)
    desk.people.learn("T1", "U2", "محمد بن عبد الرحمن " * 4)
    for name, user in (("c1", "U1"), ("c2", "U2")):
        desk.say(name, DEAL, user=user)
        desk.note(name, "handed_over", user=user, body={"turn": 1})
    with served(desk.app()) as address:
        page = browser.new_page()
        wide = {}
        for width in (1280, 961, 640, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{address}/")
            wide[width] = page.evaluate("document.documentElement.scrollWidth")
        shown = page.locator("td.asker bdi").all_inner_texts()
        page.close()
    assert max(map(len, shown)) == LONGEST
    assert wide == {width: width for width in wide}
