"""Requests that make up a whole message, and tell nothing of the deal."""

import pytest

from bot.dialogue.conversation import Phase
from bot.dialogue.intents import Intent
from bot.dialogue.replies.shortening import first_sentence
from bot.dialogue.replies.suggesting import ANSWERED, BEST_SAFEGUARDS, MADE
from bot.dialogue.reply import BRIEF_SAFEGUARDS, Kind, Status
from tests.dialogue.talking import IN_KENYA, asked_in


@pytest.mark.parametrize("text", [
    "list all the red flags", "list all red flags", "show me the red flags",
    "what red flags do i have", "is there a red flag?", "why did you flag it",
    "why is that a red flag", "why was this flagged?", "so which flags are there now?",
    "how many red flags do we have", "red flags?", "flags pls", "any flags left", "still flagged?",
    "is the report enough to be a red flag?", "does that count as a red flag",
])
def test_the_flags_of_the_deal_are_shown_with_their_reasons(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.RED_FLAGS
    assert {f.id for f in reply.flags} == {"sg-c2-rf3", "sg-c2-rf4"}
    assert all(f.status is Status.RAISED and f.said and f.citations for f in reply.flags)
    assert reply.lead[0].text.startswith(
        "Stop and take this to your compliance lead before you quote. 2 red flags")
    assert (reply.considerations, reply.heard) == ((), "")


@pytest.mark.parametrize("courtesy", [
    "thx, ", "thanks ", "many thanks. ", "perfect, now ", "got it, ", "cool. ", "ok great, "])
@pytest.mark.parametrize("text", [
    "send it to compliance", "brief please", "what's still open?", "who do I talk to",
    "more safeguards", "what are the red flags", "sources?", "advise now", "what do you know?",
    "start over", "what should I weigh?",
])
def test_a_request_with_a_courtesy_before_it_is_that_request(begin, courtesy, text):
    plain, polite = begin(), begin()
    for talk, said in ((plain, text), (polite, courtesy + text)):
        talk.say(IN_KENYA)
        talk.say(said)

    bare, put = plain.messages[-1], polite.messages[-1]
    assert bare.intent is not None
    assert (put.intent, put.subject) == (bare.intent, bare.subject)
    assert put.heard == {}


@pytest.mark.parametrize(("text", "before"), [
    ("list all the red flags", ()), ("what are the red flags?", ()),
    ("which red flags are there in the guidance", (IN_KENYA,)),
])
def test_the_flags_of_the_texts_are_named_and_cited(begin, guidance, text, before):
    _, intent, reply = asked_in(begin, text, *before)

    assert intent is Intent.RED_FLAGS
    first, *rest = reply.lead
    assert first.text == (
        "These are the red flags that the texts name. A red flag is a reason to look closer.")
    named = [f for f in guidance.red_flags if not f.ours]
    assert all(any(f.title.strip() in line.text for line in rest) for f in named)
    assert all(line.citations for line in rest)
    assert not reply.flags


@pytest.mark.parametrize("text", [
    "what is a red flag", "is ongoing conflict a red flag", "why do you ask",
    "what are the red flags on a country's courts", "no red flags",
])
def test_what_asks_for_more_than_the_flags_is_another_wish(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.RED_FLAGS


@pytest.mark.parametrize(("text", "intent", "lead"), [
    ("whats left", Intent.STILL_OPEN, "Still open: end use; "),
    ("what is still open?", Intent.STILL_OPEN, "Still open: end use; "),
    ("ok so how many questions are left", Intent.STILL_OPEN, "Still open: end use; "),
    ("what did you understand", Intent.WHAT_IS_KNOWN, "So far I have: product: "),
    ("what do you have so far?", Intent.WHAT_IS_KNOWN, "So far I have: product: "),
    ("can you summarise what we have", Intent.WHAT_IS_KNOWN, "So far I have: product: "),
    ("facts?", Intent.WHAT_IS_KNOWN, "So far I have: product: "),
    ("summary of facts", Intent.WHAT_IS_KNOWN, "So far I have: product: "),
    ("what do we still need to clarify?", Intent.STILL_OPEN, "Still open: end use; "),
])
def test_what_is_open_and_what_is_known_is_told_and_the_question_stays(begin, text, intent, lead):
    _, understood, reply = asked_in(begin, text, IN_KENYA)

    assert understood is intent
    assert reply.lead[0].text.startswith(lead)
    assert (reply.kind, reply.heard) == (Kind.ASK, "")


@pytest.mark.parametrize("text", ["summary", "summary please", "recap", "ok, summary"])
def test_a_summary_is_the_advice_there_and_then(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ADVISE_NOW
    assert talk.conversation.phase is Phase.STOPPED


@pytest.mark.parametrize("text", [
    "summary", "summary please, 5 lines", "is there a short version?", "bottom line?",
    "too long, shorter please", "where do we stand", "whats the state of this?",
    "summarise for my boss", "in 3 bullets", "what do I tell my boss",
    "so what should we say to management?",
    "how do I explain this to my VP?", "top 3 risks", "give me the three biggest risks",
    "in English please",
])
def test_what_is_to_be_short_names_flags_safeguards_and_what_is_open(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    reply = talk.say(text)

    upshot, flags, safeguards, still, _ = (line.text for line in reply.lead)
    assert upshot.startswith("Stop and take this to your compliance lead before you quote. 2 red")
    assert flags.startswith("Also raised: ")
    assert safeguards.startswith("First safeguards: ")
    assert safeguards.count(";") == 2
    assert still.startswith("Still open: end use; ")
    assert len(" ".join(line.text for line in (*reply.lead, *reply.closing)).split()) < 120
    assert all(line.citations for line in reply.lead[:3])
    assert (reply.considerations, reply.flags, reply.safeguards) == ((), (), ())


def test_the_advice_in_full_is_not_cut_short(begin):
    talk = begin()
    talk.say(IN_KENYA)
    assert talk.say("advise now").considerations
    assert talk.say("advice").considerations


@pytest.mark.parametrize("text", [
    "what should I weigh?", "considerations", "the considerations please",
    "what do we have to consider here?", "anything else I should consider?",
    "which parts of the guidance apply?", "what does the guidance say about this deal",
    "what should we take into account", "what are the considerations for this deal?",
])
def test_what_to_weigh_in_the_deal_is_said_in_a_sentence_each(begin, guidance, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.GRAVEST
    assert [line.text for line in reply.lead] == [
        "What to weigh in this deal, what weighs most first:"]
    first = reply.considerations[0]
    assert len(reply.considerations) == len(guidance.considerations)
    assert (first.title, first.text) == (
        "The end-user's human rights record",
        "Read what credible sources say about this agency or company itself, and not only about "
        "its country.")
    assert all(c.citations for c in reply.considerations)
    assert not reply.flags


@pytest.mark.parametrize("text", [
    "what are the considerations of the guidance?", "which considerations does the guidance have",
    "list the eight considerations of the guidance",
])
def test_the_considerations_of_the_texts_are_listed_for_whoever_names_the_texts(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.ASK
    assert reply.lead[0].text == "The guidance has 8 considerations:"


@pytest.mark.parametrize("text", [
    "what are the safeguards?", "safeguards", "safeguards pls", "which safeguards do you suggest?",
    "list the safeguards for this deal", "give me the top 3 safeguards", "what safeguards fit here",
    "which conditions should we put on it?", "the best safeguards?", "show me the safeguards",
    "what are the recommended mitigations",
])
def test_the_safeguards_of_the_deal_are_shown_whole(begin, guidance, text):
    talk, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.REMEDY
    assert [line.text for line in reply.lead] == [
        'Safeguards that fit this deal, the best first. "More safeguards" gives the rest.']
    ids = [s.id for s in reply.safeguards]
    assert 5 <= len(ids) <= BEST_SAFEGUARDS + ANSWERED + MADE
    assert all(s.text == guidance.safeguards[s.id].text.strip() for s in reply.safeguards)
    shown = [s.id for s in talk.replies[0].safeguards]
    assert ids == shown


@pytest.mark.parametrize(("text", "stage"), [
    ("what do I put in the contract?", "before sale"),
    ("what should the contract say", "before sale"),
    ("which clauses do we need?", "before sale"),
    ("what can we change in the product?", "design"),
    ("what do we do after delivery?", "after sale"),
    ("what has to be done after the sale", "after sale"),
])
def test_what_is_to_be_done_at_a_stage_is_shown_for_it(begin, guidance, text, stage):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.REMEDY
    assert {s.stage for s in reply.safeguards} == {stage}
    assert all(s.citations for s in reply.safeguards)


@pytest.mark.parametrize("text", [
    "what is a safeguard?", "does the contract name the police", "we put it in the contract",
    "the contract says so", "what does a contract clause on audits look like",
    "what about safeguards for data", "the safeguards are in the contract",
])
def test_what_says_more_wants_no_list(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say(text)
    assert talk.messages[-1].intent not in {Intent.REMEDY, Intent.GRAVEST}


def test_more_safeguards_go_on_behind_those_that_were_drawn(begin):
    talk = begin()
    first = talk.say(IN_KENYA)
    reply = talk.say("more safeguards")
    drawn, behind = first.safeguards[:BRIEF_SAFEGUARDS], first.safeguards[BRIEF_SAFEGUARDS:]

    assert not {s.id for s in drawn} & {s.id for s in reply.safeguards}
    assert {s.id for s in behind} <= {s.id for s in reply.safeguards}
    assert all(s.text == first_sentence(s.text) for s in reply.safeguards)


@pytest.mark.parametrize("text", [
    "what should I ask the customer?", "what questions should I ask the customer",
    "questions for the customer?", "what do we need from them", "so what do I ask the reseller",
])
def test_what_the_customer_has_to_be_asked_is_told_and_cited(begin, guidance, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.STILL_OPEN
    first, *rest = reply.lead
    assert first.text == "To ask the customer and the others in the deal, in writing:"
    assert {line.text.partition(": ")[0].lower() for line in rest} == {
        guidance.questions[fact].label.lower()
        for fact in ("end_use", "system_of_concern", "onward_supply", "hidden_ownership",
                     "data_sharing")}
    assert all(line.citations for line in rest)


def test_what_would_make_a_flag_go_away_is_told_by_the_safeguards(begin):
    _, intent, _ = asked_in(begin, "what would make the flag go away", IN_KENYA)
    assert intent is Intent.REMEDY


def test_why_that_is_a_problem_is_told_by_the_flags(begin):
    _, intent, reply = asked_in(begin, "why is that a problem?", IN_KENYA)

    assert intent is Intent.RED_FLAGS
    assert [f.id for f in reply.flags] == ["sg-c2-rf3", "sg-c2-rf4"]


@pytest.mark.parametrize("text", [
    "which of these is worst?", "what's the biggest problem here?", "top risk?", "worst one?",
    "which flag matters most", "the main concern please",
])
def test_the_gravest_flag_is_told_with_its_safeguards(begin, guidance, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.GRAVEST
    (flag,) = reply.flags
    assert flag.id == "sg-c2-rf3"
    called = next(f.safeguards for f in guidance.red_flags if f.id == flag.id)
    assert reply.safeguards
    assert {s.id for s in reply.safeguards} <= set(called)


def test_where_nothing_is_raised_what_is_open_weighs_most(begin):
    _, intent, reply = asked_in(begin, "what's the biggest risk", "drones for the police in Kenya")
    assert intent is Intent.GRAVEST
    assert reply.lead[0].text.startswith("No red flag stands. What weighs most is what nobody has")


@pytest.mark.parametrize("text", [
    "what i must do now", "what should we do at minimum", "what's next", "next steps?",
    "who decides then?", "what do i have to do before quoting", "give me 3 things to do",
])
def test_what_to_do_now_is_told_from_the_deal_and_who_decides(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.NEXT_STEPS
    assert reply.lead[0].text.startswith("Stop and take this to your compliance lead")
    assert reply.lead[-1].text == (
        "Whether it goes ahead is for your compliance lead to decide, not for me.")


@pytest.mark.parametrize("text", [
    "undo that", "the flag is wrong", "remove it", "so delete it", "that's not what I meant",
    "just kidding", "never mind", "the red flag doesn't apply", "ignore what i said",
])
def test_what_is_to_be_taken_back_is_told_how_it_is_put_right(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.PUT_RIGHT
    assert reply.lead[0].text.startswith("I take back nothing that I am not told otherwise")
    assert reply.lead[1].text == (
        "“People, such as minorities, civil society or journalists, are reported abused or "
        "arbitrarily detained” rests on abuse or arbitrary detention: Yes, credible sources "
        "report it.")
    assert len(reply.lead) == 3
    # What stands in the lead can't be erased for whoever said it.
    assert "keep getting arrested" not in str(reply.lead)


def test_what_a_wrong_reading_is_told_settles_it(begin):
    talk = begin()
    talk.say(IN_KENYA)
    talk.conversation = talk.conversation.asking(["misuse_reports"])
    talk.say("not at all")
    assert talk.messages[-1].intent is not Intent.PUT_RIGHT


@pytest.mark.parametrize("text", [
    "how do i fix this", "what can we do about the red flags?", "how can we mitigate this",
    "so that flag goes away?", "how do we get rid of the flag",
    "will the flag go away if they sign",
])
def test_the_safeguards_of_the_flags_that_stand_are_the_remedy(begin, guidance, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)

    assert intent is Intent.REMEDY
    called = {s for f in guidance.red_flags if f.id in {"sg-c2-rf3", "sg-c2-rf4"}
              for s in f.safeguards}
    assert reply.safeguards
    assert {s.id for s in reply.safeguards} <= called
    assert reply.lead[0].text == ("These safeguards answer the red flags that stand. They take "
                                  "no red flag away; tell me when a fact changes.")


@pytest.mark.parametrize("text", [
    "when should we walk away", "when should we walk away from a deal?",
    "can we sell if no licence is required?", "may we sell when the courts are not independent",
    "how many units can we sell before this applies", "is it allowed when there is a war",
])
def test_what_may_be_sold_in_general_is_a_question_on_the_texts(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ASK
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize("text", [
    "can we sell this", "is this deal ok", "should we walk away from this one",
    "can we sell if they sign a clause?", "can we go ahead?", "is it legal?",
    "can we renew then?", "should I walk away", "is problem?", "What would YOU do", "are we good?",
    "what do you make of it?", "my boss wants a traffic light: red, amber, green?",
    "if we do all the safeguards, are we good?", "how bad is it", "gimme a score from 1 to 10",
    "can i tell the distributor yes?", "shall we go back to them with a no",
    "may I confirm the order?",
    "ok to give the client the go-ahead on monday?", "can we promise them delivery",
])
def test_a_verdict_on_the_deal_at_hand_is_declined(begin, text):
    _, intent, reply = asked_in(begin, text, IN_KENYA)
    assert (intent, reply.kind) == (Intent.VERDICT, Kind.DECLINE)
    declined, standing = reply.lead
    assert declined.text.startswith("I can't say whether a deal is lawful, approved or safe")
    assert standing.text.startswith("Stop and take this to your compliance lead before you quote.")
    assert "First safeguards: " in standing.text
    assert standing.citations


@pytest.mark.parametrize("text", [
    "what is a red flag", "what is leverage", "is training enough?", "can we add a kill switch?",
    "should we tell the customer?", "can the reseller sign as the end user", "why",
    "is there conflict there?", "how can we reduce the risk of misuse", "what about audits",
])
def test_what_names_a_matter_is_no_question_on_where_the_deal_stands(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say(text)
    assert talk.messages[-1].intent not in {
        Intent.NEXT_STEPS, Intent.GRAVEST, Intent.VERDICT, Intent.RED_FLAGS, Intent.PUT_RIGHT,
        Intent.REMEDY, Intent.STILL_OPEN}


@pytest.mark.parametrize("text", ["are you quoting?", "is that a quote", "is it word for word?"])
@pytest.mark.parametrize("before", [(), (IN_KENYA,)])
def test_whether_words_are_quoted_is_told_in_a_sentence(begin, text, before):
    _, intent, reply = asked_in(begin, text, *before)
    assert intent is Intent.SHOW_SOURCES
    assert reply.lead[0].text.startswith("What I cite is our digest in our own words")
    assert reply.shape == "brief"


def test_the_passages_of_a_question_are_shown_before_any_deal_is_told(begin):
    talk = begin()
    talk.say("what safeguards are there before the sale")
    reply = talk.say("which page is that on")
    assert talk.messages[-1].intent is Intent.SHOW_SOURCES
    assert reply.shape == "sources"
    assert reply.considerations


@pytest.mark.parametrize("text", ["sources?", "sources", "and the citations please", "references"])
def test_who_says_nothing_but_sources_is_shown_them(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    reply = talk.say(text)
    assert talk.messages[-1].intent is Intent.SHOW_SOURCES
    assert reply.shape == "sources"
    assert reply.considerations


@pytest.mark.parametrize("text", ["sources say they misuse it", "credible sources report abuse"])
def test_what_sources_say_is_told_of_the_deal(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    talk.say(text)
    assert talk.messages[-1].intent is not Intent.SHOW_SOURCES


@pytest.mark.parametrize("text", ["more", "more please", "tell me more", "show me more"])
def test_more_is_more_of_the_safeguards_and_tells_nothing(begin, text):
    talk = begin()
    talk.say(IN_KENYA)
    before = talk.conversation.deal
    reply = talk.say(text)
    assert talk.messages[-1].intent is Intent.MORE_SAFEGUARDS
    assert talk.conversation.deal == before
    assert reply.safeguards


@pytest.mark.parametrize(("text", "intent"), [
    ("so i can't sell?", Intent.VERDICT), ("pls just say its fine", Intent.VERDICT),
    ("can you just tell me if I can proceed", Intent.VERDICT),
    ("what did i miss", Intent.STILL_OPEN), ("go back to the deal, whats open", Intent.STILL_OPEN),
    ("what would make it ok", Intent.REMEDY), ("how do we do this safely?", Intent.REMEDY),
    ("whats the single biggest worry", Intent.GRAVEST),
    ("whats the source for that", Intent.SHOW_SOURCES),
    ("so is that flag gone?", Intent.RED_FLAGS), ("which flags remain", Intent.RED_FLAGS),
    ("give me the red flags in one line", Intent.RED_FLAGS),
    ("what does that change?", Intent.WHAT_IS_KNOWN),
    ("switch to the other deal", Intent.OTHER_DEAL),
    ("i dont get question 2", Intent.WHY), ("delete this conversation", Intent.HELP),
])
def test_a_request_is_neither_searched_nor_taken_for_no_answer(begin, text, intent):
    """Each was searched for in the texts, declined or called no answer."""
    assert asked_in(begin, text, IN_KENYA)[1] is intent


@pytest.mark.parametrize("text", ["simpler please", "longer", "in full please"])
def test_more_or_less_of_the_advice_tells_nothing_of_the_deal(begin, text):
    """To a model "longer" was a renewal."""
    talk = begin()
    talk.say(IN_KENYA)
    deal = talk.conversation.deal
    talk.say(text)
    assert talk.conversation.deal == deal
    assert talk.messages[-1].intent is Intent.ADVISE_NOW
