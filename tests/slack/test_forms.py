"""The forms: a new deal, a correction, and what they say back."""

from functools import partial

import pytest

from bot.advisor import Advisor
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.slack.form import read_form
from retrieval.guidance import Guidance, QuestionKind
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, actions, advised, asked, control, controls, words
from tests.workspace.running import KIM, NOOR, SAM


def option(view: dict, block_id: str, value: str) -> dict:
    """An option of a menu of a form."""
    element = next(e for b, e in controls(view) if b["block_id"] == block_id)
    return next(o for o in element["options"] if o["value"] == value)


def only_thread(bot: Bot, user: str) -> str:
    """The one thread of somebody's direct messages."""
    (thread,) = {m.get("thread_ts", m["ts"]) for m in bot.messages(bot.dm(user), user=user)}
    return thread


# --- a new deal ------------------------------------------------------------------------------

def test_the_global_shortcut_opens_a_form_with_every_fact(bot: Bot, guidance: Guidance):
    bot.shortcut("describe_deal")

    view = bot.view("intake")

    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    assert fields[0] == "words"
    assert set(fields[1:]) == {f"fact:{fact}" for fact in guidance.questions}
    assert all(b["optional"] for b in view["blocks"] if b["type"] == "input")


def test_every_menu_of_the_form_has_i_dont_know(bot: Bot, guidance: Guidance):
    bot.shortcut("describe_deal")

    offered = {b["block_id"]: [o["value"] for o in e.get("options", [])]
               for b, e in controls(bot.view("intake"))}

    for question in guidance.questions.values():
        if question.kind is QuestionKind.CHOICE:
            assert offered[f"fact:{question.fact}"][-1] == "?"


def test_a_form_that_says_nothing_is_told_so_beside_its_first_field(bot: Bot, say: Wording):
    bot.shortcut("describe_deal")
    view = bot.view("intake")

    answer = bot.submit(view, {"words": "  "})

    assert answer["errors"] == {"words": say.say("form.empty")}
    assert bot.view("intake")["errors"] == answer["errors"]


@pytest.mark.parametrize(("limit", "most"), [(120, 120), (3_000, 3_000), (8_000, 3_000)])
def test_more_words_than_a_message_may_have_are_told_while_the_form_is_open(
        bot: Bot, say: Wording, guidance: Guidance, monkeypatch: pytest.MonkeyPatch, limit: int,
        most: int):
    """The form closed, and what was filled in was lost with a message that was refused."""
    monkeypatch.setattr(Advisor, "message_limit", property(lambda _: limit))
    bot.shortcut("describe_deal")
    view = bot.view("intake")

    (field,) = [e for b, e in controls(view) if b["block_id"] == "words"]
    assert field["max_length"] == most
    read = partial(read_form, guidance=guidance, say=say, most=most)
    held = {"words": {"words": {"type": "plain_text_input", "value": "x" * most}}}
    assert read(held).errors == {}
    held["words"]["words"]["value"] += "x"
    assert read(held).errors == {"words": say.say("form.too_long", most=f"{most:,}")}


def test_what_contradicts_itself_is_told_beside_the_field_and_then_taken(bot: Bot):
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)
    view = bot.view("intake", user=user)
    police, unknown = option(view, "fact:end_user", "police"), option(view, "fact:end_user", "?")
    drone = option(view, "fact:product", "drone")

    wrong = bot.submit(view, {"fact:end_user": [police, unknown], "fact:product": [drone]},
                       user=user)
    right = bot.submit(bot.view("intake", user=user),
                       {"fact:end_user": [police], "fact:product": [drone]}, user=user)

    assert wrong["errors"].keys() == {"fact:end_user"}
    assert right["ok"]
    thread = only_thread(bot, user)
    assert bot.deal(bot.dm(user), thread) == {"end_user": ["police"], "product": ["drone"]}


def test_a_form_is_answered_in_a_direct_message_that_says_what_it_is_about(bot: Bot):
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)
    view = bot.view("intake", user=user)
    (kenya,) = bot.options(view, "answer_country", "keny", user=user)

    assert bot.submit(view, {"words": "They want it by Friday", "fact:country": [kenya],
                             "fact:end_user": [option(view, "fact:end_user", "?")]},
                      user=user)["ok"]

    opening, *answer = bot.messages(bot.dm(user), user=user)
    assert "Kenya" in words(opening)
    assert {m["thread_ts"] for m in answer} == {opening["ts"]}
    assert bot.deal(bot.dm(user), opening["ts"]) == {"country": ["KE"], "end_user": None}
    assert bot.views(user) == []


