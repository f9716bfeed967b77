"""A reviewer's question arrives in the thread of the deal, and the answer counts as one."""

import pytest

from bot.dialogue.phrasing import Wording
from bot.record.log import rows
from bot.reviews.asking import Question
from bot.reviews.review import Standing
from bot.reviews.reviewing import NotReviewed, Reviewed, Reviewer, Reviewing
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


def test_a_question_on_a_deal_whose_private_thread_is_yet_to_stand_is_put_there(bot, reviewing):
    """As news of it is: whoever reviews was told that there is no thread."""
    user = bot.newcomer()
    case = bot.case(bot.dm(user), bot.direct(DEAL, user=user))
    with bot.joined.store.writing() as connection:
        bot.joined.cases.change(
            connection, case.conversation, channel=None, thread=None, private=1)

    reviewing.ask(by(case), case.conversation, "Who installs it?")
    bot.joined.desk.wake()
    bot.settle()

    assert "Who installs it?" in bot.messages(bot.dm(user), user=user)[-1]["text"]


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


# --- answers that are not typed in the thread ----------------------------------------------------

ELSEWHERE = "phone forensics for the border guard in Albania"


def asked(bot: Bot, reviewing: Reviewing, user: str, deal: str = ELSEWHERE):
    """A deal that *user* told in direct messages, and of which a reviewer has asked them."""
    case = bot.case(bot.dm(user), bot.direct(deal, user=user))
    reviewing.ask(by(case), case.conversation, "Which unit will hold it?")
    bot.joined.desk.wake()
    bot.settle()
    return case


def is_answered(bot: Bot, reviewing: Reviewing, case) -> bool:
    (question,) = of(bot, reviewing, case).review.questions
    return question.answered


@pytest.mark.parametrize("said", [
    "The mobile unit in Tirana, and only the data officer can export it", "two of them",
    "It's the army after all, not the border guard, and through a reseller",
    "It is for the police in Tirana"])
def test_an_answer_typed_below_the_question_and_not_in_its_thread_counts(bot, reviewing, said):
    """It opened a deal of its own, and the reviewer went on waiting."""
    user = bot.newcomer()
    case = asked(bot, reviewing, user)

    root = bot.direct(said, user=user)

    assert is_answered(bot, reviewing, case)
    turn = bot.joined.store.turns(case.conversation)[-1]
    assert (turn.message.text, turn.message.answers_reviewer) == (said, True)
    assert bot.joined.cases.at(case.team, case.channel, root) is None or not bot.turns(
        case.channel, root)
    assert bot.joined.store.verify_log() is None


def test_what_follows_such_an_answer_at_once_belongs_to_it(bot, reviewing):
    user = bot.newcomer()
    case = asked(bot, reviewing, user)
    bot.direct("the unit is the mobile one", user=user)
    bot.direct("Directorate 5", user=user)

    texts = [t.message.text for t in bot.joined.store.turns(case.conversation)]
    assert texts[-2:] == ["the unit is the mobile one", "Directorate 5"]


@pytest.mark.parametrize("said", [
    "Drones for the navy in Norway", "phone forensics for the police in Albania",
    "what does the guidance say about resellers?",
    "new deal", "help"])
def test_another_deal_and_what_is_asked_of_advisor_are_no_answer(bot, reviewing, said):
    user = bot.newcomer()
    case = asked(bot, reviewing, user)
    before = len(bot.joined.store.turns(case.conversation))

    root = bot.direct(said, user=user)

    assert not is_answered(bot, reviewing, case)
    assert len(bot.joined.store.turns(case.conversation)) == before
    assert bot.turns(case.channel, root)[0].message.text == said


@pytest.mark.parametrize("said", [
    "The mobile unit", "The mobile unit of the navy", "The mobile unit in Oslo",
    "The border guard's unit in Oslo"])
def test_once_another_deal_is_spoken_of_an_answer_belongs_into_the_thread(bot, reviewing, said):
    user = bot.newcomer()
    case = asked(bot, reviewing, user)
    other = bot.direct("Drones for the navy in Norway", user=user)
    bot.direct(said, user=user)
    assert not is_answered(bot, reviewing, case)

    bot.direct("The mobile unit in Tirana", user=user, thread=case.thread)
    assert is_answered(bot, reviewing, case)
    assert other != case.thread


@pytest.mark.parametrize("said", [
    "The mobile unit in Tirana", "In Albania it is the mobile unit that holds it",
    "The border guard says it's their mobile unit"])
def test_an_answer_that_names_the_deal_that_was_asked_about_counts_after_another_one(
        bot, reviewing, said):
    """It changed the deal that was told since, and the reviewer went on waiting."""
    user = bot.newcomer()
    case = asked(bot, reviewing, user)
    other = bot.direct("Drones for the navy in Norway", user=user)

    bot.direct(said, user=user)

    assert is_answered(bot, reviewing, case)
    assert bot.joined.store.turns(case.conversation)[-1].message.text == said
    assert len(bot.turns(case.channel, other)) == 1


def test_a_question_to_advisor_comes_between_a_reviewer_and_their_answer(bot, reviewing):
    user = bot.newcomer()
    case = asked(bot, reviewing, user)
    bot.direct("What is a red flag?", user=user)

    bot.direct("The mobile unit in Tirana", user=user)

    assert is_answered(bot, reviewing, case)


def test_a_question_on_an_earlier_deal_is_answered_too_if_it_was_put_last(bot, reviewing):
    user = bot.newcomer()
    case = bot.case(bot.dm(user), bot.direct(ELSEWHERE, user=user))
    other = bot.direct("Drones for the navy in Norway", user=user)
    reviewing.ask(by(case), case.conversation, "Which unit will hold it?")

    bot.direct("The mobile unit in Tirana", user=user)

    assert is_answered(bot, reviewing, case)
    assert len(bot.turns(case.channel, other)) == 1


def test_where_two_deals_wait_it_is_asked_for_in_the_thread_and_taken_for_neither(
    bot, reviewing, say
):
    user = bot.newcomer()
    cases = [bot.case(bot.dm(user), bot.direct(deal, user=user))
             for deal in (ELSEWHERE, "Drones for the navy in Norway")]
    for case in cases:
        reviewing.ask(by(case), case.conversation, "Which unit will hold it?")

    root = bot.direct("The mobile unit in Tirana", user=user)

    assert [is_answered(bot, reviewing, case) for case in cases] == [False, False]
    assert bot.last(cases[0].channel, root, user=user)["text"] == say.say("acts.answer_in_thread")
    assert not bot.turns(cases[0].channel, root)
    bot.direct("The mobile unit in Tirana", user=user, thread=cases[1].thread)
    assert [is_answered(bot, reviewing, case) for case in cases] == [False, True]


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
