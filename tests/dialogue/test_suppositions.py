"""What if: only the difference is told, nothing is noted, and it can be adopted afterwards."""

import re
from dataclasses import replace

import pytest

from bot.dialogue.changes import Ground, Part
from bot.dialogue.intents import Intent
from bot.dialogue.judging import judge_all
from bot.dialogue.naming import NOT_TRIED
from bot.dialogue.reading import PlainReader
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.reply import Status
from bot.ledger import canonical
from bot.plain import to_text
from tests.dialogue.talking import Says, Talk
from tests.dialogue.test_random_conversations import kept_and_read_back

DEAL = "drones with facial recognition for the police in Kenya via a reseller"


def supposed(begin, text: str, *before: str):
    talk = begin()
    for said in (DEAL, *before):
        talk.say(said)
    return talk, talk.conversation, talk.say(text)


@pytest.mark.parametrize(("text", "facts"), [
    ("what if we sell through our own cloud instead?", {"hosting": {"supplier"}}),
    ("and if it was the health ministry?", {"end_user": {"health-ministry"}}),
    ("suppose we go direct", {"intermediary": {"none"}}),
    ("would it help if we host it ourselves?", {"hosting": {"supplier"}}),
    ("how would it look if it was the health ministry instead of the police?",
     {"end_user": {"health-ministry"}}),
    ("what if it's for Uganda, not Kenya?", {"country": {"UG"}}),
    ("what if we left out the facial recognition?", {"product": {"drone"}}),
    ("what if we took out facial recognition?", {"product": {"drone"}}),
    ("what if we removed face recognition?", {"product": {"drone"}}),
    ("what if we sell them without facial recognition", {"product": {"drone"}}),
    ("what if it was only the drones?", {"product": {"drone"}}),
    ("what if we dropped face recognition", {"product": {"drone"}}),
    ("what if we bin the facial recognition", {"product": {"drone"}}),
    ("dropping the facial recognition, any better?", {"product": {"drone"}}),
    ("would losing the reseller make this any easier", {"intermediary": {"none"}}),
    ("would it be better dropping the reseller?", {"intermediary": {"none"}}),
    ("what if we also sell to the army?", {"end_user": {"police", "military"}}),
    ("ok, what if maybe it was the army?", {"end_user": {"military"}}),
])
def test_a_supposition_is_tried_out_and_changes_nothing(begin, text, facts):
    talk, before, reply = supposed(begin, text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == facts
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()
    assert talk.conversation.stretch is None  # nothing goes on from it
    assert talk.conversation.changed_last == {}
    assert replace(talk.conversation, supposed={}, version=before.version,
                   stretch=before.stretch, changed_last=before.changed_last) == before
    assert [q.fact for q in reply.question.all()] == list(before.awaiting())
    assert reply.changes.of is Ground.SUPPOSITION
    assert (reply.heard, reply.flags, reply.safeguards) == ("", (), ())


@pytest.mark.parametrize(("text", "facts"), [
    ("hypothetical!! it's for Uganda", {"country": {"UG"}}),
    ("for exercise, it's Uganda", {"country": {"UG"}}),
    ("run me the version where it's for Uganda", {"country": {"UG"}}),
    ("on the assumption that we host it, write it up", {"hosting": {"supplier"}}),
    ("assuming we host it", {"hosting": {"supplier"}}),
    ("if the drones and all their cameras were for the army", {"end_user": {"military"}}),
    ("I know there's a reseller but pretend it's for Uganda", {"country": {"UG"}}),
])
def test_what_says_to_be_supposed_is_not_noted(begin, text, facts):
    """"Hypothetical!! laws there go after people" was noted as a fact, as were frames of others."""
    talk, _, _ = supposed(begin, text)

    assert {f: a.values for f, a in (talk.conversation.supposed or {}).items()} == facts


@pytest.mark.parametrize("text", [
    "suppose I should mention that it's for Uganda, not Kenya",
    "imagine my joy, it's for Uganda, not Kenya",
    "if I understand you right they were for Uganda, not Kenya",
])
def test_who_only_begins_so_tells_a_fact(begin, text):
    talk, _, _ = supposed(begin, text)

    assert not talk.conversation.supposed
    assert talk.conversation.deal.known("country") == {"UG"}


def test_safeguards_behind_the_first_ones_that_would_no_longer_fit_are_counted(begin, guidance):
    """It was said that nothing would change, though what is made for face recognition went."""
    talk = begin()
    talk.say("body cameras with live face recognition for the police in Indonesia via a reseller")
    fitted = {s.id for s in rank_safeguards(
        guidance, talk.conversation.deal, judge_all(guidance, talk.conversation.deal))}
    reply = talk.say("what if we left out the face recognition?")
    supposed = replace(talk.conversation.deal, answers={
        **talk.conversation.deal.answers, **talk.conversation.supposed})
    fit = {s.id for s in rank_safeguards(guidance, supposed, judge_all(guidance, supposed))}

    gone = {"watch-list-limits", "human-review", "bias-test", "biometric-purpose-limit"} & fitted
    assert gone and gone <= fitted - fit
    assert fit <= fitted
    assert reply.changes.rest == (
        "The rest of what comes first would stand. Further safeguards that would no longer fit: "
        f"{len(fitted - fit)}.")


def test_safeguards_behind_the_first_ones_that_would_come_in_are_counted(begin):
    talk = begin()
    talk.say("body cameras for the police in Indonesia via a reseller")
    reply = talk.say("what if we also sell face recognition?")

    assert re.fullmatch(
        r"The rest of what comes first would stand\. "
        r"Further safeguards that would fit then: [1-9]\d*\.", reply.changes.rest)


@pytest.mark.parametrize("text", [
    "what if we disable face recognition?", "what if the face recognition is switched off",
    "what if they misuse it?", "what if they use it against journalists?",
    "what if they bin the drone footage after a week",
    "what if the end user changes?", "what if someone complains?",
])
def test_a_what_if_that_names_nothing_new_of_the_deal_stays_a_question(begin, text):
    """To switch off the face recognition was tried out as selling nothing else."""
    talk, before, _ = supposed(begin, text)
    assert talk.messages[-1].intent is Intent.ASK
    assert talk.conversation.deal == before.deal
    assert not talk.conversation.supposed


def test_what_is_known_already_is_said_to_be_and_can_not_be_taken_in(begin):
    """ "What if it was the police?" of a deal with them was searched."""
    talk, before, reply = supposed(begin, "what if it was the police?")
    assert reply.lead[0].text.startswith("That is as I have it already: end-user: Police")
    assert talk.conversation.deal == before.deal
    assert not talk.conversation.supposed


def test_we_suppose_is_no_supposition_but_a_hedge(begin):
    talk, _, _ = supposed(begin, "we suppose they host it themselves")
    assert talk.messages[-1].intent is Intent.DESCRIBE


def test_before_anything_is_known_there_is_nothing_to_suppose_against(begin):
    talk = begin()
    talk.say("what if we sell drones to the police in Kenya?")
    assert talk.messages[-1].intent is not Intent.WHAT_IF


def test_only_the_difference_is_told(begin):
    _, _, reply = supposed(begin, "what if it was for a university's frost research instead?",
                           "to watch crowds")
    assert {g.part.value: [n.id for n in g.named] for g in reply.changes.groups} == {
        "flags_removed": ["biometrics-in-public-space", "monitoring-of-assemblies"],
        "considerations": ["sg-c1"],
        # What is made for the product stays, whoever uses it.
        "safeguards_removed": ["assembly-limits"],
        "facts_needless": ["onward_supply"],
    }
    assert reply.changes.kept == (
        "sg-c6-9", "sg-c6-4", "export-counsel", "sg-c6-3", "sg-c6-1", "no-live-recognition")


def test_the_reply_says_that_nothing_is_noted(begin):
    talk, _, reply = supposed(begin, "suppose we go direct")
    assert "nothing is noted" in to_text(reply, talk.guidance)
    assert reply.citations()


@pytest.mark.parametrize("yes", ["ok do that", "let's go with that", "Make it so!"])
def test_what_was_supposed_can_be_adopted_later(begin, yes):
    talk, before, _ = supposed(begin, "what if we left out the facial recognition?",
                               "to watch crowds")
    talk.say("why do you ask?")
    reply = talk.say(yes)

    assert talk.conversation.deal.known("product") == {"drone"}
    assert talk.conversation.deal.without(["product"]) == before.deal.without(["product"])
    assert not talk.conversation.supposed
    assert reply.changes.of is Ground.CORRECTION
    assert [n.id for n in reply.changes.named(Part.FLAGS_REMOVED)] == \
        ["biometrics-in-public-space"]
    assert "Drones (not Facial recognition any more)" in reply.heard


@pytest.mark.parametrize("yes", [
    "no, let's go with that", "great, let's go with that then", "we should do that",
])
def test_it_is_adopted_in_more_words_too(begin, yes):
    talk, _, _ = supposed(begin, "suppose we go direct")
    talk.say(yes)

    assert talk.messages[-1].intent is Intent.ADOPT
    assert talk.conversation.deal.known("intermediary") == {"none"}


@pytest.mark.parametrize("no", [
    "let's not go with that", "don't do that", "we would never do that", "I wouldn't go with that",
    "please don't note that", "let's go with that but not the courts", "can we do that?",
    "should we do that", "if we do that, what then", "maybe we'll do that",
    "go with that, except the last point",
])
def test_who_does_not_want_it_asks_or_doubts_adopts_nothing(begin, no):
    talk, before, _ = supposed(begin, "suppose we go direct")
    talk.say(no)

    assert talk.messages[-1].intent is not Intent.ADOPT
    assert talk.conversation.deal == before.deal


def test_adopting_gives_what_was_foretold(begin):
    for text in ("and if it was the health ministry?", "what if we sell through our own cloud?",
                 "what if it was the army and to watch crowds?"):
        talk, _, foretold = supposed(begin, text)
        done = talk.say("let's go with that")
        parts = set(Part) - {Part.FACTS_OPENED, Part.FACTS_NEEDLESS, Part.CONSIDERATIONS}
        if done.changes is None:  # nothing that was known has changed
            continue
        for part in parts:
            assert [n.id for n in foretold.changes.named(part)] == \
                [n.id for n in done.changes.named(part)]
        assert foretold.changes.kept == done.changes.kept


@pytest.mark.parametrize(("told", "text", "gone"), [
    # What was found of one country is not known of another.
    ("there is a war there", "what if it was Norway instead?", {"sg-c2-rf2"}),
    ("the reseller has been reported for misuse", "what if we go direct?", {"sg-c4-rf2"}),
])
def test_what_goes_with_what_is_supposed_away_is_foretold(begin, told, text, gone):
    talk, before, reply = supposed(begin, text, told)

    raised = {f.flag.id for f in judge_all(talk.guidance, before.deal)
              if f.status is Status.RAISED}
    assert raised >= gone
    assert {one.id for one in reply.changes.named(Part.FLAGS_REMOVED)} == gone
    assert talk.conversation.deal == before.deal
    talk.say("ok, do that")
    assert {f.flag.id for f in judge_all(talk.guidance, talk.conversation.deal)
            if f.status is Status.RAISED} == raised - gone


def test_without_a_supposition_there_is_nothing_to_adopt(begin):
    talk = begin()
    talk.say(DEAL)
    talk.say("let's go with that")
    assert talk.messages[-1].intent is not Intent.ADOPT


@pytest.mark.parametrize("between", ["actually it's Uganda", "start over"])
def test_what_was_supposed_of_another_state_of_the_deal_is_forgotten(begin, between):
    talk, _, _ = supposed(begin, "suppose we go direct")
    talk.say(between)
    assert not talk.conversation.supposed


def test_a_supposition_outlives_a_restart(begin):
    talk, _, _ = supposed(begin, "suppose we go direct")
    talk.conversation = kept_and_read_back(talk.conversation)
    talk.say("ok do that")
    assert talk.conversation.deal.known("intermediary") == {"none"}
    assert canonical(talk.conversation)


@pytest.mark.parametrize(("said", "sure"), [
    ("we might sell 200 bodycams to the police in ghana", True),
    ("we may be bidding on bodycams for the police in ghana", True),
    ("potential deal: bodycams, police, ghana", True),
    ("the police in ghana might be interested in bodycams", True),
    ("bodycams for ghana, might be the police", False),
    ("bodycams in ghana, they may be for the police", False),
    ("we might sell bodycams in ghana, probably to the police", False),
])
def test_that_a_deal_is_not_made_yet_is_no_hedge_of_what_it_would_be(begin, said, sure):
    talk = begin()
    talk.say(said)
    answer = talk.conversation.deal.answers["end_user"]
    assert (answer.values, answer.sure) == ({"police"}, sure)


def test_what_others_may_do_with_it_is_a_hedge(begin):
    talk = begin()
    talk.say("bodycams for the police in ghana, they might sell them on to other agencies")
    assert talk.conversation.deal.answers["end_user"].values == {"police"}
    onward = talk.conversation.deal.answers.get("onward_supply")
    assert onward is None or not onward.sure


@pytest.mark.parametrize(("text", "told", "facts"), [
    ("what if they share it with Mexico?",
     ("onward_supply", "yes", 0.92, "they share it with Mexico"), {"onward_supply": {"yes"}}),
    ("what if the reseller had a bad record",
     ("party_reported", "yes", 0.95, "the reseller had a bad record"), {"party_reported": {"yes"}}),
    # The vocabulary only hints at it.
    ("what if it was just for traffic", ("end_use", "traffic", 0.98, "it was just for traffic"),
     {"end_use": {"traffic"}}),
    ("and if it's used only at the border?",
     ("end_use", "border-control", 0.69, "only at the border"), {"end_use": {"border-control"}}),
    ("what if they don't sign the human rights terms?",
     ("human_rights_clause", "refused", 0.9, "they don't sign the human rights terms"),
     {"human_rights_clause": {"refused"}}),
])
def test_what_is_supposed_is_heard_as_if_it_was_told(guidance, sentences, text, told, facts):
    """A model heard each of them when it was told, and "what if" made it a search."""
    talk = Talk(guidance, PlainReader(guidance, Says(told)), sentences)
    talk.choose({"product": ["cctv"], "end_user": ["police"], "country": ["GH"],
                 "intermediary": ["reseller"]})
    talk.say(text)
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == facts


@pytest.mark.parametrize(("text", "told", "supposed"), [
    ("what if we only rent it and run it", ("product", "cloud-hosting", 0.58, "rent it and run it"),
     {}),
    ("what if we only rent it and run it", ("product", "cloud-hosting", 0.72, "rent it and run it"),
     {"product": {"cloud-hosting"}}),
    ("what if those in charge change", ("end_user", "prosecutor", 0.6, "those in charge"), {}),
])
def test_a_guess_at_other_goods_or_another_party_takes_nobody_s_place(
    guidance, sentences, text, told, supposed
):
    """Spyware that is only rented was tried out as cloud hosting, and its flag was said to go."""
    talk = Talk(guidance, PlainReader(guidance, Says(told)), sentences)
    talk.choose({"product": ["spyware"], "end_user": ["police"], "country": ["GH"]})
    talk.say(text)
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == supposed


@pytest.mark.parametrize(("text", "told", "facts"), [
    ("what if it had facial recognition?",
     ("misuse_reports", "yes", 0.21, "it had facial recognition"),
     {"product": {"cctv", "facial-recognition"}}),
    ("suppose it had spyware in it", ("misuse_reports", "yes", 0.5, "it had spyware"),
     {"product": {"cctv", "spyware"}}),
    ("what if the army had it?", ("agency_misuse", "yes", 0.22, "the army had it"),
     {"end_user": {"military"}}),
])
def test_what_is_named_is_supposed_though_a_model_half_hears_that_something_was_done(
    guidance, sentences, text, told, facts
):
    talk = Talk(guidance, PlainReader(guidance, Says(told)), sentences)
    talk.choose({"product": ["cctv"], "end_user": ["police"], "country": ["GH"]})
    talk.say(text)
    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert {f: a.values for f, a in talk.conversation.supposed.items()} == facts


@pytest.mark.parametrize(("text", "told"), [
    ("what if the army misuse it?", ("agency_misuse", "yes", 0.6, "the army misuse it")),
    ("what if they misuse it?", ("agency_misuse", "yes", 0.95, "they misuse it")),
    ("what if they use it against journalists?",
     ("misuse_reports", "yes", 0.95, "they use it against journalists")),
    ("what if a customer is unhappy?", ("stage", "complaint", 0.65, "a customer is unhappy")),
    ("what if they don't pay", ("transparency", "evasive", 0.4, "they don't pay")),
])
def test_what_asks_what_to_do_then_supposes_nothing(guidance, sentences, text, told):
    talk = Talk(guidance, PlainReader(guidance, Says(told)), sentences)
    talk.choose({"product": ["cctv"], "end_user": ["police"], "country": ["GH"]})
    talk.say(text)
    assert talk.messages[-1].intent is Intent.ASK
    assert not talk.conversation.supposed


@pytest.mark.parametrize("text", [
    "what if there was political turmoil", "what if there's armed conflict?",
    "what if there was a tense election?",
])
def test_what_is_asked_can_be_supposed(begin, text):
    """It was taken for a question on what those words mean."""
    talk = begin()
    talk.say("plate readers for the police in Fiji, against burglary")
    assert "conflict" in talk.conversation.awaiting()
    talk.say(text)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert talk.conversation.supposed["conflict"].values == {"yes"}


@pytest.mark.parametrize(("supposed", "text", "facts"), [
    ("what if it was the army without the distributor?", "let's do that but keep the distributor",
     {"end_user": {"military"}, "intermediary": {"distributor"}}),
    ("what if it was the army?", "ok let's do that. And it's for border control",
     {"end_user": {"military"}, "end_use": {"border-control"}}),
    ("what if it was the army?", "let's go with that, and we host it",
     {"end_user": {"military"}, "hosting": {"supplier"}}),
    # It was said that nothing is noted, since the distributor is known.
    ("what if it was the army?", "let's do that, but keep the distributor",
     {"end_user": {"military"}, "intermediary": {"distributor"}}),
    ("what if it was the army?", "ok let's go with that - still in Kenya",
     {"end_user": {"military"}, "country": {"KE"}}),
    # These take nothing in.
    ("what if it was the army?", "let's do that if we host it", {"end_user": {"police"}}),
    ("what if it was the army?", "let's do that, through a broker, but not the army",
     {"end_user": {"police"}}),
    ("what if it was the army?", "let's do that, but is the distributor a problem?",
     {"end_user": {"police"}}),
    ("what if it was the army?", "let's go with that, but not the army", {"end_user": {"police"}}),
])
def test_what_is_taken_in_may_be_told_more_of(begin, supposed, text, facts):
    """Such a message went unread as a whole."""
    talk = begin()
    talk.say("drones for the police in Kenya through a distributor")
    talk.say(supposed)

    talk.say(text)

    assert {fact: talk.conversation.deal.known(fact) for fact in facts} == facts
    assert (talk.messages[-1].intent is Intent.ADOPT) is (facts["end_user"] == {"military"})


@pytest.mark.parametrize(("text", "place", "leave"), [
    ("would Germany be fine?", "DE", True), ("would Germany be better?", "DE", False),
    ("isn't Chile better?", "CL", False),
])
def test_another_country_that_is_only_asked_after_is_tried_out_alone(begin, text, place, leave):
    """It takes the place of the one that is known; and whoever asks for leave gets none."""
    talk = begin()
    talk.say("drones for the police in Kenya")

    reply = talk.say(text)

    assert {fact: answer.values for fact, answer in talk.conversation.supposed.items()} == {
        "country": {place}}
    assert ("I can't say" in reply.lead[0].text) is leave


@pytest.mark.parametrize("text", ["let's go with that", "ok do that", "go with it", "note that"])
def test_what_was_not_tried_out_is_not_taken_in_and_that_is_said(begin, text):
    """Behind a supposition in which nothing was heard, "let's go with that" got the whole advice,
    as if it had been taken in."""
    talk, before, reply = supposed(begin, text)

    message = talk.messages[-1]
    assert (message.intent, message.subject) == (Intent.WHAT_IS_KNOWN, NOT_TRIED)
    assert talk.conversation.deal == before.deal
    assert talk.conversation.awaiting() == before.awaiting()
    assert reply.lead


@pytest.mark.parametrize("text", [
    "what if they sign", "what if they sign it after all", "what if they do sign?",
    "and if they agree to it later?", "suppose they accept", "what if they are on board",
])
def test_to_a_clause_that_was_refused_a_signature_is_one_of_it(begin, text):
    """"What if they sign" behind a refused clause was said not to be covered, and "what if they
    sign it after all" was heard as rules with gaps."""
    talk, _, _ = supposed(begin, text, "they refused the human rights clause")

    assert {f: a.values for f, a in talk.conversation.supposed.items()} == {
        "human_rights_clause": {"accepted"}}


@pytest.mark.parametrize("text", ["what if they sign", "suppose they sign it after all"])
def test_where_no_clause_was_refused_no_signature_is_one_of_it(begin, text):
    talk, _, _ = supposed(begin, text)

    assert "human_rights_clause" not in talk.conversation.supposed
