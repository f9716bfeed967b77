"""The real parts over a scripted server: from a message to the better answer, and what left."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.assembly import LEASE_MARGIN_SECONDS, Assembly
from bot.chat.calls import Ended, Use
from bot.chat.shapes import Queries
from bot.errors import BadSetting
from bot.machine.exchange import answer_line
from bot.record.model_calls import calls_in
from bot.settings import Settings
from tests.chat.scripted_server import MODEL, Asked, ScriptedServer, by_use, says, status
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings

pytestmark = pytest.mark.long

DEAL = ("we sell 12 stingrays to the police in Kenya, Jane Doe of Acme Ltd looks after it")
QUESTION = "do we need a complaints hotline for people who are harmed?"
POINT = re.compile(r"^([A-Z]\d+) \(([^)]*)\): (.*)$")


def copying(asked: Asked):
    """The points that are needed in their own words, or the first where none is."""
    found: list[tuple[str, str, str]] = []
    for line in asked.lines:
        if point := POINT.match(line):
            found.append((point[1], point[2], ""))
        elif found and not found[-1][2]:
            found[-1] = (*found[-1][:2], line)
    needed = [one for one in found if "needed" in one[1]] or found[:1]
    return says({"sentences": [{"text": f"{text.split('. ')[0].rstrip('.')}.", "points": [name]}
                               for name, _, text in needed]})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(by_use(
            reading=says({"facts": []}), search=says({"queries": ["resellers and distributors"]}),
            wording=copying)) as running:
        yield running


@pytest.fixture
def assembled(
    server: ScriptedServer, worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Assembly]:
    begin_with(worded, tmp_path)
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    return lambda **more: Assembly(Settings(
        data_dir=tmp_path, chat_model=MODEL, chat_base_url=server.url, chat_prices="1/2",
        _env_file=None, **{"chat_retries": 0, **more}))


def ask(parts: Assembly, text: str) -> dict:
    return answer_line(parts.advisor, json.dumps({"conversation": "c", "text": text}), "a",
                       second_look=parts.second_look)


def test_an_answer_is_worded_and_the_record_tells_what_left_and_proves_it(assembled, server):
    parts = assembled()

    told = ask(parts, DEAL)

    assert (told["composer"], told["refused"]) == (MODEL, None)
    with parts.store.reading() as connection:
        calls = calls_in(connection, "c")
    assert [(one.use, one.outcome) for one in calls] == [
        ("reading", "answered"), ("wording", "passed")]
    assert [one.body["messages"] for one in server.asked] == [
        [dict(message) for message in one.sent] for one in calls]
    assert all(parts.store.wording_content(one.prompt) for one in calls)
    assert [one.fault for one in parts.replaying.replay("c")] == [None, None]
    assert list(parts.replaying.replay("c"))[1].worded.said == (
        f"worded by {MODEL}; the draft passes the fence today")
    assert [one.broken for one in parts.checkpoints.verify()] == [None]
    assert parts.second_look._usage.spent("local") == 240


def test_names_leave_masked_and_the_deal_is_not_sent_for_its_wording(assembled, server):
    ask(assembled(), DEAL)
    sent = json.dumps([one.body for one in server.asked])
    assert "Jane Doe" not in sent
    assert "Acme" not in sent
    assert "12 stingrays" in server.asked[0].user
    assert "stingrays" not in server.asked[1].user


def test_unmasked_where_it_is_set_so(assembled, server):
    ask(assembled(chat_mask=False), DEAL)
    assert "Jane Doe" in server.asked[0].user
    assert "Jane Doe" not in server.asked[1].user


def test_a_question_is_searched_with_queries_and_goes_along_as_data(assembled, server):
    ask(assembled(), QUESTION)
    assert [one.use for one in server.asked] == ["search", "wording"]
    assert QUESTION in server.asked[1].lines
    assert all(QUESTION not in one.system for one in server.asked)


@pytest.mark.parametrize(("uses", "asked"), [
    ("reading", ["reading"]), ("wording", ["wording"]), ("reading,wording", ["reading", "wording"]),
])
def test_only_what_is_switched_on_is_asked(assembled, server, uses: str, asked: list[str]):
    ask(assembled(chat_uses=uses), DEAL)
    assert [one.use for one in server.asked] == asked


def test_a_day_that_is_spent_asks_nothing_more(assembled, server):
    parts = assembled(chat_tokens_per_day=200)
    ask(parts, DEAL)
    known = len(server.asked)
    assert ask(parts, "advise now")["composer"] == "plain"
    assert len(server.asked) == known


def test_without_a_model_there_is_no_second_look(worded: Path, tmp_path: Path, monkeypatch):
    begin_with(worded, tmp_path)
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    parts = Assembly(Settings(data_dir=tmp_path, _env_file=None))
    assert (parts.looks, parts.second_look) == (None, None)
    assert ask(parts, DEAL)["composer"] == "plain"
    with pytest.raises(BadSetting, match="ADVISOR_CHAT_MODEL"):
        parts.second_look_over(parts.advisor, parts.store)


def test_no_call_takes_longer_than_whoever_makes_it_may_be_silent(assembled, server):
    """Else somebody else would take the look up, and send the same once more."""
    server.script = status(429, retry_after="12")
    parts = assembled(chat_seconds=2, chat_retries=1, chat_budget_seconds=600)

    call = parts.language_model.ask(
        Use.SEARCH, {"question": QUESTION, "topics": ""}, shape=Queries)

    assert (call.ended, call.tries) == (Ended.FAILED, 1)
    assert call.took_ms < 1000 * (parts.settings.chat_call_seconds + LEASE_MARGIN_SECONDS)
    assert parts.settings.chat_call_seconds == 4
