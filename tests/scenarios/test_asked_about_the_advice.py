"""What people ask about the advice, read with the model: what would be if, and why."""

import pytest

from bot.dialogue.changes import Ground
from bot.dialogue.deciding import question_query
from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind
from bot.dialogue.small_words.safeguards_called import CALLED

DEAL = "we want to sell drones with thermal cameras to the police in Kenya via a reseller"
SOLD = {"drone", "thermal-imaging"}


def asked(begin, text: str, *before: str):
    talk = begin()
    for said in (DEAL, "watching crowds", *before):
        talk.say(said)
    known = talk.conversation.deal
    reply = talk.say(text)
    assert talk.conversation.deal == known
    return talk.messages[-1], reply


def facts_of(message):
    return {fact: answer.values for fact, answer in message.supposed.items()}


@pytest.mark.parametrize("text", [
    "what if we added face recognition", "what if we throw in face recognition",
    "what if they include face recognition", "what if we put face recognition on them",
    "what if it had face recognition", "what if the drones had face recognition",
    "what if face recognition were added", "what if they ask for face recognition later",
    "adding face recognition, what changes?", "would it be worse with face recognition?",
    "does adding face recognition make it worse", "what about adding face recognition",
    "and with face recognition?", "if I add face recognition what then",
])
def test_what_is_supposed_on_top_takes_nothing_away(begin, text):
    """It was tried out in the place of what is sold, was searched, or was noted."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == {"product": SOLD | {"facial-recognition"}}


@pytest.mark.parametrize(("text", "facts"), [
    ("what if they bought spyware instead", {"product": {"spyware"}}),
    ("what if we went with body cams", {"product": {"body-worn-camera"}}),
    ("what if it was just the drones", {"product": {"drone"}}),
    ("what if it was face recognition", {"product": {"facial-recognition"}}),
    ("what if we swapped the drones for body cams",
     {"product": {"thermal-imaging", "body-worn-camera"}}),
    ("what if we replace thermal cameras with face recognition",
     {"product": {"drone", "facial-recognition"}}),
    ("what if we replaced the police with the army", {"end_user": {"military"}}),
    ("what if we left out thermal", {"product": {"drone"}}),
    ("what if it was Uganda", {"country": {"UG"}}),
    ("what if we extended it to Uganda too", {"country": {"KE", "UG"}}),
    ("what if the army joined", {"end_user": {"police", "military"}}),
    ("what if there was a second buyer, the army", {"end_user": {"police", "military"}}),
    ("would going direct help", {"intermediary": {"none"}}),
    ("would it be safer without the reseller", {"intermediary": {"none"}}),
    ("is it less risky if we host it", {"hosting": {"supplier"}}),
    ("what if they say no to the clause", {"human_rights_clause": {"refused"}}),
])
def test_what_is_supposed_in_the_place_of_something_takes_just_that(begin, text, facts):
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts


@pytest.mark.parametrize("text", [
    "what if we disable face recognition?", "what if they get hacked",
    "what if we ship next year", "what if we include training",
    "can I ask if they are state owned", "should we check if they were caught before",
    "can we meet if they come to Vienna",
    "would it help to call the embassy",
    "when should we use a distributor", "when is spyware a problem",
])
def test_what_supposes_nothing_of_the_deal_stays_a_question(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK
    assert not message.supposed


@pytest.mark.parametrize(("text", "facts"), [
    ("can we do it if they sign a human rights clause", {"human_rights_clause": {"accepted"}}),
    ("could we do this as long as they accept the human rights terms",
     {"human_rights_clause": {"accepted"}}),
    ("is it ok if we leave out thermal", {"product": {"drone"}}),
    ("would it be fine if we host it", {"hosting": {"supplier"}}),
    ("is it ok to use a broker", {"intermediary": {"broker"}}),
    ("would you be ok with it if it was the health ministry", {"end_user": {"health-ministry"}}),
])
def test_who_asks_for_leave_on_a_condition_gets_none_but_hears_what_it_would_change(
    begin, text, facts
):
    """To leave out the thermal cameras was called a wish to hide a use."""
    message, reply = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts
    assert reply.kind is not Kind.DECLINE
    declined, supposing = reply.lead
    assert declined.text.startswith("I can't say whether a deal is lawful, approved or safe")
    assert supposing.text.startswith("Supposing ")


@pytest.mark.parametrize("text", [
    "why was the kill switch dropped", "why is there no kill switch in there",
    "how come there's no kill switch", "why did they take out the kill switch",
    "why an audit", "why isn't audit on the list", "why the guidance at all",
    "why would a reseller agree to that",
])
def test_why_of_what_nobody_was_asked_for_is_a_question_on_the_texts(begin, text):
    """It was told why the courts and the laws are asked for."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "why?", "but why though", "why the detentions", "why ask that", "why is this asked",
    "how come", "why on earth do you ask about laws there", "why all these questions",
    "why conflict", "why does it matter that they arrest people", "why not", "why now",
])
def test_why_of_what_is_asked_says_why_it_is(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHY


@pytest.mark.parametrize("text", [
    "write me the clause", "can you draft the clause", "draft the contract language for me",
    "give me sample wording for the contract", "got a template clause?",
    "do you have contract language I can paste", "text for the contract pls",
    "give me the wording of the human rights clause", "draft the audit clause",
    "can you word the clause for us",
])
def test_who_wants_the_terms_in_words_is_told_where_drafts_are(begin, text):
    """It was taken for no answer, or for a wish to have a bid written."""
    message, reply = asked(begin, text)
    assert (message.intent, message.subject) == (Intent.REMEDY, "drafts")
    assert reply.lead[0].text.startswith("I write no contract terms here. The memo of this")
    assert reply.safeguards
    assert {note.stage for note in reply.safeguards} == {"before sale"}


def test_what_is_picked_behind_a_wish_for_terms_is_of_the_list_that_was_shown(begin):
    _, shown = asked(begin, "write me the clause")
    _, third = asked(begin, "and the third?", "write me the clause")
    assert [note.id for note in third.safeguards] == [shown.safeguards[2].id]


@pytest.mark.parametrize("text", [
    "the source of 3", "what's the source of 3", "source 3?", "show me source 2",
    "where does [3] come from", "what is [3]", "which text is 1", "where is [12] from",
])
def test_a_number_of_a_source_is_said_to_count_within_its_answer(begin, text):
    message, reply = asked(begin, text)
    assert (message.intent, message.subject) == (Intent.SHOW_SOURCES, "numbered")
    assert reply.lead[1].text == (
        "A number in brackets counts within its own answer: look for it in the list of sources "
        "under that one.")


@pytest.mark.parametrize("text", [
    "who has the last word", "who makes the call", "who gives the green light",
    "whose call is it", "who decides if they refuse?", "who can say no",
])
def test_who_decides_is_said_of_the_deal(begin, text):
    message, reply = asked(begin, text)
    assert message.intent is Intent.NEXT_STEPS
    assert reply.lead[-1].text == (
        "Whether it goes ahead is for your compliance lead to decide, not for me.")


@pytest.mark.parametrize(("text", "title"), [
    ("do we still need the audit", "Agree on audits and reports of use"),
    ("how do i do the audit", "Agree on audits and reports of use"),
    ("can we do a pilot first", "Start small and deliver in steps"),
    ("would a pilot be enough", "Start small and deliver in steps"),
    ("what if we delete it after 30 days", "Set rules for the data it collects"),
    ("who owns the data", "Set rules for the data it collects"),
    ("is training needed", "Train the operators and your own staff"),
    ("is masking mandatory", "Mask, narrow and delete camera pictures"),
    ("what about my bonus", "Take the pressure off the sales team"),
])
def test_a_safeguard_that_is_asked_about_is_said_to_fit_this_deal(begin, text, title):
    """The texts were said to be silent on it, or said much of something else."""
    message, reply = asked(begin, text)
    assert message.intent is Intent.ASK
    assert reply.kind is not Kind.DECLINE
    assert reply.lead[0].text.startswith(f"Among the safeguards that fit this deal: {title}. ")
    assert reply.lead[0].citations


def test_a_safeguard_that_does_not_fit_is_said_not_to(begin):
    message, reply = asked(begin, "why was the masking dropped",
                           "what if we left out the thermal cameras", "let's go with that")
    assert message.intent is Intent.ASK
    assert reply.lead[0].text.startswith(
        "“Mask, narrow and delete camera pictures” is not among the safeguards that fit this deal")


def test_what_is_called_a_safeguard_is_one(guidance):
    called = [name for name in guidance.vocabulary.cues if name.startswith(CALLED)]
    assert len(called) > 30
    assert {name.removeprefix(CALLED) for name in called} <= guidance.safeguards.keys()


@pytest.mark.parametrize("text", [
    "is kenya ok", "how bad is kenya", "is kenya a problem", "how is kenya",
    "is kenya a red flag", "is kenya fine",
])
def test_how_the_country_is_nobody_says_but_where_to_look(begin, text):
    message, reply = asked(begin, text)
    assert message.intent is Intent.FINDING
    assert reply.lead[0].text.startswith("I hold no findings on countries")
    assert reply.lead[1].citations


@pytest.mark.parametrize("text", [
    "would germany be better", "is germany safer", "what about germany?", "and in germany?",
    "and germany?", "is it the same in germany", "what's the difference to selling it to germany",
    "is it any different in germany",
])
def test_another_country_that_is_asked_after_is_tried_out(begin, text):
    """Germany was a matter of philosophy."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == {"country": {"DE"}}


def test_another_country_goes_on_from_a_question_on_the_texts(begin):
    message, _ = asked(begin, "and germany?", "what does the guidance say about cloud hosting")
    assert message.intent is Intent.ASK
    message, _ = asked(begin, "and germany?", "what does the guidance say about cloud hosting",
                       "what if it was Uganda")
    assert message.intent is Intent.WHAT_IF


@pytest.mark.parametrize("text", ["is ghana ok", "how bad is ghana", "is ghana a red flag"])
def test_how_a_country_is_without_a_deal_is_in_no_list(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ASK
    assert not talk.conversation.deal.answers


@pytest.mark.parametrize(("text", "facts"), [
    ("is cctv less risky", {"product": {"cctv"}}),
    ("would cctv be ok", {"product": {"cctv"}}),
    ("is it worse than spyware", {"product": {"spyware"}}),
    ("would the army be better", {"end_user": {"military"}}),
    ("is the health ministry any different", {"end_user": {"health-ministry"}}),
    ("would a broker be worse", {"intermediary": {"broker"}}),
])
def test_what_is_held_against_the_deal_is_tried_out_in_its_place(begin, text, facts):
    """Cameras were a matter of personal money."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts


@pytest.mark.parametrize("text", [
    "is spyware dangerous", "are drones worse", "is a drone risky",
    "would the police be better", "what about distributors",
])
def test_what_is_held_against_nothing_of_the_deal_is_searched(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "can we quote once legal is back", "is cctv allowed",
    "is it possible to get a demo with the drones",
])
def test_leave_that_is_asked_for_by_the_way_is_no_search(begin, text):
    message, _ = asked(begin, text)
    assert (message.intent, message.supposed) == (Intent.VERDICT, {})


