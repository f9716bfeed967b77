"""What a message names and says nothing else of is taken as named, however little a model hears."""

import pytest

from bot.dialogue.deal import Deal
from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import Says, Talk

END_USER, END_USE = "end_user", "end_use"


@pytest.fixture
def faint(guidance, sentences):
    """Hold a conversation over a model that hears what it is told, by itself only faintly."""
    def begin(*told):
        return Talk(guidance, PlainReader(guidance, Says(*told)), sentences)
    return begin


def said(talk, fact):
    answer = talk.conversation.deal.answers[fact]
    return answer.values, answer.certain and not answer.guessed


ARMY = ("product", "drone", 0.99, "drones"), ("country", "*", 0.99, "Chad"), (
    END_USER, "military", 0.99, "for the army")


@pytest.mark.parametrize("text", [
    "sorry police not army", "not army, police", "correction: police", "make that police",
])
def test_a_correction_that_says_nothing_else_is_no_guess(faint, text):
    """It was asked back, with what it had put right still standing."""
    talk = faint(*ARMY, (END_USER, "police", 0.36, "police"))
    talk.say("drones for the army of Chad")
    talk.say(text)
    assert said(talk, END_USER) == ({"police"}, True)


def test_a_hedged_correction_stays_a_doubt(faint):
    """Nobody is sure of it."""
    talk = faint(*ARMY, (END_USER, "police", 0.36, "police"))
    talk.say("drones for the army of Chad")
    talk.say("maybe police, not army")
    assert not talk.conversation.deal.certain(END_USER)


def test_what_is_said_again_is_no_guess_any_more(faint):
    """"Commercial use" was no answer, since it was what had been guessed."""
    talk = faint(("product", "voice-recognition", 0.99, "voice recognition"),
                 (END_USE, "commercial", 0.8, "commercial use"))
    talk.say("voice recognition, I think for ordinary commercial use")
    talk.say("commercial use")
    assert said(talk, END_USE) == ({"commercial"}, True)


def test_both_is_of_what_stood_and_of_what_may_come_on_top(faint):
    """"Actually it's both" answered nothing."""
    talk = faint(*ARMY, (END_USER, "police", 0.5, "perhaps the police"))
    talk.say("drones for the army of Chad")
    talk.say("perhaps the police")
    assert talk.conversation.deal.latest(END_USER) == {"police", "military"}
    talk.say("actually it's both")
    assert said(talk, END_USER) == ({"police", "military"}, True)


@pytest.mark.parametrize("text", ["traffic and criminal investigations",
                                  "Criminal investigations and traffic"])
def test_the_second_of_a_list_is_not_lost(faint, text):
    """The first was kept alone."""
    talk = faint(("product", "cctv", 0.99, "cctv"),
                 (END_USE, "law-enforcement", 0.96, text), (END_USE, "traffic", 0.11, "traffic"))
    talk.say("we sell cctv")
    talk.say(text)
    assert talk.conversation.deal.latest(END_USE) == {"law-enforcement", "traffic"}


def test_what_they_also_do_takes_nothing_away(faint):
    """"Actually" made a correction of it."""
    talk = faint(("product", "deep-packet-inspection", 0.99, "DPI"),
                 (END_USE, "network-security", 0.99, "network security"),
                 (END_USE, "content-filtering", 0.95, "block websites"))
    talk.say("DPI for network security")
    talk.say("actually they also block websites")
    assert talk.conversation.deal.latest(END_USE) == {"network-security", "content-filtering"}


def test_what_only_half_sounds_like_another_party_names_none(faint):
    """"The customer is super cooperative" made a company of the police, who were a guess."""
    talk = faint(("product", "alpr", 0.99, "alpr"), (END_USER, "police", 0.8, "police"),
                 ("country", "*", 0.99, "Mexico"),
                 (END_USER, "private-company", 0.73, "customer"))
    talk.say("alpr, police, Mexico")
    assert END_USER not in talk.conversation.awaiting()
    talk.say("customer is super cooperative")
    assert talk.conversation.deal.latest(END_USER) == {"police"}


