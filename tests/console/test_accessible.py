"""Every page of the console, in light and dark, wide and narrow, under axe-core and to the eye."""

from itertools import pairwise
from urllib.parse import quote

import pytest

from bot.settings import SlackSettings
from tests.console import axe
from tests.console.inhabited import ERASED, KIM, LONG, SAM, TOLD, inhabited
from tests.console.test_serving import TOKENS, served

SCHEMES = {"light": (), "dark": axe.COLOURS}
"""How a page is shown, and by which rules of axe-core it is judged then: by all, or by some."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => one.open = true)"
SKELETON = """() => ({
  title: document.title, lang: document.documentElement.lang,
  mains: document.querySelectorAll('main').length,
  headings: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((h) => +h.tagName[1]),
  wide: document.documentElement.scrollWidth,
  bare: [...document.querySelectorAll('table')].filter((table) => !table.caption
    || [...table.querySelectorAll('th')].some((th) => !th.scope)).length,
  unnamed: [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter((field) => !field.labels.length && !field.ariaLabel).map((field) => field.name),
  untied: [...document.querySelectorAll('.wrong')].filter((wrong) => !wrong.id
    || !document.querySelector(`[aria-invalid=true][aria-describedby~="${wrong.id}"]`)).length,
  styled: document.querySelectorAll('main [style], main style, main script').length,
})"""


@pytest.fixture(scope="module")
def house(tmp_path_factory, guidance, reader, sentences):
    with inhabited(tmp_path_factory.mktemp("house"), guidance, reader, sentences) as made:
        yield made


def looked_at(page, script):
    """What is wrong with *page* in every form that it takes, each with the form it has there."""
    page.evaluate(OPEN_ALL)
    wrong = []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme, only in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{scheme}, {size['width']} px: {one}"
                      for one in axe.findings(page, script, only)]
        seen = page.evaluate(SKELETON)
        if seen["wide"] > size["width"]:
            wrong.append(f"{seen['wide']} px wide where {size['width']} are")
    page.set_viewport_size(WIDE)
    for what, right in (("lang", "en"), ("mains", 1), ("bare", 0), ("unnamed", []), ("untied", 0),
                        ("styled", 0)):
        if seen[what] != right:
            wrong.append(f"{what} is {seen[what]} and not {right}")
    steps = seen["headings"]
    if steps[:1] != [1] or steps.count(1) != 1 or any(
            after > before + 1 for before, after in pairwise(steps)):
        wrong.append(f"the headings go {steps}")
    return wrong


@pytest.mark.long
@pytest.mark.parametrize("user", [KIM, SAM], ids=["admin", "asker"])
def test_nothing_keeps_anybody_out_of_any_page_that_they_can_come_to(
        house, browser, axe_core, user):
    context = house.context(browser, user, reduced_motion="reduce")
    wrong, met, titles = [], set(), {}
    for page, found in house.walk(context):
        met.add(found.route)
        titles.setdefault(page.title(), set()).add(found.route)
        wrong += [f"{found.path}: {one}" for one in looked_at(page, axe_core)]
    context.close()
    assert not wrong, "\n".join(wrong)
    assert {title: routes for title, routes in titles.items()
            if len(routes) > 1 and not title.startswith(("Not for you", "Not here"))} == {}
    if user == KIM:
        # A page without a parameter is asked for by its path; others have to be linked to.
        parametered = {one.path for one in house.routes if "GET" in one.methods and "{" in one.path}
        assert {"/conversations/{conversation:path}",
                "/corpus/releases/{release}/provisions/{provision}"} <= parametered
        # Where provisions stood once: it leads on, and nothing links there any more.  An original
        # is a file and no page.
        assert parametered - met == {
            "/provisions/{release}/{provision}",
            "/corpus/documents/{document}/original"}, "no page links there"


@pytest.mark.long
def test_the_pages_of_every_state_are_looked_at_too(house, browser, axe_core):
    context = house.context(browser, KIM, reduced_motion="reduce")
    page, wrong = context.new_page(), []
    for path in ("?text=wolpertinger", "?feedback=down&unchecked=yes&text=police",
                 *(f"conversations/{quote(name, safe='')}" for name in (TOLD, LONG, ERASED)),
                 "conversations/none", "corpus/releases/none/provisions/none",
                 "corpus/provisions/none", "corpus/provisions?q=wolpertinger",
                 "corpus/releases/none", "no-such-page", "corpus/documents/cuts/none",
                 "corpus/ticks/none", "corpus/ticks?standing=retired",
                 "model/prompts/none", "model/refused?before=1"):
        page.goto(house.home + path)
        wrong += [f"{path}: {one}" for one in looked_at(page, axe_core)]
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_an_empty_console_and_its_doors_are_open_to_everybody(tmp_path, browser, axe_core):
    with inhabited(tmp_path) as empty:
        nobody = browser.new_context(reduced_motion="reduce")
        page, wrong = nobody.new_page(), []

        def look(path, status, heading):
            answer = page.goto(path)
            assert (answer.status, page.inner_text("h1")) == (status, heading)
            wrong.extend(f"{path}: {one}" for one in looked_at(page, axe_core))

        look(f"{empty.home}sign-in", 200, "Sign in")
        look(empty.invitation(), 200, "Who are you?")
        look(f"{empty.home}enter?ticket=x", 403, "Not signed in")
        for user in (KIM, SAM):
            context = empty.context(browser, user)
            inner = context.new_page()
            inner.goto(empty.home)
            assert inner.inner_text("h2") == "No conversations yet"
            wrong += [f"{user}: {one}" for one in looked_at(inner, axe_core)]
            context.close()
        for _ in range(20):
            nobody.request.get(f"{empty.home}enter?ticket=x")
        look(f"{empty.home}enter?ticket=x", 429, "Too often")
        nobody.close()
    assert not wrong, "\n".join(wrong)


def test_signing_in_with_slack_is_open_to_everybody(tmp_path, browser, axe_core, monkeypatch):
    monkeypatch.setattr("bot.serving.service.Service._load", lambda _: None)
    for number, more in enumerate(({"client_id": "1.2", "client_secret": "x"}, {})):
        slack = SlackSettings(_env_file=None, **TOKENS, **more)
        with served(tmp_path / str(number), slack, base_url="https://advisor.example.com") as (
                client, _, __):
            page = browser.new_page(reduced_motion="reduce")
            page.goto(f"{client.base_url}/console/sign-in")
            assert looked_at(page, axe_core) == []
            page.close()
