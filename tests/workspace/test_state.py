"""What each person sees, and how they learn of changes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.workspace.running import (
    ALEX,
    APP_TOKEN,
    BOT_TOKEN,
    DEALS,
    KIM,
    MANIFEST,
    OLU,
    PARTNER,
    SAM,
    SAMS_DM,
    SECRET,
    Workspace,
)


def listen(workspace: Workspace, user: str, after: int | None = None,
           **params: Any) -> Iterator[dict[str, Any]]:
    """Changes as *user*'s browser gets them."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    with workspace.http.stream("GET", "workspace/stream", params={"user": user} | params,
                               headers=headers) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_a_person_sees_their_channels_and_their_own_direct_messages(shared):
    seen = {user: {c["id"] for c in shared.state(user)["channels"]}
            for user in (SAM, ALEX, OLU)}

    assert {DEALS, PARTNER, SAMS_DM} <= seen[SAM]
    assert seen[ALEX] == {PARTNER, "D0ALEX0001"}
    assert seen[OLU] == {PARTNER}


def test_nobody_who_is_not_there_sees_anything(shared):
    assert shared.http.get("workspace/state", params={"user": "U0X"}).status_code == 404
    assert shared.http.get("workspace/stream", params={"user": "U0X"}).status_code == 404


@pytest.mark.parametrize("path", ["state", "stream", "control/log"])
def test_a_page_under_another_name_reads_nothing(shared, path):
    response = shared.http.get(f"workspace/{path}", params={"user": SAM},
                               headers={"Host": "workspace.example"})

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["", "home", f"c/{DEALS}", f"c/{DEALS}/1.000001"])
def test_nothing_is_shown_or_said_under_another_name(shared, path):
    """Whoever has a name lead to this machine has a page whose script reads under it."""
    elsewhere = {"Host": "workspace.example"}

    shown = shared.http.get(path, headers=elsewhere)
    said = shared.http.post(path, headers=elsewhere, data={"text": "Hello"})

    assert shown.status_code == 403
    assert said.status_code in {403, 405}


def test_a_file_is_not_given_under_another_name(workspace):
    workspace.slack.files_upload_v2(channel=SAMS_DM, content="The brief", filename="b.md")
    (message,) = workspace.messages(SAMS_DM)
    path = message["files"][0]["url_private"].removeprefix(workspace.base)

    given = workspace.http.get(path, params={"user": SAM})
    elsewhere = workspace.http.get(path, params={"user": SAM},
                                   headers={"Host": "workspace.example"})

    assert (given.text, elsewhere.status_code) == ("The brief", 403)


def test_a_request_under_another_name_changes_no_address():
    """Links to files stand below the one at which the workspace was reached last."""
    app = build_workspace(WorkspaceSettings(
        bot_url=None, signing_secret=SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
        manifest=MANIFEST))
    client = TestClient(app, base_url="http://localhost:8000")
    client.get("/workspace/state", params={"user": SAM})

    for path in ("api/auth.test", "workspace/do/message", "workspace/state"):
        client.request("GET" if path.endswith("state") else "POST", f"/{path}",
                       headers={"Host": "workspace.example"}, params={"user": SAM})

    assert app.state.world.base == "http://localhost:8000/"


def test_changes_come_as_they_happen_and_can_be_caught_up_on(workspace):
    start = workspace.state()["seq"]
    first = workspace.say("One")
    second = workspace.say("Two")

    changes = listen(workspace, SAM, start)
    found = [next(changes), next(changes)]
    later = next(listen(workspace, SAM, found[0]["seq"]))

    assert [(c["kind"], c["channel"], c["ts"]) for c in found] == [
        ("message", DEALS, first), ("message", DEALS, second)]
    assert later["ts"] == second


def test_a_change_is_told_only_to_those_who_see_it(workspace):
    start = workspace.state()["seq"]
    workspace.say("Between us", SAMS_DM)
    workspace.slack.chat_postEphemeral(channel=DEALS, user=SAM, text="Only you")
    ts = workspace.say("For all")

    assert next(listen(workspace, KIM, start))["ts"] == ts
    changes = listen(workspace, SAM, start)
    assert [next(changes)["kind"] for _ in range(3)] == ["message", "ephemeral", "message"]


def test_a_reader_who_remembers_another_run_is_told_to_reload(workspace):
    assert next(listen(workspace, SAM, 999_999))["kind"] == "reload"


def test_what_was_said_is_escaped_and_marked_as_slacks_client_does(workspace):
    workspace.say("1 < 2 & <@U0KIM00001> see https://example.com/a?b=1, @Advisor #deals")

    message = workspace.messages()[-1]
    assert message["text"] == (
        "1 &lt; 2 &amp; <@U0KIM00001> see <https://example.com/a?b=1>, <@U0ADVISORB> "
        "<#C0DEALS001|deals>")
    kinds = [e["type"] for e in message["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["text", "user", "text", "link", "text", "user", "text", "channel"]


@pytest.mark.parametrize("text", ["&amp;amp;", "&lt;b&gt;", "a &amp; b"])
def test_what_is_escaped_already_is_not_escaped_again(workspace, text):
    workspace.say(text)

    assert workspace.messages()[-1]["text"] == text
