"""What a first message wants beside the deal that it tells, and what becomes of the deal."""

from collections.abc import Callable

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind
from retrieval.guidance import Fact, Guidance
from retrieval.matches import Found, Query
from retrieval.words.tells import ANY
from tests.dialogue.talking import Says, Talk

DEAL = "drones for the police in Chad"
TOLD = {"product": {"drone"}, "end_user": {"police"}, "country": {"TD"}}


def told(talk: Talk) -> dict[str, frozenset[str]]:
    deal = talk.conversation.deal
    return {str(fact): deal.known(fact) for fact in deal.answers}


@pytest.fixture(name="begin_astray")
def _begin_astray(
    guidance: Guidance, sentences: Wording
) -> Callable[..., Talk]:
    """Begin a conversation in which whatever has *stray* in it lies beyond the texts."""
    def begin(stray: str, *facts: tuple[str, str, float, str]) -> Talk:
        reader = PlainReader(
            guidance, Says(*facts) if facts else None, strays=lambda text: float(stray in text))

        def search(queries: tuple[Query, ...]) -> tuple[Found, ...]:
            return tuple(Found(query, (), abstained=stray in query.text) for query in queries)

        return Talk(guidance, reader, sentences, search)
    return begin


@pytest.mark.parametrize("wish", [
    ". Can I tell them yes?",
    ", can I tell them yes?",
    ". can i send the quote",
    ", can we go ahead?",
    ". Are we good to go?",
    ". what would you do?",
    " and can we proceed?",
    ". May I tell the police in Chad yes?",
])
def test_who_asks_for_a_verdict_behind_a_deal_is_told_that_it_is_not_ours(begin, sentences, wish):
    talk = begin()
    text = DEAL + wish
    reply = talk.say(text)

    assert told(talk).items() >= TOLD.items()
    assert reply.lead[0].text == sentences.say("lead.verdict")
    assert reply.considerations
    assert reply.question is not None
    assert reply.aside == ()


@pytest.mark.parametrize("wish", [
    ". Can I tell them yes?",
    ", can I tell them yes?",
    ". can i send the quote",
    ". How do I fix it?",
    ". Who signs this off?",
])
def test_a_request_that_only_seems_to_lie_beyond_loses_no_deal(begin_astray, wish):
    """"Can I tell them yes?" is near to nothing that the texts hold; it was declined as such."""
    talk = begin_astray(wish.strip("., "))
    reply = talk.say(DEAL + wish)

    assert told(talk) == TOLD
    assert reply.kind is Kind.ASK
    assert reply.considerations


def test_a_verdict_in_front_of_the_deal_is_declined_and_the_deal_kept(begin_astray, sentences):
    talk = begin_astray("Can I tell", ("product", "drone", 0.9, "drones"),
                        ("end_user", "police", 0.9, "police"), ("country", ANY, 0.9, "Chad"))
    reply = talk.say("Can I tell the police in Chad yes? They want drones")

    assert told(talk) == TOLD
    assert reply.kind is Kind.DECLINE
    assert reply.lead[0].text == sentences.say("lead.verdict")


@pytest.mark.parametrize(("asked", "leave"), [
    ("Can you tell me if selling drones to the police in Chad is ok?", True),
    ("can we do drones for the police in Chad", True),
    ("are we allowed to supply drones to the police in Chad?", True),
    ("let me know if this is fine: 4 drones, police in Chad", True),
    ("selling drones to the police in Chad, good or bad idea?", True),
    ("what do you think about selling drones to the police in Chad?", False),
    ("any issue selling drones to the police in Chad?", False),
    ("do you see a problem with drones for the police in Chad", False),
    ("how risky is selling drones to the police in Chad", False),
])
def test_who_asks_for_leave_or_a_view_and_for_nothing_beside_opens_the_deal_that_is_named(
    begin_astray, sentences, asked, leave
):
    """Such words are near to nothing that the texts hold; the deal was declined and lost."""
    talk = begin_astray(asked.split()[0], ("product", "drone", 0.9, "drones"),
                        ("end_user", "police", 0.9, "police"), ("country", ANY, 0.9, "Chad"))
    reply = talk.say(asked)

    assert told(talk) == TOLD
    assert reply.kind is (Kind.DECLINE if leave else Kind.ASK)
    assert (reply.lead[0].text == sentences.say("lead.verdict")) is leave
    assert reply.considerations
    assert reply.question is not None