def test_a_follow_up_is_searched_with_what_began_it_and_not_with_those_between(begin):
    talk = begin()
    for said in (DEAL, "is there a minimum amount", "what about used equipment",
                 "what about spare parts"):
        talk.say(said)
    assert talk.conversation.topic == "is there a minimum amount\nwhat about spare parts"
    assert question_query(talk.conversation, talk.messages[-1], talk.guidance).text == (
        "is there a minimum amount what about spare parts")


def test_a_follow_up_goes_on_from_all_of_a_question_on_several_lines(begin):
    talk = begin()
    for said in (DEAL, "one more thing\n\nis a free trial covered?", "what about spare parts"):
        talk.say(said)
    assert talk.conversation.topic == (
        "one more thing is a free trial covered?\nwhat about spare parts")


@pytest.mark.parametrize("text", [
    "what would make this a yes", "how do i get this over the line", "what needs to change",
    "how can we make this work",
])
def test_what_it_takes_are_safeguards(begin, text):
    message, reply = asked(begin, text)
    assert message.intent is Intent.REMEDY
    assert reply.safeguards


@pytest.mark.parametrize(("text", "subject"), [
    ("who else should look at this", "contact"), ("who should i involve", "contact"),
    ("who needs to see this deal", "contact"), ("who sees this", "readers"),
    ("who can read this", "readers"),
])
def test_who_has_to_look_at_a_deal_is_no_question_of_who_reads_along(begin, text, subject):
    message, _ = asked(begin, text)
    assert (message.intent, message.subject) == (Intent.HELP, subject)


