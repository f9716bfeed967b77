"""Conversations in channels and direct messages: where answers go, and what can be pressed."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.citation import Citation
from bot.dialogue.intents import Intent
from bot.dialogue.messages import stretching
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.plain import placed
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import (
    DEAL,
    Bot,
    actions,
    advised,
    asked,
    asked_together,
    kinds,
    words,
)
from tests.workspace.running import KIM, NOOR, SAM, eventually

KNOWN = {"product": ["drone", "facial-recognition"], "end_user": ["police"], "country": ["KE"],
         "intermediary": ["reseller"]}
NEVER = timedelta(minutes=-5)
"""A pause within which nobody goes on writing: as if minutes lay between two messages."""


# --- a mention in a channel ------------------------------------------------------------------

def test_a_mention_is_answered_in_its_thread_and_nowhere_else(bot: Bot):
    before = len(bot.messages(OFFICE))

    thread = bot.mention(DEAL)

    (reply,) = bot.replies(OFFICE, thread)
    assert reply["thread_ts"] == thread
    assert len(bot.messages(OFFICE)) == before + 2
    assert bot.deal(OFFICE, thread) == KNOWN
    assert asked_together(reply) == list(bot.conversation(OFFICE, thread).awaiting()) != []


def test_follow_ups_in_the_thread_need_no_mention(bot: Bot):
    thread = bot.mention(DEAL)

    bot.say("to watch crowds at demonstrations", thread=thread)

    assert bot.deal(OFFICE, thread) == {**KNOWN, "end_use": ["crowd-monitoring"]}
    assert len(bot.turns(OFFICE, thread)) == 2
    assert len(bot.replies(OFFICE, thread)) == 2


def test_what_is_said_in_a_channel_without_a_mention_is_none_of_ours(bot: Bot):
    ts = bot.say(DEAL)

    assert bot.replies(OFFICE, ts) == []
    assert bot.joined.cases.at("T0ADVISOR1", OFFICE, ts) is None


def test_a_mention_deep_in_an_old_thread_is_answered_in_that_thread(bot: Bot):
    thread = bot.say("Lunch?")
    bot.say("Not before noon.", thread=thread, user=NOOR)

    bot.mention(DEAL, thread=thread, user=NOOR)

    (reply,) = bot.replies(OFFICE, thread)
    assert reply["thread_ts"] == thread
    assert bot.case(OFFICE, thread).asker == NOOR


def test_a_mention_without_words_is_answered_with_what_the_bot_is_for(bot: Bot):
    thread = bot.mention("")

    (turn,) = bot.turns(OFFICE, thread)
    assert turn.message.intent is Intent.GREETING
    assert len(bot.replies(OFFICE, thread)) == 1


def test_two_threads_are_two_deals(bot: Bot):
    one, other = bot.mention(DEAL), bot.mention("Spyware for an intelligence service in Chad")

    bot.say("border control", thread=one)

    assert bot.deal(OFFICE, one)["end_use"] == ["border-control"]
    assert "end_use" not in bot.deal(OFFICE, other)


# --- advice ----------------------------------------------------------------------------------

def test_advice_can_be_had_at_any_time_with_all_that_can_be_done_with_it(bot: Bot):
    thread = advised(bot)

    turn = bot.turns(OFFICE, thread)[-1]
    assert turn.reply.shape == "full"
    assert actions(bot.last(OFFICE, thread)) == [
        "compliance", "brief", "more_safeguards", "try_out", "passages", "go_on", "watch",
        "feedback", "pause"]


def test_every_citation_shown_has_its_pinpoint_its_link_and_its_checked_state(bot: Bot):
    thread = advised(bot)
    citations = bot.turns(OFFICE, thread)[-1].reply.citations()
    shown = "\n".join(words(m) for m in bot.replies(OFFICE, thread)[1:])

    for citation in citations:
        assert citation.url in shown
        # The part of a source that several passages in a row are in is named once.
        part, _, within = _place(citation).partition(": ")
        assert part in shown and re.search(rf"\[\d+\] (?:{re.escape(part)}: )?"
                                           rf"{re.escape(within or part)}", shown)
    assert {c.checked.value for c in citations} == {"seen", "unchecked"}
    assert "not yet checked against the official text" in shown
    marks = {int(n) for n in re.findall(r"\|\[(\d+)\]>", shown)}
    listed = {int(n) for n in re.findall(r"[^|]\[(\d+)\] ", shown)}
    assert marks and marks == listed


def _place(citation: Citation) -> str:
    """Where in its source a citation points, as messages say it."""
    return placed(citation).removeprefix(f"{citation.source_title}, ")


def test_the_passages_behind_the_advice_are_shown_in_a_modal(bot: Bot):
    thread = advised(bot)
    reply = bot.turns(OFFICE, thread)[-1].reply

    bot.press(bot.last(OFFICE, thread), "passages")

    view = bot.view("passages")
    shown = words(view)
    assert view["type"] == "modal"
    assert "[1] " in shown
    assert _place(reply.citations()[0]) in shown
    assert len(bot.turns(OFFICE, thread)) == 2
    bot.close_views()


def test_the_passages_of_an_old_message_stay_those_of_that_message(bot: Bot):
    thread = bot.mention(DEAL)
    first = bot.last(OFFICE, thread)
    bot.press(first, "passages")
    before = bot.view("passages")["blocks"]
    bot.close_views()
    bot.press(first, "advise_now")

    bot.press(first, "passages")

    assert words({"blocks": bot.view("passages")["blocks"]}) == words({"blocks": before})
    bot.close_views()


def test_more_safeguards_are_shown_when_asked_for(bot: Bot):
    thread = advised(bot)
    advice = bot.turns(OFFICE, thread)[-1].reply

    bot.press(bot.last(OFFICE, thread), "more_safeguards")

    more = bot.turns(OFFICE, thread)[-1].reply
    assert more.shape == "safeguards"
    assert {s.id for s in more.safeguards} == {s.id for s in advice.more_safeguards}


def test_after_the_advice_the_questions_can_go_on(bot: Bot):
    thread = advised(bot)

    bot.press(bot.last(OFFICE, thread), "go_on")

    assert asked(bot.last(OFFICE, thread)) is not None


def test_a_button_tapped_twice_in_haste_is_answered_once(bot: Bot):
    """Advice is long: nobody wants it twice because their thumb was quick."""
    thread = bot.mention(DEAL)
    question = bot.last(OFFICE, thread)

    bot.press(question, "advise_now")
    bot.press(question, "advise_now")

    assert len(bot.turns(OFFICE, thread)) == 2
    assert bot.states(OFFICE, thread) == ["done", "done", "aside"]


def test_another_button_or_another_person_is_not_a_second_tap(bot: Bot):
    thread = bot.mention(DEAL)
    question = bot.last(OFFICE, thread)

    bot.press(question, "why")
    bot.press(question, "why", user=NOOR)
    bot.press(question, "advise_now")

    assert [t.message.intent for t in bot.turns(OFFICE, thread)[1:]] == [
        Intent.WHY, Intent.WHY, Intent.ADVISE_NOW]


# --- feedback --------------------------------------------------------------------------------

@pytest.mark.parametrize("good", [True, False])
def test_a_thumb_is_recorded_and_thanked_for_in_private(bot: Bot, good: bool):
    thread = advised(bot)
    turn = bot.turns(OFFICE, thread)[-1].version

    bot.rate(bot.last(OFFICE, thread), good=good, user=NOOR)

    assert bot.happened(OFFICE, thread) == [("feedback", NOOR, {"good": good, "turn": turn})]
    thanks = bot.whispers(OFFICE, user=NOOR)[-1]
    assert thanks["thread_ts"] == thread
    assert actions(thanks) == ["comment"]
    assert len(bot.turns(OFFICE, thread)) == turn


def test_a_comment_on_feedback_is_kept_with_the_turn_it_is_about(bot: Bot):
    thread = advised(bot)
    turn = bot.turns(OFFICE, thread)[-1].version
    bot.rate(bot.last(OFFICE, thread), good=False)
    bot.press(bot.whispers(OFFICE)[-1], "comment")

    assert bot.submit(bot.view("comment"), {"comment": "The third flag does not fit"})["ok"]

    assert bot.happened(OFFICE, thread)[1:] == [
        ("comment", SAM, {"text": "The third flag does not fit", "turn": turn})]
    assert bot.views() == []


def test_a_comment_needs_words(bot: Bot):
    thread = advised(bot)
    bot.rate(bot.last(OFFICE, thread), good=False)
    bot.press(bot.whispers(OFFICE)[-1], "comment")

    assert bot.submit(bot.view("comment"), {"comment": ""})["errors"].keys() == {"comment"}

    bot.close_views()
    assert [kind for kind, _, _ in bot.happened(OFFICE, thread)] == ["feedback"]


def test_a_comment_of_nothing_but_spaces_is_not_said_to_be_kept(bot: Bot, say: Wording):
    thread = advised(bot)
    bot.rate(bot.last(OFFICE, thread), good=False)
    bot.press(bot.whispers(OFFICE)[-1], "comment")

    answer = bot.submit(bot.view("comment"), {"comment": " \n "})

    assert answer["errors"] == {"comment": say.say("comment.missing")}
    assert [kind for kind, _, _ in bot.happened(OFFICE, thread)] == ["feedback"]


# --- direct messages -------------------------------------------------------------------------

def test_a_direct_message_is_answered_in_a_thread_of_its_own(bot: Bot):
    user = bot.newcomer()

    thread = bot.direct(DEAL, user=user)

    (reply,) = bot.replies(bot.dm(user), thread, user=user)
    assert reply["thread_ts"] == thread
    assert asked(reply) is not None
    assert "pause" not in actions(reply)


def test_in_the_thread_of_a_direct_message_the_deal_goes_on(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)

    bot.direct("for border control", user=user, thread=thread)

    assert bot.deal(bot.dm(user), thread)["end_use"] == ["border-control"]


def test_a_bare_answer_typed_at_top_level_goes_to_the_conversation_that_asked(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)

    answer = bot.direct("border control", user=user)

    assert bot.deal(bot.dm(user), thread)["end_use"] == ["border-control"]
    assert bot.last(bot.dm(user), thread, user=user)["thread_ts"] == thread
    assert bot.replies(bot.dm(user), answer, user=user) == []


def test_i_dont_know_typed_at_top_level_goes_to_the_conversation_that_asked(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    facts = asked_together(bot.last(bot.dm(user), thread, user=user))

    bot.direct("I don't know", user=user)

    assert [bot.deal(bot.dm(user), thread)[fact] for fact in facts] == [None for _ in facts]


def test_answers_to_several_questions_typed_at_top_level_go_where_they_were_asked(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stretching, "PAUSE", NEVER)
    user = bot.newcomer()
    thread = bot.direct(f"{DEAL} It is to watch crowds at demonstrations.", user=user)
    facts = asked_together(bot.last(bot.dm(user), thread, user=user))
    assert len(facts) == 3

    answer = bot.direct("no, yes, no", user=user)

    deal = bot.deal(bot.dm(user), thread)
    assert [deal[fact] for fact in facts] == [["no"], ["yes"], ["no"]]
    assert bot.replies(bot.dm(user), answer, user=user) == []


def test_another_product_for_whom_was_asked_about_is_another_conversation(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stretching, "PAUSE", NEVER)
    user = bot.newcomer()
    one = bot.direct("We want to sell drones", user=user)
    assert {"end_user", "country"} == {*asked_together(bot.last(bot.dm(user), one, user=user))}

    other = bot.direct("Spyware for the police in Kenya", user=user)

    assert bot.deal(bot.dm(user), one) == {"product": ["drone"]}
    assert bot.deal(bot.dm(user), other) == {
        "product": ["spyware"], "end_user": ["police"], "country": ["KE"]}


@pytest.mark.parametrize("words_", ["advise now", "why do you ask?", "show sources"])
def test_what_asks_for_more_at_top_level_is_about_the_deal_under_way(bot: Bot, words_: str):
    """Who has just been asked a question and types "why?" means that question."""
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)

    said = bot.direct(words_, user=user)

    assert len(bot.turns(bot.dm(user), thread)) == 2
    assert bot.replies(bot.dm(user), said, user=user) == []


def test_what_is_taken_back_at_top_level_is_taken_back_of_the_deal_under_way(bot: Bot):
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)

    bot.direct("not the police", user=user)

    assert "end_user" not in bot.deal(bot.dm(user), thread)
    assert len(bot.turns(bot.dm(user), thread)) == 2


def test_a_deal_told_in_two_lines_of_a_direct_message_is_one_conversation(bot: Bot):
    user = bot.newcomer()
    first = bot.direct("we want to sell drones, hosted by us, for the border", user=user)

    bot.direct("police in Chad, via a reseller", user=user)

    known = bot.deal(bot.dm(user), first)
    assert (known["end_user"], known["intermediary"]) == (["border-guard"], ["reseller"])
    assert len(bot.turns(bot.dm(user), first)) == 2


def test_another_deal_at_top_level_is_another_conversation(bot: Bot):
    user = bot.newcomer()
    one = bot.direct(DEAL, user=user)

    other = bot.direct("Spyware for an intelligence service in Chad", user=user)

    assert bot.deal(bot.dm(user), one) == KNOWN
    assert bot.deal(bot.dm(user), other)["country"] == ["TD"]


def test_long_advice_in_a_direct_message_is_streamed_and_reads_as_it_would_in_a_channel(bot: Bot):
    user = bot.newcomer()
    here, there = advised(bot, channel=bot.dm(user), user=user), advised(bot)

    streamed = bot.replies(bot.dm(user), here, user=user)[1]
    posted = bot.replies(OFFICE, there)[1]

    assert bot.calls("chat.startStream") != []
    assert not streamed["streaming"]
    assert kinds(streamed)[0] == "markdown"
    assert words({"blocks": streamed["blocks"][1:]}) == words({"blocks": posted["blocks"][1:]})


# --- the agent experience --------------------------------------------------------------------

def test_opening_the_messages_tab_greets_once_and_offers_prompts(bot: Bot):
    user = bot.newcomer()

    for _ in range(3):
        bot.open("messages", user=user)
        eventually(lambda: bot.calls("assistant.threads.setSuggestedPrompts"))
    eventually(lambda: len(bot.calls("assistant.threads.setSuggestedPrompts")) == 3)
    bot.settle()

    assert len(bot.messages(bot.dm(user), user=user)) == 1
    prompts = bot.workspace.state(user)["prompts"][bot.dm(user)]
    assert [set(p) for p in prompts["prompts"]] == [{"title", "message"}] * 4
    assert all(call["ok"] for call in bot.calls("assistant.threads.setSuggestedPrompts"))


def test_every_suggested_prompt_is_understood(bot: Bot):
    user = bot.newcomer()
    bot.open("messages", user=user)
    for prompt in bot.workspace.state(user)["prompts"][bot.dm(user)]["prompts"]:
        thread = bot.direct(prompt["message"], user=user)

        (turn,) = bot.turns(bot.dm(user), thread)
        assert turn.message.intent not in {Intent.UNCLEAR, Intent.OUT_OF_SCOPE}


# --- both transports -------------------------------------------------------------------------

@pytest.mark.long
def test_the_same_conversation_reads_the_same_over_both_transports(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
):
    """Ids of messages apart, what people see does not depend on how Slack is connected."""
    seen = []
    for transport in ("http", "socket"):
        (tmp_path / transport).mkdir()
        with joined(transport, tmp_path / transport, guidance, reader, sentences, say) as made:
            bot = Bot(made)
            thread = bot.mention(DEAL)
            bot.say("to watch crowds at demonstrations", thread=thread)
            bot.press(bot.last(OFFICE, thread), "answer_unknown")
            bot.press(bot.last(OFFICE, thread), "why", user=KIM)
            bot.press(bot.last(OFFICE, thread), "advise_now")
            direct = bot.direct(DEAL)
            question = bot.last(bot.dm(), direct)
            bot.choose_each(question, {asked(question) or "": ["border-control"]})
            bot.press(question, "answer_done")
            found = [bot.replies(OFFICE, thread), bot.replies(bot.dm(), direct)]
            seen.append([[_timeless(m["blocks"]) for m in replies] for replies in found])

    assert seen[0] == seen[1]
    assert [len(replies) for replies in seen[0]] == [6, 2]


def _timeless(part: Any) -> Any:
    """*part* without timestamps and without the ids that the workspace gives blocks."""
    if isinstance(part, dict):
        return {k: _timeless(v) for k, v in part.items()}
    if isinstance(part, list):
        return [_timeless(each) for each in part]
    return re.sub(r"\d{10}\.?\d{6}", "ts", part) if isinstance(part, str) else part
