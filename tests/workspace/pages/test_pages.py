"""The pages as the server sends them: who sees what, and what a browser is allowed to do."""

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.workspace.app import WorkspaceSettings, build_workspace
from bot.workspace.world import BOT_ID, BOT_USER, File, Message, Status, View
from tests.workspace.pages.conftest import MANIFEST

SAM, KIM, ALEX, OLU = "U0SAM00001", "U0KIM00001", "U0ALEX0001", "U0OLUEXT01"
DEALS, COMPLIANCE, RANDOM = "C0DEALS001", "C0COMPLI01", "C0RANDOM01"


@pytest.fixture
def app(settings):
    return build_workspace(WorkspaceSettings(bot_url=None, manifest=MANIFEST, **settings))


@pytest.fixture
def world(app):
    return app.state.world


@pytest.fixture
def client(app):
    return TestClient(app, base_url="http://127.0.0.1")


def post(world, channel, user, words, **more):
    message = Message(channel, world.new_ts(), user, words, **more)
    world.put_message(message)
    return message


def body(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def lists(html):
    """The texts of the messages, without tags."""
    return [re.sub(r"<[^>]+>|\s+", " ", text).strip()
            for text in re.findall(r'<div class="msg-body">(.*?)</div>', html, re.DOTALL)]


@pytest.mark.parametrize("path", ["/", "/home", f"/c/{DEALS}", "/c/nowhere"])
def test_a_browser_may_run_and_load_nothing_but_our_own_files(client, path):
    answer = client.get(path)
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! type=\"module\" src=)", answer.text)


def test_a_channel_that_somebody_cannot_see_is_not_there_for_them(client, world):
    post(world, DEALS, KIM, "A quiet word")
    assert client.get(f"/c/{DEALS}?as={ALEX}").status_code == 404
    assert "A quiet word" not in client.get(f"/c/{DEALS}?as={ALEX}").text
    assert f"/c/{DEALS}" not in body(client, f"/?as={ALEX}")


def test_direct_messages_are_seen_by_their_person_alone(client, world):
    channel = world.direct(SAM).id
    assert client.get(f"/c/{channel}").status_code == 200
    assert client.get(f"/c/{channel}?as={KIM}").status_code == 404


def test_people_of_another_company_see_the_shared_channel_and_nothing_else(client):
    html = body(client, f"/?as={OLU}")
    assert re.findall(r'data-line="(\w+)"', html) == ["C0PARTNER1"]
    assert client.get(f"/home?as={OLU}").status_code == 404


def test_an_empty_form_is_refused_with_a_sentence(client):
    answer = client.post(f"/c/{DEALS}", data={"text": " "})
    assert (answer.status_code, answer.text) == (400, "There is nothing to send.")


def test_an_ephemeral_message_is_seen_by_one(client, world):
    post(world, DEALS, BOT_USER, "For Kim", only_to=KIM, bot_id=BOT_ID)
    assert lists(body(client, f"/c/{DEALS}?as={KIM}")) == ["For Kim"]
    assert lists(body(client, f"/c/{DEALS}")) == []


def test_replies_stand_in_the_thread_and_are_counted_at_its_root(client, world):
    root = post(world, DEALS, SAM, "Root")
    post(world, DEALS, BOT_USER, "First", thread_ts=root.ts, bot_id=BOT_ID)
    post(world, DEALS, KIM, "Second", thread_ts=root.ts)
    post(world, DEALS, BOT_USER, "For Sam", thread_ts=root.ts, bot_id=BOT_ID, only_to=SAM)

    channel = body(client, f"/c/{DEALS}")
    thread = body(client, f"/c/{DEALS}/{root.ts}")

    assert lists(channel) == ["Root"]
    assert "<b>2 replies</b>" in channel
    assert lists(thread) == ["Root", "Root", "First", "Second", "For Sam"]
    assert "<span>2 replies</span>" in thread


def test_only_the_newest_messages_are_drawn_until_earlier_ones_are_asked_for(client, world):
    for number in range(103):
        post(world, DEALS, SAM, f"No {number}")
    assert lists(body(client, f"/c/{DEALS}"))[0] == "No 3"
    assert lists(body(client, f"/c/{DEALS}?all"))[0] == "No 0"


