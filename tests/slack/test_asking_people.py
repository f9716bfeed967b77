"""A reviewer's question arrives in the thread of the deal, and the answer counts as one."""

import pytest

from bot.dialogue.phrasing import Wording
from bot.record.log import rows
from bot.reviews.review import Standing
from bot.reviews.reviewing import NotReviewed, Question, Reviewed, Reviewer, Reviewing
from bot.slack.asking_people import AskingPeople
from bot.slack.packing import MOST_BLOCKS, MOST_CHARACTERS
from bot.slack.splitting import size
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import BOT, KIM, NOOR, SAM

pytestmark = pytest.mark.parametrize("transport", ["http"], indirect=True, scope="session")

EVIL = "*Who* pays? <!channel> <https://evil.example|state.gov> &amp; `rm` {{ 7*7 }} @here"


@pytest.fixture
def reviewing(bot: Bot, say: Wording) -> Reviewing:
    parts = bot.joined.parts
    return Reviewing(parts.store, parts.editions.of, four_eyes=False,
                     ask=AskingPeople(parts.deliveries.outbox, say))


def by(case, user: str = KIM) -> Reviewer:
    return Reviewer(case.team, user, "Kim <b>Adler*</b>")


def of(bot: Bot, reviewing: Reviewing, case) -> Reviewed:
    with bot.joined.store.reading() as connection:
        return reviewing.of(connection, case.team, case.conversation)


def ours(bot: Bot, channel: str, thread: str):
    return [m for m in bot.messages(channel) if m.get("thread_ts") == thread and m["user"] == BOT]


def drawn(message) -> str:
    return "\n".join(b["text"]["text"] for b in message["blocks"] if b["type"] == "section")


@pytest.mark.parametrize("direct", [False, True])
def test_a_question_arrives_in_the_thread_and_the_next_word_answers_it(bot, reviewing, direct):
    channel = bot.dm(SAM) if direct else OFFICE
    thread = bot.direct(DEAL) if direct else bot.mention(DEAL)
    case = bot.case(channel, thread)
    before = len(ours(bot, channel, thread))

    review = reviewing.ask(by(case), case.conversation, f"{EVIL}\nAnd who installs it?")
    bot.joined.desk.wake()
    bot.settle()

    assert review.standing is Standing.WAITING
    assert [(q.number, q.to, q.open) for q in review.questions] == [(1, SAM, True)]
    posted = ours(bot, channel, thread)
    assert len(posted) == before + 1
    words = drawn(posted[-1])
    assert words.startswith(f"<@{SAM}>\n")
    assert "Kim &lt;b&gt;Adler∗&lt;/b&gt; reviews this deal and asks:" in words
    assert "&lt;!channel&gt;" in words and "<!channel>" not in words
    assert "<https" not in words and "*Who*" not in words
    assert "\n>And who installs it?" in words
    assert "Your answer goes on record" in words
    assert all(b["text"]["verbatim"] for b in posted[-1]["blocks"])

    # Noor's word is no answer, and neither is a thumb.
    if not direct:
        bot.say("Interesting.", thread=thread, user=NOOR)
        assert of(bot, reviewing, case).review.standing is Standing.WAITING

    bot.say("Our own engineers do.", channel=channel, thread=thread)

    (question,) = of(bot, reviewing, case).review.questions
    assert (question.answered, question.open) == (True, False)
    with bot.joined.store.reading() as connection:
        told = [row for row in rows(connection, case.conversation)
                if row.kind in {"turn", "asked_person"}]
    assert told[-1].words["text"] == "Our own engineers do."
    assert question.turn == sum(row.kind == "turn" for row in told)
    assert bot.joined.store.verify_log() is None


def test_an_answer_counts_after_others_have_spoken_and_while_it_does_not_listen(bot, reviewing):
    thread = bot.mention(DEAL)
    case = bot.case(OFFICE, thread)
    with bot.joined.store.writing() as connection:
        bot.joined.cases.change(connection, case.conversation, listening=0)
    reviewing.ask(by(case), case.conversation, "Who pays?")
    bot.joined.desk.wake()
    bot.settle()
    bot.say("No idea, Sam knows.", thread=thread, user=NOOR)
    assert of(bot, reviewing, case).review.waiting

    bot.say("My cousin.", thread=thread)

    assert not of(bot, reviewing, case).review.waiting
    # It listens no more than before to what nobody waits for.
    turns = of(bot, reviewing, case).review.turns
    bot.say("By the way, lunch?", thread=thread)
    assert of(bot, reviewing, case).review.turns == turns


def test_a_question_pressed_twice_is_posted_once(bot, reviewing):
    thread = bot.mention(DEAL)
    case = bot.case(OFFICE, thread)
    before = len(ours(bot, OFFICE, thread))
    for _ in range(2):
        reviewing.ask(by(case), case.conversation, "Who pays?", key="form-1")
    bot.joined.desk.wake()
    bot.settle()
    assert len(ours(bot, OFFICE, thread)) == before + 1
    assert len(of(bot, reviewing, case).review.questions) == 1


def test_whoever_asked_is_not_asked_by_themselves_and_nobody_without_a_thread(bot, reviewing):
    case = bot.case(OFFICE, bot.mention(DEAL))
    with pytest.raises(NotReviewed, match="own deal"):
        reviewing.ask(by(case, SAM), case.conversation, "Who pays?")
    with bot.joined.store.writing() as connection:
        bot.joined.cases.change(connection, case.conversation, thread=None)
    with pytest.raises(NotReviewed) as error:
        reviewing.ask(by(case), case.conversation, "Who pays?")
    assert error.value.code == "no_thread"
    assert not of(bot, reviewing, case).review.questions


@pytest.mark.parametrize("text", ["&" * 4000, "a\n" * 2000, "🕵" * 2000, "<" * 3999, "word " * 800])
def test_the_longest_question_fits_into_messages_and_loses_nothing(bot, say, text):
    asking = AskingPeople(bot.joined.deliveries.outbox, say)
    reviewer = Reviewer("T1", KIM, "Kim " * 200)
    question = Question("k", reviewer, bot.case(OFFICE, bot.mention(DEAL)).conversation, SAM,
                        text.strip())
    bodies = asking._bodies(question)
    for body in bodies:
        assert len(body["blocks"]) <= MOST_BLOCKS
        assert size(body["blocks"]) <= MOST_CHARACTERS
        assert all(0 < len(b["text"]["text"]) <= 3_000 for b in body["blocks"])
    quoted = "".join(
        line[1:] for body in bodies for b in body["blocks"]
        for line in b["text"]["text"].split("\n") if line.startswith(">"))
    back = quoted.replace("&lt;", "<").replace("&amp;", "&")
    assert "".join(back.split()) == "".join(text.split())
