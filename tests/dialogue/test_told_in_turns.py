"""What leaves its subject out is of what was told before, and is asked back."""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from tests.dialogue.talking import WHEN, Says, Talk

REFUSED = "body cameras for the police in Georgia, the country. They refused the human rights terms"
CCTV = "cctv for the city of Lima, public safety"


def raised(talk) -> set[str]:
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


def asked_of(reply) -> tuple[str, ...]:
    return () if reply.question is None else tuple(q.fact for q in reply.question.all())


def told(begin, *turns):
    talk = begin()
    for text in turns:
        talk.say(text)
    return talk


# --- what says otherwise of what was told just now -----------------------------------------------

@pytest.mark.parametrize("said", ["ok they accepted now", "they signed with the clause in"])
def test_terms_that_were_refused_are_asked_back_where_they_seem_accepted(begin, said):
    talk = told(begin, REFUSED, said)
    deal = talk.conversation.deal

    assert deal.known("human_rights_clause") == {"refused"}
    assert deal.answers["human_rights_clause"].instead == {"accepted"}
    assert asked_of(talk.replies[-1]) == ("human_rights_clause",)
    assert "human-rights-terms-refused" in raised(talk)


@pytest.mark.parametrize(("answer", "value", "flag"), [
    ("yes", "accepted", False), ("no", "refused", True)])
def test_the_answer_to_that_settles_it(begin, answer, value, flag):
    talk = told(begin, REFUSED, "ok they accepted now", answer)
    talk.say("advise now")

    assert talk.conversation.deal.known("human_rights_clause") == {value}
    assert ("human-rights-terms-refused" in raised(talk)) is flag


@pytest.mark.parametrize("said", ["did they accept?", "I accept that", "you told me that already",
                                  "no idea whether they accepted"])
def test_what_asks_or_is_of_the_talk_says_nothing_otherwise(begin, said):
    talk = told(begin, REFUSED)
    before = talk.conversation.deal
    talk.say(said)

    assert talk.conversation.deal.answers["human_rights_clause"] == before.answers[
        "human_rights_clause"]


def test_a_word_of_answer_is_not_of_what_was_told_long_ago(begin):
    talk = told(begin, REFUSED, "skip", "skip", "ok they accepted now")

    assert talk.conversation.deal.answers["human_rights_clause"].instead == frozenset()


def test_what_was_only_supposed_gives_way_to_what_is_told(begin):
    talk = told(begin, "cctv for the police in Ghana", "maybe they refused the human rights terms")
    answer = talk.conversation.deal.answers["human_rights_clause"]
    assert (answer.values, answer.certain) == ({"refused"}, False)

    talk.say("they accepted them")

    answer = talk.conversation.deal.answers["human_rights_clause"]
    assert (answer.values, answer.instead) == ({"accepted"}, frozenset())


# --- what was told just now, and is doubted ------------------------------------------------------

DRONES = "30 drones for the police in Ghana, "
REVIEWED = DRONES + "the export review is done"


@pytest.mark.parametrize("said", [
    "maybe it isn't done after all", "hm, it isn't done", "I doubt it is done",
    "I'm not sure the export review is done", "no idea whether the export review is done"])
def test_what_settled_a_fact_is_asked_back_once_it_is_doubted(begin, said):
    """A review that is perhaps none stayed "Yes, done", and the doubt was taken for no answer."""
    talk = told(begin, REVIEWED, said)
    answer = talk.conversation.deal.answers["export_review"]

    assert (answer.values, answer.sure, answer.guessed) == ({"done"}, False, True)
    assert asked_of(talk.replies[-1]) == ("export_review",)


@pytest.mark.parametrize("said", [
    "maybe it isn't legal", "are we done?", "I'm not done yet", "no, nothing",
    "they use a reseller", "not sure who pays, but the export review is done"])
def test_what_doubts_something_else_leaves_it_settled(begin, said):
    talk = told(begin, REVIEWED, said)

    assert talk.conversation.deal.certain("export_review")


