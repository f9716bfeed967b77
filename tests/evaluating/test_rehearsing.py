"""Deals played by hand."""

from bot.advisor import Outcome, Said
from bot.dialogue.reply import Kind, Line, Reply
from bot.errors import BadInput
from bot.evaluating.judging import judge
from bot.evaluating.rehearsing import MOST_TURNS, rehearse
from bot.measures.labelled import Case
from tests.evaluating.acting import END_USER, PRODUCT, RELEASE, Scripted


def test_every_message_is_said_before_questions_are_answered():
    bot = Scripted(PRODUCT, END_USER)

    played = rehearse(Case("c", ("kits", "for the police"), {"product": ("spyware",)}), bot)

    assert bot.said == ["kits", "for the police", {"product": ["spyware"]}, {"end_user": None}]
    assert played.asked == (PRODUCT, END_USER)
    assert played.asked_again == ()
    assert played.failure is None


def test_an_answer_without_values_is_that_nobody_knows():
    bot = Scripted(PRODUCT)

    rehearse(Case("c", ("kits",), {"product": ()}), bot)

    assert bot.said == ["kits", {"product": None}]


def test_what_is_known_after_the_messages_alone_is_kept_apart():
    bot = Scripted(PRODUCT, hears={"kits": {"end_user": "police"}, "Kenya": {"country": "KE"}})

    played = rehearse(Case("c", ("kits", "Kenya"), {"product": ("spyware",)}), bot)

    assert set(played.told.answers) == {"end_user", "country"}
    assert set(played.deal.answers) == {"end_user", "country", "product"}
    assert [turn.answers for turn in played.settled] == [None, {"product": ["spyware"]}]


def test_a_message_that_asks_for_two_facts_is_one_message():
    played = rehearse(Case("c", ("kits",)), Scripted((PRODUCT, END_USER)))

    assert (played.rounds, played.asked) == (1, (PRODUCT, END_USER))


def test_a_question_shown_again_is_not_a_further_question():
    played = rehearse(Case("c", ("kits", "hm", "well")), Scripted(PRODUCT))

    assert played.rounds == 1


def test_a_fact_asked_for_after_its_answer_is_noticed():
    played = rehearse(Case("c", ("kits",)), Scripted(PRODUCT, END_USER, PRODUCT))

    assert played.asked == (PRODUCT, END_USER)
    assert played.asked_again == (PRODUCT,)


def test_to_ask_back_what_was_only_guessed_is_no_asking_again():
    bot = Scripted(END_USER, hears={"kits": {"end_user": "police"}}, guesses="end_user")

    played = rehearse(Case("c", ("kits",), told={"end_user": frozenset({"police"})}), bot)

    assert played.asked_again == ()
    assert played.told_anyway == (END_USER,)


def test_a_bot_that_never_ends_is_given_up():
    played = rehearse(Case("c", ("kits",)), Scripted(*[PRODUCT] * 100))

    assert played.failure == f"no end after {MOST_TURNS} turns"


def test_what_the_bot_refuses_ends_the_rehearsal_and_not_the_run(small):
    def refuses(said: Said) -> Outcome:
        raise BadInput("unknown_value", "There is no such thing.")

    played = rehearse(Case("c", ("kits",)), refuses)

    assert played.failure == "unknown_value: There is no such thing."
    assert judge(played, small).as_expected is False


def test_a_refusal_that_asks_nothing_is_an_end(small):
    declines = Scripted(ends=Reply(Kind.DECLINE, RELEASE, (Line("Not for me."),)))

    verdict = judge(rehearse(Case("c", ("pizza?",), expect="decline"), declines), small)

    assert (verdict.kind, verdict.as_expected, verdict.questions) == ("decline", True, 0)
