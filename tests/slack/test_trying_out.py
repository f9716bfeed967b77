"""What would be different is picked in a form, and nothing of it is noted."""

from bot.dialogue.conversation import Possible
from bot.dialogue.intents import Intent
from bot.dialogue.messages.supposing import Supposing
from bot.dialogue.phrasing import Wording
from bot.turns.untyped import Untyped, untyped
from retrieval.guidance import Fact
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, actions, advised, controls, words
from tests.slack.test_forms import option
from tests.workspace.running import NOOR


def test_several_facts_are_tried_out_at_once_and_none_is_noted(bot: Bot):
    thread = advised(bot)
    before = bot.deal(OFFICE, thread)
    bot.press(bot.last(OFFICE, thread), "try_out")
    view = bot.view("try_out")

    assert bot.submit(view, {"fact:end_user": [option(view, "fact:end_user", "health-ministry")],
                             "fact:conflict": option(view, "fact:conflict", "yes")})["ok"]

    turn = bot.turns(OFFICE, thread)[-1]
    assert (turn.message.intent, turn.message.text) == (Intent.WHAT_IF, "")
    assert {fact: set(a.values) for fact, a in turn.message.supposed.items()} == {
        "end_user": {"health-ministry"}, "conflict": {"yes"}}
    assert bot.deal(OFFICE, thread) == before
    said = words(bot.last(OFFICE, thread))
    assert said.startswith("Supposing end-user: Health ministry or agency · conflict or turmoil: "
                           "Yes. This is only tried out: nothing is noted.")
    assert "try_out" in actions(bot.last(OFFICE, thread))
    where = turn.circumstances.where
    assert untyped(where.act, turn.message.intent.value, tells=False) is Untyped.TRIED_OUT


def test_what_was_tried_out_can_be_taken_in(bot: Bot):
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "try_out", user=NOOR)
    view = bot.view("try_out", user=NOOR)
    (peru,) = bot.options(view, "answer_country", "peru", user=NOOR)
    bot.submit(view, {"fact:country": [peru]}, user=NOOR)
    assert bot.deal(OFFICE, thread)["country"] == ["KE"]

    bot.mention("let's go with that", thread=thread)

    assert bot.deal(OFFICE, thread)["country"] == ["PE"]


def test_the_form_is_the_deal_without_a_field_for_words(bot: Bot, guidance):
    thread = advised(bot)

    bot.press(bot.last(OFFICE, thread), "try_out")

    view = bot.view("try_out")
    assert {b["block_id"] for b in view["blocks"] if b["type"] == "input"} == {
        f"fact:{fact}" for fact in guidance.questions}
    filled = {b["block_id"]: {o["value"] for o in e["initial_options"]}
              for b, e in controls(view) if e.get("initial_options")}
    assert filled["fact:end_user"] == {"police"}


def test_a_form_in_which_nothing_is_different_stays_open_and_so_does_an_emptied_field(
        bot: Bot, say: Wording):
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "try_out")
    view = bot.view("try_out")
    first = next(b["block_id"] for b in view["blocks"] if b["type"] == "input")

    assert bot.submit(view, {})["errors"] == {first: say.say("form.nothing_tried")}
    assert bot.submit(view, {"fact:intermediary": []})["errors"] == {
        "fact:intermediary": say.say("form.pick_instead")}

    assert len(bot.turns(OFFICE, thread)) == 2


def test_nothing_is_tried_out_on_a_deal_that_was_put_aside(bot: Bot, say: Wording):
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "try_out")
    view = bot.view("try_out")
    bot.mention("start over", thread=thread)
    turns = len(bot.turns(OFFICE, thread))

    bot.submit(view, {"fact:end_user": [option(view, "fact:end_user", "military")]})

    assert len(bot.turns(OFFICE, thread)) == turns
    assert words(bot.whispers(OFFICE)[-1]) == say.say("acts.put_aside")


def test_who_supposes_what_is_not_heard_can_pick_it_right_below(bot: Bot):
    thread = bot.mention(DEAL)

    bot.mention("what if the union objects to all of it?", thread=thread)

    last = bot.last(OFFICE, thread)
    assert "try_out" in actions(last)
    assert "If you mean that something of this deal would be different" in words(last)


def test_what_is_half_heard_is_tried_out_by_a_press(bot: Bot, monkeypatch):
    half_heard = (Possible(Fact("conflict"), "yes"), Possible(Fact("hosting"), "supplier"))
    monkeypatch.setattr(Supposing, "nearest", lambda *_: half_heard)
    thread = bot.mention(DEAL)
    before = bot.deal(OFFICE, thread)
    bot.mention("what if the union objects to all of it?", thread=thread)
    last = bot.last(OFFICE, thread)
    labels = [e["text"]["text"] for _, e in controls(last)
              if e.get("action_id", "").startswith("suppose:")]
    assert labels == ["What if conflict or turmoil: yes?", "What if hosting: we host it?"]

    bot.press(last, "suppose:1")
    bot.press(last, "suppose:1")

    turn = bot.turns(OFFICE, thread)[-1]
    assert (turn.message.intent, turn.message.text) == (Intent.WHAT_IF, "")
    assert {f: set(a.values) for f, a in turn.message.supposed.items()} == {"hosting": {"supplier"}}
    assert bot.deal(OFFICE, thread) == before
    assert untyped(turn.circumstances.where.act, "what_if", tells=False) is Untyped.TRIED_OUT