def test_a_form_of_one_fact_is_enough(bot: Bot):
    """What is said beside a picked fact may be nothing that we understand."""
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)
    view = bot.view("intake", user=user)

    bot.submit(view, {"fact:product": [option(view, "fact:product", "spyware")]}, user=user)

    thread = only_thread(bot, user)
    assert bot.turns(bot.dm(user), thread)[0].message.intent is Intent.DESCRIBE
    assert asked(bot.last(bot.dm(user), thread, user=user)) is not None


def test_a_form_of_words_alone_is_read_as_a_message_is(bot: Bot):
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)

    assert bot.submit(bot.view("intake", user=user), {"words": DEAL}, user=user)["ok"]

    deal = bot.deal(bot.dm(user), only_thread(bot, user))
    assert deal["end_user"] == ["police"]
    assert deal["country"] == ["KE"]


def test_a_form_can_be_closed_without_a_trace(bot: Bot):
    user = bot.newcomer()
    bot.shortcut("describe_deal", user=user)
    bot.view("intake", user=user)

    bot.close_views(user)
    bot.settle()

    assert bot.views(user) == []
    assert bot.messages(bot.dm(user), user=user) == []


# --- a correction ----------------------------------------------------------------------------

def test_the_correction_is_filled_with_what_was_understood(bot: Bot):
    thread = bot.mention(DEAL)

    bot.press(bot.last(OFFICE, thread), "correct")

    filled = {b["block_id"]: {o["value"] for o in e["initial_options"]}
              for b, e in controls(bot.view("correction")) if e.get("initial_options")}
    assert filled == {"fact:product": {"drone", "facial-recognition"},
                      "fact:end_user": {"police"}, "fact:country": {"KE"},
                      "fact:intermediary": {"reseller"}}


def test_only_what_differs_is_taken_and_the_reply_says_what_was_and_what_is(bot: Bot):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct")
    view = bot.view("correction")

    assert bot.submit(view, {"fact:end_user": [option(view, "fact:end_user", "military")]})["ok"]

    turn = bot.turns(OFFICE, thread)[-1]
    assert turn.message.heard.keys() == {"end_user"}
    assert bot.deal(OFFICE, thread)["end_user"] == ["military"]
    heard = turn.reply.heard
    assert "Armed forces" in heard and "Police" in heard
    assert heard in words(bot.last(OFFICE, thread)).replace("*", "")
    assert "Kenya" not in heard


def test_a_field_that_is_emptied_is_not_known_any_more(bot: Bot):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct")

    assert bot.submit(bot.view("correction"), {"fact:intermediary": []})["ok"]

    assert bot.deal(OFFICE, thread)["intermediary"] is None
    assert bot.turns(OFFICE, thread)[-1].message.heard.keys() == {"intermediary"}


def test_a_correction_that_changes_nothing_is_told_so(bot: Bot, say: Wording):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct")

    answer = bot.submit(bot.view("correction"), {})

    assert answer["errors"] == {"words": say.say("form.unchanged")}
    assert len(bot.turns(OFFICE, thread)) == 1


def test_a_correction_is_answered_where_the_deal_is(bot: Bot):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct", user=NOOR)
    view = bot.view("correction", user=NOOR)
    (peru,) = bot.options(view, "answer_country", "peru", user=NOOR)

    assert bot.submit(view, {"fact:country": [peru]}, user=NOOR)["ok"]

    assert bot.deal(OFFICE, thread)["country"] == ["PE"]
    assert bot.last(OFFICE, thread)["thread_ts"] == thread
    assert bot.turns(OFFICE, thread)[-1].message.author == f"slack:T0ADVISOR1:{NOOR}"


