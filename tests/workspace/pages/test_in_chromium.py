"""What a person does in the pages, in a real browser, with an app at the other end."""

import httpx
import pytest

from tests.workspace.pages.acting import (
    DEALS,
    KIM,
    NOOR,
    PARTNER,
    RANDOM,
    SAM,
    direct,
    expect_in,
    panel,
    say,
)

# One browser and one workspace serve all these tests, so that they start once.
pytestmark = pytest.mark.xdist_group("chromium")


def test_a_message_is_posted_and_its_answer_opens_the_thread(open_page):
    page = open_page(direct(SAM))

    say(page, "Hello there & <b>you</b>")

    expect_in(page.locator("#list .msg").last).to_contain_text("Hello there & <b>you</b>")
    expect_in(page.locator("#thread .msg").last).to_contain_text(
        "You said: Hello there & <b>you</b>")
    expect_in(page.locator("#list .msg").last).to_contain_text("1 reply")


def test_a_reply_goes_into_the_thread(open_page):
    page = open_page(direct(SAM))
    say(page, "Root of a thread")
    expect_in(page.locator("#thread .msg").last).to_contain_text("You said: Root of a thread")

    say(page, "Second thought", "thread")

    expect_in(page.locator("#thread .msg").last).to_contain_text("You said: Second thought")
    expect_in(page.locator("#thread")).to_contain_text("3 replies")
    expect_in(page.locator("#list")).not_to_contain_text("Second thought")


@pytest.mark.long
def test_what_somebody_else_writes_appears_without_reloading(open_page):
    sam, kim = open_page(DEALS), open_page(f"{DEALS}?as={KIM}")

    say(kim, "Are you there, Sam?")

    expect_in(sam.locator("#list .msg").last).to_contain_text("Are you there, Sam?")
    expect_in(sam.locator("#list .msg").last).to_contain_text("Kim Adler")


