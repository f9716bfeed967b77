"""What a deal tells beside the guidance: it is said back with whom to take it to, and no more."""

from dataclasses import replace

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.messages.passing_on import passed_on
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind, Status
from retrieval.checks import check
from retrieval.content.other_matters import OtherMatter, faults
from retrieval.guidance import Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import Talk

OPENING = "cctv for the police in Ghana"


@pytest.mark.parametrize(("text", "told"), [
    ("they want to monitor the blogs of activists", ("critics-watched",)),
    ("it was used to track journalists, the press says", ()),
    ("to find dissidents", ("critics-watched",)),
    ("to follow opposition activists", ("critics-watched",)),
    ("for tracking of union leaders", ("critics-watched",)),
    ("they'd use it on political rivals", ("critics-watched",)),
    ("They'd monitor what people say about the army", ("critics-watched",)),
    ("it flags posts against the government", ("critics-watched",)),
    ("to listen to lawyers", ("critics-watched",)),
    ("so that they can hack bloggers", ("critics-watched",)),
    ("to locate LGBT activists", ("critics-watched", "groups-watched")),
    ("to spot gay people", ("groups-watched",)),
    ("identify Uyghurs in the streets", ("groups-watched",)),
    ("to find people from the Hmong minority", ("groups-watched",)),
    ("used to monitor imams", ("groups-watched",)),
    ("to check women's headscarves", ("groups-watched",)),
    ("it comes with an ethnicity classifier", ("groups-watched",)),
    ("drones to map where Rohingya live", ("groups-watched",)),
    ("legal said no to the export", ("refused-already",)),
    ("export counsel rejected the licence application", ("refused-already",)),
    ("the licence was denied", ("refused-already",)),
    ("OFAC came back negative on the buyer", ("refused-already",)),
    ("we got a no from compliance", ("refused-already",)),
    ("our export counsel won't sign off", ("refused-already",)),
    ("The buyer doesn't want installation or training", ("unusual-delivery",)),
    ("delivery to a freight forwarder in Cyprus", ("unusual-delivery",)),
    ("they waived the warranty", ("unusual-delivery",)),
    ("they sell furniture, the scanner doesn't fit their business", ("unsuited-product",)),
    ("it has nothing to do with what they normally buy", ("unsuited-product",)),
    ("500 cameras is far more than they need", ("unsuited-product",)),
    ("an odd order for a bakery", ("unsuited-product",)),
    ("makes no sense for a firm that size", ("unsuited-product",)),
    ("The dealer told us one thing and the ministry another about the use",
     ("accounts-that-differ",)),
    ("their story keeps changing", ("accounts-that-differ",)),
    ("shipping docs say 'sports cameras'", ("papers-that-say-otherwise",)),
    ("They want the invoice to describe it as toys", ("papers-that-say-otherwise",)),
    ("paperwork would name a private security company as buyer", ("papers-that-say-otherwise",)),
    ("label it as spare parts", ("papers-that-say-otherwise",)),
    ("buyer says no logs please", ("safeguards-taken-out",)),
    ("they asked that we don't log who uses it", ("safeguards-taken-out",)),
    ("they don't want any logs", ("safeguards-taken-out",)),
    ("paid with banknotes", ("odd-payment",)),
    ("They pay in cash.", ("odd-payment",)),
    ("they want to pay us in cash", ("odd-payment",)),
    ("The police in Cambodia ask us to pay a fee in cash to a broker", ("odd-payment",)),
    ("the invoice is settled by a third party", ("odd-payment",)),
    ("the agent wants a success fee and they won't sign an end-user certificate",
     ("payments-to-officials", "papers-left-out")),
    ("they'd pay through an account abroad", ("odd-payment",)),
    ("They wish to settle it all in cash and through an offshore account please", ("odd-payment",)),
    ("we are to relabel the boxes", ("papers-that-say-otherwise",)),
    ("can't have the audit log, they want it switched off", ()),
    ("they want the audit logs off", ("safeguards-taken-out",)),
    ("they'd like to have the access logs disabled", ("safeguards-taken-out",)),
    ("they asked us to turn off the audit logs", ("safeguards-taken-out",)),
    ("please keep it under the radar", ("kept-quiet",)),
    ("the reseller was debarred", ("listed-party",)),
    ("my boss wants to send them via Sharjah so nobody asks", ("evasion",)),
    ("The distributor proposed going through Cyprus so the licence people don't look at it",
     ("evasion",)),
    ("the agent said he can get it past customs", ("evasion",)),
    ("the reseller wants us to leave the ministry off the end-user form", ("evasion",)),
    ("our director asked me to keep compliance out of this", ("evasion",)),
    ("the colonel doesn't want the export authority to know", ("evasion",)),
    ("a colleague plans to sell it via the Serbian branch to dodge the embargo", ("evasion",)),
    ("head of region told us to sign before compliance sees it", ("evasion",)),
    ("the broker knows a way around the export rules", ("evasion",)),
    ("compliance must not know of it", ("kept-quiet",)),
    ("it records calls with a lawyer too", ("protected-talks",)),
    ("the cameras hang in schools", ("children-watched",)),
    ("they mount it on a missile", ("weapons",)),
    ("no cash payments, no kickbacks", ()),
    ("they pay by bank transfer in two parts", ()),
    ("we sell weapon detection at gates", ()),
    ("The law allows it: they want to monitor journalists", ("critics-watched",)),
    ("They want to monitor critics, there's a bill for that.", ("critics-watched",)),
    ("They want to monitor activists and we have to deliver by May.", ("critics-watched",)),
    ("We need to find a tool for them to monitor the opposition", ("critics-watched",)),
    ("we should hurry, they want to spy on activists", ("critics-watched",)),
    ("to spy on activists, our lawyers have seen the contract", ("critics-watched",)),
    ("known to hate journalists, to spy on journalists", ("critics-watched",)),
    ("to identify protesters and we should include training", ("critics-watched",)),
    ("to track opposition members, a bill was passed", ("critics-watched",)),
    ("to keep the public safe and to monitor the opposition", ("critics-watched",)),
    ("they'll track journalists with it", ("critics-watched",)),
    ("to hack journalists' phones", ("critics-watched",)),
    ("monitoring journalists", ("critics-watched",)),
    ("to track 'activists' in the capital", ("critics-watched",)),
    ("to target gays under the penal code", ("groups-watched",)),
    ("to catch homosexuals, legislation allows it", ("groups-watched",)),
    ("to find Uyghurs, the ministry is allowed to", ("groups-watched",)),
    ("the ministry will use it to find Uyghurs", ("groups-watched",)),
    ("Compliance refused to sign, so no export licence yet",
     ("refused-already", "papers-left-out")),
    ("legal said no, we may try again", ("refused-already",)),
    ("legal said no yesterday", ("refused-already",)),
    ("compliance rejected the deal over a clause", ("refused-already",)),
    ("the product lets them intercept calls of journalists", ("critics-watched",)),
    ("compliance said no way", ("refused-already",)),
    ("and compliance said no", ("refused-already",)),
    ("the goods go to a private address", ("unusual-delivery",)),
    ("to listen to opposition leaders", ("critics-watched",)),
    ("they wanna follow their critics", ("critics-watched",)),
    ("find the whistleblower who leaked the video", ("critics-watched",)),
    ("to hunt the leaker", ("critics-watched",)),
    ("to trace who talked to the press", ("critics-watched",)),
    ("to check on union people", ("critics-watched",)),
    ("for snooping on labour organisers", ("critics-watched",)),
    ("they said they just want to see who talks bad about the president", ("critics-watched",)),
    ("so they know who insults the king", ("critics-watched",)),
    ("it shows who posts against the army", ("critics-watched",)),
    ("they wanna know where dissidents abroad are", ("critics-watched",)),
    ("to see where exiles live", ("critics-watched",)),
    ("need to find out who visits opposition sites", ("critics-watched",)),
    ("it lists who attends demonstrations", ("critics-watched",)),
    ("to see who donates to human rights groups", ("critics-watched",)),
    ("for watching the Roma", ("groups-watched",)),
    ("to keep an eye on Roma communities", ("groups-watched",)),
    ("pays double if no questions asked", ("unusual-delivery",)),
    ("they'd rather we don't ask questions", ("unusual-delivery",)),
    ("they don't want us to visit the site", ("unusual-delivery",)),
    ("the buyer won't let us see the place", ("unusual-delivery",)),
    ("they refused a site visit", ("unusual-delivery",)),
    ("they asked us to leave the serial numbers off the invoice", ("papers-that-say-otherwise",)),
    ("could be kept out of the customs papers, he said", ("papers-that-say-otherwise",)),
    ("delivery to a warehouse in Sharjah", ("unusual-delivery",)),
    ("ship it to a rented warehouse", ("unusual-delivery",)),
])
def test_what_is_told_beside_the_guidance_is_heard(begin, text, told):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.messages[-1].other_matters == told