def test_what_was_said_while_the_form_lay_open_is_not_undone_by_it(bot: Bot):
    """A field that nobody touched shows what was known when the form was opened."""
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct")
    view = bot.view("correction")
    bot.mention("it is the army of Chad, not the police, and we host it", thread=thread)
    meanwhile = bot.deal(OFFICE, thread)
    assert meanwhile["end_user"] == ["military"]

    assert bot.submit(view, {"fact:stage": option(view, "fact:stage", "negotiating")})["ok"]

    assert bot.turns(OFFICE, thread)[-1].message.heard.keys() == {"stage"}
    assert bot.deal(OFFICE, thread) == {**meanwhile, "stage": ["negotiating"]}


@pytest.mark.parametrize("act", ["intake", "correction"])
def test_a_form_with_too_many_words_stays_open(
        bot: Bot, say: Wording, monkeypatch: pytest.MonkeyPatch, act: str):
    ts = bot.mention(DEAL)
    monkeypatch.setattr(Advisor, "message_limit", property(lambda _: 120))
    if act == "intake":
        bot.shortcut("describe_deal")
    else:
        bot.press(bot.last(OFFICE, ts), "correct")
    view = bot.view(act)
    # Opened while more was read, so that the client lets it through.
    monkeypatch.setattr(Advisor, "message_limit", property(lambda _: 50))

    answer = bot.submit(view, {"words": "Drones for the coast guard. " * 4})

    assert answer["errors"] == {"words": say.say("form.too_long", most="50")}


def test_words_of_a_correction_count_too(bot: Bot):
    thread = bot.mention(DEAL)
    bot.press(bot.last(OFFICE, thread), "correct")

    bot.submit(bot.view("correction"), {"words": "it is for border control"})

    assert bot.deal(OFFICE, thread)["end_use"] == ["border-control"]


# --- watch dates -----------------------------------------------------------------------------

def test_a_watch_date_is_set_in_a_form_and_noted(bot: Bot):
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "watch")

    assert bot.submit(bot.view("watch"), {"watch_on": "2099-01-31"})["ok"]

    assert bot.case(OFFICE, thread).watch_on.isoformat() == "2099-01-31"
    assert bot.happened(OFFICE, thread) == [("watch", SAM, {"on": "2099-01-31"})]
    assert "31 January 2099" in words(bot.last(OFFICE, thread))


@pytest.mark.parametrize("day", ["2020-01-31", ""])
def test_a_watch_date_has_to_lie_ahead(bot: Bot, day: str):
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "watch")

    answer = bot.submit(bot.view("watch"), {"watch_on": day})

    assert answer["errors"].keys() == {"watch_on"}
    assert bot.case(OFFICE, thread).watch_on is None
    assert bot.happened(OFFICE, thread) == []


def test_the_form_proposes_the_date_that_is_set(bot: Bot):
    thread = advised(bot)
    advice = bot.last(OFFICE, thread)
    bot.press(advice, "watch")
    bot.submit(bot.view("watch"), {"watch_on": "2099-01-31"})

    bot.press(advice, "watch", user=KIM)

    assert control(bot.view("watch", user=KIM), "watch_on")[1]["initial_date"] == "2099-01-31"


def test_who_sets_the_date_that_is_set_is_told_and_the_thread_is_not(bot: Bot):
    thread = advised(bot)
    advice = bot.last(OFFICE, thread)
    bot.press(advice, "watch")
    bot.submit(bot.view("watch"), {"watch_on": "2099-01-31"})
    posts = len(bot.replies(OFFICE, thread))

    bot.press(advice, "watch", user=KIM)
    bot.submit(bot.view("watch", user=KIM), {"watch_on": "2099-01-31"}, user=KIM)

    assert len(bot.replies(OFFICE, thread)) == posts
    assert [kind for kind, _, _ in bot.happened(OFFICE, thread)] == ["watch"]
    (word,) = [m for m in bot.messages(OFFICE, thread=thread, user=KIM) if m["is_ephemeral"]]
    assert "31 January 2099" in words(word)


def test_the_steps_after_a_watch_date_do_not_repeat_it(bot: Bot):
    """Somebody in a hurry need not read the date under each question."""
    thread = advised(bot)
    bot.press(bot.last(OFFICE, thread), "watch")
    bot.submit(bot.view("watch"), {"watch_on": "2099-01-31"})

    bot.press(bot.replies(OFFICE, thread)[-2], "go_on")

    assert "31 January 2099" not in words(bot.last(OFFICE, thread))
    assert "answer_unknown" in actions(bot.last(OFFICE, thread))
