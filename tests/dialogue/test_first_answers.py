"""What a first answer says before its question: what matters, in the few lines of a phone."""

from dataclasses import replace

import pytest

from bot.dialogue.replies.shortening import first_sentence, none_twice, opening, quoted_once
from bot.dialogue.reply import BRIEF_SAFEGUARDS, Status
from bot.plain import to_text
from retrieval.guidance import DealStage

NO_FLAG = "mobile forensics kit for the prosecutors office in Georgia"
ONE_FLAG = "selling spyware licence to the intelligence service in Azerbaijan, quote due friday"
SEVERAL = ("selling spyware to the intelligence service in Azerbaijan, journalists are detained "
           "there, the courts are not independent")
SIGNED = "IMSI catchers for the police in Mexico, contract signed last week"


def before_the_question(reply, guidance) -> str:
    return to_text(reply, guidance).partition("\nNext: ")[0]


def stage_of(note) -> str:
    """When it is possible, and whether the guidance doesn't name it."""
    return f"({note.stage})" + ("" if note.id.startswith("sg-") else " (our own)")


@pytest.mark.parametrize("said", [NO_FLAG, ONE_FLAG, SEVERAL])
def test_safeguards_are_named_with_their_sources(begin, said):
    talk = begin()
    reply = talk.say(said)
    text = before_the_question(reply, talk.guidance)

    assert len(reply.safeguards) >= 3
    for note in reply.safeguards[:3]:
        assert f"- {note.title} {stage_of(note)} [" in text
        assert note.text not in text
        # Whoever reads it by a program still has what to do.
        assert note.text == first_sentence(talk.guidance.safeguards[note.id].text.strip())


def test_without_a_flag_what_to_weigh_is_said_in_a_sentence(begin):
    talk = begin()
    reply = talk.say(NO_FLAG)
    text = before_the_question(reply, talk.guidance)
    assert len(reply.considerations) >= 2
    assert all(f"- {c.title} (open): {c.text} [" in text for c in reply.considerations[:2])


def test_beside_a_flag_what_to_weigh_is_named(begin):
    talk = begin()
    reply = talk.say(ONE_FLAG)
    text = before_the_question(reply, talk.guidance)
    first, second = reply.considerations[:2]
    assert f"- {first.title} (red flag raised) [" in text
    assert f"- {second.title} (open) [" in text


def test_the_gravest_flag_is_told_in_full_and_the_others_in_a_sentence(begin):
    talk = begin()
    reply = talk.say(SEVERAL)
    raised = [f for f in reply.flags if f.status is Status.RAISED]
    full = {f.id: f.explains.strip() for f in talk.guidance.red_flags}

    assert len(raised) > 2
    assert raised[0].explains == full[raised[0].id]
    assert [f.explains for f in raised[1:]] == [first_sentence(full[f.id]) for f in raised[1:]]
    assert all(f.citations for f in raised)


def test_the_whole_advice_tells_all_of_it(begin):
    talk = begin()
    talk.say(SEVERAL)
    reply = talk.say("advise now")
    raised = [f for f in reply.flags if f.status is Status.RAISED]
    full = {f.id: f.explains.strip() for f in talk.guidance.red_flags}
    text = to_text(reply, talk.guidance)

    assert [f.explains for f in raised] == [full[f.id] for f in raised]
    assert all(s.text == talk.guidance.safeguards[s.id].text.strip() and s.text in text
               for s in reply.safeguards)


def test_an_answer_of_before_is_drawn_with_a_sentence_for_each(begin):
    talk = begin()
    reply = replace(talk.say(ONE_FLAG), by_title=False)
    text = before_the_question(reply, talk.guidance)
    assert all(f"{stage_of(s)}: {s.text}" in text for s in reply.safeguards[:3])
    assert all(f": {c.text}" in text for c in reply.considerations[:2])


def test_long_words_on_which_several_flags_rest_are_said_back_whole_once(begin):
    words = "we heard that journalists were tracked there with our platform"
    raised = [f for f in begin().say(SEVERAL).flags if f.status is Status.RAISED]
    notes = quoted_once(replace(f, said=(words, "spyware")) for f in raised)

    assert len(notes) > 2
    assert notes[0].said == (words, "spyware")
    assert {note.said for note in notes[1:]} == {("we heard that journalists …", "spyware")}


@pytest.mark.parametrize(("said", "known"), [
    ("courts are weak", "courts are weak"),
    ("they sell it on to all", "they sell it on to all"),
    ("we heard that journalists were tracked there", "we heard that journalists …"),
    ("", ""),
])
def test_short_words_are_never_cut(said, known):
    assert opening(said) == known