@pytest.mark.parametrize("end", ["advise now", "just give me the short version"])
def test_what_is_told_beside_once_the_questions_have_ended_repeats_no_advice(begin, end):
    talk = begin()
    talk.say(OPENING)
    talk.say(end)
    talk.say("advise now")

    reply = talk.say("they pay in cash")

    assert (reply.question, reply.flags, reply.safeguards, reply.shape) == (None, (), (), "brief")
    assert len(reply.lead) == 3
    assert reply.lead[1].text.startswith("No red flag so far")
    assert [line.text.partition(".")[0] for line in reply.aside] == [
        "Beside the guidance: Cash, or money that comes from elsewhere"]


@pytest.mark.parametrize(("text", "guess", "chance", "kept"), [
    ("they wanna know where dissidents abroad are", "border-control", 0.6, False),
    ("for watching the Roma", "crowd-monitoring", 0.99, False),
    ("border control, and to find dissidents", "border-control", 0.99, True),
    ("to stop smugglers at the river", "border-control", 0.99, True),
])
def test_a_guess_at_the_aim_gives_way_to_whom_it_is_for(
    guidance, sentences, text, guess, chance, kept
):
    def tells(said):
        return [Told(Fact("end_use"), guess, chance, 0, len(said))] if said == text else []

    talk = Talk(guidance, PlainReader(guidance, tells), sentences)
    talk.say(OPENING)
    talk.say(text)

    assert (Fact("end_use") in talk.conversation.deal.answers) is kept
    assert bool(talk.messages[-1].other_matters) is (text != "to stop smugglers at the river")