@pytest.mark.long
def test_everything_of_a_conversation_works_from_the_keyboard(open_page):
    page = open_page(DEALS)
    page.locator("#say-main").focus()

    page.keyboard.type("@adv")
    expect_in(page.get_by_role("option", name="Advisor")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("from the keyboard")
    page.keyboard.press("Enter")
    message = page.locator("#thread .msg").last
    expect_in(message.get_by_role("button", name="Count")).to_be_visible()
    expect_in(page.locator("#say-thread")).to_be_focused()

    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Count":
            break
    page.keyboard.press("Enter")
    expect_in(message).to_contain_text("Pressed 1 times")
    expect_in(message.get_by_role("button", name="Count")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_in(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Enter")
    expect_in(message).to_contain_text("chose army")


@pytest.mark.long
def test_the_menu_of_a_message_is_reached_and_left_by_keyboard(open_page):
    page = open_page(f"{DEALS}?as={KIM}")
    say(page, "A deal to check")
    expect_in(page.locator("#list .msg").last).to_contain_text("A deal to check")
    page.locator("#list .msg").last.focus()

    page.keyboard.press("m")
    expect_in(page.get_by_role("menuitem", name="Reply in thread")).to_be_focused()
    page.keyboard.press("End")
    expect_in(page.get_by_role("menuitem", name="Check this deal")).to_be_focused()
    page.keyboard.press("Enter")

    only = page.locator("#list .msg-only").last
    expect_in(only).to_contain_text("Checked: A deal to check")
    expect_in(only).to_contain_text("Only visible to you")


@pytest.mark.long
def test_an_own_message_can_be_edited_and_deleted(open_page):
    page = open_page(f"{RANDOM}?as={KIM}")
    say(page, "Frist & foremost")
    message = page.locator("#list .msg").last
    expect_in(message).to_contain_text("Frist & foremost")

    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    expect_in(page.get_by_label("Edit message", exact=True)).to_have_value("Frist & foremost")
    page.get_by_label("Edit message", exact=True).fill("First & foremost")
    page.keyboard.press("Enter")
    expect_in(message).to_contain_text("First & foremost")
    expect_in(message).to_contain_text("(edited)")

    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect_in(page.locator("#list")).not_to_contain_text("foremost")


def test_what_the_app_says_to_one_person_can_be_dismissed(open_page):
    page = open_page(f"{RANDOM}?as={NOOR}")
    say(page, "/advisor dismissed soon")
    expect_in(page.locator("#list .msg-only").last).to_contain_text("dismissed soon")
    page.locator("#list .msg-only").last.get_by_role("button", name="Dismiss").click()
    expect_in(page.locator("#list")).not_to_contain_text("dismissed soon")


@pytest.fixture
def app_says(workspace, settings):
    """Posts as the app in the shared channel."""
    def post(words):
        answer = httpx.post(
            f"{workspace}/api/chat.postMessage", json={"channel": "C0PARTNER1", "text": words},
            headers={"Authorization": f"Bearer {settings['bot_token']}"})
        assert answer.json()["ok"], answer.text
    return post


def test_a_long_answer_is_shown_from_its_beginning(open_page, app_says):
    page = open_page(PARTNER)
    app_says("Short\n" * 40)
    app_says("Beginning" + "\nmore" * 80 + "\nend")
    newest = page.locator("#list .msg").last
    expect_in(newest).to_contain_text("Beginning")
    box = page.locator("#messages").bounding_box()
    assert 0 <= newest.bounding_box()["y"] - box["y"] < 60


def test_somebody_reading_further_up_is_not_moved_but_told(open_page, app_says):
    app_says("Filler\n" * 80)
    page = open_page(PARTNER)
    page.locator("#messages").evaluate("pane => { pane.scrollTop = 0; }")

    app_says("News")

    news = page.locator("#list .msg").last
    expect_in(news).to_contain_text("News")
    expect_in(news).not_to_be_in_viewport()
    page.get_by_role("button", name="New messages").click()
    expect_in(news).to_be_in_viewport()
    expect_in(page.get_by_role("button", name="New messages")).to_be_hidden()


def test_a_command_is_hinted_and_answered_to_oneself_alone(open_page):
    page = open_page(f"{RANDOM}?as={NOOR}")
    page.locator("#say-main").press_sequentially("/adv")
    expect_in(page.get_by_role("option", name="/advisor")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("status")
    page.keyboard.press("Enter")
    expect_in(page.locator("#list .msg-only").last).to_contain_text("You asked: status")


def test_an_unknown_command_is_not_lost(open_page):
    page = open_page(f"{RANDOM}?as={NOOR}")
    say(page, "/nonsense please")
    expect_in(page.get_by_text("/nonsense is not a valid command.")).to_be_visible()
    expect_in(page.locator("#say-main")).to_have_value("/nonsense please")


def test_a_status_shows_while_the_app_works(open_page):
    page = open_page(direct(KIM))
    say(page, "wait for it")
    expect_in(page.locator("#foot-thread .status")).to_contain_text(
        "Advisor is reading the guidance …")


def test_a_streamed_message_grows(open_page):
    page = open_page(direct(KIM))
    say(page, "stream to me")
    expect_in(page.locator("#thread .msg").last).to_contain_text("one two three")
    expect_in(page.locator("#thread .msg-streaming")).to_have_count(0)


def test_a_message_that_is_being_written_can_be_stopped(open_page, workspace, settings):
    page = open_page(DEALS)
    say(page, "A thread to write in")
    expect_in(page.locator("#list .msg").last).to_contain_text("A thread to write in")
    thread = page.locator("#list .msg").last.get_attribute("data-ts")
    answer = httpx.post(
        f"{workspace}/api/chat.startStream",
        headers={"Authorization": f"Bearer {settings['bot_token']}"},
        json={"channel": "C0DEALS001", "thread_ts": thread, "markdown_text": "On and **on**",
              "recipient_user_id": SAM, "recipient_team_id": "T0ADVISOR1"}).json()
    assert answer["ok"], answer
    writing = page.locator("#thread .msg-streaming")
    expect_in(writing).to_contain_text("On and on")

    writing.get_by_role("button", name="Stop").click()

    expect_in(writing).to_have_count(0)
    expect_in(page.locator("#thread .msg").last).to_contain_text("On and on")


@pytest.mark.long
def test_acting_as_somebody_else_stays_in_the_channel(open_page):
    page = open_page(DEALS)
    page.get_by_label("Acting as").select_option(KIM)
    page.wait_for_url(f"**{DEALS}?as={KIM}")
    say(page, "Kim speaking")
    expect_in(page.locator("#list .msg").last).to_contain_text("Kim Adler")


def test_a_suggested_prompt_is_sent_when_pressed(open_page):
    page = open_page(direct(NOOR))
    page.get_by_role("button", name="Try me").click()
    expect_in(page.locator("#thread .msg").last).to_contain_text("You said: Prompted")


@pytest.mark.long
@pytest.mark.parametrize("path", ["/", DEALS, direct(SAM), "/home", RANDOM])
def test_a_narrow_phone_never_scrolls_sideways(open_page, path):
    page = open_page(path, 360, 740, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.long
def test_on_a_phone_a_thread_fills_the_screen_and_has_a_way_back(open_page):
    page = open_page(DEALS, 360, 740, touch=True)
    panel(page, "on a phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect_in(page.locator("#main")).to_be_hidden()

    page.get_by_role("link", name="Back to deals").click()
    expect_in(page.locator("#main")).to_be_visible()
    expect_in(page.locator("#thread")).to_have_count(0)


@pytest.mark.long
def test_on_a_phone_a_message_is_answered_by_way_of_its_menu(open_page):
    page = open_page(f"{RANDOM}?as={NOOR}", 360, 740, touch=True)
    say(page, "Tap me")
    message = page.locator("#list .msg").last
    expect_in(message).to_contain_text("Tap me")

    message.get_by_role("button", name="More actions").tap()
    page.get_by_role("menuitem", name="Reply in thread").tap()
    say(page, "Tapped", "thread")

    expect_in(page.locator("#thread .msg").last).to_contain_text("Tapped")


def test_on_a_phone_the_menu_of_a_message_covers_none_of_its_words(open_page, app_says):
    app_says("Before it")
    app_says("so " * 90)  # of the same author, so that no name stands beside the menu
    page = open_page(PARTNER, 360, 740, touch=True)
    message = page.locator("#list .msg").last
    expect_in(message).to_contain_text("so so")
    menu = message.get_by_role("button", name="More actions").bounding_box()

    lines = message.locator(".msg-text").evaluate(
        "node => [...node.getClientRects()].map(({ right, top }) => ({ right, top }))")

    beside = [line["right"] for line in lines if line["top"] < menu["y"] + menu["height"] - 4]
    assert beside and max(beside) <= menu["x"]
    assert max(line["right"] for line in lines) > menu["x"]


def test_a_link_among_words_is_told_by_more_than_its_colour(open_page, app_says):
    app_says("Look <https://a.example/|over there>.")
    page = open_page(PARTNER)
    link = page.locator("#list .msg").last.get_by_role("link", name="over there")

    expect_in(link).to_have_css("text-decoration-line", "underline")


def test_html_that_an_app_or_a_person_sends_stays_text(open_page, workspace, settings):
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    answer = httpx.post(
        f"{workspace}/api/chat.postMessage",
        headers={"Authorization": f"Bearer {settings['bot_token']}"},
        json={"channel": "C0DEALS001", "text": evil, "blocks": [
            {"type": "markdown", "text": f"{evil} [a](javascript:alert(1))"},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"{evil} <!channel>"}}]},
    ).json()
    assert answer["ok"], answer
    page = open_page(DEALS)
    say(page, evil)

    expect_in(page.locator("#list .msg").last).to_contain_text(evil)
    message = page.locator(f"[data-ts='{answer['ts']}']")
    expect_in(message.locator(".pill")).to_have_text("@channel")
    assert page.locator("#list img, #list script, #list a[href^=javascript]").count() == 0
    assert page.title() == "deals · Northwind Sensors"


def test_messages_can_be_read_and_posted_without_script(open_page):
    say(open_page(RANDOM), "Written with script")
    page = open_page(f"{RANDOM}?as={KIM}", script=False)
    expect_in(page.locator("#list")).to_contain_text("Written with script")

    page.get_by_label("Message #random").fill("Written without")
    page.get_by_role("button", name="Send").click()

    expect_in(page.locator("#list .msg").last).to_contain_text("Written without")
    expect_in(page.locator("#list .msg").last).to_contain_text("Kim Adler")


CONTRASTS = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.backgroundImage !== "none") return null;
      const colour = parse(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const style = getComputedStyle(node);
    if (!walk.currentNode.data.trim() || !node.getClientRects().length) continue;
    const behind = ground(node);
    if (!behind || node.closest(".sr, option") || style.opacity === "0") continue;
    const [a, b] = [light(parse(style.color)), light(behind)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) poor.push(`${walk.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(open_page, scheme):
    page = open_page(DEALS)
    page.emulate_media(color_scheme=scheme)
    panel(page, f"in the {scheme}")

    page.locator("#composer-thread").get_by_role("button", name="Shortcuts").click()
    assert page.evaluate(CONTRASTS) == []
    page.get_by_role("menuitem", name="Describe a deal").click()
    page.get_by_role("button", name="Check").click()
    expect_in(page.locator("[data-input-block=what] .error")).to_be_visible()
    assert page.evaluate(CONTRASTS) == []

    page.keyboard.press("Escape")
    expect_in(page.locator("#modal")).to_be_hidden()