def test_who_has_signed_is_told_that_terms_take_an_amendment(begin, sentences):
    talk = begin()
    late = sentences.say("late.signed")

    first = talk.say("CCTV and face recognition for the police in Serbia, for law enforcement. "
                     "The contract is signed")
    assert late in [line.text for line in first.aside]
    # Said once, and again with the whole advice, and not under each step between.
    assert late not in [line.text for line in talk.say("the courts are weak").aside]
    assert late in [line.text for line in talk.say("advise now").aside]


def test_that_terms_take_an_amendment_is_said_of_the_safeguards_that_are_shown(begin, sentences):
    """A first answer said it of three safeguards, none of which belongs in a contract."""
    talk = begin()
    late = sentences.say("late.signed")
    first = talk.say(SIGNED)

    assert DealStage.BEFORE_SALE not in {s.stage for s in first.safeguards[:BRIEF_SAFEGUARDS]}
    assert late not in [line.text for line in first.aside]
    for said in ("more safeguards", "advise now"):
        reply = talk.say(said)
        assert DealStage.BEFORE_SALE in {s.stage for s in reply.safeguards}
        assert [line.text for line in reply.aside] == [late]


@pytest.mark.parametrize("stage", ["not signed yet", "delivered last year", "quote due friday"])
def test_nobody_else_is(begin, sentences, stage):
    talk = begin()
    late = sentences.say("late.signed")
    for said in (f"IMSI catchers for the police in Mexico, {stage}", "advise now"):
        assert late not in [line.text for line in talk.say(said).aside]


@pytest.mark.parametrize("stage", ["probably signed last week", "I think the contract is signed"])
def test_nobody_is_told_that_it_is_signed_on_a_guess(begin, sentences, stage):
    """"Deal closes fri" was half heard as signed, and the reply said that it is, for certain."""
    talk = begin()
    late = sentences.say("late.signed")
    for said in (f"IMSI catchers for the police in Mexico, {stage}", "advise now"):
        aside = [line.text for line in talk.say(said).aside]
        assert talk.conversation.deal.known("stage") == {"signed"}
        assert late not in aside


@pytest.mark.parametrize(("quotes", "left"), [
    (["drones for the police", "police"], ("drones for the police",)),
    (["police", "drones for the Police"], ("drones for the Police",)),
    (["police", "police"], ("police",)),
    (["the policeman", "police"], ("the policeman", "police")),
    (["", "police"], ("", "police")),
])
def test_what_stands_in_another_quotation_is_not_quoted_again(quotes, left):
    assert none_twice(quotes) == left


def test_a_single_flag_is_named_by_the_upshot_and_told_below_without_its_name(begin):
    talk = begin()
    reply = talk.say(ONE_FLAG)
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]
    text = before_the_question(reply, talk.guidance)

    assert reply.flag_named_above
    assert text.casefold().count(flag.title.casefold()) == 1
    said = ", ".join(f"“{words}”" for words in flag.said)
    assert f"\n\nRed flag (our own flag). Because you said {said}. {flag.explains} [1]" in text


def test_a_flag_of_a_step_is_named_once_too(begin):
    talk = begin()
    talk.say(NO_FLAG)
    reply = talk.say("journalists are detained there")
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]
    text = before_the_question(reply, talk.guidance)

    assert text.casefold().count(flag.title.casefold()) == 1
    assert "\n\nNew red flag. Because you said “journalists are detained there”. " in text


def test_of_several_flags_each_has_its_name(begin):
    talk = begin()
    reply = talk.say(SEVERAL)
    text = before_the_question(reply, talk.guidance)

    assert not reply.flag_named_above
    assert all(f"- {f.title}" in text for f in reply.flags if f.status is Status.RAISED)


@pytest.mark.parametrize("asks", ["advise now", "what red flags do I have", "why did you flag it"])
def test_where_nothing_has_named_it_before_a_flag_has_its_name(begin, asks):
    talk = begin()
    talk.say(ONE_FLAG)
    reply = talk.say(asks)
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]

    assert f"- {flag.title}" in before_the_question(reply, talk.guidance)


@pytest.mark.parametrize(("said", "heading"), [
    (ONE_FLAG, "Red flag\n"), (SEVERAL, "Red flags\n")])
def test_one_flag_is_headed_as_one_and_several_as_several(begin, said, heading):
    talk = begin()
    reply = replace(talk.say(said), says_once=False)
    step = replace(reply, shape="step", fresh=tuple(
        flag.id for flag in reply.flags if flag.status is Status.RAISED))

    assert f"\n{heading}- " in to_text(reply, talk.guidance)
    assert f"\nNew red{heading[3:]}- " in to_text(step, talk.guidance)


def test_an_answer_of_before_names_its_flag_twice(begin):
    talk = begin()
    reply = replace(talk.say(ONE_FLAG), says_once=False)
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]

    assert f"Red flag\n- {flag.title}" in before_the_question(reply, talk.guidance)
