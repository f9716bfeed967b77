"""Whoever names a provision, a source or a term wants it, and tells nothing of a deal."""

from dataclasses import replace

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.replies.passages import compose_passages
from bot.dialogue.reply import Kind
from bot.dialogue.small_words.lookup import Wants
from bot.dialogue.small_words.lookups import Lookups, lookups_of
from retrieval.guidance import ProvisionId
from retrieval.matches import Found, Query


def shown(reply) -> list[str]:
    return [c.id for c in reply.considerations]


def cited(reply) -> list[str]:
    return [c.provision for line in reply.lead for c in line.citations]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Article 17 ICCPR", "iccpr-17"),
        ("ICCPR Article 19", "iccpr-19"),
        ("ICCPR article 19(3)", "iccpr-19"),
        ("show me art. 22 ICCPR", "iccpr-22"),
        ("what does UNGP 19 say", "ungp-19"),
        ("paragraph 13 of the UN Guiding Principles", "ungp-13"),
        ("can you quote UDHR 12 please", "udhr-12"),
        ("consideration 1", "sg-c1"),
        ("what's in consideration 4", "sg-c4"),
        ("the fourth consideration", "sg-c4"),
        ("consideration number four, please", "sg-c4"),
        ("appendix 2", "sg-a2-0"),
        ("considerations 6 to 8", "sg-c6"),
        ("I want the official text of article 19 ICCPR", "iccpr-19"),
        ("A/HRC/41/35", "hrc-41-35"),
        ("Tell me about general comment 34", "gc-34"),
    ],
)
def test_a_bare_pinpoint_is_a_question_and_no_deal(begin, text, first):
    talk = begin()

    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.ASK
    assert not talk.conversation.deal.answers
    assert shown(reply)[0] == first


def test_inside_a_deal_a_pinpoint_changes_nothing(begin):
    talk = begin()
    talk.say("We sell facial recognition to the police in Kenya")
    deal = talk.conversation.deal

    for text in ("Article 22 ICCPR", "Pall Mall process", "UNGP 23", "consideration 3"):
        talk.say(text)
        assert talk.conversation.deal == deal, text


def test_of_a_deal_what_names_a_provision_says_nothing(begin):
    talk = begin()

    talk.say("We sell drones to the police in Kenya and were told of the Pall Mall process")

    assert {str(f) for f in talk.conversation.deal.answers} == {"product", "end_user", "country"}


@pytest.mark.parametrize(
    ("text", "says", "nearest"),
    [
        ("UNGP 45", "The corpus holds no UNGP 45. Of “UN Guiding Principles” it holds 1 to 31.",
         "ungp-31"),
        ("what does UNGP 40 say", "The corpus holds no UNGP 40. "
         "Of “UN Guiding Principles” it holds 1 to 31.", "ungp-31"),
        ("ICCPR article 5", "The corpus holds no ICCPR 5. "
         "Of “International Covenant on Civil and Political Rights” it holds "
         "2, 4, 6, 7, 9, 12, 14, 17 to 22 and 24 to 27.", "iccpr-4"),
        ("consideration 12", "The corpus holds no consideration 12. "
         "It holds consideration 1 to consideration 8.", "sg-c8"),
        ("what does appendix 3 say", "The corpus holds no appendix 3. "
         "It holds appendix 1 and appendix 2.", "sg-a2-0"),
        ("what does UNGP 45 say about police cameras", "The corpus holds no UNGP 45. "
         "Of “UN Guiding Principles” it holds 1 to 31.", "ungp-31"),
    ],
)
def test_what_is_not_held_is_said_not_to_be_held(begin, text, says, nearest):
    reply = begin().say(text)

    assert reply.kind is Kind.DECLINE
    assert reply.lead[0].text == says
    assert cited(reply) == [nearest]
    assert not reply.considerations


def test_what_is_held_is_given_beside_what_is_not(begin):
    reply = begin().say("articles 17 and 5 of the ICCPR")

    assert reply.lead[0].text.startswith("The corpus holds no ICCPR 5.")
    assert shown(reply) == ["iccpr-17"]


@pytest.mark.parametrize("text", [
    "is our camera EAR99?", "in principle 50 cameras", "we took into consideration 4 bids",
])
def test_what_only_looks_like_a_pinpoint_is_none(guidance, text):
    lookup = lookups_of(guidance).of(text)

    assert not lookup.names
    assert not lookup.spans


