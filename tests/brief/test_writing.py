"""What a deal brief holds, over the shipped guidance."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.brief.advice import full_advice
from bot.brief.document import Part, Weight
from bot.brief.told_beside import spoken_of, told_beside
from bot.brief.writing import NothingToBrief, brief_of
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Status, WordedLine
from bot.plain import MARKS
from bot.store import Store
from retrieval.content.other_matters import OtherMatter
from retrieval.guidance import Checked, Guidance, ReleaseId
from tests.brief.conftest import LINK, NOW, Tell, Write

DEAL = (
    "A reseller wants 40 IMSI catchers for the police in Egypt; maybe used at protests",
    "The courts there are weak. They won't say who pays.",
)


def heads(brief: Any, part: Part) -> list[str]:
    return [point.head for point in brief.section(part).points]


def test_the_head_says_when_who_where_and_which_row_of_the_log(write: Write, tell: Tell):
    brief = write(*DEAL)
    _, turns = tell(*DEAL)

    assert [(row.label, row.value, row.url) for row in brief.rows] == [
        ("Date", "25 November 2026, 14:30 UTC", None),
        ("Asked for by", "Dana Ortiz", None),
        ("Conversation", "C1-1764061200.000100, 2 turns", LINK),
        ("Guidance release", "unreleased", None),
        ("Log of the last turn", f"Row 42, SHA-256 {turns[-1].digest}", None),
    ]
    assert brief.title == "Deal brief: Cell-site simulator · Police · Egypt"


def test_each_fact_stands_with_its_words_and_whether_it_was_only_supposed(write: Write):
    understood = write(*DEAL).section(Part.UNDERSTOOD).points

    assert [(p.head, [t.text for t in p.tags], p.grounds[0].said, p.grounds[0].place)
            for p in understood] == [
        ("Product: Cell-site simulator", [], "IMSI catchers", "turn 1"),
        ("End-user: Police", [], "police", "turn 1"),
        ("Country of use: Egypt", [], "Egypt", "turn 1"),
        ("End use: Watching crowds, protests or events", ["only supposed"], "at protests",
         "turn 1"),
        ("Courts and oversight: They exist, but they are weak", [], "courts there are weak",
         "turn 2"),
        ("Customer's openness: Vague, changing or no answers", [], "won't say", "turn 2"),
        ("Intermediary: Reseller", [], "reseller", "turn 1"),
    ]


def test_a_raised_flag_stands_with_the_words_that_raised_it(write: Write):
    flag = next(p for p in write(*DEAL).section(Part.RAISED).points
                if p.head == "Watching crowds or protests")

    assert [(t.text, t.weight) for t in flag.tags] == [
        ("on something only supposed", Weight.CARE), ("our own flag", Weight.PLAIN)]
    assert [(g.fact, g.said) for g in flag.grounds] == [
        ("end use: Watching crowds, protests or events", "at protests"),
    ]
    assert flag.marks


def test_a_flag_that_is_still_open_names_the_facts_it_waits_for(write: Write):
    waiting = {p.head: p.text for p in write(*DEAL).section(Part.WAITING).points}

    assert waiting["It would become part of a system known to be misused"] == (
        "Missing: part of a system of concern.")
    assert all(text.startswith("Missing: ") for text in waiting.values())


def test_all_the_advice_is_there_even_when_the_last_reply_was_a_step(
    write: Write, tell: Tell, guidance: Guidance, phrases: Wording
):
    conversation, turns = tell(*DEAL)
    assert turns[-1].reply.shape == "step"
    advice = full_advice(conversation.deal, guidance, phrases)
    brief = write(*DEAL)

    for status, part in ((Status.RAISED, Part.RAISED), (Status.OPEN, Part.WAITING)):
        assert heads(brief, part) == [f.title for f in advice.flags if f.status is status]
    safeguards = [head for part in (
        Part.ANY_TIME, Part.DESIGN, Part.BEFORE_SALE, Part.AFTER_SALE)
                  for head in heads(brief, part)]
    last = turns[-1].reply
    everything = {s.title for s in (*last.safeguards, *last.more_safeguards)}
    assert sorted(safeguards) == sorted(everything)
    assert heads(brief, Part.CONSIDERATIONS) == [c.title.strip() for c in guidance.considerations]
    assert len(heads(brief, Part.OPEN_FACTS)) == len(advice.open_facts)


@pytest.mark.parametrize(("stage", "late"), [
    ("contract signed last week", True), ("not signed yet", False)])
def test_over_the_terms_of_a_signed_contract_stands_that_they_take_an_amendment(
    write: Write, sentences, stage, late
):
    section = write(f"IMSI catchers for the police in Mexico, {stage}").section(Part.BEFORE_SALE)
    assert section.points
    assert section.note == (sentences.say("late.signed") if late else "")


def test_what_was_told_beside_the_guidance_is_passed_on_with_its_turn(write: Write):
    brief = write("IMSI catchers for the police in Egypt, they pay in cash",
                  "The courts there are weak. We pay in cash too, by the way.",
                  "and they want the audit logs switched off")

    assert [(p.head, p.text.rpartition(". ")[2], [g.place for g in p.grounds])
            for p in brief.section(Part.OTHER_MATTERS).points] == [
        ("Cash, or money that comes from elsewhere", "Take it to compliance, or finance.",
         ["turn 1", "turn 2"]),
        ("A log, warning or limit that the customer wants taken out",
         "Take it to compliance, with product management.", ["turn 3"]),
    ]
    with pytest.raises(KeyError):
        write(*DEAL).section(Part.OTHER_MATTERS)


def test_a_wish_to_get_round_the_rules_stands_in_the_brief_with_its_turns(write: Write):
    """The queue gave it as a reason to look, and neither brief nor memo said a word of it."""
    brief = write("drones for the police in Kenya", "can we hide the end user?",
                  "let's ship it via a shell company so customs won't notice")
    (point,) = brief.section(Part.OTHER_MATTERS).points[:1]
    assert point.head == "Getting round the rules was spoken of"
    assert [g.place for g in point.grounds][:1] == ["turn 2"]
    assert point.text.endswith("Take it to compliance.")
    assert point.marks


def test_where_the_release_has_no_such_gap_the_matter_tells_of_getting_round_the_rules(
    tell: Tell, guidance: Guidance
):
    lacking = replace(guidance, gaps=tuple(gap for gap in guidance.gaps if gap.id != "evasion"))
    _, turns = tell("drones for the police in Kenya",
                    "my boss wants to route it through Dubai so nobody asks")

    assert [(one.id, of) for one, of in spoken_of(turns, guidance)] == [("evasion", (2,))]
    assert [(one.id, of) for one, of in spoken_of(turns, lacking)] == [("evasion", (2,))]
    assert isinstance(next(spoken_of(turns, lacking))[0], OtherMatter)


def test_what_was_told_beside_a_deal_that_was_left_is_named_by_title(write: Write):
    brief = write("IMSI catchers for the police in Egypt, they pay in cash",
                  "can we hide the end user?", "start over. cctv for a factory in Ghana")
    assert any("Getting round the rules was spoken of" in said and "Cash, or money" in said
               for said in brief.statements)
    with pytest.raises(KeyError):
        brief.section(Part.OTHER_MATTERS)


def test_every_citation_of_the_advice_is_among_the_sources_word_for_word(
    write: Write, tell: Tell, guidance: Guidance, phrases: Wording
):
    conversation, _ = tell(*DEAL)
    advice = full_advice(conversation.deal, guidance, phrases)
    held = {(e.provision, e.text) for o in write(*DEAL).origins for e in o.excerpts}

    shown = [f for f in advice.flags if f.status is not Status.NOT_RAISED]
    citations = [*advice.citations(), *(c for f in shown for c in f.citations)]
    assert {(c.provision, guidance.provisions[c.provision].text[c.start:c.end])
            for c in citations} <= held


def test_every_mark_points_to_a_source_and_every_source_is_marked(write: Write):
    brief = write(*DEAL)

    numbers = [origin.number for origin in brief.origins]
    marks = {*brief.upshot_marks,
             *(m for s in brief.sections for p in s.points for m in p.marks)}
    assert numbers == list(range(1, len(numbers) + 1))
    assert marks == set(numbers)


def test_nothing_but_facts_and_questions_stands_without_a_source(write: Write):
    points = [point for section in write(*DEAL).sections for point in section.points
              if section.part not in {Part.UNDERSTOOD, Part.OPEN_FACTS}]
    assert points
    assert all(point.marks for point in points)


def test_a_source_is_called_no_better_checked_than_its_weakest_passage(
    write: Write, guidance: Guidance
):
    order = list(Checked)
    origins = write(*DEAL).origins
    assert origins
    for origin in origins:
        states = [guidance.provisions[e.provision].checked for e in origin.excerpts]
        assert origin.checked is max(states, key=order.index)
        assert origin.state == MARKS[origin.checked]


def test_what_was_ticked_has_a_number_of_its_own(
    tell: Tell, write: Write, guidance: Guidance, phrases: Wording
):
    """A ticked digest keeps its pinpoint, and was said to be as little checked as its neighbours.

    Its official words stood in quotation marks under "our digest, not yet checked".
    """
    shared = next(o for o in write(*DEAL).origins
                  if len(o.excerpts) > 1 and o.checked is Checked.UNCHECKED)
    ticked, *others = [e.provision for e in shared.excerpts]
    address = "https://example.org/guidance.pdf#page=12"
    later = replace(guidance, release=ReleaseId("later"), provisions={
        **guidance.provisions, ticked: replace(
            guidance.provisions[ticked], checked=Checked.OFFICIAL, url=address)})
    conversation, turns = tell(*DEAL)

    brief = brief_of(conversation, turns, later, phrases, asker="D", link=None, now=NOW)

    found = {e.provision: origin for origin in brief.origins for e in origin.excerpts}
    official = found[ticked]
    assert (official.state, official.url, [e.provision for e in official.excerpts]) == (
        "official text", address, [ticked])
    assert {found[one].state for one in others} == {
        "our digest, not yet checked against the official text"}


def test_a_flag_that_another_release_no_longer_raises_is_not_laid_on_a_turn(
    tell: Tell, guidance: Guidance, phrases: Wording
):
    """It was said to be gone since the very turn that raised it."""
    conversation, turns = tell(*DEAL)
    raised = next(note.flag for note in turns[-1].findings if note.status is Status.RAISED)
    title = guidance.flag_by_id[raised].title.strip()
    later = replace(guidance, release=ReleaseId("later"), red_flags=tuple(
        flag for flag in guidance.red_flags if flag.id != raised))
    first = next(turn.version for turn in turns for note in turn.findings
                 if note.flag == raised and note.status is Status.RAISED)

    brief = brief_of(conversation, turns, later, phrases, asker="D", link=None, now=NOW)

    assert brief.section(Part.RAISED).note == (
        f"Raised once and no longer: {raised} (raised in turn {first}, no longer by the release of "
        "this brief). The record of those turns has what was told then.")
    assert title not in heads(brief, Part.RAISED)


def test_a_caution_goes_with_its_passage(write: Write, guidance: Guidance):
    excerpts = [e for o in write(*DEAL).origins for e in o.excerpts]
    noted = [e for e in excerpts if guidance.provisions[e.provision].note]

    assert noted
    for excerpt in excerpts:
        note = guidance.provisions[excerpt.provision].note.strip()
        assert excerpt.caution == (f"Caution: {note}" if note else "")


def test_the_brief_says_that_it_is_no_verdict_no_legal_advice_and_unchecked(write: Write):
    assert write(*DEAL).statements == (
        "This brief gives no verdict. It says what was told, what the guidance asks to weigh and "
        "what is still open. Whether the deal is lawful or approved is for your compliance lead "
        "and export counsel.",
        "It was drawn up by a program from the words quoted in it, which nobody has verified; "
        "what was not told is not in it.",
        "This is not legal advice. Take it to your compliance lead before you commit to anything.",
        "The red flags and most other provisions are our digest and are not yet checked against "
        "the official text.",
    )


def test_a_question_in_between_changes_nothing_of_the_advice(write: Write):
    plain, asked = write(*DEAL), write(*DEAL, "What does the guidance say about audits?")

    assert asked.sections == plain.sections


def test_what_is_not_known_is_said_to_be_not_known(write: Write):
    brief = write("We sell spyware to a foreign police force", "I don't know the country")

    country = next(p for p in brief.section(Part.UNDERSTOOD).points
                   if p.head.startswith("Country of use"))
    assert country.head == "Country of use: not known"
    assert [(t.text, t.weight) for t in country.tags] == [("not known", Weight.CARE)]


def test_a_safeguard_of_our_own_making_bears_a_tag(write: Write):
    points = write("Rapid DNA testing for the police in Peru").section(Part.DESIGN).points

    tags = {point.head: [tag.text for tag in point.tags] for point in points}
    assert tags["Take DNA only with consent or a warrant"] == ["our own safeguard"]
    assert tags["Tailor the product so that misuse is harder"] == []


def test_a_benign_deal_says_why_considerations_do_not_apply(write: Write):
    brief = write("A university wants thermal cameras to study frost on orchards in Chile")

    assert brief.section(Part.RAISED).points == ()
    assert brief.section(Part.RAISED).note == (
        "No red flag is raised by what was told. That is not an all-clear.")
    considerations = brief.section(Part.CONSIDERATIONS)
    assert considerations.note == (
        "These products can do good, and the use that you told me is not aimed at people. "
        "The guidance still speaks to a sale to a government body, though less of it weighs here. "
        "Uses that nobody intended still count, and so do close ties to a government, so a few "
        "questions remain.")
    assert [[t.text for t in p.tags] for p in considerations.points] == [
        ["open"], ["does not apply"], ["does not apply"], ["open"], ["nothing more to ask"],
        ["does not apply"], ["does not apply"], ["does not apply"]]
    assert not brief.alarming


def test_a_brief_from_the_store_is_the_brief_from_memory(
    tmp_path: Path, tell: Tell, guidance: Guidance, phrases: Wording
):
    conversation, turns = tell(*DEAL)
    store = Store(f"sqlite:///{tmp_path / 'log.db'}")
    store.upgrade()
    store.keep_release(guidance.release, {})
    for turn in turns:
        after = conversation if turn is turns[-1] else replace(conversation, version=turn.version)
        store.record(turn, after, expected_version=turn.version - 1)
    told = {"guidance": guidance, "wording": phrases, "asker": "Dana", "link": None, "now": NOW}

    stored = store.turns(conversation.id)
    brief = brief_of(store.load(conversation.id), stored, **told)
    store.close()

    assert brief.sections == brief_of(conversation, turns, **told).sections
    assert brief.rows[-1].value == f"Row 2, SHA-256 {stored[-1].digest}"
    assert len(stored[-1].digest) == 64


def test_a_reply_of_an_earlier_release_is_named_as_such(
    tell: Tell, guidance: Guidance, phrases: Wording
):
    conversation, turns = tell(*DEAL)
    old = replace(turns[-1], reply=replace(turns[-1].reply, release="r-old"))

    brief = brief_of(conversation, [*turns[:-1], old], guidance, phrases,
                     asker="Dana", link=None, now=NOW)

    assert [r.value for r in brief.rows if r.label == "Last reply drawn from"] == [
        "r-old, not the release of this brief"]


@pytest.mark.parametrize("messages", [("Hello",), (DEAL[0], "start over")])
def test_a_brief_on_nothing_is_refused_with_a_way_on(
    tell: Tell, guidance: Guidance, phrases: Wording, messages: tuple[str, ...]
):
    conversation, turns = tell(*messages)

    with pytest.raises(NothingToBrief, match="Tell me about the deal first") as caught:
        brief_of(conversation, turns, guidance, phrases, asker="Dana", link=None, now=NOW)
    assert caught.value.code == "nothing_told"


def test_a_conversation_that_never_was_is_refused(guidance: Guidance, phrases: Wording):
    with pytest.raises(NothingToBrief):
        brief_of(Conversation(ConversationId("none")), [], guidance, phrases,
                 asker="Dana", link=None, now=NOW)


def test_a_brief_says_which_turns_a_model_worded_and_holds_no_sentence_of_it(
    tell: Tell, guidance: Guidance, phrases: Wording
):
    conversation, turns = tell(*DEAL)
    line = WordedLine("So says a model.", turns[0].reply.considerations[0].citations, ("sg-c2",))
    again = replace(turns[0], reply=replace(turns[0].reply, worded=(line,)), composer="openai:x")

    def made(turns):
        return brief_of(conversation, turns, guidance, phrases, asker="D", link=None, now=NOW)

    plain, brief = made(turns), made([again, *turns[1:]])
    assert [s for s in brief.statements if s not in plain.statements] == [
        "In the conversation a language model worded what was decided without it, in turn 1. "
        "No sentence of this brief is a model's."]
    assert (brief.sections, brief.upshot) == (plain.sections, plain.upshot)


def test_flags_that_were_raised_once_and_are_no_longer_are_named(write: Write, tell: Tell):
    told = ("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests",
            "Correction: not used at protests but for searching missing people.")
    before, after = write(told[0]), write(*told)
    gone = [head for head in heads(before, Part.RAISED) if head not in heads(after, Part.RAISED)]
    assert gone

    note = after.section(Part.RAISED).note
    for title in gone:
        assert f"{title} (raised in turn 1, no longer since turn 2)" in note
    assert after.tally.endswith(f"red flags raised once and no longer: {len(gone)}")
    assert "raised once" not in before.section(Part.RAISED).note + before.tally


def test_what_came_on_top_of_what_was_told_leaves_that_its_own_words(write: Write):
    """“Border control” says nothing of the crowds, which were told of a turn before."""
    brief = write("drones with facial recognition for the police in Kenya",
                  "to watch crowds at demonstrations", "they use it for border control too")
    both = "Border control or immigration and Watching crowds, protests or events"
    grounds = [("", "watch crowds, at demonstrations", "turn 2"), ("", "border control", "turn 3")]

    understood = {p.head: [(g.fact, g.said, g.place) for g in p.grounds]
                  for p in brief.section(Part.UNDERSTOOD).points}
    assert understood[f"End use: {both}"] == grounds
    assert understood["Country of use: Kenya"] == [("", "Kenya", "turn 1")]
    flag = next(p for p in brief.section(Part.RAISED).points
                if p.head == "Watching crowds or protests")
    assert [(g.fact, g.said, g.place) for g in flag.grounds] == [
        (f"end use: {both}", *grounds[0][1:]), grounds[1]]


def test_what_was_put_right_rests_on_the_words_of_what_stands(write: Write):
    brief = write("drones and cctv for the police in Kenya", "sorry, not drones, body cameras")
    product = brief.section(Part.UNDERSTOOD).points[0]
    assert (product.head, [(g.said, g.place) for g in product.grounds]) == (
        "Product: CCTV cameras and Body-worn cameras",
        [("drones, cctv", "turn 1"), ("body cameras", "turn 2")])


def test_what_was_said_later_and_less_surely_stands_beside_what_was_told(write: Write):
    brief = write("drones with facial recognition for the police in Kenya",
                  "to watch crowds at demonstrations",
                  "maybe they will use it for border control too")
    point = next(p for p in brief.section(Part.UNDERSTOOD).points if p.head.startswith("End use"))
    assert (point.head, [(t.text, t.weight) for t in point.tags]) == (
        "End use: Watching crowds, protests or events (said since, and not certain: "
        "Border control or immigration and Watching crowds, protests or events)",
        [("in doubt", Weight.CARE)])
    assert brief.title == "Deal brief: Facial recognition and Drones · Police · Kenya"


def test_what_was_told_before_another_deal_began_is_said_to_be_left_out(write: Write):
    told = ("IMSI catchers for the police in Egypt, used at protests",
            "start over: thermal cameras for frost research at a university in Canada")
    brief, alone = write(*told), write(told[1])
    assert [one for one in brief.statements if one not in alone.statements] == [
        "Turn 2 began with another deal. What was told before it counts for nothing here and is "
        "not in this brief; the record of those turns has it. Red flags that were raised before "
        "it: Watching crowds or protests."]
    assert write("hello", told[1]).statements == alone.statements


def test_a_matter_that_the_release_has_no_more_goes_by_the_name_that_it_had(
    tell: Tell, guidance: Guidance
):
    """Nothing stood above a sign-off, or in a memo, of cash that was told before a publication."""
    _, turns = tell("drones for the police in Kenya", "they pay in cash")
    lacking = replace(guidance, other_matters=())
    assert list(spoken_of(turns, lacking)) == []
    ((matter, of),) = spoken_of(turns, lacking, lambda _: guidance)
    assert of == (2,)
    assert [(one.title, n) for one, n in spoken_of(turns, None, lambda _: None)] == [
        (matter.id, (2,))]

    def say(name: str, **_: object) -> str:
        return name

    assert [[point.head for point in told_beside(turns, lacking, say, lambda _: (), then)]
            for then in (None, lambda _: guidance, lambda _: None)] == [
                [], [matter.title], [matter.id]]
