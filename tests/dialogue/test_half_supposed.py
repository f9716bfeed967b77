"""What is supposed in words that no phrase has, and what a model only half hears of it."""

from datetime import timedelta

import pytest

from bot.dialogue.conversation import Possible
from bot.dialogue.deal import Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.half_supposed import nearest
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import WHEN, Says, Talk

DEAL = {"product": ["facial-recognition"], "end_user": ["police"], "country": ["GH"],
        "intermediary": ["reseller"], "judicial_oversight": ["weak"]}


def supposed(talk) -> dict[str, set[str]]:
    return {str(f): set(a.values) for f, a in talk.conversation.supposed.items()}


def talking(guidance, sentences, *told, sounds=lambda *_: False) -> Talk:
    """A talk on the deal, with a model that hears *told* and what hears suppositions."""
    talk = Talk(guidance, PlainReader(guidance, Says(*told), supposes=sounds), sentences)
    talk.choose(DEAL)
    return talk


@pytest.mark.parametrize(("text", "facts"), [
    ("could we give them body cams instead of face recognition", {"product": {"body-worn-camera"}}),
    ("less trouble with body cams?", {"product": {"body-worn-camera", "facial-recognition"}}),
    ("would it look nicer with body cams?",
     {"product": {"body-worn-camera", "facial-recognition"}}),
    ("wd it help if it was the army", {"end_user": {"military"}}),
    ("wld it be better if it was the army rather than the police", {"end_user": {"military"}}),
    ("ok say the army runs it", {"end_user": {"military"}}),
    ("n if it was the army?", {"end_user": {"military"}}),
    ("how about the army runs it", {"end_user": {"military"}}),
    ("assuming for a moment that it is the army, would your assessment change?",
     {"end_user": {"military"}}),
    ("and without the reseller", {"intermediary": {"none"}}),
    ("swap Ghana for Croatia, still that bad?", {"country": {"HR"}}),
])
def test_what_is_put_otherwise_is_supposed_and_not_noted(begin, text, facts):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    before = talk.conversation.deal
    talk.say(text)
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert supposed(talk) == facts
    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", [
    "now picture the army in their place",
    "i know it isn't so but humor me, it was the army",
    "Purely as an exercise, it was the army.",
    "boss is asking how it changes with the army",
    "had the army asked for it, would that be worse",
    "where would we be had the army asked for it",
    "play along for a minute: it was the army",
    "bear with me, pretend it was the army",
    "ok but pretend they're the army",
    "thinking aloud only.. it was the army",
    "same kit but it was the army, still ok",
    "let's flip one thing: it was the army",
])
def test_a_frame_around_it_supposes(begin, text):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    before = talk.conversation.deal
    talk.say(text)
    assert supposed(talk)["end_user"] >= {"military"}
    assert talk.conversation.deal == before


@pytest.mark.parametrize("text", [
    "picture this, the army signed", "had the army signed?", "same kit but for the army now",
    "he saw the picture at the army office",
    "the army gets the version where faces are blurred",
])
def test_what_has_words_of_a_frame_and_no_frame_supposes_nothing(begin, text):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    talk.say(text)
    assert not talk.conversation.supposed


@pytest.mark.parametrize("text", [
    "say that again", "say no more", "say 30 days", "say yes to what?",
])
def test_what_only_looks_like_it_supposes_nothing(begin, text):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    talk.say(text)
    assert not talk.conversation.supposed


def test_what_if_behind_a_word_of_any_kind_notes_nothing(begin):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    before = talk.conversation.deal
    talk.say("habibi what if the army runs it")
    assert talk.messages[-1].intent in {Intent.WHAT_IF, Intent.ASK}
    assert talk.conversation.deal == before


def test_leave_asked_behind_a_condition_notes_nothing(begin):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    talk.say("if it goes to the army, are we ok to quote?")
    assert supposed(talk) == {"end_user": {"military"}}
    assert Fact("end_user") not in talk.messages[-1].heard