def test_what_a_text_names_is_told_of_it_and_of_the_question_before_alike(guidance):
    lookups = lookups_of(guidance)
    asked = [("and 22?", "UNGP 19"), ("and 22?", ""), ("and 22?", "article 17 of the ICCPR"),
             ("UNGP 19?", ""), ("who wrote it", "UNGP 19"), ("22", "")]

    for text, topic in [*asked, *asked[::-1], *asked]:
        assert lookups.of(text, topic) == Lookups(guidance).of(text, topic)


def test_a_bare_number_or_pronoun_after_a_pinpoint_asks_nothing(begin, guidance):
    talk = begin()
    talk.say("what does UNGP 19 say")

    talk.say("2")

    assert shown(talk.replies[-1])[:1] != ["ungp-2"]
    for text in ("who are they", "when is it", "the document", "2 units"):
        assert not lookups_of(guidance).of(text, "UNGP 19").bare, text


def test_what_only_has_a_term_in_it_is_no_question_on_the_term(guidance):
    for text in ("there is training", "there is no training", "it is a drone",
                 "we need a grievance mechanism", "is there a grievance mechanism"):
        assert lookups_of(guidance).of(text).term is None, text


@pytest.mark.parametrize("text", [
    "What are the eight considerations?", "list the considerations", "considerations",
    "show me all 8 considerations of the guidance",
])
def test_the_considerations_are_listed(begin, text):
    reply = begin().say(text)

    assert cited(reply) == [f"sg-c{n}" for n in range(1, 9)]
    assert reply.lead[4].text == "4. Parties and intermediaries"
    assert reply.lead[-1].text == (
        "Their titles are in our own words, and their numbers not yet checked against the "
        "document.")


def test_considerations_of_ordinary_talk_list_nothing(guidance):
    lookup = lookups_of(guidance).of("there are other considerations for the deal, like the price")

    assert (lookup.wants, lookup.bare) == (None, False)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("severity", "severity"), ("leverage", "leverage"), ("remedy", "remedy"),
        ("training", "training"), ("grievance mechanism", "grievance-mechanism"),
        ("end-user", "end-user"), ("proportionality", "necessity-and-proportionality"),
        ("tailoring", "tailoring"), ("what does legality mean", "legality"),
        ("what is legality?", "legality"), ("what does salient mean", "salient"),
        ("what does proportionality require", "necessity-and-proportionality"),
        ("Pall Mall process", "pall-mall"), ("UNGPs", "ungps"), ("tell me about complicity",
                                                                 "complicity"),
        ("what is meant by complicity", "complicity"),
    ],
)
def test_a_term_alone_is_a_question_on_it(begin, text, entry):
    talk = begin()

    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.DEFINE
    assert talk.messages[-1].subject == entry
    assert not talk.conversation.deal.answers
    assert cited(reply)


@pytest.mark.parametrize("text", ["is it legal?", "several", "is that necessary?", "tailored"])
def test_a_word_of_the_same_stem_is_no_term(guidance, text):
    assert lookups_of(guidance).of(text).term is None


def test_a_product_is_told_and_not_defined(begin):
    talk = begin()

    talk.say("drones")

    assert "product" in {str(f) for f in talk.conversation.deal.answers}


def test_what_a_provision_is_headed_is_a_question_on_it(begin):
    assert shown(begin().say("how severity is judged?")) == ["ungp-14-c"]


def test_the_commentaries_of_a_named_principle_stand_next_to_it(begin):
    assert shown(begin().say("what does UNGP 19 say")) == [
        "ungp-19", "ungp-19-c-leverage", "ungp-19-c-involvement", "ungp-19-c-steps",
        "ungp-19-c-crucial"]
    assert shown(begin().say("UNGP 14 commentary")) == ["ungp-14", "ungp-14-c"]