@pytest.mark.parametrize(("text", "intent"), [
    ("what's the law on that", Intent.ASK), ("what is law enforcement", Intent.WHY),
    ("what is border control", Intent.WHY),
])
def test_a_word_that_a_choice_has_too_asks_not_what_is_meant(begin, text, intent):
    talk = begin()
    talk.say("lawful interception for a telco in Pakistan")
    assert "end_use" in talk.conversation.awaiting()
    talk.say(text)
    assert talk.messages[-1].intent is intent


@pytest.mark.parametrize(("text", "intent"), [
    ("so no red flags right", Intent.RED_FLAGS), ("so no flags then", Intent.RED_FLAGS),
    ("so we're fine", Intent.VERDICT), ("then we're good to go", Intent.VERDICT),
    ("so it's legal then", Intent.VERDICT), ("which means we can go ahead", Intent.VERDICT),
    ("that means i'm covered, right", Intent.VERDICT),
])
def test_who_concludes_that_all_is_well_hears_that_nobody_says_so(begin, text, intent):
    """It was taken for no answer."""
    message, reply = asked(begin, text)
    assert message.intent is intent
    assert "Pause before you quote." in " ".join(line.text for line in reply.lead)


@pytest.mark.parametrize(("text", "subject"), [
    ("can I skip that", "skipping"), ("what if I don't know", "skipping"),
    ("what happens if I skip questions", "skipping"),
    ("do i have to answer all of them", "skipping"),
    ("can I come back later", "coming_back"), ("will you remember this", "coming_back"),
    ("can my colleague continue", "coming_back"), ("can I finish this tomorrow", "coming_back"),
])
def test_what_is_asked_of_the_interview_is_answered(begin, text, subject):
    """How it is built and run was said to be for others to say."""
    message, reply = asked(begin, text)
    assert (message.intent, message.subject) == (Intent.HELP, subject)
    assert reply.question


