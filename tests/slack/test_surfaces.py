"""Conversations in channels and direct messages: where answers go, and what can be pressed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.citation import Citation
from bot.dialogue.conversation import Intent
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
    control,
    kinds,
    until,
    words,
)
from tests.workspace.running import KIM, NOOR, SAM, eventually

KNOWN = {"product": ["drone", "facial-recognition"], "end_user": ["police"], "country": ["KE"],
         "intermediary": ["reseller"]}


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


# --- questions and their buttons -------------------------------------------------------------

def test_every_question_offers_i_dont_know_and_why(bot: Bot):
    thread = bot.mention(DEAL)
    seen = set[str]()

    def ended(message: dict[str, Any]) -> bool:
        if asked(message) is None:
            return True
        seen.update(asked_together(message))
        assert {"answer_unknown", "why"} <= set(actions(message))
        return False

    until(bot, OFFICE, thread, ended)

    assert len(seen) >= 5
    assert {f for f, v in bot.deal(OFFICE, thread).items() if v is None} == seen


def test_a_choice_of_several_is_taken_when_it_is_done_and_shown_instead_of_the_menu(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["end_use"])
    assert control(question, "answer_several")[0]["block_id"] == "question:end_use"
    before = len(bot.replies(OFFICE, thread))

    bot.choose(question, ["crowd-monitoring", "law-enforcement"])

    assert bot.deal(OFFICE, thread)["end_use"] == ["crowd-monitoring", "law-enforcement"]
    pressed, answer = bot.replies(OFFICE, thread)[before - 1:]
    assert pressed["ts"] == question["ts"]
    assert asked(pressed) is None
    assert not {"answer_several", "answer_done", "answer_unknown", "why"} & set(actions(pressed))
    for chosen in ("Watching crowds, protests or events", "Law enforcement"):
        assert chosen in words(pressed)
    assert asked(answer) not in {None, "end_use"}


@pytest.mark.parametrize("several", [False, True])
def test_sending_with_nothing_chosen_changes_nothing_and_says_so_in_private(
    bot: Bot, say: Wording, several: bool
):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: "answer_done" in actions(m) and (
        len(asked_together(m)) > 1) is several)
    turns = len(bot.turns(OFFICE, thread))

    for times in (1, 2):
        bot.press(question, "answer_done", user=NOOR)

        assert len(bot.turns(OFFICE, thread)) == turns
        assert bot.last(OFFICE, thread) == question
        told = [m for m in bot.whispers(OFFICE, user=NOOR) if m.get("thread_ts") == thread]
        assert [words(m) for m in told] == [say.say("acts.nothing_chosen")] * times


def test_a_choice_drawn_as_a_button_is_shown_where_it_was_pressed(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: "answer:0" in actions(m))
    fact = asked(question)
    _, chosen = control(question, "answer")

    bot.press(question, "answer")

    pressed = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])
    assert bot.deal(OFFICE, thread)[fact or ""] == [json.loads(chosen["value"])["v"]]
    assert asked(pressed) is None
    assert chosen["text"]["text"] in words(pressed)


def test_i_dont_know_is_recorded_as_not_known_and_never_asked_again(bot: Bot):
    thread = bot.mention(DEAL)
    facts = asked_together(bot.last(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "answer_unknown")

    assert [bot.deal(OFFICE, thread)[fact] for fact in facts] == [None for _ in facts]
    assert not set(facts) & set(asked_together(bot.last(OFFICE, thread)))


def test_a_country_is_found_as_it_is_typed(bot: Bot):
    thread = bot.mention("We want to sell drones to the police for traffic control")
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["country"])

    (found,) = bot.options(question, "answer_country", "keny")
    bot.pick(question, "question:country", "answer_country", [found])
    bot.press(question, "answer_done")

    assert found["value"] == "KE"
    assert bot.deal(OFFICE, thread)["country"] == ["KE"]
    pressed = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])
    assert "Kenya" in words(pressed)


def test_a_single_choice_too_long_for_buttons_answers_at_once(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["stage"])
    block, menu = control(question, "answer_select")

    bot.do("press", channel=OFFICE, ts=question["ts"], block_id=block["block_id"],
           action_id=menu["action_id"], selected_option=menu["options"][0])

    (stage,) = bot.deal(OFFICE, thread)["stage"] or ()
    assert stage in menu["options"][0]["value"]
    assert asked(bot.last(OFFICE, thread)) != "stage"


def test_why_do_you_ask_is_answered_and_the_question_put_again(bot: Bot):
    thread = bot.mention(DEAL)
    facts = asked_together(bot.last(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "why")

    turn = bot.turns(OFFICE, thread)[-1]
    assert turn.message.intent is Intent.WHY
    assert turn.reply.citations() != ()
    assert asked_together(bot.last(OFFICE, thread)) == facts


# --- several questions in one message --------------------------------------------------------

def several(bot: Bot, *facts: str, text: str = DEAL) -> tuple[str, dict[str, Any]]:
    """A thread, and its message that asks for several facts together, *facts* among them."""
    thread = bot.mention(text)
    return thread, until(bot, OFFICE, thread, lambda m: len(asked_together(m)) > 1 and set(
        facts) <= set(asked_together(m)))


def as_it_reads(bot: Bot, thread: str, message: dict[str, Any]) -> dict[str, Any]:
    """*message* as it has become."""
    return next(m for m in bot.replies(OFFICE, thread) if m["ts"] == message["ts"])


def test_several_questions_are_answered_at_once(bot: Bot):
    thread, question = several(bot)
    facts = asked_together(question)
    turns = len(bot.turns(OFFICE, thread))

    bot.choose_each(question, {fact: ["yes"] for fact in facts})
    assert len(bot.turns(OFFICE, thread)) == turns
    bot.press(question, "answer_done")

    assert len(bot.turns(OFFICE, thread)) == turns + 1
    assert [bot.deal(OFFICE, thread)[fact] for fact in facts] == [["yes"] for _ in facts]
    pressed = as_it_reads(bot, thread, question)
    assert asked(pressed) is None
    assert "answer_done" not in actions(pressed)
    assert not set(facts) & set(asked_together(bot.last(OFFICE, thread)))


def test_what_was_left_blank_stays_open_and_is_asked_again_next(bot: Bot, say: Wording):
    thread, question = several(bot)
    first, *others = asked_together(question)

    bot.choose_each(question, {first: ["yes"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert deal[first] == ["yes"]
    assert not set(others) & set(deal)
    pressed = words(as_it_reads(bot, thread, question))
    assert pressed.count(say.say("ask.left_open")) == len(others)
    assert asked_together(bot.last(OFFICE, thread)) == others


def test_one_question_of_several_can_be_not_known(bot: Bot, say: Wording):
    thread, question = several(bot)
    one, other, *_ = asked_together(question)

    bot.choose_each(question, {one: ["?"], other: ["yes"]})
    bot.press(question, "answer_done")

    assert bot.deal(OFFICE, thread)[one] is None
    assert bot.deal(OFFICE, thread)[other] == ["yes"]
    assert f"*{say.say('button.unknown')}*" in words(as_it_reads(bot, thread, question))


def test_i_dont_know_is_said_of_all_that_nothing_was_chosen_for(bot: Bot):
    thread, question = several(bot)
    one, *others = asked_together(question)

    bot.choose_each(question, {one: ["yes"]})
    bot.press(question, "answer_unknown")

    deal = bot.deal(OFFICE, thread)
    assert deal[one] == ["yes"]
    assert [deal[fact] for fact in others] == [None for _ in others]


def test_several_values_and_a_country_are_answered_beside_one_another(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.choose_each(question, {"end_user": ["police", "military"], "country": ["KE"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert (deal["end_user"], deal["country"]) == (["military", "police"], ["KE"])
    assert "*Kenya*" in words(as_it_reads(bot, thread, question))


def test_a_country_can_be_not_known_while_the_rest_is_answered(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.choose_each(question, {"end_user": ["police"], "country": ["?"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert (deal["end_user"], deal["country"]) == (["police"], None)


@pytest.mark.parametrize("picked", [
    {"end_user": ["police", "?"]}, {"country": ["KE"], "unknown:country": ["?"]},
])
def test_i_dont_know_together_with_an_answer_is_put_back_to_the_person(
    bot: Bot, picked: dict[str, list[str]]
):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")
    turns = len(bot.turns(OFFICE, thread))

    for name, values in picked.items():
        bot.choose_each(question, {name.removeprefix("unknown:"): values})
    bot.press(question, "answer_done")

    assert len(bot.turns(OFFICE, thread)) == turns
    told = [m for m in bot.whispers(OFFICE) if m.get("thread_ts") == thread]
    assert "together with an answer" in words(told[-1])


def test_another_persons_choices_are_not_sent_with_mine(bot: Bot):
    thread, question = several(bot)
    one, other, *_ = asked_together(question)

    bot.choose_each(question, {one: ["yes"]})
    bot.choose_each(question, {other: ["yes"]}, user=NOOR)
    bot.press(question, "answer_done", user=NOOR)

    assert one not in bot.deal(OFFICE, thread)
    assert bot.deal(OFFICE, thread)[other] == ["yes"]


def test_one_of_several_questions_is_answered_by_words_as_well(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.say("it is for the police", thread=thread)

    assert bot.deal(OFFICE, thread)["end_user"] == ["police"]
    assert asked_together(bot.last(OFFICE, thread)) == ["country"]
    assert "answer_country" in actions(bot.last(OFFICE, thread))
    bot.choose_each(question, {"country": ["KE"]})
    bot.press(question, "answer_done")
    assert bot.deal(OFFICE, thread)["country"] == ["KE"]
    assert bot.deal(OFFICE, thread)["end_user"] == ["police"]


# --- advice ----------------------------------------------------------------------------------

def test_advice_can_be_had_at_any_time_with_all_that_can_be_done_with_it(bot: Bot):
    thread = advised(bot)

    turn = bot.turns(OFFICE, thread)[-1]
    assert turn.reply.shape == "full"
    assert actions(bot.last(OFFICE, thread)) == [
        "compliance", "brief", "more_safeguards", "passages", "go_on", "watch", "feedback",
        "pause"]


def test_every_citation_shown_has_its_pinpoint_its_link_and_its_checked_state(bot: Bot):
    thread = advised(bot)
    citations = bot.turns(OFFICE, thread)[-1].reply.citations()
    shown = "\n".join(words(m) for m in bot.replies(OFFICE, thread)[1:])

    for citation in citations:
        assert citation.url in shown
        assert _place(citation) in shown
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