@pytest.mark.parametrize(("said", "known"), [
    ("I'm not sure the export review is done", None),
    ("not certain that the courts are independent", None),
    ("I'm sure the export review is done", ("export_review", "done")),
    ("not sure who pays, but the export review is done", ("export_review", "done")),
])
def test_what_nobody_is_sure_of_settles_nothing(guidance, sentences, said, known):
    """A model hears the review in "I'm not sure the export review is done"."""
    hears = Says(("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                 ("export_review", "done", 0.99, "the export review is done"),
                 ("judicial_oversight", "independent", 0.99, "the courts are independent"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say(DRONES + said)
    deal = talk.conversation.deal
    settled = [(fact, *deal.known(fact)) for fact in ("export_review", "judicial_oversight")
               if deal.known(fact)]

    assert settled == ([] if known is None else [known])


def test_who_takes_half_of_it_back_is_asked_what_holds(begin):
    talk = told(begin, DRONES + "courts are independent",
                "well not really, mostly they follow the government")
    answer = talk.conversation.deal.answers["judicial_oversight"]

    assert (answer.values, answer.instead) == ({"independent"}, {"weak"})
    assert asked_of(talk.replies[-1]) == ("judicial_oversight",)


def test_what_raised_a_flag_and_is_taken_back_by_half_keeps_it_until_asked(begin):
    talk = told(begin, DRONES + "journalists get arrested there", "well not really, mostly fines")
    answer = talk.conversation.deal.answers["detentions"]

    assert (answer.values, answer.instead) == ({"yes"}, {"no"})
    assert "sg-c2-rf3" in raised(talk)


def test_what_is_clearly_heard_otherwise_is_no_talk_of_the_talk(guidance, sentences):
    hears = Says(("product", "drone", 0.9, "drones"),
                 ("export_review", "done", 0.99, "the export review is done"),
                 ("export_review", "pending", 0.98, "not finished, still under way"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say(REVIEWED)
    talk.say("actually it's not finished, still under way")
    answer = talk.conversation.deal.answers["export_review"]

    assert (answer.values, answer.instead) == ({"done"}, {"pending"})


def test_who_is_merely_named_reports_nothing_where_something_else_is_heard_of_them(
        guidance, sentences):
    """The reseller's name was taken for "a party has been reported", and raised its flag."""
    hears = Says(("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                 ("intermediary", "reseller", 0.9, "reseller"),
                 ("government_ties", "yes", 0.99, "owned by the interior minister's brother"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say("drones for the police in Kenya via a reseller, for traffic")
    for _ in range(12):
        if "party_reported" in asked_of(talk.replies[-1]):
            break
        talk.say("I don't know")
    assert {"government_ties", "party_reported"} <= set(asked_of(talk.replies[-1]))

    talk.say("the reseller is owned by the interior minister's brother")
    deal = talk.conversation.deal

    assert deal.known("government_ties") == {"yes"}
    assert "party_reported" not in deal.answers


# --- what is denied in short, or withdrawn -----------------------------------------------------

ACCEPTED = "30 drones for the police in Ghana", "they accepted the human rights clause"
LENT = "thermal drones for border guards in Poland", "the border guards sell them on"


@pytest.mark.parametrize("at", [timedelta(seconds=3), timedelta(minutes=10)])
@pytest.mark.parametrize(("before", "said", "fact", "answer", "flag"), [
    (ACCEPTED, "actually they didn't", "human_rights_clause", ({"accepted"}, set()), None),
    (ACCEPTED, "wait no, they haven't answered yet", "human_rights_clause",
     ({"accepted"}, {"not-discussed"}), None),
    (LENT, "no they won't", "onward_supply", ({"yes"}, {"no"}), "sg-c2-rf5"),
])
def test_what_was_just_told_and_is_denied_in_short_is_asked_back(
    begin, before, said, fact, answer, flag, at
):
    """It was lost, and what was told stood for sure."""
    talk = begin()
    for n, text in enumerate((*before, said)):
        talk.say(text, WHEN + n * at)
    found = talk.conversation.deal.answers[fact]

    assert (found.values, found.instead, found.guessed) == (*answer, True)
    assert asked_of(talk.replies[-1]) == (fact,)
    assert flag is None or flag in raised(talk)


def test_who_takes_back_is_not_heard_to_tell_of_something_else_by_a_guess(guidance, sentences):
    hears = Says(("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                 ("human_rights_clause", "accepted", 0.99, "they accepted the human rights clause"),
                 ("stage", "before-quote", 0.64, "they haven't answered yet"))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    for text in (*ACCEPTED, "wait no, they haven't answered yet"):
        talk.say(text)
    answer = talk.conversation.deal.answers["human_rights_clause"]

    assert (answer.values, answer.guessed) == ({"accepted"}, True)
    assert not talk.conversation.deal.answered("stage")


@pytest.mark.parametrize(("before", "said", "fact"), [
    (REVIEWED, "Legal pulled the approval", "export_review"),
    (REVIEWED, "the licence was revoked yesterday", "export_review"),
    (DRONES + "they accepted the human rights clause", "they withdrew their acceptance",
     "human_rights_clause"),
])
def test_what_was_given_and_is_withdrawn_is_asked_back(begin, before, said, fact):
    """The review stayed done."""
    talk = told(begin, before)
    known = talk.conversation.deal.known(fact)
    talk.say(said)
    answer = talk.conversation.deal.answers[fact]

    assert (answer.values, answer.sure, answer.guessed) == (known, False, True)
    assert asked_of(talk.replies[-1]) == (fact,)


@pytest.mark.parametrize("said", ["Legal could pull the approval", "nobody revoked the licence",
                                  "the approval may be revoked", "the customer pulled a face"])
def test_what_is_not_withdrawn_stands(begin, said):
    talk = told(begin, REVIEWED, said)

    assert talk.conversation.deal.certain("export_review")


# --- a question that is answered in the same breath ----------------------------------------------

@pytest.mark.parametrize(("said", "fact", "values"), [
    ("who hosts? we do", "hosting", {"supplier"}),
    ("who runs the servers? they do, on prem", "hosting", {"customer"}),
    ("any middleman? yes, a broker", "intermediary", {"broker"}),
    ("conflict? none", "conflict", {"no"}),
])
def test_who_asks_and_answers_tells(begin, said, fact, values):
    talk = told(begin, CCTV, said)

    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert talk.conversation.deal.known(fact) == values


@pytest.mark.parametrize("said", ["the city? no idea", "who hosts? who knows?", "really? we do",
                                  "what is DPI? we sell it"])
def test_what_only_looks_like_it_takes_nothing_away(begin, said):
    talk = told(begin, CCTV)
    before = dict(talk.conversation.deal.answers)
    talk.say(said)

    after = talk.conversation.deal.answers
    assert {fact: after[fact].values for fact in before} == {
        fact: answer.values for fact, answer in before.items()}
    assert "hosting" not in after or after["hosting"].values is None


# --- a question on what is told ------------------------------------------------------------------

@pytest.mark.parametrize("asks", ["what does that mean?", "what now?", "is that a red flag?",
                                  "what do I do about it?"])
@pytest.mark.parametrize("joined", [", ", ". "])
def test_what_is_told_before_a_question_on_it_is_heard(begin, joined, asks):
    talk = told(begin, "drones for the police in Tunisia",
                f"the courts there are weak{joined}{asks}")

    assert talk.conversation.deal.known("judicial_oversight") == {"weak"}
    assert "sg-c2-rf4" in raised(talk)


def test_who_asks_whether_to_ask_does_not_say_that_nobody_knows(begin):
    talk = told(begin, "drones for the police in Tunisia", "do I have to ask about the courts?")

    assert not talk.conversation.deal.answered("judicial_oversight")


def test_who_has_to_ask_does_not_know(begin):
    talk = told(begin, "drones for the police in Tunisia", "I have to ask about the courts")

    assert talk.conversation.deal.unknown("judicial_oversight")


# --- who is not involved -------------------------------------------------------------------------

@pytest.mark.parametrize("said", [
    "the police there are brutal but they're not involved",
    "the police are in the news a lot, but they are not involved",
    "the army is powerful there, they're not part of it though",
])
def test_who_is_told_of_and_not_involved_is_no_user(begin, said):
    talk = told(begin, "voice recognition for a private call centre in the Philippines", said)

    assert talk.conversation.deal.known("end_user").isdisjoint({"police", "military"})


def test_whom_a_they_is_not_of_stays(begin):
    talk = told(begin, "drones for the police in Ghana. We know two resellers, "
                       "they're not involved")

    assert talk.conversation.deal.known("end_user") == {"police"}


# --- what is taken back by its name --------------------------------------------------------------

@pytest.mark.parametrize("said", [
    "I take that back about the courts", "forget what I said about the courts",
    "take back what I said about the courts, sorry", "scratch that about the courts",
])
def test_what_was_said_of_something_is_taken_back_by_its_name(begin, said):
    talk = told(begin, "cctv for the police in Ghana. The courts are weak.", said)

    assert not talk.conversation.deal.answered("judicial_oversight")
    assert "sg-c2-rf4" not in raised(talk)


@pytest.mark.parametrize("said", ["I take nothing back about the courts",
                                  "the courts took it back"])
def test_what_takes_nothing_back_leaves_it(begin, said):
    talk = told(begin, "cctv for the police in Ghana. The courts are weak.", said)

    assert talk.conversation.deal.known("judicial_oversight") == {"weak"}


# --- a deal that was announced -------------------------------------------------------------------

@pytest.mark.parametrize("announced", ["new deal", "ok, another deal", "I have another deal"])
def test_the_deal_that_was_announced_is_not_mixed_into_this_one(begin, announced):
    talk = told(begin, "drones for the coast guard in Norway", announced)
    before = talk.conversation.deal
    talk.say("spyware for the army in Chad")

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert talk.conversation.deal == before


def test_who_goes_on_with_this_deal_after_all_is_heard(begin):
    talk = told(begin, "drones for the coast guard in Norway", "new deal", "the courts are weak")
    talk.say("the police use the drones as well")

    assert talk.conversation.deal.known("judicial_oversight") == {"weak"}
    assert "police" in talk.conversation.deal.known("end_user")
    assert talk.messages[-1].intent is Intent.DESCRIBE


def test_start_over_begins_the_announced_deal(begin):
    talk = told(begin, "drones for the coast guard in Norway", "new deal", "start over",
                "spyware for the army in Chad")

    assert talk.conversation.deal.known("product") == {"spyware"}
    assert talk.conversation.deal.known("country") == {"TD"}


# --- small words -------------------------------------------------------------------------------

@pytest.mark.parametrize("said", ["that's for legal", "one for the lawyers",
                                  "engineering would know"])
def test_whoever_names_who_would_know_does_not_know(begin, said):
    talk = told(begin, CCTV)
    asked = talk.conversation.awaiting()
    talk.say(said)

    assert asked and all(talk.conversation.deal.unknown(fact) for fact in asked)
