"""A reply on the terminal says what it has to say and no half sentence."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from bot.dialogue.citing import cite_all
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Kind, Line, Reply, Status, WordedLine
from bot.errors import BadContent
from bot.terminal import sentences as terminal_sentences
from bot.terminal.screen import Screen, unchecked_share
from bot.terminal.sentences import VARIABLES
from retrieval.guidance import Guidance
from tests.conftest import PROJECT
from tests.dialogue.talking import Talk

DEAL = ("Sell facial recognition to the police in Kenya, through a reseller, to watch crowds at "
        "demonstrations")


def drawn(reply: Reply, guidance: Guidance, say: Wording, *expanded: int) -> str:
    """*reply* as a terminal shows it, and what it shows of the citations that are asked for."""
    out = io.StringIO()
    screen = Screen(Console(file=out, width=600, color_system=None), guidance, say)
    screen.show(reply, guidance)
    for number in expanded:
        screen.expand(number)
    return out.getvalue()


def framed(reply: Reply, guidance: Guidance, say: Wording) -> str:
    """What stands above, between and below replies."""
    out = io.StringIO()
    screen = Screen(Console(file=out, width=600, color_system=None), guidance, say)
    screen.begin("c1")
    screen.tell_release(guidance.release)
    screen.show_better(reply, guidance)
    screen.show_better(replace(reply, worded=(WordedLine("said"),)), guidance)
    screen.tell_refused("verdict")
    return out.getvalue()


@pytest.mark.parametrize(("said", "shown"), [
    (("the police",), "Because you said “the police”."), ((), None)])
def test_a_flag_that_rests_on_no_words_of_the_person_quotes_none(
    guidance, reader, sentences, on_terminal, said, shown
):
    talk = Talk(guidance, reader, sentences)
    reply = talk.say(DEAL)
    flags = tuple(replace(f, said=said, tentative=False) for f in reply.flags)
    assert any(f.status is Status.RAISED for f in flags)
    text = drawn(replace(reply, flags=flags), guidance, on_terminal)
    assert "Because you said ." not in text
    assert (shown in text) if shown else ("Because you said" not in text)


def test_every_passage_behind_a_number_can_be_read(guidance, on_terminal):
    """A sentence rests on one of those that share a pinpoint, and not always on the first."""
    reply = Reply(Kind.ADVICE, guidance.release, tuple(
        Line(name, cite_all(guidance, (name,))) for name in ("sg-c5-2", "sg-c5-1", "sg-c5-4")))

    text = drawn(reply, guidance, on_terminal, 2)

    assert re.findall(r"Id (\S+)\.", text) == ["sg-c5-1", "sg-c5-4"]


@pytest.mark.parametrize(("names", "shown"), [
    (("sg-c5-2",), "Source: type [1] to read it."),
    (("sg-c5-2", "ungp-17"), "Sources: type a number in brackets to read one, [1] to [2]."),
])
def test_how_to_read_sources_is_said_by_their_number(guidance, on_terminal, names, shown):
    """"[1] to [1]" was said of a single one."""
    reply = Reply(Kind.ADVICE, guidance.release, tuple(
        Line(name, cite_all(guidance, (name,))) for name in names))

    assert drawn(reply, guidance, on_terminal).splitlines()[-1].strip() == shown


def test_a_flag_says_whether_it_is_certain(guidance, reader, sentences, on_terminal):
    """"(you weren't sure)" was said of what we had only guessed, too."""
    reply = Talk(guidance, reader, sentences).say(DEAL)
    flag = replace(next(f for f in reply.flags if f.status is Status.RAISED), ours=True)

    def shown(**how: object) -> str:
        lines = drawn(replace(reply, flags=(replace(flag, **how),), says_once=False),
                      guidance, on_terminal)
        line = next(line for line in lines.splitlines() if flag.title in line and "•" in line)
        return line[line.index(flag.title) + len(flag.title):line.index(flag.explains)]

    assert [shown(said=said, tentative=tentative)
            for said in (("the police", "Kenya"), ()) for tentative in (False, True)] == [
        " (our own flag). Because you said “the police”, “Kenya”. ",
        " (our own flag). Because you said “the police”, “Kenya”. That is not certain. ",
        " (our own flag). ",
        " (our own flag). That is not certain. "]


def test_a_single_flag_that_the_upshot_names_is_told_without_its_name(
    guidance, reader, sentences, on_terminal
):
    reply = Talk(guidance, reader, sentences).say("spyware for the police in Morocco")
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]
    text = " ".join(drawn(reply, guidance, on_terminal).split())

    assert text.casefold().count(flag.title.casefold()) == 1
    assert (f"Red flag (our own flag). Because you said “spyware”, “police”. "
            f"{' '.join(flag.explains.split())} [1]") in text


def test_each_sentence_of_a_terminal_comes_from_the_prompts(guidance, reader, sentences):
    marked = Wording({name: f"<{name}>" for name in VARIABLES})
    talk = Talk(guidance, reader, sentences)
    first = talk.say(DEAL)
    full = talk.say("Give me the advice now.")
    cautioned = {one.provision for one in full.citations()
                 if guidance.provisions[one.provision].note}
    unsure = replace(first, flags=tuple(
        replace(flag, ours=True, tentative=True, said=said)
        for flag, said in zip(first.flags, [(), *[("it",)] * len(first.flags)], strict=False)))
    named = next(flag for flag in first.flags if flag.status is Status.RAISED)
    shown = "".join([
        drawn(first, guidance, marked, 999), drawn(unsure, guidance, marked),
        drawn(replace(first, flags=(named,)), guidance, marked),
        drawn(replace(first, shape="step", fresh=tuple(f.id for f in first.flags)), guidance,
              marked),
        drawn(replace(first, shape="step", fresh=(named.id,)), guidance, marked),
        drawn(replace(
                first, question=replace(first.question, again="Still asked.")), guidance, marked),
            drawn(full, guidance, marked, *range(1, 40)), framed(full, guidance, marked),
        drawn(Reply(Kind.ADVICE, guidance.release, (
            Line("sg-c5-2", cite_all(guidance, ("sg-c5-2",))),)), guidance, marked),
        unchecked_share(guidance, marked)])

    assert cautioned
    # The title stands within another sentence, and that a model looks on a live terminal alone.
    assert {name for name in VARIABLES if f"<{name}>" not in shown} == {
        "opening.title", "second_look.looking"}


def test_the_first_prompt_is_told_what_to_write_and_which_conversation_it_is(
        guidance, on_terminal):
    out = io.StringIO()
    Screen(Console(file=out, width=600, color_system=None), guidance, on_terminal).begin("chat-7")
    unchecked = sum(p.checked == "unchecked" for p in guidance.provisions.values())
    assert out.getvalue() == (
        "Advisor. Describe a deal as you would to a colleague: what is sold, who will use it, "
        "where, what for.\nCtrl-D ends. This conversation is chat-7. Not legal advice; "
        f"{unchecked} of {len(guidance.provisions)} provisions are not yet checked.\n\n")


def test_a_prompts_folder_without_a_terminals_sentences_is_told_of(tmp_path):
    with pytest.raises(BadContent, match=r"terminal\.yaml: can't be read: .*Restore it from"):
        terminal_sentences.load(tmp_path, "")

    whole = (PROJECT / "prompts" / "terminal.yaml").read_text("utf-8")
    (tmp_path / "terminal.yaml").write_text(
        "".join(line for line in whole.splitlines(keepends=True) if "  hint:" not in line), "utf-8")
    with pytest.raises(BadContent) as told:
        terminal_sentences.load(tmp_path, "")
    assert str(told.value) == "terminal.yaml: the sentence 'ask.hint' is missing"


def test_nothing_that_was_said_steers_the_terminal(guidance, reader, sentences, on_terminal):
    """An answer quotes what a flag rests on, and an e-mail or a program may have held it."""
    talk = Talk(guidance, reader, sentences)
    talk.say("drones for the police in Kenya")
    text = drawn(talk.say("they jail \x1b[8m\x9b\u202e journalists"), guidance, on_terminal)
    assert "Because you said “jail ⟨U+001B⟩[8m⟨U+009B⟩⟨U+202E⟩ journalists”." in text
    assert not {"\x1b", "\x9b", "\u202e"} & {*text}


def test_one_new_flag_is_headed_as_one_and_several_as_several(
    guidance, reader, sentences, on_terminal
):
    talk = Talk(guidance, reader, sentences)
    talk.say("Sell facial recognition to the police in Kenya, through a reseller")
    both = talk.say("to watch crowds at demonstrations")
    assert len(both.fresh) == 2

    assert "\nNew red flags\n" in drawn(both, guidance, on_terminal)
    assert "\nNew red flag\n" in drawn(
        replace(both, fresh=both.fresh[:1], says_once=False), guidance, on_terminal)
