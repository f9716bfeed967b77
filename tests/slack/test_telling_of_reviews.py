"""A sign-off, its withdrawal and its lapse arrive in the thread of the deal."""

import pytest
from sqlalchemy import update

from bot.dialogue.phrasing import Wording
from bot.reviews.news import Event, News
from bot.reviews.review import Outcome
from bot.reviews.reviewing import Reviewer, Reviewing
from bot.schema import cases
from bot.slack.asking_people import AskingPeople
from bot.slack.telling_of_reviews import TellingOfReviews
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import BOT, KIM, SAM

pytestmark = pytest.mark.parametrize("transport", ["http"], indirect=True, scope="session")

NO_VERDICT = ("A sign-off says that a review is complete. It is no statement that the deal is "
              "lawful or may go ahead.")


@pytest.fixture
def telling(bot: Bot, say: Wording) -> TellingOfReviews:
    return TellingOfReviews(bot.joined.parts.deliveries.outbox, say)


@pytest.fixture
def reviewing(bot: Bot, say: Wording, telling: TellingOfReviews) -> Reviewing:
    parts = bot.joined.parts
    made = Reviewing(parts.store, parts.editions.of, four_eyes=False)
    made.speak(AskingPeople(parts.deliveries.outbox, say), telling)
    return made


def ours(bot: Bot, channel: str, thread: str):
    return [m for m in bot.messages(channel) if m.get("thread_ts") == thread and m["user"] == BOT]


def drawn(message) -> list[str]:
    return [element["text"] for block in message["blocks"]
            for element in [block.get("text"), *block.get("elements", ())] if element]


def posted(bot: Bot):
    bot.joined.desk.wake()
    bot.settle()


@pytest.mark.parametrize("direct", [False, True])
def test_a_deal_is_signed_off_changed_and_its_person_hears_both(bot, reviewing, direct):
    channel = bot.dm(SAM) if direct else OFFICE
    thread = bot.direct(DEAL) if direct else bot.mention(DEAL)
    bot.say("advise now", channel=channel, thread=thread)
    case = bot.case(channel, thread)
    kim = Reviewer(case.team, KIM, "Kim")
    before = len(ours(bot, channel, thread))
    with bot.joined.store.reading() as connection:
        found = reviewing.of(connection, case.team, case.conversation)

    reviewing.sign_off(kim, case.conversation, found.advised.digest, "SECRET reason",
                       outcome=Outcome.RETURNED)
    posted(bot)

    (told,) = ours(bot, channel, thread)[before:]
    assert drawn(told) == [
        f"<@{SAM}>",
        "Compliance has reviewed this deal and signed the review off. They return it to you with "
        "questions, which your compliance lead has.", NO_VERDICT]
    assert "SECRET" not in str(told) and "Kim" not in str(told)

    bot.say("It is for the health ministry of Norway, not for them.", channel=channel,
            thread=thread)
    with bot.joined.store.writing() as connection:
        reviewing.settle(connection, case.conversation)
    posted(bot)
    *_, last = ours(bot, channel, thread)[before + 1:]
    assert drawn(last)[1].startswith(
        "The review of this deal no longer holds, whatever it came to: with what I was told here "
        "since, the deal or my advice on it is another.")


def test_home_and_command_say_how_far_a_review_is_and_what_it_came_to(bot, reviewing):
    """A compliance lead with fifteen deals sent could not tell which were decided, and sales read
    "Waiting for your answer" of a deal that was reviewed."""
    user = bot.newcomer()
    thread = bot.direct(DEAL, user=user)
    bot.press(bot.last(bot.dm(user), thread, user=user), "advise_now", user=user)
    case = bot.case(bot.dm(user), thread)
    kim = Reviewer(case.team, KIM, "Kim")

    def stands() -> str:
        (line,) = [b["text"]["text"] for b in bot.look_home(user)["blocks"]
                   if b["type"] == "section"][1:]
        return line.split("\n")[1].split(" · ")[0]

    assert stands() == "Advised"
    (question,) = reviewing.ask(kim, case.conversation, "Which unit?").questions
    assert stands() == "Compliance has asked something in the thread, and waits for the answer"
    reviewing.drop_question(kim, case.conversation, question.number, "Answered on the phone")
    assert stands() == "Advised"
    reviewing.take(kim, case.conversation)
    assert stands() == "Compliance is reviewing it"
    with bot.joined.store.reading() as connection:
        found = reviewing.of(connection, case.team, case.conversation)
    for outcome, told in (
            (Outcome.NOT_AGREED, "they don't agree, and have passed it on to whoever decides above "
             "them"), (Outcome.RETURNED, "returned with questions")):
        reviewing.sign_off(kim, case.conversation, found.advised.digest, "SECRET", outcome=outcome)
        assert stands() == f"Reviewed by compliance: {told}"
        reviewing.withdraw(kim, case.conversation, "Looked again")


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("outcome", Outcome)
def test_each_event_has_its_words_and_none_is_a_verdict(bot, telling, event, outcome):
    body = telling._body(SAM, News("k", "T", "c", event, outcome))
    words = " ".join(drawn(body))
    assert words.endswith(NO_VERDICT)
    assert body["text"].startswith(f"<@{SAM}> ")
    assert not any(word in words for word in ("approved", "cleared", "{"))


def test_who_was_erased_or_has_no_thread_is_told_nothing(bot, telling):
    case = bot.case(OFFICE, bot.mention(DEAL))
    before = len(bot.messages(OFFICE))
    for n, values in enumerate(({"asker": ""}, {"asker": SAM, "thread": None})):
        with bot.joined.store.writing() as connection:
            connection.execute(update(cases).where(
                cases.c.conversation == case.conversation).values(**values))
            telling(connection, News(f"n{n}", case.team, case.conversation, Event.WITHDRAWN))
    posted(bot)
    assert len(bot.messages(OFFICE)) == before
