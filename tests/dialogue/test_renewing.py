"""Where another release answers, one line says what has become of what was cited before."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue import citing
from bot.dialogue.changes import Became, Renewed
from bot.dialogue.renewing import NAMED, renewals, renewed, seen_after
from bot.dialogue.reply import Kind, Line, Reply
from bot.plain import to_numbered_text, to_text
from retrieval.guidance import Checked, Confirmation, ProvisionId, ReleaseId, Retirement
from retrieval.passages import passages_of
from tests.dialogue.talking import Talk
from tests.retrieval import small

A, B, C, D, E = map(ProvisionId, ("ungp-1", "ungp-2", "ungp-3", "ungp-4", "ungp-5"))
OLD = replace(small.guidance([
    replace(small.provision(name, f"What {name} asks for.", heading=f"Heading of {name}"),
            checked=Checked.UNCHECKED) for name in (A, B, C, D, E)]), release=ReleaseId("old"))
NEXT = ReleaseId("new")
THANKS = Reply(Kind.ADVICE, NEXT, (Line("You're welcome."),))


def after(**provisions):
    """The next release, with some provisions otherwise."""
    changed = {name: replace(OLD.provisions[name], **how) for name, how in provisions.items()}
    return replace(OLD, release=NEXT, provisions={**OLD.provisions, **changed})


def without(name, **aside):
    left = {n: p for n, p in OLD.provisions.items() if n != name}
    kept = {name: replace(OLD.provisions[name], **aside)} if aside else {}
    return replace(OLD, release=NEXT, provisions=left, set_aside=kept)


def shown(*names, guidance=OLD):
    reply = Reply(Kind.ADVICE, guidance.release, (
        Line("What the texts say.", citing.cite_all(guidance, names)),))
    return seen_after({}, reply)


def line(seen, guidance, sentences):
    reply = renewed(THANKS, seen, guidance, sentences)
    citing.check(reply, guidance)
    assert reply.lead[1:] == THANKS.lead
    return reply.lead[0].text, [c.provision for c in reply.lead[0].citations]


def test_other_words_are_told_by_the_name_of_the_provision_and_cited(sentences):
    assert line(shown(A, B), after(**{A: {"text": "Something else."}}), sentences) == (
        "Updated since my last answer: “Heading of ungp-1”.", [A])


def test_what_nobody_was_shown_is_no_news(sentences):
    news = after(**{C: {"text": "Something else."}})

    assert renewed(THANKS, shown(A, B), news, sentences) is THANKS


@pytest.mark.parametrize("how", [
    {"pinpoint": "UNGP 99"}, {"text": "What ungp-1 asks for. Unless."},
    {"text": "What ungp-1 asked for."}])
def test_a_pinpoint_or_an_added_exception_counts(how):
    assert renewals(shown(A), after(**{A: how})) == (Renewed(A, Became.CHANGED),)


@pytest.mark.parametrize("how", [
    {"heading": "Another heading"}, {"asks": ("how",)}, {"note": "careful"}, {"url": "https://x"}])
def test_what_the_citation_did_not_show_counts_for_nothing(how):
    assert renewals(shown(A), after(**{A: how})) == ()


def test_a_digest_that_became_official_is_told_kindly_and_quoted(sentences):
    tick = Confirmation("U1", "2026-11-25T09:00:00Z", B, 0, 10, "0" * 64,
                        OLD.provisions[A].text)
    news = after(**{A: {"text": "The very words.", "checked": Checked.OFFICIAL,
                        "confirmed": tick}})

    assert line(shown(A), news, sentences) == (
        "The official words are now in the corpus, in place of my digest: “Heading of ungp-1”.",
        [A])
    assert renewed(THANKS, shown(A), news, sentences).lead[0].citations[0].quote == (
        "The very words.")


def test_a_digest_that_was_looked_at_and_stands_is_told_as_that(sentences):
    said, _ = line(shown(A), after(**{A: {"checked": Checked.SEEN}}), sentences)

    assert said == ("Held against a reliable source since my last answer, and it stands: "
                    "“Heading of ungp-1”.")


def test_a_mark_that_was_lowered_is_a_change():
    official = after(**{A: {"checked": Checked.OFFICIAL}})

    assert renewals(shown(A, guidance=official), OLD) == (Renewed(A, Became.CHANGED),)


def test_what_was_retired_is_told_with_what_stands_in_its_place(sentences):
    gone = Retirement("U1", "2026-11-25T09:00:00Z", "withdrawn", instead=B)

    assert line(shown(A), without(A, retired=gone), sentences) == (
        "No longer relied on since my last answer: “Heading of ungp-1”, now “Heading of ungp-2”.",
        [B])


def test_what_is_gone_altogether_is_told_by_its_pinpoint(sentences):
    assert line(shown(A), without(A), sentences) == (
        "No longer relied on since my last answer: UNGP 1.", [])


def test_an_official_passage_that_a_confirmed_provision_quotes_in_full_has_not_changed():
    news = without(A, same_as=B)
    quoting = replace(news.provisions[B], text=f"First. {OLD.provisions[A].text}")

    assert renewals(shown(A), replace(news, provisions={**news.provisions, B: quoting})) == ()
    assert renewals(shown(A), news) == (Renewed(A, Became.RETIRED, B),)


def test_many_changes_are_one_line_that_names_a_few(sentences):
    news = after(**{name: {"text": "Otherwise."} for name in (A, B, C, D)},
                 **{E: {"checked": Checked.OFFICIAL}})

    said, cited = line(shown(A, B, C, D, E), news, sentences)

    assert said == (
        "Updated since my last answer: “Heading of ungp-1”; “Heading of ungp-2”; "
        "“Heading of ungp-3”; and 1 more. The official words are now in the corpus, in place of "
        "my digest: “Heading of ungp-5”.")
    assert cited == [A, B, C, E] and NAMED == 3


def test_what_was_told_is_not_told_again_with_the_next_release(sentences):
    second = after(**{A: {"text": "Otherwise."}})
    told = renewed(THANKS, shown(A, B), second, sentences)
    seen = seen_after(shown(A, B), told)

    third = replace(second, release=ReleaseId("third"))
    assert renewals(seen, third) == ()

    gone = without(B)
    told = renewed(THANKS, seen, gone, sentences)
    assert Renewed(B, Became.RETIRED) in told.renewed
    assert renewals(seen_after(seen, told), replace(gone, release=ReleaseId("fourth"))) == ()


def test_back_to_what_was_shown_first_is_told_as_a_change_of_what_was_shown_last(sentences):
    second = after(**{A: {"text": "Otherwise."}})
    seen = seen_after(shown(A), renewed(THANKS, shown(A), second, sentences))

    assert renewals(seen, OLD) == (Renewed(A, Became.CHANGED),)


def test_the_line_says_that_its_source_is_unchecked(sentences):
    reply = renewed(THANKS, shown(A), after(**{A: {"text": "Otherwise."}}), sentences)

    assert reply.unchecked == sentences.say("closing.unchecked")


def test_official_words_that_read_otherwise_are_a_change_and_bear_no_mark(sentences):
    official = after(**{name: {"checked": Checked.OFFICIAL} for name in (A, B)})
    news = replace(official, provisions={
        **official.provisions, A: replace(official.provisions[A], text="Otherwise.")})

    reply = renewed(THANKS, shown(A, B, guidance=official), news, sentences)

    assert reply.renewed == (Renewed(A, Became.CHANGED),)
    assert reply.unchecked == ""


def test_one_unchecked_source_among_official_ones_is_said_to_be_unchecked(sentences):
    news = after(**{A: {"text": "Otherwise.", "checked": Checked.OFFICIAL},
                    B: {"text": "Otherwise."}})

    assert renewed(THANKS, shown(A, B), news, sentences).unchecked == (
        sentences.say("closing.unchecked"))


def test_of_several_passages_that_were_shown_each_has_to_stand():
    long = after(**{A: {"text": "\n\n".join(f"Part {n} of it. " * 80 for n in range(3))}})
    first, *_, last = passages_of(long.provisions[A])
    reply = Reply(Kind.ADVICE, long.release, tuple(
        Line("x", (citing.cite(long, A, piece),)) for piece in (first, last)))
    cut = replace(long, provisions={**long.provisions, A: replace(
        long.provisions[A], text=long.provisions[A].text.replace("Part 0", "Item 0"))})

    assert renewals(seen_after({}, reply), long) == ()
    assert renewals(seen_after({}, reply), cut) == (Renewed(A, Became.CHANGED),)


# --- over the whole corpus -------------------------------------------------------------------

SUBSETS = st.sets(st.integers(0, 10_000), max_size=12)


def picked(guidance, numbers):
    names = list(guidance.provisions)
    return {names[n % len(names)] for n in numbers}


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(SUBSETS)
def test_the_same_release_never_has_a_line(guidance, sentences, numbers):
    seen = shown(*picked(guidance, numbers), guidance=guidance)

    assert renewed(THANKS, seen, guidance, sentences) is THANKS
    assert renewed(THANKS, seen, replace(guidance, release=NEXT), sentences) is THANKS


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(SUBSETS, SUBSETS)
def test_told_is_what_was_shown_and_has_changed_and_nothing_else(guidance, one, other):
    cited, changed = picked(guidance, one), picked(guidance, other)
    provisions = {name: replace(p, text=f"{p.text} Or not.") if name in changed else p
                  for name, p in guidance.provisions.items()}
    news = replace(guidance, release=NEXT, provisions=provisions)

    found = renewals(shown(*cited, guidance=guidance), news)

    assert {one.provision for one in found} == cited & changed
    assert {one.became for one in found} <= {Became.CHANGED}


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(SUBSETS)
def test_a_passage_that_still_stands_has_not_changed(guidance, numbers):
    for name in picked(guidance, numbers):
        provision = guidance.provisions[name]
        for piece in passages_of(provision):
            cited = Reply(Kind.ADVICE, guidance.release, (
                Line("x", (citing.cite(guidance, name, piece),)),))
            assert renewals(seen_after({}, cited), replace(guidance, release=NEXT)) == ()


def test_an_answer_on_a_deal_shows_no_more_than_its_shape(guidance, reader, sentences):
    talk = Talk(guidance, reader, sentences)
    brief = talk.say("Spyware for the national police of Kenya")
    assert brief.shape == "brief"

    text, seen = to_text(brief, guidance), seen_after({}, brief)

    assert 0 < len(seen) < len({c.provision for c in brief.citations()})
    assert all(cited[0].pinpoint.removeprefix("Guidance, ") in text for cited in seen.values())


def test_what_bears_a_number_in_an_answer_is_what_was_shown(guidance, reader, sentences):
    """Who reads a provision in an answer hears of it when it changes, and of no other."""
    shapes = set()
    for talked in (
        ("Facial recognition for the police in Kenya. What does UNGP 19 say?", "yes",
         "they jail reporters, and who issued the UNGPs?", "safeguards", "sources?",
         "what red flags do I have", "what if the courts were weak?", "advise now"),
        ("Body cameras for our own sheriff's office in Ohio", "no", "advise now", "all sources"),
    ):
        talk = Talk(guidance, reader, sentences)
        for said in talked:
            reply = talk.say(said)
            _, numbered = to_numbered_text(reply, guidance)
            seen = seen_after({}, reply)
            shapes.add(reply.shape)
            cited = {citation.provision for of in numbered for citation in of}
            if reply.shape == "sources":
                cited = {citation.provision for citation in reply.citations()}
            # What frames the whole advice has its sources, and no number.
            framing = {c.provision for line in reply.closing for c in line.citations}
            few = {c.provision for c in reply.citations()}
            assert cited <= seen.keys() <= (few if reply.shape == "full" else cited | framing), said
            assert cited | framing == seen.keys() or reply.shape == "full", said
    assert shapes == {"full", "short", "brief", "step", "safeguards", "sources"}