def test_a_deal_that_tells_of_one_gets_its_advice_and_whom_to_take_it_to(begin):
    talk = begin()
    reply = talk.say(OPENING + ", they pay in cash")
    plain = begin().say(OPENING)

    assert talk.messages[-1].intent is Intent.DESCRIBE
    assert reply.aside[-1].text.startswith("Beside the guidance: Cash, or money that comes from")
    assert reply.aside[-1].text.endswith("Take it to compliance, or finance.")
    assert replace(reply, aside=()) == plain


def test_what_a_matter_says_of_the_guidance_is_cited(begin, guidance):
    reply = begin().say(OPENING + ", they want to track opposition bloggers")

    (line,) = reply.aside
    assert [c.provision for c in line.citations] == ["sg-b-6"]
    assert line.citations[0] in reply.citations()


def test_whom_a_group_is_watched_for_rests_on_what_forbids_distinctions(begin):
    reply = begin().say("gait recognition for the police in Ghana to track Uyghurs")

    (line,) = reply.aside
    assert [c.provision for c in line.citations] == ["sg-b-6", "iccpr-26", "udhr-2"]
    assert not any(flag.status is Status.RAISED for flag in reply.flags)


def test_a_customer_who_wants_no_service_is_said_back_by_the_export_rules(begin):
    reply = begin().say(OPENING + ", no training wanted, delivery to a freight forwarder in Cyprus")

    (line,) = reply.aside
    assert [c.provision for c in line.citations] == ["bis-kyc"]