def test_what_sounds_like_a_supposition_tells_nothing(guidance, sentences):
    text = "pretend the army has it, then?"
    told = ("end_user", "military", 0.99, "the army has it")
    talk = talking(guidance, sentences, told, sounds=lambda said, _: said == text)
    talk.say(text)
    assert supposed(talk) == {"end_user": {"military"}}
    assert talk.conversation.deal.known(Fact("end_user")) == {"police"}


def test_what_a_model_alone_hears_clearly_is_tried_out(guidance, sentences):
    told = ("government_ties", "no", 0.75, "no friends in high places")
    talk = talking(guidance, sentences, told)
    talk.say("and if he turned out to have no friends in high places?")
    assert supposed(talk) == {"government_ties": {"no"}}


def test_what_is_half_heard_is_offered(guidance, sentences):
    talk = talking(guidance, sentences, ("transparency", "open", 0.6, "came clean"),
                   ("agency_misuse", "no", 0.4, "came clean"))
    reply = talk.say("what if they came clean on it all")
    assert not talk.conversation.supposed and talk.messages[-1].unheard
    assert [(o.fact, o.value) for o in reply.may_be_supposed] == [
        ("transparency", "open"), ("agency_misuse", "no")]
    assert [o.named for o in reply.may_be_supposed] == [
        "customer's openness: clear answers that fit together",
        "end-user's own record of misuse: no"]
    said_so = talk.say("what if end-user's own record of misuse: no")
    assert supposed(talk) == {"agency_misuse": {"no"}} and said_so.changes is not None
    said = " ".join(line.text for line in (*reply.lead, *reply.closing))
    assert f'was it this: "what if {reply.may_be_supposed[0].named}"?' in said


def test_the_two_likeliest_that_are_not_known_are_nearest(guidance):
    told = [Told(Fact(f), v, chance, 0, 1) for f, v, chance in [
        ("hosting", "supplier", 0.5), ("hosting", "supplier", 0.7), ("transparency", "open", 0.6),
        ("conflict", "yes", 0.4), ("data_sharing", "open", 0.2), ("hosting", "unknown", 0.9),
        ("country", "*", 0.9), ("wants", "elsewhere", 0.9)]]
    assert nearest(told, Deal(), guidance) == (
        Possible(Fact("hosting"), "supplier"), Possible(Fact("transparency"), "open"))


@pytest.mark.parametrize(("text", "marked"), [
    ("the army on it, then what", True), ("which colour comes out with the army on it", True),
    ("the army on it, ok?", True), ("the army on it", False),
])
def test_what_asks_by_its_form_asks_without_a_mark(guidance, sentences, text, marked):
    asked = []
    talk = talking(guidance, sentences, ("end_user", "military", 0.97, "the army"),
                   sounds=lambda said, asks: said == text and not asked.append(asks))
    talk.say(text)
    assert set(asked) == {marked}
    assert supposed(talk)["end_user"] >= {"military"}


def test_what_sounds_so_stands_alone_however_soon_it_comes(guidance, sentences):
    text = "and the army having it"
    talk = Talk(guidance, PlainReader(guidance, Says(
        ("end_user", "military", 0.97, "the army"), ("end_user", "police", 0.97, "the police")),
        supposes=lambda said, _: said == text), sentences)
    talk.say("drones for the police in Ghana")
    before = talk.conversation.deal
    talk.say(text, WHEN + timedelta(seconds=3))
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == before


def test_what_sounds_so_tells_nothing_though_a_question_stands_beside_it(guidance, sentences):
    text = "the army gets it. does the score move?"
    talk = talking(guidance, sentences, ("end_user", "military", 0.97, "the army"),
                   sounds=lambda said, _: said == text)
    before = talk.conversation.deal
    talk.say(text)
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.deal == before


def test_behind_a_colon_a_phrase_opens_it(begin):
    talk = begin().amid({f: v[0] for f, v in DEAL.items()}, ["hosting"])
    talk.say("rewind: pretend the army has it")
    assert talk.messages[-1].intent is Intent.WHAT_IF