@pytest.mark.parametrize("said", [
    "I want to sell", "got 5 mins? Need to check a deal", "can I run a deal by you?",
    "quick question about a deal", "need some advice", "I've got a customer",
])
def test_who_only_says_that_there_is_a_deal_is_told_what_to_tell(begin_astray, said):
    """"I want to sell" was declined as beyond the texts."""
    talk = begin_astray(said)
    reply = talk.say(said)

    assert talk.messages[-1].intent is Intent.GREETING
    assert reply.kind is not Kind.DECLINE


def test_what_to_look_at_in_a_country_is_no_wish_for_leave(begin_astray, sentences):
    talk = begin_astray("never", ("country", ANY, 0.9, "Chad"))
    reply = talk.say("what should I look out for when selling drones to Chad?")

    assert reply.lead[0].text != sentences.say("lead.verdict")


@pytest.mark.parametrize(("asked", "stray"), [
    ("can we get the invoice for the drones for the police in Chad?", "invoice"),
    ("is the licence for drones to the police in Chad ok?", "licence"),
    ("do we need a visa to ship drones to the police in Chad?", "visa"),
    ("can we offer a discount on drones for the police in Chad?", "discount"),
])
def test_who_asks_for_something_beside_the_deal_that_is_named_is_declined(
    begin_astray, asked, stray
):
    talk = begin_astray(stray, ("product", "drone", 0.9, "drones"),
                        ("end_user", "police", 0.9, "police"), ("country", ANY, 0.9, "Chad"))
    reply = talk.say(asked)

    assert told(talk) == {}
    assert reply.kind is Kind.DECLINE


@pytest.mark.parametrize("wish", [
    ". What is the HS code?",
    ", what commission do i get",
    "; my laptop is broken, whom do I call",
])
def test_what_the_texts_are_silent_on_is_declined_first_and_the_deal_kept(
    begin_astray, sentences, wish
):
    talk = begin_astray(wish.split()[-1])
    text = DEAL + wish
    reply = talk.say(text)

    assert told(talk) == TOLD
    assert reply.kind is Kind.DECLINE
    assert reply.lead[0].text == sentences.say("decline.not_covered")
    assert reply.considerations
    assert reply.question is not None
    beside = talk.messages[-1].beside
    assert beside is not None
    assert (beside.start, beside.end, beside.intent) == (0, len(text), Intent.OUT_OF_SCOPE)


def test_what_is_only_mentioned_beside_a_deal_is_called_no_question(begin_astray, sentences):
    talk = begin_astray("2022", ("product", "drone", 0.9, "drones"),
                        ("end_user", "police", 0.9, "police"), ("country", ANY, 0.9, "Chad"),
                        ("intermediary", "reseller", 0.9, "reseller"),
                        ("stage", "negotiating", 0.9, "quote is out"))
    reply = talk.say(f"{DEAL} through a reseller, quote is out, same terms as in 2022")

    assert told(talk).items() >= TOLD.items()
    assert reply.kind is Kind.ASK
    assert [line.text for line in reply.aside] == [
        sentences.say("beside.silent"), sentences.say("decline.not_covered")]


@pytest.mark.parametrize("text", [
    "VAT on cctv for kenya, please",
    "cctv. VAT in general, and how it is paid?",
    "which licence do we need to sell cctv to the police in kenya VAT",
])
def test_what_tells_no_deal_beside_what_strays_is_declined_alone(begin_astray, text):
    talk = begin_astray("VAT")
    reply = talk.say(text)

    assert told(talk) == {}
    assert reply.kind is Kind.DECLINE
    assert reply.considerations == ()


@pytest.mark.parametrize("wish", [
    ". What are the red flags?",
    ". what is still open?",
    ". What should I ask them?",
])
def test_what_the_advice_answers_is_asked_of_it(begin, wish):
    talk = begin()
    reply = talk.say(DEAL + wish)

    assert told(talk) == TOLD
    assert talk.messages[-1].beside is None
    assert reply.aside == ()


@pytest.mark.parametrize("text", [
    "drones for the police in Chad, any concerns?",
    "drones for the police in Chad. is that worse",
    "drones for the police in Chad. We can tell them yes on Monday.",
    "drones for the police in Chad. The dealer said yes, can he?",
    "the police in Chad can tell drones apart",
])
def test_what_asks_for_no_verdict_is_declined_none(begin, sentences, text):
    talk = begin()
    reply = talk.say(text)

    assert sentences.say("lead.verdict") not in [line.text for line in reply.lead]


def test_whom_to_ask_is_said_beside_the_advice(begin, sentences):
    talk = begin()
    reply = talk.say(f"{DEAL}. who do I talk to about this")

    assert told(talk) == TOLD
    assert [line.text for line in reply.aside] == [
        sentences.say("beside.lead"), sentences.say("lead.about_contact")]
    assert talk.conversation.deal.known(Fact("product")) == {"drone"}


