"""What a language model worded, in what leaves the house: each sentence can be defended."""

import csv
import json

import pytest

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Asked, Form
from bot.exporting.checking import check
from bot.exporting.many import Chosen
from bot.exporting.redacting import Redaction
from bot.log_order import LOCAL
from bot.plain import MARKS, placed
from bot.record.log import Happening
from retrieval.guidance import Checked
from tests.exporting.sealed import ASKED
from tests.exporting.test_memos import text_of
from tests.store.small import START
from tests.taken_again import drafted, take_again

DEAL = "spyware for the army in Chad, they torture"
DRAFT = drafted(("Civil society is reported abused; take it up with them first.", "F1 C1"),
                ("Keep the right to stop.", "S1"))


@pytest.fixture
def reply(say, store, guidance, sentences):
    say(DEAL)
    return take_again(store, "c1", DRAFT, guidance, sentences)


def memo(exporting, form=Form.MD, asked=ASKED) -> str:
    data = exporting.one(LOCAL, ConversationId("c1"), form, asked).data
    return text_of(data, form).replace("\u2060", "").replace("\\", "")


def named(citation) -> str:
    unchecked = citation.checked is Checked.UNCHECKED
    return f"{citation.provision}{' (unchecked)' if unchecked else ''}"


def lines_of(exporting, asked=ASKED) -> list[str]:
    return [line.strip() for line in memo(exporting, asked=asked).splitlines()]


def test_a_memo_has_each_sentence_with_what_it_restates_and_where_that_stands(reply, exporting):
    lines = lines_of(exporting)

    for n, line in enumerate(reply.worded, start=1):
        places = "; ".join(dict.fromkeys(
            f"{placed(one)} ({MARKS[one.checked]})" for one in line.citations))
        assert (f"- Sentence {n}, worded by openai:tiny, passed the fence (rules 0123456789ab): "
                f"“{line.text}” (restates {', '.join(line.restates)}; rests on {places})") in lines
    [statement] = [line for line in lines if "were worded by a language model" in line]
    assert "openai:tiny" in statement
    assert "No other sentence of this memo is a model's." in "\n".join(lines)


def test_a_turn_that_was_taken_again_is_not_laid_into_anybodys_mouth_twice(reply, exporting):
    """The memo had the person say the same once more, as the console and `log show` do not."""
    lines = lines_of(exporting)
    assert lines.count(DEAL) == 1
    at = lines.index("Nobody said anything more: this is the answer of turn 1, taken again with a "
                     "language model beside. It took that one's place.")
    assert " · turn 2** (turn)" in lines[at - 1]
    assert lines[at + 1].startswith("- Replied: ")


@pytest.mark.long
@pytest.mark.parametrize("form", [Form.PDF, Form.DOCX])
def test_every_form_of_the_memo_has_the_sentences(reply, exporting, form):
    flat = " ".join(memo(exporting, form).split())
    for line in reply.worded:
        assert line.text in flat
    assert "rules 0123456789ab" in flat


def test_a_memo_of_plain_answers_speaks_of_no_model(say, exporting):
    say(DEAL)
    assert "model" not in memo(exporting).split("## Timeline")[1].split("## Checkpoint")[0]
    assert "language model" not in memo(exporting)


def test_a_memo_says_of_a_call_what_it_took_and_leaves_the_prompt_in_the_log(
    reply, exporting, store
):
    store.note(LOCAL, Happening(
        "model_call", "c1:call:1", START, "U1", ConversationId("c1"),
        {"turn": 1, "use": "wording", "model": "openai:tiny", "outcome": "passed"},
        {"sent": [{"role": "system", "content": "Be exact."}], "received": "{}"}))
    store.note(LOCAL, Happening(
        "model_call", "c1:call:2", START, "U1", ConversationId("c1"),
        {"turn": 1, "use": "reading", "model": "openai:tiny", "outcome": "failed",
         "took_ms": 1260, "tokens_in": 812, "tokens_out": 0, "tries": 2}))
    text = memo(exporting)
    assert "Be exact" not in text
    exact = "What was sent and what came back stands in the log and in the sealed case."
    assert ("For turn 1 the language model openai:tiny was asked to word the answer: "
            f"its draft passed the fence. {exact}") in text
    assert ("For turn 1 the language model openai:tiny was asked to read the message for facts: "
            "it failed. It took 1.3 seconds, 812 tokens sent and 0 received; tries: 2. "
            f"{exact}") in text


def test_a_table_has_who_worded_it_and_each_sentence_with_its_provisions(
    reply, exporting, tmp_path
):
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)

    with made.file.open(encoding="utf-8", newline="") as file:
        plain, again = csv.DictReader(file)
    assert (plain["composer"], plain["worded"]) == ("plain", "")
    assert again["composer"] == "openai:tiny"
    assert (plain["detail"], again["detail"]) == ("", '{"retakes": 1}')
    assert again["worded"] == " ".join(
        f"{line.text} [{' '.join(dict.fromkeys(map(named, line.citations)))}]"
        for line in reply.worded)
    assert "[sg-c2-rf3 (unchecked)" in again["worded"]


def test_lines_to_the_letter_hold_the_sentences_and_are_proved(reply, exporting, tmp_path):
    made = exporting.many(tmp_path / "log.jsonl", Form.JSONL, Chosen(), ASKED)

    row = json.loads(made.file.read_text("utf-8").splitlines()[-1])
    quotes = {tuple(path): said
              for path, said in json.loads(json.loads(row["words"])["quotes"])}
    assert [quotes["reply", "worded", n, "text"] for n in range(2)] == [
        line.text for line in reply.worded]
    worded = json.loads(row["body"])["reply"]["worded"]
    assert [one["restates"] for one in worded] == [list(line.restates) for line in reply.worded]
    check(made.file, None, lambda _: None)


def test_once_erased_the_sentences_are_gone_and_what_they_rested_on_stays(
    reply, exporting, store, clock, tmp_path
):
    Erasing(store, clock).conversation(LOCAL, "c1", by="U", reason="asked")
    text = "\n".join(lines_of(exporting))

    assert not any(line.text in text for line in reply.worded)
    assert f"restates {', '.join(reply.worded[0].restates)}; rests on " in text
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)
    assert not any(line.text in made.file.read_text("utf-8") for line in reply.worded)


def test_the_name_of_a_model_and_of_a_provision_are_no_phone_numbers(
    say, store, guidance, sentences, exporting, tmp_path, monkeypatch
):
    monkeypatch.setattr("tests.taken_again.MODEL", "anthropic:claude-sonnet-4-20250514")
    say(DEAL)
    take_again(store, "c1", DRAFT, guidance, sentences)
    made = exporting.many(tmp_path / "x.jsonl", Form.JSONL, Chosen(),
                         Asked("U-lead", "asked", frozenset({Redaction.PHONE})))

    rows = [json.loads(line) for line in made.file.read_text("utf-8").splitlines()]
    assert [row["state"] for row in rows] == ["whole", "whole"]