def test_a_number_alone_goes_on_from_the_pinpoint_before(begin):
    talk = begin()
    talk.say("what does UNGP 19 say")

    assert shown(talk.say("and UNGP 20?")) == ["ungp-20", "ungp-20-c"]
    assert shown(talk.say("and 22?")) == ["ungp-22", "ungp-22-c"]
    assert shown(talk.say("what about 16 and 15")) == ["ungp-16", "ungp-15", "ungp-16-c"]
    assert talk.say("and 45?").lead[0].text.startswith("The corpus holds no UNGP 45.")
    assert shown(talk.say("23?")) == ["ungp-23", "ungp-23-c"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("who wrote the guidance and when", "Edition: Released 30 September 2020"),
        ("what is the URL of the guidance", "https://www.state.gov/"),
        ("who issued the UNGPs", "UN Special Representative John Ruggie"),
        ("when was the Pall Mall code of practice published?", "April 2025"),
        ("is the guidance still current", "30 September 2020"),
        ("does the guidance still apply under the current administration", "still stands"),
        ("has the guidance been replaced by something newer", "still stands"),
        ("did they withdraw the guidance", "still stands"),
        ("which edition of the ICCPR do you use", "in force 23 March 1976"),
        ("where can I read the Universal Declaration", "https://www.un.org/"),
    ],
)
def test_who_issued_a_source_and_when_is_told_from_the_source(begin, text, part):
    reply = begin().say(text)

    assert part in reply.lead[0].text
    assert len(reply.lead[0].citations) == 1


@pytest.mark.parametrize("text", [
    "does the guidance apply to the government", "does the guidance still apply after renewal",
])
def test_whom_a_source_is_for_is_asked_of_its_texts(guidance, text):
    assert lookups_of(guidance).of(text).wants is None


def test_it_is_the_source_spoken_of_last(begin, guidance):
    talk = begin()
    talk.say("what does UNGP 19 say")

    assert "Ruggie" in talk.say("and when was it published?").lead[0].text
    assert lookups_of(guidance).of("when was it published").wants is None
    assert lookups_of(guidance).of("who wrote it", "UNGP 19").wants is Wants.ABOUT


def test_whoever_wants_the_wording_learns_that_there_is_a_digest(begin):
    reply = begin().say("give me the exact wording of UNGP 13")

    assert reply.lead[0].text == (
        "I hold a digest in my own words and not the official wording. "
        "The official text: https://undocs.org/A/HRC/17/31")
    assert shown(reply)[0] == "ungp-13"


@pytest.mark.parametrize("provision", ["sg-c2-1", "sg-p-6", "ungp-26"])
def test_the_nearest_is_named_in_a_sentence_that_fits_every_heading(
        guidance, sentences, provision):
    found = Found(Query("asked"), (), abstained=True, nearest=ProvisionId(provision))

    lines = compose_passages(guidance, sentences, found, ()).lead

    heading = guidance.provisions[ProvisionId(provision)].heading
    assert lines[1].text == f"The nearest thing I have: “{heading}”."


@pytest.mark.parametrize("text", ["what about resellers?", "what does the guidance say on leverage",
                                  "What do the texts say about remedy?",
                                  "can I get a list of what to ask a reseller",
                                  "give me a list of what to do about resellers"])
def test_what_the_texts_say_of_a_term_is_searched(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ASK


def test_what_a_small_source_says_is_all_that_is_held_of_it(guidance):
    """"What does Wassenaar say" was told that the texts don't cover it."""
    found = lookups_of(guidance).of("what does Wassenaar say?")
    assert (found.held, found.bare) == (("wassenaar",), True)
    assert not lookups_of(guidance).of("what does the UNGP say?").held


@pytest.mark.parametrize(("text", "pinned"), [
    ("what does wassenaar say on phone catchers", ("wassenaar",)),
    ("what does the pall mall process say about brokers", ("pall-mall",)),
    ("which wassenaar category is our jammer in", ()),
    ("we follow wassenaar, they say", ()),
])
def test_what_a_small_source_is_asked_to_say_is_answered_by_it(guidance, text, pinned):
    """"What does Wassenaar say on IMSI catchers" was declined as beyond the texts."""
    lookups = lookups_of(guidance)

    assert lookups.asked_of(lookups.of(text)) == pinned


def test_what_has_no_heading_is_called_nothing(guidance):
    """A paragraph of a document without headings was taken for what every message names."""
    bare = replace(next(iter(guidance.provisions.values())), id=ProvisionId("rules-1"), heading="")
    untitled = replace(guidance, provisions={**guidance.provisions, bare.id: bare})

    found = lookups_of(untitled).of("drones for the police")

    assert (found.held, found.bare) == ((), False)