# --- in the same clause --------------------------------------------------------------------------

GHANA = ("end_user", "border-guard", 0.99, "border police"), ("country", ANY, 0.99, "Ghana")
FIJI = ("end_user", "other-ministry", 0.99, "met office"), ("country", ANY, 0.99, "Fiji")


@pytest.mark.parametrize("text", [
    "need an invoice for 9 drones for border police in Ghana",
    "can you send me a price list for the drones for border police in Ghana",
    "translate the brochure on drones for border police in Ghana",
])
def test_what_is_wanted_in_the_clause_of_a_deal_loses_no_deal(begin_astray, sentences, text):
    """An invoice was declined, and with it nine drones for the border police."""
    talk = begin_astray("border", ("product", "drone", 0.99, "drones"), *GHANA)
    reply = talk.say(text)
    beside = talk.messages[-1].beside

    assert told(talk) == {"product": {"drone"}, "end_user": {"border-guard"}, "country": {"GH"}}
    assert reply.kind is Kind.DECLINE
    assert [line.text for line in reply.lead[:1]] == [sentences.say("decline.not_covered")]
    assert reply.considerations
    assert (beside.start, beside.end, beside.intent) == (0, len(text), Intent.OUT_OF_SCOPE)


@pytest.mark.parametrize("text", [
    "weather stations for the met office in Fiji", "we sell 12 desks to the met office in Fiji"])
def test_goods_that_nothing_names_keep_who_gets_them_and_are_asked_what_they_can_do(
    begin_astray, guidance, sentences, text
):
    """Whether they have any surveillance capability was not asked, and their facts were lost."""
    talk = begin_astray("met", *FIJI)
    reply = talk.say(text)
    product = guidance.questions[Fact("product")]

    assert told(talk) == {"end_user": {"other-ministry"}, "country": {"FJ"}}
    assert reply.kind is Kind.DECLINE
    assert reply.lead[1].text == sentences.say("beside.goods", where=product.look_up.strip())
    assert {c.provision for c in reply.lead[1].citations} == set(product.authorities)
    assert "product" in {q.fact for q in reply.question.all()}


@pytest.mark.parametrize("text", [
    "price list for the met office in Fiji", "flights for the met office people in Fiji",
    "who runs the met office in Fiji", "is there a visa for the met office in Fiji"])
def test_what_goes_to_nobody_tells_no_deal(begin_astray, text):
    talk = begin_astray("met", *FIJI)
    reply = talk.say(text)

    assert told(talk) == {}
    assert reply.kind is Kind.DECLINE
    assert reply.considerations == ()


def test_a_question_of_one_word_behind_a_deal_is_declined_beside_it(guidance, sentences):
    """"ECCN?" was taken for a part of the deal."""
    reader = PlainReader(guidance, strays=lambda text: float(text == "ECCN?"))
    talk = Talk(guidance, reader, sentences, lambda queries: tuple(
        Found(query, (), abstained=query.text == "ECCN?") for query in queries))
    reply = talk.say(f"{DEAL}. ECCN?")

    assert told(talk) == TOLD
    assert [line.text for line in reply.aside] == [
        sentences.say("beside.silent"), sentences.say("decline.not_covered")]


@pytest.mark.parametrize(("opening", "facts"), [
    (DEAL, TOLD), ("We have a deal with the police in Chad",
                   {"end_user": {"police"}, "country": {"TD"}})])
@pytest.mark.parametrize(("asked", "entry"), [
    ("what is the GNI?", "gni"), ("and what is KYC", "kyc")])
def test_a_term_of_the_glossary_is_explained_beside_a_deal_however_far_it_lies(
    begin_astray, opening, facts, asked, entry
):
    """It was declined, though the glossary has it: its letters are near to nothing."""
    talk = begin_astray(asked.rpartition(" ")[2].rstrip("?"))
    reply = talk.say(f"{opening}. {asked}")
    beside = talk.messages[-1].beside

    assert told(talk) == facts
    assert (beside.intent, beside.entry) == (Intent.DEFINE, entry)
    assert reply.kind is Kind.ASK


@pytest.mark.parametrize("word", ["Ok?", "Urgent", "Kenya?"])
def test_another_word_behind_it_asks_nothing(begin_astray, word):
    talk = begin_astray("ECCN?")
    reply = talk.say(f"{DEAL}. {word}")

    assert reply.aside == ()


@pytest.mark.parametrize(("behind", "asks"), [
    ("who should own the decision here", True), ("who decides this in our company", True),
    ("who decides on all matters there", False), ("who wants 12 of them", False)])