def test_what_is_in_turn_stands_close_and_in_one_clause(begin):
    talk = begin()
    talk.say(OPENING)
    for text in ("to monitor and journalists report", "to monitor, activists say, is wrong",
                 "to monitor the traffic on all roads of the city center and activists"):
        talk.say(text)
        assert talk.messages[-1].other_matters == ()


@pytest.mark.parametrize("text", [
    "Social media analytics for the police in Turkey. The law allows it: they want to monitor "
    "journalists",
    "spyware for the police in Turkey to spy on activists, our lawyers have seen the contract",
    "facial recognition for the police in Turkey, in the news it was denied, to spot protesters",
    "cctv for the police in Ghana to track opposition members, a bill was passed",
])
def test_a_grave_aim_is_heard_whatever_stands_beside_it(begin, text):
    talk = begin()
    talk.say(text)

    assert talk.messages[-1].other_matters == ("critics-watched",)


@pytest.mark.parametrize(("asked", "text", "told"), [
    ("end_use", "monitoring journalists", ("critics-watched",)),
    ("end_use", "to identify gays and lesbians", ("groups-watched",)),
    ("detentions", "the law allows them to arrest activists", ()),
    ("restrictive_laws", "laws are strict on monitoring the opposition", ()),
    ("agency_misuse", "the police use spyware to spy on journalists", ()),
    ("agency_misuse", "police tends to target journalists", ()),
    ("agency_misuse", "they'll track journalists with it", ("critics-watched",)),
])
def test_what_answers_on_the_country_is_no_aim(begin, asked, text, told):
    talk = begin()
    talk.say(OPENING)
    talk.conversation = talk.conversation.asking((Fact(asked),))
    talk.say(text)

    assert talk.messages[-1].other_matters == told


@pytest.mark.parametrize(("text", "told", "values"), [
    ("legal said no", ("refused-already",), None),
    ("counsel signed off, then legal said no", ("refused-already",), {"done"}),
    ("export licence was denied last year, now granted", ("refused-already",), {"done"}),
    ("Compliance said no to live matching, so we deliver only after-the-fact search. "
     "Export review is done.", ("refused-already",), {"done"}),
    ("licence granted. The board turned down a rival deal.", (), {"done"}),
    ("review done, compliance rejected only one clause", (), {"done"}),
    ("The customer's legal rejected our liability clause; export licence granted", (), {"done"}),
    ("export control says no restrictions apply, licence granted", (), {"done"}),
    ("legal says no review is needed", (), {"not-started"}),
    ("compliance is ok with it", (), {"done"}),
    ("compliance said it's ok, they approved in writing", (), {"done"}),
])
def test_a_refusal_takes_no_review_away_that_was_told(begin, text, told, values):
    talk = begin()
    talk.say(OPENING)
    talk.conversation = talk.conversation.asking((Fact("export_review"),))
    talk.say(text)

    answer = talk.messages[-1].heard.get(Fact("export_review"))
    assert talk.messages[-1].other_matters == told
    assert (answer and answer.values) == values


def test_one_told_by_itself_leaves_deal_and_question_as_they_are(begin):
    talk = begin()
    opened = talk.say(OPENING)
    before = talk.conversation
    reply = talk.say("they pay through an offshore account")

    assert talk.messages[-1].intent is Intent.REMARK
    assert (talk.conversation.deal, talk.conversation.pending, talk.conversation.beside) == (
        before.deal, before.pending, before.beside)
    assert reply.kind is Kind.ASK
    assert reply.question is not None
    assert reply.question.fact == before.pending
    assert reply.lead == opened.lead
    assert [line.text.partition(".")[0] for line in reply.aside] == [
        "Beside the guidance: Cash, or money that comes from elsewhere"]