@pytest.mark.parametrize(("before", "text", "gone"), [
    ("conflict yes", "actually scratch the conflict thing", "conflict"),
    ("the courts are weak", "forget about the courts", "judicial_oversight"),
    ("there is a war", "never mind the conflict", "conflict"),
])
def test_a_fact_is_taken_back_by_its_name(begin, before, text, gone):
    """Its red flag stood, and the words were no answer."""
    talk = begin()
    talk.say("plate readers for the police in Fiji")
    talk.say(before)
    assert talk.conversation.deal.answered(gone)
    talk.say(text)
    assert not talk.conversation.deal.answered(gone)


def test_other_things_are_scratched_without_harm(begin):
    """Only the name of one fact takes it back."""
    talk = begin()
    talk.say("plate readers for the police in Fiji")
    talk.say("there is a war")
    deal: Deal = talk.conversation.deal
    for text in ("scratch the surface", "forget the weather",
                 "ignore the noise in the conflict zone"):
        talk.say(text)
        assert talk.conversation.deal.known("conflict") == deal.known("conflict")


@pytest.mark.parametrize("text", ["wrong button, should be no", "sorry, misclicked. no",
                                  "oops, pressed the wrong one: no"])
def test_who_picked_wrongly_puts_that_answer_right(begin, text):
    """A "no" may else be of what is asked now."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say("1")
    asked = talk.conversation.awaiting()
    talk.say(text)
    assert talk.conversation.deal.known("detentions") == {"no"}
    assert talk.conversation.awaiting() == asked


@pytest.mark.parametrize("text", ["sorry, wrong button", "oops, misclicked",
                                  "I pressed the wrong button"])
def test_who_picked_wrongly_and_does_not_say_what_is_right_is_asked_back(begin, text):
    """It took nothing back; with its flag the answer stands until then."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say("1")
    talk.say(text)
    answer = talk.conversation.deal.answers["detentions"]
    assert (answer.values, answer.instead, answer.guessed) == ({"yes"}, {"no"}, True)
    assert talk.conversation.pending == "detentions"


@pytest.mark.parametrize("text", ["sorry, wrong button", "oops misclicked", "tapped the wrong one",
                                  "hit the wrong button, sorry"])
def test_who_picked_wrongly_behind_several_answers_relies_on_none_of_them(begin, text):
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say("yes, no, no")
    talk.say(text)
    deal = talk.conversation.deal
    assert (deal.answers["detentions"].values, deal.answers["detentions"].instead) == (
        {"yes"}, {"no"})
    assert not deal.answered("restrictive_laws")
    assert not deal.answered("conflict")


def test_what_was_picked_wrongly_and_raises_nothing_by_itself_is_asked_again(begin):
    talk = begin()
    talk.say("facial recognition for the police in Fiji")
    assert talk.conversation.pending == "end_use"
    talk.say("1")
    talk.say("sorry, wrong button")
    assert not talk.conversation.deal.answered("end_use")
    assert talk.conversation.awaiting() == ("end_use",)
    talk.say("2")
    assert talk.conversation.deal.known("end_use") == {"national-security"}


@pytest.mark.parametrize("text", ["so it's a no", "so its a no then", "yes or no??", "yes or no?"])
def test_who_wants_a_verdict_answers_nothing(begin, text):
    """"So it's a no" was a no to three questions, and "yes or no??" a yes and a no to two."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    for answers in ("", "yes no no"):
        if answers:
            talk.say(answers)
        deal = talk.conversation.deal
        talk.say(text)
        assert talk.conversation.deal == deal
        assert talk.messages[-1].intent.value == "verdict"


@pytest.mark.parametrize(("text", "told"), [
    ("minorities yes laws no conflict yes", ("yes", "no", "yes")),
    ("minorities yes, laws no, conflict yes", ("yes", "no", "yes")),
    ("laws no conflict yes minorities no", ("no", "no", "yes")),
    ("weather yes laws no conflict yes", (None, "no", "yes")),
])
def test_the_word_behind_a_name_is_of_that_name(begin, text, told):
    """"Laws no conflict yes" said for sure that there is no conflict."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    assert talk.conversation.awaiting() == ("detentions", "restrictive_laws", "conflict")
    talk.say(text)
    assert tuple(next(iter(talk.conversation.deal.known(fact)), None) for fact in (
        "detentions", "restrictive_laws", "conflict")) == told


