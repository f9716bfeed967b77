"""Whoever was advised otherwise hears of it in their thread, once, and can ask for the advice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.dialogue.citing import cite
from bot.erasure.erasing import Erasing
from bot.impact.differing import Kind
from bot.impact.telling import (
    MOST_AT_ONCE,
    TOLD,
    Notice,
    NotTold,
    Outcome,
    Point,
    Publication,
    Teller,
    Telling,
)
from bot.record.log import rows
from bot.schema import outgoing
from bot.slack.packing import MOST_BLOCKS, MOST_CHARACTERS
from bot.slack.splitting import size
from bot.slack.telling_people import TellingPeople
from retrieval.guidance import ReleaseId
from tests.impact.edits import retired
from tests.reviews.conftest import DEAL
from tests.slack.joined import OFFICE
from tests.workspace.running import BOT, KIM, SAM

pytestmark = pytest.mark.parametrize("transport", ["http"], indirect=True, scope="session")

QUESTION = "What does the guidance say about resellers?"


class Published:
    """A release put in force after the one that the bot answers by, and who tells of it."""

    def __init__(self, bot, say, on_impact, number):
        self.bot, parts = bot, bot.joined.parts
        self.before = parts.advisor.guidance
        self.store = bot.joined.store
        self.telling = Telling(self.store, self.edition, on_impact,
                               TellingPeople(parts.deliveries.outbox, say))
        self.editions = {self.before.release: self.before}
        self.name = ReleaseId(f"after-{number}")

    def edition(self, release):
        return self.editions[release]

    def put(self, after):
        self.after = self.editions[self.name] = replace(after, release=self.name)
        self.store.keep_release(self.name, "{}")
        self.store.activate(self.name)

    def tell(self, *names, by=KIM, team="T0LOCAL001"):
        made = self.telling.tell(Teller(team, by), Publication(
            self.before.release, self.name), names)
        self.bot.joined.desk.wake()
        self.bot.settle()
        return list(made.values())

    def rows(self, case):
        with self.store.reading() as connection:
            return [row for row in rows(connection, case.conversation) if row.kind == TOLD]


NUMBERS = iter(range(1000))


@pytest.fixture
def published(bot, say, on_impact):
    made = Published(bot, say, on_impact, next(NUMBERS))
    yield made
    made.store.activate(made.before.release)


def ours(bot, channel, thread, user=SAM):
    return [m for m in bot.messages(channel, user=user)
            if m.get("thread_ts") == thread and m["user"] == BOT]


def drawn(message):
    return "\n".join(
        element["text"] for block in message["blocks"]
        for element in [block.get("text"), *block.get("elements", ())]
        if element and isinstance(element.get("text"), str))


def without_flag(guidance, name):
    return replace(guidance, red_flags=tuple(f for f in guidance.red_flags if f.id != name))


@pytest.mark.parametrize("direct", [False, True])
def test_a_deal_is_told_before_and_now_and_asked_again_by_a_press(bot, published, direct):
    # Nobody who has just told something else directly: a line by itself would go on with that.
    who = bot.newcomer() if direct else SAM
    channel = bot.dm(who) if direct else OFFICE
    thread = bot.direct(DEAL, user=who) if direct else bot.mention(DEAL)
    case = bot.case(channel, thread)
    raised = next(f for f in published.store.turns(case.conversation)[-1].reply.flags
                  if f.status == "raised")
    published.put(without_flag(published.before, raised.id))
    count = len(ours(bot, channel, thread, who))

    assert published.tell(case.conversation, team=case.team) == [Outcome.TOLD]
    assert published.tell(case.conversation, team=case.team, by=SAM) == [Outcome.ALREADY]

    told = ours(bot, channel, thread, who)
    assert len(told) == count + 1
    words = drawn(told[-1])
    assert words.startswith(f"<@{who}>\n")
    assert "the advice would now be different" in words
    assert f"Red flag “{raised.title}”: raised → does not apply" in words
    assert "not legal advice" in words and "nothing on whether a deal may go ahead" in words
    (row,) = published.rows(case)
    assert (row.actor, row.body["from"], row.body["to"], row.body["differs"]) == (
        KIM, published.before.release, published.name, "advice")
    assert {"part": "flag_gone", "id": raised.id, "before": "raised", "now": ""} in (
        row.body["changes"])

    turns = len(published.store.turns(case.conversation))
    bot.press(told[-1], "advise_now", user=who)
    assert len(published.store.turns(case.conversation)) == turns + 1
    assert published.store.verify_log() is None


def test_a_plain_question_is_told_softly_what_it_was_cited(bot, published):
    thread = bot.mention(QUESTION)
    case = bot.case(OFFICE, thread)
    (cited, *_) = published.store.turns(case.conversation)[-1].reply.citations()
    published.put(replace(published.before, provisions={
        **published.before.provisions, cited.provision: replace(
            published.before.provisions[cited.provision], text="<!channel> It *reads* so now.")}))

    assert published.tell(case.conversation, team=case.team) == [Outcome.TOLD]

    words = drawn(ours(bot, OFFICE, thread)[-1])
    assert "Guidance that I cited to you here has changed" in words
    assert "advise now" not in words and "different" not in words
    assert "&lt;!channel&gt; It ∗reads∗ so now." in words and "<!channel>" not in words
    assert "not yet checked against the official text" in words or (
        "seen in a reliable source" in words)
    (row,) = published.rows(case)
    assert (row.body["provisions"], row.body["changes"], row.body["differs"]) == (
        [cited.provision], [], "answer")


def test_a_retired_provision_is_said_to_be_and_is_not_cited(bot, published):
    thread = bot.mention(QUESTION)
    case = bot.case(OFFICE, thread)
    (cited, *_) = published.store.turns(case.conversation)[-1].reply.citations()
    published.put(retired(published.before, cited.provision))
    assert published.tell(case.conversation, team=case.team) == [Outcome.TOLD]
    words = drawn(ours(bot, OFFICE, thread)[-1])
    assert "retired: nobody is advised by it any more" in words
    assert "[1]" not in words


def test_who_presses_at_once_tells_once(bot, published):
    case = bot.case(OFFICE, bot.mention(DEAL))
    published.put(replace(published.before, red_flags=published.before.red_flags[:3]))
    publication = Publication(published.before.release, published.name)

    def press(user):
        return published.telling.tell(
            Teller(case.team, user), publication, [case.conversation])[case.conversation]

    with ThreadPoolExecutor(4) as pool:
        came = sorted(pool.map(press, [KIM, SAM, "U1", "U2"]))
    bot.joined.desk.wake()
    bot.settle()
    assert came == [Outcome.ALREADY] * 3 + [Outcome.TOLD]
    assert len(published.rows(case)) == 1


def test_what_is_cut_off_leaves_nothing_and_can_be_pressed_again(bot, published, on_impact):
    case = bot.case(OFFICE, bot.mention(DEAL))
    published.put(replace(published.before, red_flags=published.before.red_flags[:3]))
    owe = published.telling._owe

    def cut_off(connection, notice):
        owe(connection, notice)
        raise OSError("the machine went away")

    with pytest.raises(OSError, match="went away"):
        Telling(published.store, published.edition, on_impact, cut_off).tell(
            Teller(case.team, KIM), Publication(published.before.release, published.name),
            [case.conversation])
    assert published.rows(case) == []
    with published.store.reading() as connection:
        assert not [row for row in connection.execute(outgoing.select())
                    if row.key.startswith("told:") and row.conversation == case.conversation]
    assert published.tell(case.conversation, team=case.team) == [Outcome.TOLD]


def test_who_is_not_told_and_why(bot, published):
    same = bot.case(OFFICE, bot.mention("Hello"))
    erased = bot.case(OFFICE, bot.mention(DEAL))
    local = bot.case(OFFICE, bot.mention(DEAL))
    published.put(replace(published.before, red_flags=published.before.red_flags[:3]))
    Erasing(published.store).conversation(
        erased.team, erased.conversation, by=KIM, reason="asked for")
    with published.store.writing() as connection:
        bot.joined.cases.change(connection, local.conversation, channel=None, thread=None)

    assert published.tell(same.conversation, erased.conversation, local.conversation, "nothing",
                          team=same.team) == [
        Outcome.SAME, Outcome.ERASED, Outcome.NO_THREAD, Outcome.NOT_THERE]
    assert published.tell(local.conversation, team="T-other") == [Outcome.NOT_THERE]
    assert not published.rows(same) and not published.rows(erased)


def test_only_the_release_in_force_is_told_of_and_not_everybody_at_once(bot, published):
    case = bot.case(OFFICE, bot.mention(DEAL))
    published.put(replace(published.before, red_flags=published.before.red_flags[:3]))
    publication = Publication(published.before.release, published.name)
    with pytest.raises(NotTold) as error:
        published.telling.tell(Teller(case.team, KIM), publication, [
            f"c{n}" for n in range(MOST_AT_ONCE + 1)])
    assert error.value.code == "too_many"
    published.store.activate(published.before.release)
    with pytest.raises(NotTold) as error:
        published.tell(case.conversation, team=case.team)
    assert error.value.code == "not_in_force"


@pytest.mark.parametrize("text", ["&" * 4000, "<" * 3000, "🕵" * 3000, "word " * 900])
def test_the_longest_notice_fits_into_a_message(bot, say, text):
    guidance = bot.joined.parts.advisor.guidance
    citations = tuple(cite(guidance, name) for name in list(guidance.provisions)[:12])
    telling = TellingPeople(bot.joined.deliveries.outbox, say)
    for kind in Kind:
        body = telling._body(Notice(
            "k", "T1", "c" * 120, SAM, kind, text, tuple(
                Point(text, citations[n:n + 6]) for n in range(6)), 40, 3))
        assert len(body["blocks"]) <= MOST_BLOCKS
        assert size(body["blocks"]) <= MOST_CHARACTERS
        assert len(body["text"]) <= 3_200
        assert all(len(b["text"]["text"]) <= 3_000 for b in body["blocks"]
                   if b["type"] == "section")