def test_a_row_keeps_its_digest_until_something_in_it_changes(client, world):
    def digests():
        return re.findall(r'data-key="(\d+\.\d+)" data-digest="(\w+)"', body(client, f"/c/{DEALS}"))

    post(world, DEALS, SAM, "Stays")
    changing = post(world, DEALS, KIM, "Before")
    before = digests()
    world.put_message(Message(DEALS, changing.ts, KIM, "After"))
    after = digests()

    assert [key for key, _ in before] == [key for key, _ in after]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False]


def test_links_stay_with_the_person_one_acts_as(client):
    assert f'href="/c/{RANDOM}?as={KIM}"' in body(client, f"/c/{DEALS}?as={KIM}")
    assert f'href="/c/{RANDOM}"' in body(client, f"/c/{DEALS}")


@pytest.mark.parametrize("asked", ["nobody", BOT_USER, ""])
def test_nobody_can_act_as_the_app_or_as_somebody_unknown(client, asked):
    assert f'data-user="{SAM}"' in body(client, f"/?as={asked}")


def test_pages_work_under_a_mount(app):
    client = TestClient(Starlette(routes=[Mount("/local", app)]), base_url="http://127.0.0.1")
    html = client.get(f"/local/c/{DEALS}").text
    assert 'data-root="/local"' in html
    assert f'href="/local/c/{RANDOM}"' in html
    assert client.get("/local/workspace/static/workspace.js").status_code == 200


def test_another_sites_page_cannot_post(client, world):
    answer = client.post(f"/c/{DEALS}", data={"text": "Forged"},
                         headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert world.messages[DEALS] == {}


def test_a_form_posts_and_leads_back(client):
    answer = client.post(f"/c/{DEALS}?as={KIM}", data={"text": "By form"})
    assert str(answer.url).endswith(f"/c/{DEALS}?as={KIM}")
    assert lists(answer.text) == ["By form"]


def test_a_status_names_the_app_and_ends_after_two_minutes(client, world):
    root = post(world, DEALS, SAM, "Root")
    world.put_status(Status(DEALS, root.ts, "is reading …", (), world.now()))
    assert "Advisor is reading …" in body(client, f"/c/{DEALS}/{root.ts}")
    world.offset += 121
    assert "is reading …" not in body(client, f"/c/{DEALS}/{root.ts}")


def test_prompts_of_the_manifest_stand_in_a_conversation_that_has_not_begun(client, world):
    channel = world.direct(SAM).id
    assert ">Check a deal</button>" in body(client, f"/c/{channel}")
    post(world, channel, SAM, "Hello")
    assert ">Check a deal</button>" not in body(client, f"/c/{channel}")


def test_prompts_that_the_app_set_take_their_place(client, world):
    channel = world.direct(SAM).id
    world.put_prompts(channel, {"title": "Go on", "thread_ts": None,
                                "prompts": [{"title": "Next", "message": "Next, please"}]})
    html = body(client, f"/c/{channel}")
    assert 'data-message="Next, please">Next</button>' in html
    assert ">Check a deal</button>" not in html


def test_a_file_shows_its_size_and_can_be_fetched(client, world):
    world.put_file(File("F1", "advice 1.pdf", "Advice", 48_213, BOT_USER, b"x", (DEALS,)))
    post(world, DEALS, BOT_USER, "Here", files=("F1",), bot_id=BOT_ID)
    html = body(client, f"/c/{DEALS}?as={KIM}")
    assert "48 kB" in html
    href = re.search(r'class="file" href="([^"]+)"', html)[1]
    assert client.get(href).content == b"x"


def test_an_open_form_and_its_errors_are_on_the_page(client, world):
    world.put_modals(SAM, [View("V1", SAM, {"type": "modal", "title": {"text": "Deal"}, "blocks": [
        {"type": "input", "block_id": "b", "label": {"text": "What?"},
         "element": {"type": "plain_text_input", "action_id": "a"}}]},
        "h", "V1", errors={"b": "Say what."})])
    html = body(client, "/home")
    assert 'data-view="V1"' in html
    assert "Say what.</p>" in html
    assert "Say what." not in body(client, f"/home?as={KIM}")


def test_names_and_topics_are_escaped(client, world):
    post(world, DEALS, "U<b>", "<b>x</b>")
    assert "<b>x</b>" not in body(client, f"/c/{DEALS}")