def test_whose_task_it_is_may_be_asked_behind_a_comma(begin, behind, asks):
    talk = begin()
    talk.say(f"{DEAL}, {behind}")
    beside = talk.messages[-1].beside

    assert told(talk) == TOLD
    assert (beside is not None and beside.intent is Intent.ASK) is asks


@pytest.mark.parametrize(("asked", "far", "alone"), [
    ("what's the margin?", 0.6, True), ("what's the HS code?", 0.4, True),
    ("which form?", 0.5, True), ("who signs?", 0.1, False), ("does that count?", 0.0, False)])
def test_a_question_that_strays_far_is_searched_by_itself(guidance, sentences, asked, far, alone):
    """"What's the HS code?" behind a long deal was answered with a red flag of that deal."""
    reader = PlainReader(guidance, strays=lambda text: far if text == asked else 0.0)
    talk = Talk(guidance, reader, sentences)
    talk.say(f"{DEAL}. journalists get arrested there. {asked}")
    beside, text = talk.messages[-1].beside, talk.messages[-1].text

    assert beside is not None and beside.intent is Intent.ASK
    assert text[beside.start:beside.end] == (asked if alone else text)


@pytest.mark.parametrize(("text", "sure", "searched"), [
    ("we have 40 risks on the list, where do I begin", 0.6, True),
    ("the support ends soon, do I have to check again", 0.6, True),
    ("recordings of talks with counsel - which right is that", 0.6, True),
    # What is told for sure is advised on, and so is who asks nothing.
    ("we have 40 drones on the list, where do I begin", 0.95, False),
    ("we have 40 risks on the list", 0.6, False),
])
def test_a_question_beside_a_mere_guess_is_answered_even_where_it_asks_for_advice(
    guidance, sentences, text, sure, searched
):
    """"Where do I begin" beside a guess at predictive policing was answered by all that is open."""
    heard = ("product", "predictive-policing" if sure < 0.9 else "drone", sure, text.split()[0])
    talk = Talk(guidance, PlainReader(guidance, Says(heard)), sentences)
    talk.say(text)
    beside = talk.messages[-1].beside

    assert told(talk).keys() == {"product"}
    assert (beside is not None) is searched
    assert beside is None or (beside.start, beside.end, beside.intent) == (
        0, len(text), Intent.ASK)


# --- a search is no deal -------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "blasphemy laws", "hidden owner", "torture", "arrests of journalists", "conflict",
    "visa requirements for Nigeria", "holidays in Peru"])
def test_what_is_typed_as_into_a_search_box_opens_no_deal(begin, text):
    """Two red flags were raised by "blasphemy laws", on nobody."""
    talk = begin()
    reply = talk.say(text)

    assert told(talk) == {}
    assert talk.messages[-1].intent is Intent.ASK
    assert reply.flags == ()


@pytest.mark.parametrize(("text", "known"), [
    ("Nigeria", {"country"}), ("new deal in Nigeria", {"country"}),
    ("Kenyan customer", {"country"}),
    ("police in Nigeria", {"country", "end_user"}), ("drones for Nigeria", {"country", "product"}),
    ("they jail journalists", {"detentions"}), ("there is a war", {"conflict"}),
    ("reseller in Dubai", {"intermediary"}),
    # What goes there nothing names, and yet it is goods.
    ("kits for Chad", {"country"}), ("speed boats for Nigeria", {"country"})])
def test_what_tells_of_a_deal_in_few_words_still_does(begin, text, known):
    talk = begin()
    talk.say(text)

    assert known <= told(talk).keys()


def test_a_word_of_search_in_a_deal_tells_of_it(begin):
    talk = begin()
    talk.say(DEAL)
    talk.say("blasphemy laws")

    assert talk.conversation.deal.known("restrictive_laws") == {"yes"}



@pytest.mark.parametrize(("asked", "beside"), [
    ("Need to send the quote today, ok?", Intent.VERDICT),
    ("need to send the quote 2day ok?", Intent.VERDICT),
    ("Who prints the quote for us?", Intent.OUT_OF_SCOPE),
])
def test_a_deal_behind_a_question_that_names_how_far_it_is_is_kept(
    begin_astray, sentences, asked, beside
):
    """The quote told the stage of a deal, so that its question was none beside the deal."""
    talk = begin_astray("quote", ("stage", "before-quote", 0.97, "quote"),
                        ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                        ("country", ANY, 0.9, "Chad"))
    reply = talk.say(f"{asked} {DEAL}")

    assert told(talk) == TOLD
    assert talk.messages[0].beside.intent is beside
    assert (reply.lead[0].text == sentences.say("lead.verdict")) is (beside is Intent.VERDICT)
    assert reply.question is not None
