"""What the log holds of what people do in Slack and at the machine's doors: every noun, exactly."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.answering.replaying import Replaying
from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.erasure.erasing import Erasing
from bot.ledger import canonical, timestamp
from bot.log_order import LOCAL
from bot.machine.exchange import answer_line
from bot.queue.door import PostRefused
from bot.record.in_force import InForce
from bot.record.log import Logged, logged
from bot.schema import log
from bot.turns.circumstances import Where
from bot.web.app import Site, build_web
from bot.wording import digest_of
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, Joined, joined
from tests.slack.playing import DEAL, Bot, advised, controls
from tests.workspace.running import KIM, NOOR, SAM, eventually

TEAM = "T0ADVISOR1"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SETTINGS = {"contact": "your compliance lead", "question_limit": 12,
            "prompts": {"replies.yaml": "ab" * 32}}
IN_FORCE = InForce(SETTINGS, {"reviewers": KIM, "admins": ""}, "ops@host")


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, guidance: Guidance, reader: PlainReader,
    sentences: Wording, say: Wording,
) -> Iterator[Joined]:
    with joined("http", tmp_path_factory.mktemp("record"), guidance, reader, sentences, say,
                now=lambda: NOW, in_force=IN_FORCE) as bot:
        yield bot


@pytest.fixture
def bot(made: Joined) -> Bot:
    return Bot(made)


def rows(made: Joined, workspace: str = TEAM) -> list[Logged]:
    query = select(log).where(log.c.workspace == workspace).order_by(log.c.seq)
    with made.store.reading() as connection:
        return [logged(row._mapping) for row in connection.execute(query)]


def test_the_log_of_a_workspace_begins_with_what_is_in_force(bot: Bot, made: Joined):
    bot.mention(DEAL)

    published, configured, turn = rows(made)[:3]

    release = made.parts.advisor.guidance.release
    assert (published.kind, published.seq, published.actor) == ("published", 1, "ops@host")
    assert published.detail == {
        "from": None, "to": release, "parts": {"b": {"differs": True}},
        "content_sha256": hashlib.sha256(b'{"b":1}').hexdigest()}
    assert (configured.kind, configured.seq, configured.actor) == ("configured", 2, "ops@host")
    assert configured.detail == {
        "settings": SETTINGS, "changed": [],
        "settings_sha256": hashlib.sha256(canonical(SETTINGS).encode()).hexdigest()}
    assert configured.words == {"reviewers": KIM, "admins": ""}
    assert (turn.kind, turn.seq) == ("turn", 3)


def test_a_mention_is_kept_with_who_where_when_and_all_that_the_answer_rests_on(
    bot: Bot, made: Joined, sentences: Wording
):
    ts = bot.mention(DEAL, user=NOOR)
    (turn,) = bot.turns(OFFICE, ts)
    row = next(one for one in rows(made) if one.key == turn.key)
    # Slack tells of a mention twice, and either event may arrive first.
    events = {e["payload"]["event_id"] for e in bot.workspace.log("delivery")
              if e["payload"].get("event", {}).get("ts") == ts}

    key = f"slack:{TEAM}:{OFFICE}:{ts}"
    assert (row.workspace, row.kind, row.key, row.conversation) == (TEAM, "turn", key, key)
    assert row.actor == f"slack:{TEAM}:{NOOR}"
    assert row.at == NOW
    assert row.words is not None
    assert row.words["text"] == DEAL
    body = row.body
    seconds, micros = ts.split(".")
    assert body["sent_at"] == timestamp(
        datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros)))
    assert body["recorded_at"] == "2026-11-25T09:00:00.000000+00:00"
    came = body["circumstances"]
    assert came["where"] == {"door": "slack", "act": "message", "channel": OFFICE, "thread": ts,
                             "private": False}
    assert came["delivery"].pop("event_id") in events
    assert came["delivery"] == {"key": key, "tries": 0,
                                "received_at": "2026-11-25T09:00:00.000000+00:00"}
    assert came["settings_sha256"] == IN_FORCE.digest
    assert came["search"] == "words"
    assert set(came["steps"]) == {"read_ms", "search_ms", "compose_ms"}
    assert all(step >= 0 for step in came["steps"].values())
    assert abs(sum(came["steps"].values()) - body["took_ms"]) <= 2
    assert (body["composer"], body["wording_digest"]) == ("plain", digest_of(sentences))
    assert body["release"] == made.parts.advisor.guidance.release
    assert (body["question_limit"], body["refused"], body["version"]) == (12, None, 1)


def test_what_was_understood_stands_with_its_span_and_each_flag_with_its_reasons(
    bot: Bot, made: Joined
):
    told = f"{DEAL} It is to watch crowds at demonstrations."
    ts = bot.mention(told)
    (turn,) = bot.turns(OFFICE, ts)

    heard = {fact: (sorted(a.values or ()), told[a.start:a.end], a.said)
             for fact, a in turn.message.heard.items()}
    assert heard["end_user"] == (["police"], "police", "police")
    assert heard["country"] == (["KE"], "Kenya", "Kenya")
    guidance = made.parts.advisor.guidance
    assert {note.flag for note in turn.findings} == set(guidance.flag_by_id)
    for note in turn.findings:
        flag = guidance.flag_by_id[note.flag]
        assert {*note.because, *note.missing, *note.unknown} <= set(flag.when)
    raised = next(note for note in turn.findings if note.status.value == "raised")
    assert raised.because


def test_every_passage_found_stands_with_span_digest_and_similarity(bot: Bot, made: Joined):
    ts = bot.mention("What does the guidance say about resellers and distributors?")
    (turn,) = bot.turns(OFFICE, ts)

    (found,) = turn.found
    assert found.query.text == turn.text
    provisions = made.parts.advisor.guidance.provisions
    assert 0 < len(found.passages) <= found.query.limit
    for one in found.passages:
        text = provisions[one.provision].text[one.start:one.end]
        assert one.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert 0 < one.similarity <= 1


def test_an_edit_a_press_a_form_and_a_command_say_what_was_done_and_where(
    bot: Bot, made: Joined
):
    ts = bot.mention(DEAL)
    first = bot.last(OFFICE, ts)
    bot.press(first, "advise_now")
    bot.edit(OFFICE, ts, f"<@U0ADVISORB> {DEAL.replace('Kenya', 'Chad')}")
    user = bot.newcomer()
    bot.do("join", user, channel=OFFICE)
    bot.command(DEAL, user=user)
    opening = bot.messages(bot.dm(user), user=user)[0]

    mention, press, edit = bot.turns(OFFICE, ts)
    (command,) = bot.turns(bot.dm(user), opening["ts"])
    wheres = [t.circumstances.where for t in (mention, press, edit, command) if t.circumstances]
    assert wheres == [
        Where("slack", "message", OFFICE, ts, False),
        Where("slack", "steer", OFFICE, first["ts"], False),
        Where("slack", "edit", OFFICE, ts, False),
        Where("slack", "message", None, None, True),
    ]
    assert edit.circumstances is not None
    assert edit.circumstances.delivery is not None
    assert edit.circumstances.delivery.key == edit.key
    assert edit.key.startswith(f"slack:{TEAM}:{OFFICE}:{ts}:edit:")


def test_all_of_it_comes_out_again_to_the_byte(bot: Bot, made: Joined, guidance: Guidance):
    ts = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, ts), "advise_now")
    bot.mention("what if we host it ourselves?", thread=ts)

    replayed = list(Replaying(made.store, lambda _: guidance).replay(
        bot.case(OFFICE, ts).conversation))

    assert [one.fault for one in replayed] == [None, None, None]
    assert all(one.turn.circumstances for one in replayed)


def test_over_the_machine_protocol_door_and_settings_are_kept(made: Joined):
    web = TestClient(build_web(Site(
        slack=None, install=None, advisor=lambda: made.parts.advisor, faults=dict,
        api_token="t")))
    answer = web.post("/api/turns", json={"conversation": "m1", "text": DEAL},
                      headers={"Authorization": "Bearer t", "Idempotency-Key": "k1"})
    assert answer.status_code == 200
    answer_line(made.parts.advisor, json.dumps({"conversation": "m2", "text": DEAL}), "a", "k2")

    local = rows(made, LOCAL)
    assert [one.kind for one in local] == ["published", "configured", "turn", "turn"]
    one, two = (row.body for row in local[2:])
    assert one["key"] == "api:m1:k1"
    nowhere = {"act": "message", "channel": None, "thread": None, "private": False}
    assert one["circumstances"]["where"] == {"door": "api", **nowhere}
    assert two["circumstances"]["where"] == {"door": "pipe", **nowhere}
    assert [b["circumstances"]["delivery"] for b in (one, two)] == [None, None]
    assert [b["circumstances"]["settings_sha256"] for b in (one, two)] == [IN_FORCE.digest] * 2


def test_a_message_that_is_given_up_is_on_record_without_its_words(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
):
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0,
                now=lambda: NOW) as made:
        ts = made.workspace.say("<@U0ADVISORB> Zyzzyva drones", OFFICE)
        made.workspace.order("settle")
        key = f"slack:{TEAM}:{OFFICE}:{ts}"
        taken = made.deliveries.next_delivery(ConversationId(key))
        assert taken is not None
        made.deliveries.give_up(taken, "T-ABC123")

        (row,) = rows(made)
        assert (row.kind, row.actor, row.conversation) == ("unanswered", SAM, key)
        assert row.detail == {
            "act": "message", "delivery": key, "event_id": taken.delivery.event_id,
            "reference": "T-ABC123", "tries": 1}
        assert taken.delivery.event_id.startswith("Ev")
        assert row.words == {}


def test_a_reply_that_slack_refuses_and_takes_later_is_on_record(
    bot: Bot, made: Joined, monkeypatch: pytest.MonkeyPatch
):
    post = made.desk._dispatcher._poster.post
    refusing = [True]

    def refuse(queued, note, insist):
        if queued.outgoing.turn is not None and refusing[0]:
            raise PostRefused("not_in_channel")
        return post(queued, note, insist)

    monkeypatch.setattr(made.desk._dispatcher._poster, "post", refuse)
    ts = bot.mention(DEAL)
    refusing[0] = False
    key = f"slack:{TEAM}:{OFFICE}:{ts}"
    kept = [(r.kind, r.detail) for r in rows(made) if r.conversation == key and r.kind != "turn"]
    assert kept == [("undelivered", {"turn": 1, "post": f"{key}:reply:0",
                                     "reason": "not_in_channel"})]

    made.deliveries.outbox.again(TEAM, OFFICE, NOW)
    made.desk.wake()
    bot.settle()

    kept = [(r.kind, r.detail) for r in rows(made) if r.conversation == key and r.kind != "turn"]
    assert kept[1:] == [("delivered_late", {"turn": 1, "post": f"{key}:reply:0"})]
    assert made.store.verify_log() is None


@pytest.mark.parametrize(("event", "kept"), [
    ({"type": "app_uninstalled"}, ["app_uninstalled"]),
    ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0ADVISORB"]}},
     ["tokens_revoked"]),
    ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, []),
])
def test_that_a_workspace_removed_the_app_is_on_record_once(
    made: Joined, event: dict, kept: list[str]
):
    team, body = f"T0GONE{len(str(event))}", {
        "type": "event_callback", "event_id": "Ev0GONE", "event": event}
    for _ in range(2):
        answer = made.app.dispatch(BoltRequest(
            body=json.dumps({**body, "team_id": team}), mode="socket_mode"))
        assert answer.status == 200

    # Bolt acknowledges events at once and runs their listeners beside.
    eventually(lambda: len(rows(made, team)) == len(kept))
    found = rows(made, team)
    assert [(r.kind, r.key, r.actor, r.detail) for r in found] == [
        ("uninstalled", f"uninstalled:{team}:Ev0GONE", None, {"event": one}) for one in kept]


def test_no_word_that_anybody_types_stands_in_a_body(bot: Bot, made: Joined):
    """A canary in every field that takes words, in Slack, over HTTP and from the keeper's desk."""
    users = [bot.newcomer() for _ in range(2)]
    for user in users:
        bot.do("join", user, channel=OFFICE)
    ts = bot.mention(f"{DEAL} It is for Canarymention.")
    bot.mention("What does the guidance say about Canaryquestion resellers?", thread=ts)
    bot.mention("and about Canaryfollowup?", thread=ts, user=NOOR)
    bot.edit(OFFICE, ts, f"<@U0ADVISORB> {DEAL} It is for Canaryedit in Chad.")
    bot.press(bot.last(OFFICE, ts), "advise_now")
    bot.command(f"{DEAL} Canarycommand", user=users[0])
    bot.shortcut("describe_deal", user=users[1])
    view = bot.view("intake", user=users[1])
    assert bot.submit(view, {"words": f"{DEAL} Canaryform"}, user=users[1])["ok"]
    advice = bot.last(OFFICE, ts)
    bot.rate(advice, good=False)
    bot.press(bot.whispers(OFFICE)[-1], "comment")
    assert bot.submit(bot.view("comment"), {"comment": "Canarycomment"})["ok"]
    bot.press(advice, "compliance", user=NOOR)
    corrected = next(m for m in reversed(bot.replies(OFFICE, ts))
                     if "correct" in [e["action_id"] for _, e in controls(m)])
    bot.press(corrected, "correct")
    assert bot.submit(bot.view("correction"),
                      {"words": "Canarycorrection: it is for the army"})["ok"]
    other = advised(bot, f"{DEAL} Canaryheld")
    keeper = Erasing(made.store, lambda: NOW)
    name = bot.case(OFFICE, other).conversation
    keeper.hold(TEAM, name, by="U-lead", reason="Canaryhold")
    keeper.release(TEAM, name, by="U-lead", reason="Canaryrelease")
    keeper.retain(TEAM, 3000, by="U-lead", reason="Canaryretention")
    keeper.conversation(TEAM, name, by="U-lead", reason="Canaryerasure")

    with made.store.reading() as connection:
        bodies = [row.body for row in connection.execute(select(log.c.body))]
        words = "\n".join(row.words or "" for row in connection.execute(select(log.c.words)))
    found = [body for body in bodies if "canary" in body.casefold()]
    assert found == []
    for canary in ("mention", "question", "followup", "edit", "command", "form", "comment",
                   "correction", "hold", "release", "retention", "erasure"):
        assert f"Canary{canary}" in words, canary
    assert "Canaryheld" not in words
    held = [r for r in rows(made) if r.kind == "held"]
    assert held[-1].detail == {"reason": "Canaryhold"}
    assert "reason" not in held[-1].body
    assert made.store.verify_log() is None
