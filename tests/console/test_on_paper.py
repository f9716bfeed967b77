"""What is printed, and what stands when colours, motion and size are the reader's own."""

from io import BytesIO
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from tests.console.inhabited import KIM, LONG, TOLD, inhabited

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def house(tmp_path_factory, guidance, reader, sentences):
    with inhabited(tmp_path_factory.mktemp("house"), guidance, reader, sentences) as made:
        yield made


@pytest.fixture
def open_(house, browser):
    contexts = []

    def go(path, **more):
        context = house.context(browser, KIM, **more)
        contexts.append(context)
        page = context.new_page()
        page.goto(house.home + path)
        return page

    yield go
    for context in contexts:
        context.close()


def told(name):
    return f"conversations/{quote(name, safe='')}"


def printed(page):
    return [" ".join(one.extract_text().split())
            for one in PdfReader(BytesIO(page.pdf(format="A4"))).pages]


def test_a_conversation_is_printed_whole_with_pinpoints_and_page_numbers(open_):
    page = open_(told(TOLD), color_scheme="dark")
    hidden = page.locator(".sources").first
    assert not hidden.is_visible()
    for _ in range(50):
        if page.get_by_text("The log is whole").count():
            break
        page.wait_for_timeout(100)  # it is found out beside the page
        page.reload()
    sheets = printed(page)
    whole = " ".join(sheets)
    for number, sheet in enumerate(sheets, start=1):
        assert f"{number} of {len(sheets)}" in sheet
    for words in ("Cell-site simulators for the police of Kenya", "What was understood",
                  "UN Guiding Principles, UNGP 18", "What was weighed and suggested",
                  "Safeguards", "Turn 4", "This missed the point", "The log is whole"):
        assert words in whole, words
    for words in ("Sign out", "Skip to the content", "Turn the keys", "Conversations Overview"):
        assert words not in whole, words


def test_what_only_opens_a_form_is_not_printed(open_):
    """On paper "Verdict on this answer" and "Withdraw the sign-off" stood above nothing."""
    page = open_(told(TOLD))
    assert page.get_by_text("Verdict on this answer").count()
    assert page.locator("#review").count()
    whole = " ".join(printed(page))
    for words in ("Verdict on this answer", "Sign another outcome", "Wait no longer",
                  "Withdraw the sign-off"):
        assert words not in whole, words
    assert "Questions to the person None was asked." in whole
    assert "Comments among reviewers None." in whole


def test_what_could_be_pressed_in_slack_is_not_printed(open_):
    """Rows of bare labels stood on paper, where nobody can press them."""
    page = open_(told(TOLD))
    # What people said here was answered as text, which has nothing to press.
    page.locator(".posted .message").first.evaluate(
        """(one) => one.insertAdjacentHTML("beforeend", `<p class="pressed"><span class="hidden">
        Could be pressed or chosen: </span><span class="tag">Show the passages</span></p>`)""")
    assert page.locator(".pressed").is_visible()
    whole = " ".join(printed(page))
    assert "Show the passages" not in whole and "As the text that it was answered with" in whole


def test_nothing_dark_is_printed_and_no_heading_stands_alone_at_the_foot(open_):
    page = open_(told(LONG), color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.emulate_media(media=None)
    for sheet in printed(page):
        last = sheet.rsplit(" of ", 1)[0].rsplit(" ", 1)[0]
        assert not last.endswith(("Red flags raised", "Safeguards", "What was understood")), last


def test_the_queue_is_printed_as_a_table(open_):
    first, *more = printed(open_(""))
    heads = "Why look Deal Asker Turns Last change Marks"
    assert heads in first
    assert len(more) <= 1
    assert all(heads in sheet for sheet in more), "the heads stand on every sheet"
    for words in ("Words in messages", "Next", "open reviews", "Mine"):
        assert words not in " ".join([first, *more])


def test_a_queue_on_paper_says_by_what_it_was_filtered(open_):
    """The sheet said how many fit a filter, and not which."""
    page = open_("?fact:country=KE&unchecked=yes&opened=2020-01-01")
    assert not page.locator(".on-paper").is_visible()
    said = "Country of use: Kenya; Unchecked provisions relied on: yes; Opened from: 2020-01-01"
    assert said in " ".join(printed(page))
    assert page.goto(page.url.partition("?")[0]).ok
    assert page.locator(".on-paper").count() == 0


@pytest.mark.parametrize("path", ["", told(LONG)], ids=["queue", "conversation"])
def test_at_four_hundred_per_cent_nothing_is_cut_off(open_, path):
    page = open_(path, viewport={"width": 320, "height": 256})
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for sticky in page.locator(".filters, .steps, .aside").all():
        fixed = sticky.evaluate("(one) => getComputedStyle(one).position === 'sticky'")
        height = sticky.evaluate("(one) => one.offsetHeight")
        assert not fixed or height <= 64, "it would cover what is read"


def test_without_colours_shapes_and_lines_remain(open_):
    page = open_(told(TOLD), forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    mark = page.locator("mark").first
    assert mark.evaluate("(one) => getComputedStyle(one).textDecorationLine") == "underline"
    assert page.locator(".gravity.g3").first.inner_text() == "▲▲▲ grave"
    page.locator("a.cite").first.focus()
    assert page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_nothing_moves_by_itself(open_):
    page = open_(told(LONG))
    assert page.evaluate("""[...document.querySelectorAll('*')].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== 'none' || style.scrollBehavior === 'smooth'
        || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
    }).map((one) => one.className)""") == []
