"""How a reply that a language model has worded reads: as text, on the terminal and as JSON."""

import io

import pytest
from rich.console import Console

from bot.dialogue.citing import check
from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.pointing import points_of, worded
from bot.dialogue.reply import Reply
from bot.evaluating.claims import claims_of, texts_of
from bot.machine.protocol import citation_json, to_json
from bot.plain import to_text
from bot.terminal.screen import Screen

SAID = "spyware for the army in Chad, they torture"
NOTE = ("A language model worded this from points that were decided without it. Each sentence was "
        "checked against its sources. This is not legal advice. Take it to your compliance lead "
        "before you commit to anything.")


@pytest.fixture
def made(begin, sentences):
    """A worded reply to the last of some messages, the same in plain words, and the talk."""
    def make(*said: str, draft: tuple[tuple[str, str], ...]):
        talk = begin()
        for text in said:
            plain = talk.say(text)
        proposed = Draft(tuple(Sentence(text, tuple(points.split())) for text, points in draft))
        reply = worded(plain, proposed, points_of(plain, talk.guidance), "openai:tiny", sentences)
        check(reply, talk.guidance)
        return reply, plain, talk
    return make


DRAFT = (("Abuse of civil society is reported there, and hacking tools weigh on it.", "F1 F2 C1"),
         ("Keep the right to stop.", "S1"))


def test_the_sentences_stand_where_the_points_stood_and_the_rest_is_named(made):
    reply, plain, talk = made(SAID, draft=DRAFT)
    lead, heard, sentences, passed, question, closing, *sources = to_text(
        reply, talk.guidance).split("\n\n")

    assert (lead, heard) == tuple(to_text(plain, talk.guidance).split("\n\n")[:2])
    assert sentences == (
        "Abuse of civil society is reported there, and hacking tools weigh on it. [1][3][4][5]\n"
        "Keep the right to stop. [6][2][7][8]")
    assert passed == (
        "Also to weigh: What the product can do [9].\n"
        "Also to put in place: Approve every target one by one (before sale) [7]; Spell out "
        "permitted and forbidden uses (before sale) [6].")
    assert question.startswith("Next: ")
    assert question in to_text(plain, talk.guidance)
    assert closing == NOTE
    assert sorted(line.split("]")[0] for part in sources for line in part.splitlines()
                  if line.startswith("[")) == [f"[{n}" for n in range(1, 10)]


def test_the_full_advice_keeps_what_is_open_and_where_to_look(made):
    reply, plain, talk = made(SAID, "advise now", draft=(("Look at them.", "F1 F2"),))
    text = to_text(reply, talk.guidance)
    _, sentence, passed, more, still, where, closing, *_ = text.split("\n\n")

    # A mark for each place, and no point of a sentence without one.
    assert sentence == "Look at them. [1][3][4][5]"
    assert [line.split(":")[0] for line in passed.splitlines()] == [
        "Also to weigh", "Also speaks to this", "Also to put in place"]
    assert more == f'{len(plain.more_safeguards)} more: say "more safeguards".'
    assert still in to_text(plain, talk.guidance)
    assert still.startswith("Still open: ")
    assert where.startswith("Where to look\n- ")
    assert closing == NOTE
    assert "The eight considerations" not in text
    assert all(c.title in text for c in reply.considerations)


def test_an_answer_to_a_question_is_said_to_be_a_model_s(made):
    reply, _, talk = made("what does the guidance say about resellers?",
                          draft=(("A reseller has to be known.", "P1 P2"),))
    assert to_text(reply, talk.guidance).split("\n\n")[:4] == [
        "The guidance and the UN texts speak to this. Closest first:",
        "A reseller has to be known. [1][2]",
        "Also speaks to this: Where to look things up [3]; Meant above all for sales that need no "
        "export licence [4]; A way to weigh foreseeable consequences [4].",
        NOTE,
    ]


@pytest.mark.parametrize("said", [
    (SAID,), (SAID, "advise now"), ("cctv for the police in Kenya",),
    ("what does the guidance say about resellers?",),
])
def test_a_wording_that_names_each_point_once_is_shorter_than_the_plain_answer(
    begin, sentences, said
):
    talk = begin()
    for text in said:
        plain = talk.say(text)
    points = points_of(plain, talk.guidance)
    draft = Draft(tuple(Sentence(f"{p.title}.", (p.id,)) for p in points))
    reply = worded(plain, draft, points, "openai:tiny", sentences)
    shorter, longer = (findings(to_text(one, talk.guidance)) for one in (reply, plain))
    assert len(shorter) < 0.8 * len(longer)


def findings(text):
    """What stands before the question and the sources, which are the same in both."""
    return text.partition("\n\nNext: ")[0].partition("\n\nSources")[0]


def on_screen(reply: Reply, talk, say) -> list[str]:
    out = io.StringIO()
    Screen(Console(file=out, width=600, color_system=None), talk.guidance, say).show(
        reply, talk.guidance)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_the_terminal_shows_the_sentences_and_names_the_rest(made, on_terminal):
    reply, plain, talk = made(SAID, draft=DRAFT)
    lines, before = (on_screen(one, talk, on_terminal) for one in (reply, plain))

    assert lines[:2] == before[:2]
    assert lines[2:6] == [
        "• Abuse of civil society is reported there, and hacking tools weigh on it. [1][3][4][5]",
        "• Keep the right to stop. [6][2][7][8]",
        "Also to weigh: What the product can do [9].",
        "Also to put in place: Approve every target one by one (before sale) [7]; Spell out "
        "permitted and forbidden uses (before sale) [6].",
    ]
    assert lines[-2].endswith(NOTE)
    assert lines[-1] == "Sources: type a number in brackets to read one, [1] to [9]."


def test_the_machine_protocol_has_the_sentences_beside_what_was_decided(made):
    reply, plain, talk = made(SAID, draft=DRAFT)
    out = to_json(reply, talk.conversation, 1, talk.guidance)
    before = to_json(plain, talk.conversation, 1, talk.guidance)

    flags = [f for f in reply.flags if f.status.value == "raised"]
    assert out["worded"] == [
        {"text": DRAFT[0][0], "restates": [flags[0].id, flags[1].id, reply.considerations[0].id],
         "citations": [citation_json(c) for c in reply.worded[0].citations]},
        {"text": DRAFT[1][0], "restates": [reply.safeguards[0].id],
         "citations": [citation_json(c) for c in reply.safeguards[0].citations]},
    ]
    assert (out["composer"], out["refused"]) == ("openai:tiny", None)
    assert (before["worded"], before["composer"]) == ([], "plain")
    same = out.keys() - {"text", "worded", "composer", "citations"}
    assert {key: out[key] for key in same} == {key: before[key] for key in same}
    listed = [{c["sha256"] for c in one["citations"]} for one in (out, before)]
    assert listed[0] == listed[1]


def test_the_machine_protocol_says_why_a_draft_was_refused(begin):
    talk = begin()
    reply = talk.say(SAID)
    out = to_json(reply, talk.conversation, 1, talk.guidance, refused="figure")
    assert (out["composer"], out["refused"], out["worded"]) == ("plain", "figure", [])


def test_a_measurement_counts_each_sentence_as_a_claim_and_reads_its_words(made):
    reply, plain, _ = made(SAID, draft=DRAFT)
    added = [c for c in claims_of(reply) if c not in list(claims_of(plain))]
    assert [(c.kind, c.id, c.citations) for c in added] == [
        ("worded sentence", line.text[:40], line.citations) for line in reply.worded]
    assert {DRAFT[0][0], DRAFT[1][0]} <= set(texts_of(reply))