@pytest.mark.parametrize("text", [
    "can i skip the export review", "can we skip the audit",
    "we're a german company, does it apply",
    "they'll buy elsewhere then, so why bother with the guidance",
])
def test_what_is_asked_of_the_texts_is_searched(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.ASK


@pytest.mark.parametrize("text", [
    "what's the single most important thing to fix", "which question matters most",
    "which point matters most",
])
def test_what_matters_most_is_the_gravest(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.GRAVEST


@pytest.mark.parametrize(("text", "facts"), [
    ("compare with and without the reseller", {"intermediary": {"none"}}),
    ("compare reseller and broker", {"intermediary": {"broker"}}),
    ("compare it with selling to the army", {"end_user": {"military"}}),
    ("what's the difference between the police and the army", {"end_user": {"military"}}),
    ("difference between a reseller and a distributor", {"intermediary": {"distributor"}}),
])
def test_what_is_compared_is_tried_out_and_not_told(begin, text, facts):
    """The reseller was taken back, and a broker noted."""
    message, _ = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert facts_of(message) == facts


@pytest.mark.parametrize("text", [
    "compare spyware and cctv", "what's the difference between cctv and spyware",
])
def test_two_things_of_which_neither_is_sold_are_held_against_one_another(begin, text):
    message, reply = asked(begin, text)
    assert message.intent is Intent.WHAT_IF
    assert reply.changes is not None and reply.changes.of is Ground.ALTERNATIVE


@pytest.mark.parametrize("text", ["and then?", "and?", "so?"])
def test_what_follows_is_where_the_deal_stands(begin, text):
    message, _ = asked(begin, text)
    assert message.intent is Intent.NEXT_STEPS


def test_the_terms_of_an_amendment_are_those_of_a_contract(begin):
    message, _ = asked(begin, "give me wording for the amendment")
    assert (message.intent, message.subject) == (Intent.REMEDY, "drafts")
    message, _ = asked(begin, "what should the amendment say")
    assert (message.intent, message.subject) == (Intent.REMEDY, "before sale")


@pytest.mark.parametrize("text", [
    "the clause is in draft", "we wrote the clause", "the wording of the clause is standard",
    "we added audits", "we replaced the PM with Ana", "they put cameras on them",
])
def test_what_is_told_in_such_words_asks_for_nothing(begin, text):
    talk = begin()
    for said in (DEAL, "watching crowds", text):
        talk.say(said)
    assert talk.messages[-1].intent not in {
        Intent.REMEDY, Intent.WHAT_IF, Intent.ASK, Intent.NEXT_STEPS}


@pytest.mark.parametrize("text", ["ok add that", "let's go with that", "let's include that"])
def test_what_was_tried_out_on_top_is_added(begin, text):
    talk = begin()
    for said in (DEAL, "watching crowds", "and with body cams as well?", text):
        talk.say(said)
    assert talk.messages[-1].intent is Intent.ADOPT
    assert talk.conversation.deal.known("product") == SOLD | {"body-worn-camera"}
