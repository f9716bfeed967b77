"""Whoever has no mouse can do all of it, always sees where they are, and comes back to there."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.console.inhabited import KIM, LONG, TOLD, inhabited

pytestmark = pytest.mark.long

FOCUS = """() => {
  const here = document.activeElement, style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return { name: here.name || '', text: here.textContent.trim(), id: here.id,
           tag: here.tagName, classes: here.className, place: here.dataset.passage || '',
           outline: parseFloat(style.outlineWidth), shape: style.outlineStyle,
           colour: style.outlineColor, covered: !middle || !(here.contains(middle)
             || middle.contains(here)) };
}"""
GROUND = """() => { const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  for (let node = document.activeElement.parentElement; node; node = node.parentElement) {
    const colour = parts(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour; }
  return [255, 255, 255]; }"""


@pytest.fixture(scope="module")
def house(tmp_path_factory, guidance, reader, sentences):
    with inhabited(tmp_path_factory.mktemp("house"), guidance, reader, sentences) as made:
        yield made


@pytest.fixture(params=["light", "dark"])
def page(request, house, browser):
    context = house.context(browser, KIM, color_scheme=request.param,
                            viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def conversation(house, name):
    return f"{house.home}conversations/{quote(name, safe='')}"


def tab_to(page, wanted, most=400):
    """Press Tab until the focus is on what *wanted* takes; says what it came by."""
    met = []
    for _ in range(most):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUS))
        if wanted(met[-1]):
            return met
    raise AssertionError(f"not reached by Tab; came by {[one['text'][:20] for one in met]}")


def test_the_first_stop_of_every_page_leads_past_its_top(house, page):
    for path in (house.home, conversation(house, TOLD), f"{house.home}conversations/none"):
        page.goto(path)
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS)["text"] == "Skip to the content"
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'content'")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_one_filters_opens_steps_cites_and_comes_back_without_a_mouse(house, page):
    page.goto(house.home)
    tab_to(page, lambda at: at["name"] == "text")
    page.keyboard.type("journalists")
    tab_to(page, lambda at: at["tag"] == "SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, lambda at: at["name"] == "feedback")
    page.keyboard.type("Thumbs down")
    for _ in range(40):
        if page.evaluate(FOCUS)["text"] == "Show":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**feedback=down**")
    expect(page.locator("tbody tr")).to_have_count(1)

    tab_to(page, lambda at: "Cell-site simulator" in at["text"] and at["tag"] == "A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/**")
    tab_to(page, lambda at: at["text"].startswith("4"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#turn-4$"))
    cited = tab_to(page, lambda at: "cite" in at["classes"])[-1]
    stop = page.evaluate("[...document.querySelectorAll('.cite')].indexOf(document.activeElement)")
    assert stop > 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/provisions/**")
    assert page.locator("mark#passage").is_visible()

    page.go_back()
    page.wait_for_url("**/conversations/**")
    page.wait_for_function("document.activeElement.classList.contains('cite')")
    back = page.evaluate(FOCUS)
    assert (back["place"], back["text"], back["covered"]) == (
        cited["place"], cited["text"], False)
    assert page.evaluate(
        "[...document.querySelectorAll('.cite')].indexOf(document.activeElement)") == stop


def test_a_passage_is_read_beside_its_citation_and_put_away(house, page):
    page.goto(conversation(house, TOLD))
    peek = page.locator("#peek")
    assert not peek.is_visible()
    page.locator("a.cite").first.focus()
    number = page.evaluate(FOCUS)["place"]
    words = page.locator(f"#passage-{number} .words").text_content()
    assert len(words) > 20
    assert peek.locator(".words").inner_text() == words
    assert peek.locator("a, button, [id]").count() == 0
    page.keyboard.press("Escape")
    assert not peek.is_visible()
    page.locator("a.cite").nth(1).hover()
    assert peek.is_visible()
    peek.hover()
    page.wait_for_timeout(600)
    assert peek.is_visible()
    page.locator("h1").hover()
    peek.wait_for(state="hidden")


def test_from_turn_to_turn_and_from_the_middle_of_one(house, page):
    page.goto(conversation(house, LONG))
    for expected in ("Turn 1", "Turn 2", "Turn 3"):
        page.keyboard.press("j")
        assert page.evaluate(FOCUS)["text"] == expected
    tab_to(page, lambda at: at["tag"] == "SUMMARY")
    page.keyboard.press("j")
    assert page.evaluate(FOCUS)["text"] == "Turn 4"
    page.keyboard.press("Tab")
    page.keyboard.press("k")
    assert page.evaluate(FOCUS)["text"] == "Turn 4"
    page.keyboard.press("k")
    assert page.evaluate(FOCUS)["text"] == "Turn 3"


def test_the_keys_can_be_turned_off_for_good_and_on_again(house, page):
    page.goto(conversation(house, LONG))
    page.get_by_role("button", name="Turn the keys off").press("Enter")
    page.keyboard.press("j")
    assert page.evaluate(FOCUS)["text"] == "Turn the keys on"
    page.goto(house.home)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.get_by_role("button", name="Turn the keys on").press("Enter")
    page.keyboard.press("/")
    assert page.evaluate(FOCUS)["name"] == "text"


def light(colour):
    curve = [c / 12.92 if c <= .03928 else ((c + .055) / 1.055) ** 2.4
             for c in (part / 255 for part in colour[:3])]
    return .2126 * curve[0] + .7152 * curve[1] + .0722 * curve[2]


def test_one_sees_at_every_stop_where_one_is(house, page):
    for path in (house.home, f"{house.home}?feedback=down&flag=", conversation(house, TOLD)):
        page.goto(path)
        for at in tab_to(page, lambda at: at["tag"] == "BODY" or "cite" in at["classes"]):
            if at["tag"] == "BODY":
                continue
            assert at["outline"] >= 2 and at["shape"] == "solid", at
            assert not at["covered"], at
        page.locator("main a, main input").first.focus()
        ring = [float(part) for part in page.evaluate(FOCUS)["colour"][4:-1].split(", ")[:3]]
        a, b = sorted((light(ring), light(page.evaluate(GROUND))))
        assert (b + .05) / (a + .05) >= 3, path


@pytest.mark.parametrize("size", [(320, 640), (640, 360)])
def test_what_is_ticked_lies_below_no_bar_in_a_small_window(house, page, size):
    """The bar to confirm took a third of it, and the focus went to what stood behind."""
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{house.home}corpus/ticks/udhr-12")
    met = [at for at in tab_to(page, lambda at: at["tag"] == "BODY") if at["tag"] != "BODY"]
    assert [at for at in met if at["text"].startswith("Only a part of it")]
    assert [at for at in met if at["covered"]] == []


def test_the_words_that_a_fact_rests_on_say_so_and_lead_to_it(house, page):
    page.goto(conversation(house, TOLD))
    words = page.locator("a.rests", has_text="police").first
    words.focus()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert shown == '"end-user: Police"'
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    assert row.inner_text().split("\t")[:3] == ["end-user", "Police", "“police”"]
    assert words.text_content() == "police (end-user: Police)"