def test_a_quotation_has_no_holes(begin):
    """What was answered apart stood as a row of blanks in “yes laws bad,            ,”."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say("yes laws bad, no conflict, detentions dunno")
    assert not any("  " in answer.said for answer in talk.conversation.deal.answers.values())


@pytest.mark.parametrize(("text", "guessed"), [
    ("data deleted after 30 days", True), ("it is stored for five days", True),
    ("only kept for a week", True), ("stored a month, for the police only", False),
    ("only named users get access, and it is kept for 30 days", False),
])
def test_how_long_data_is_kept_does_not_say_who_gets_it(faint, text, guessed):
    """"Deleted after 30 days" settled that the data go to named users only."""
    talk = faint(*ARMY, ("data_sharing", "restricted", 0.98, text))
    talk.say("drones for the army of Chad")
    talk.say(text)
    answer = talk.conversation.deal.answers.get("data_sharing")
    assert answer is not None and answer.guessed is guessed


@pytest.mark.parametrize(("text", "known"), [
    ("only temperature, no faces stored", frozenset()),
    ("the sensor does not record", frozenset()),
    ("no faces stored, and only their analysts have access", {"restricted"}),
])
def test_what_is_not_stored_does_not_say_who_gets_the_rest(faint, text, known):
    """"No faces stored" settled that the data go to named users only."""
    talk = faint(*ARMY, ("data_sharing", "restricted", 0.98, text))
    talk.say("drones for the army of Chad")
    talk.say(text)
    assert talk.conversation.deal.known("data_sharing") == known


@pytest.mark.parametrize(("text", "known"), [
    ("our lawyer said its fine", frozenset()), ("the lawyer said yes", frozenset()),
    ("a journalist asked me about it", frozenset()), ("my students built it", frozenset()),
    ("lawyers and journalists", {"yes"}), ("a journalist said people get arrested", {"yes"}),
])
def test_whom_we_asked_is_not_who_is_locked_up(faint, text, known):
    """"Our lawyer said its fine" was a guess at detentions, by the word "lawyers" alone."""
    talk = faint(*ARMY).amid({"product": "drone", "end_user": "military", "country": "TD"},
                             ["detentions", "conflict", "restrictive_laws"])
    talk.say(text)
    assert talk.conversation.deal.known("detentions") == known


@pytest.mark.parametrize(("text", "value"), [
    ("no war no election", "no"), ("no abuse no bad laws no conflict", "no"),
    ("we have no war and no election", "no"),
])
def test_each_no_denies_what_follows_it_alone(begin, text, value):
    """"No war no election" was a conflict for sure."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say(text)
    assert talk.conversation.deal.known("conflict") == {value}


def test_who_looked_into_some_only_says_yes_to_none(begin):
    """"We checked the first two only" was a yes to both, and raised two red flags."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    deal = talk.conversation.deal
    talk.say("we checked the first two only")
    assert talk.conversation.deal == deal


@pytest.mark.parametrize(("text", "told"), [
    ("detentions 1, laws 2, conflict 2", ("yes", "no", "no")),
    ("detentions 2, laws 3, conflict 6", ("no", "yes", "no")),
    ("conflict 5", (None, None, "yes")), ("conflict 2 and laws 1", (None, "yes", "no")),
])
def test_a_number_behind_a_name_is_of_its_choices(begin, text, told):
    """"Conflict 2" was a conflict for sure, whatever its second choice."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    talk.say(text)
    assert tuple(next(iter(talk.conversation.deal.known(fact)), None) for fact in (
        "detentions", "restrictive_laws", "conflict")) == told
