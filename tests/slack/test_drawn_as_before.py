"""What is drawn is, to the byte, what was drawn before speed was looked at."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import ConversationId
from bot.dialogue.replies.composing import asked
from bot.slack.blocks import to_posts
from bot.slack.escaping import cut, disarm, plain, tidy
from bot.slack.packing import joined, measured, pack
from bot.slack.references import Numbers, short
from bot.slack.shown import Shown
from bot.slack.splitting import Item, Span, drawn_within, fit, section, size
from tests.dialogue.talking import Talk
from tests.slack import drawn_before as before
from tests.slack.drawing import WHERE, asking
from tests.slack.limits import KIM
from tests.slack.replies import HOSTILE, citations, over, replies
from tests.slack.test_blocks import SCENARIOS

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

characters = st.text(st.characters(), max_size=60) | st.text(
    "abc _*~`&<>\"\\|\n\r\t\x00\x85\u00a0\u2028\u200b\u202e–“é😀", max_size=300)
texts = st.lists(st.one_of(
    characters, st.sampled_from(HOSTILE), st.just("b" * 130), st.just("&" * 200),
    st.integers(1, 400).map("ab ".__mul__)), max_size=4).map("".join)
urls = st.sampled_from(["https://undocs.org/A/HRC/17/31", "https://x.example/?a=1&b=(2)", "",
                        "https://x.example/" + "u" * 290, "javascript:alert(1)"])
styles = st.sampled_from(["", "*", "_"])
spans = st.lists(st.one_of(
    st.tuples(texts, styles).map(lambda one: Span(*one)),
    st.tuples(texts, styles, urls, st.none() | st.integers(1, 15)).map(lambda one: Span(*one)),
    characters.map(lambda text: Span(text, whole=True)),
    characters.map(lambda text: Span(text, moment=datetime(2026, 11, 26, tzinfo=UTC))),
), max_size=30)


@given(texts, st.integers(1, 400))
def test_words_are_cut_and_disarmed_as_before(text, most):
    assert (tidy(text), disarm(text)) == (before.tidy(text), before.disarm(text))
    assert plain(text, most) == before.plain(text, most)
    assert short(text, most) == before.short(text, most)
    assert drawn_within(text, most) == before.drawn_within(text, most)
    assert cut(text, most) == before.cut(text, most)
    assert size(text) == before.size(text)


@settings(max_examples=50, suppress_health_check=SLOW, deadline=None)
@given(spans, st.sampled_from([25, 200, 1_500, 2_500]), st.integers(1, 12))
def test_spans_become_the_same_chunks(some, most, most_cites):
    assert ([(c.text, c.cites) for c in fit(some, most, most_cites)]
            == [(c.text, c.cites) for c in before.fit(some, most, most_cites)])


@settings(max_examples=50, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_blocks_become_the_same_messages(say, data):
    """Over sizes at which messages are cut, with lists of sources that are whole or cut too."""
    numbers = Numbers()
    numbers.marks(data.draw(citations(100)))
    cited = st.frozensets(st.sampled_from(list(numbers.cited)), max_size=10)
    items, items_before = [], []
    for length, cites, under in data.draw(st.lists(st.tuples(
            st.integers(1, 1_500), cited, st.sampled_from(["", "Under", "*"])),
            max_size=data.draw(st.sampled_from([8, 60])))):
        block = section("x" * length)
        heading = next((i.block for i in before.sections([Span(under, "*")])), None)
        items.append(Item(block, cites, under))
        items_before.append(before.Item(block, cites, heading))
    # What closes the last is often such that all of it fits into one message, or only just not.
    all_ = joined(items)
    edge = 11_000 - (all_ + joined(numbers.sources(all_.cites, say))).taken - 90
    spare = max(1, min(3_000, edge + data.draw(st.integers(-20, 20))))

    def foot(cites):
        return joined(numbers.sources(cites, say))

    def last(cites):
        return measured([section("y" * spare)]) + foot(cites)

    markers = section("onward"), section("back")
    now = pack(items, foot, last, *(measured([marker]) for marker in markers))
    assert [(body.blocks, body.cites) for body in now] == before.pack(
        items_before, lambda cites: foot(cites).blocks, lambda cites: last(cites).blocks, *markers)


happenings = st.builds(
    Shown, st.just(ConversationId("slack:T0ADVISOR1:C0DEALS001:1795564800.000100")),
    st.integers(1, 20), listening=st.sampled_from([None, True, False]),
    handed_over=st.sampled_from([None, f"Sent to compliance by {KIM}"]),
    watch_on=st.sampled_from([None, date(2027, 3, 2)]))


@pytest.mark.long
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_any_reply_is_drawn_as_before(guidance, say, data):
    guidance = over(guidance)
    some = []
    for reply in data.draw(st.lists(replies(guidance), min_size=1, max_size=2)):
        shown = data.draw(happenings)
        if reply.question and data.draw(st.booleans()):
            facts = st.sampled_from([one.fact for one in reply.question.all()])
            shown = replace(shown, answered=data.draw(st.dictionaries(facts, texts)))
        some.append((reply, shown))
    pressable = data.draw(st.booleans())

    assert (to_posts(some, guidance, say, pressable=pressable)
            == before.to_posts(some, guidance, say, pressable=pressable))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_every_reply_of_the_scenarios_is_drawn_as_before(path, guidance, reader, sentences, say):
    talk = Talk(guidance, reader, sentences)
    steps = yaml.safe_load(path.read_text(encoding="utf-8"))
    for step in steps["steps"] if isinstance(steps, dict) else steps:
        reply = talk.choose(step["chooses"]) if "chooses" in step else talk.say(step["says"])
        for shown in (WHERE, replace(WHERE, listening=True, watch_on=date(2027, 3, 2),
                                     answered={"end_user": "Police"})):
            for pressable in (True, False):
                assert (to_posts([(reply, shown)], guidance, say, pressable=pressable)
                        == before.to_posts([(reply, shown)], guidance, say, pressable=pressable))


def test_questions_of_the_release_are_drawn_as_before_though_their_options_are_kept(guidance, say):
    alone = [(fact,) for fact in guidance.questions]
    for facts in [*alone, *(together.facts for together in guidance.groups)] * 2:
        question = asked(guidance, [guidance.questions[fact] for fact in facts])
        reply = replace(asking(), question=question)
        assert (to_posts([(reply, WHERE)], guidance, say)
                == before.to_posts([(reply, WHERE)], guidance, say))


def test_threads_that_draw_at_once_draw_the_same(guidance, say):
    """What is kept of a release is worked out by whoever needs it first, perhaps by two at once."""
    fresh = replace(guidance)
    some = [replace(asking(), question=asked(fresh, [fresh.questions[f] for f in group.facts]))
            for group in fresh.groups]
    drawn = [before.to_posts([(reply, WHERE)], fresh, say) for reply in some]

    def draw(_):
        return [to_posts([(reply, WHERE)], fresh, say) for reply in some]

    with ThreadPoolExecutor(8) as threads:
        assert all(posts == drawn for posts in threads.map(draw, range(32)))