@pytest.mark.parametrize(("text", "told"), [
    ("to check women's headscarves", ("groups-watched",)),
    ("our licence was refused", ("refused-already",)),
    ("and compliance said no", ("refused-already",)),
])
def test_what_was_raised_stays_in_sight_beside_one(begin, text, told):
    talk = begin()
    opened = talk.say("Spyware for the police in the UAE")
    reply = talk.say(text)

    raised = [f.id for f in reply.flags if f.status is Status.RAISED]
    assert talk.messages[-1].other_matters == told
    assert "hacking-tools-for-the-state" in raised
    # That the deal can be left is said once, and not from step to step.
    (still,), (first,) = reply.lead, opened.lead
    assert first.text.startswith(still.text)
    assert still.text == (
        "Stop and take this to your compliance lead before you quote. One red flag: hacking tools "
        "for a government body or somebody who may act for one.")


def test_who_asks_for_one_is_answered_and_told_nothing_beside(begin):
    talk = begin()
    talk.say(OPENING)
    talk.say("what does the guidance say about bribes?")

    assert talk.messages[-1].other_matters == ()


def test_an_id_that_the_release_does_not_know_is_left_out(guidance, sentences):
    assert passed_on(("odd-payment", "of-another-release"), guidance, sentences) == passed_on(
        ("odd-payment",), guidance, sentences)


def test_a_release_without_any_hears_none(guidance, sentences, begin):
    talk = begin()
    talk._reader = PlainReader(replace(guidance, other_matters=()))

    assert talk.say(OPENING + ", they pay in cash") == begin().say(OPENING)


def test_what_is_wrong_with_them_is_said_by_name(guidance):
    good = OtherMatter("one", "One", "Says.", "compliance", ((("cash",),),))
    lost = replace(good, id="four", authorities=("sg-nowhere",))
    broken = (good, good, replace(good, id="two", whom=" ", told=()),
              replace(good, id="three", told=((),)),
              replace(good, id="five", told=(), in_turn=((("to",), ()),)))
    astray = replace(good, id="six", unless_facts=(Fact("gone"),))

    assert list(faults(broken)) == [
        ("one", "there are two of this id; give one of them another"),
        ("two", "its 'whom' is empty"),
        ("two", "it has no 'told', so nothing could be known to tell of it"),
        ("three", "an alternative or a group of its 'told' is empty"),
        ("five", "an alternative or a group of its 'in_turn' is empty"),
    ]
    assert [p.subject for p in check(replace(guidance, other_matters=broken))] == [
        ("other matter", id_) for id_, _ in faults(broken)]
    assert [(p.subject, p.text.partition(".")[0])
            for p in check(replace(guidance, other_matters=(lost,)))] == [
        (("other matter", "four"), "authorities: provision 'sg-nowhere' does not exist")]
    assert [p.subject for p in check(replace(guidance, other_matters=(astray,)))] == [
        ("other matter", "six")]


@pytest.mark.parametrize(("text", "told"), [
    ("They pay in cash, and my boss wants to send it via Dubai so nobody asks.",
     ("odd-payment", "evasion")),
    ("My boss wants to keep compliance out of this.", ("evasion",)),
    ("they'd like to keep it off the books", ("kept-quiet",)),
    ("tell me what they say on gifts to officials", ()),
    ("rules on cash payments", ()),
])
def test_what_is_told_once_the_advice_stands_is_no_search(begin, text, told):
    """Where nothing was asked any more it was looked up in the texts, and nobody heard of it."""
    talk = begin()
    talk.say(OPENING)
    talk.say("advise now")
    reply = talk.say(text)
    assert talk.messages[-1].other_matters == told
    assert sum("Beside the guidance" in line.text for line in reply.aside) == len(told)
