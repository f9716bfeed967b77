"""What was settled stands while something less sure is said of it."""

from dataclasses import replace

import pytest

from bot.dialogue.claims.standing import beside_what_stands
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

WAR = ("spyware for the police in Ghana", "there is armed conflict")
OVER = (*WAR, "the war is over")
END_USER = Fact("end_user")


def told(begin, *messages):
    talk = begin()
    for text in messages:
        talk.say(text)
    return talk


def conflict(talk):
    answer = talk.conversation.deal.answers[Fact("conflict")]
    return set(answer.values), answer.sure, set(answer.instead), answer.guessed


def raised(talk):
    return {f.id: f.tentative for f in talk.replies[-1].flags if f.status is Status.RAISED}


def answer(*values, sure=True, confidence=1.0, instead=()):
    return Answer(frozenset(values), "said", MessageKey("1"), sure, confidence=confidence,
                  instead=frozenset(instead))


@pytest.mark.parametrize(("text", "expected"), [
    ("yes", ({"no"}, True, set(), False)),
    ("yes, it is over", ({"no"}, True, set(), False)),
    ("no", ({"yes"}, True, set(), False)),
    ("no idea", ({"yes"}, True, {"no"}, False)),
    ("probably", ({"yes"}, True, {"no"}, False)),
    ("there is still a war", ({"yes"}, True, set(), False)),
    ("hosted by us", ({"yes"}, True, {"no"}, True)),
])
def test_the_flag_of_a_war_goes_only_once_it_is_surely_over(begin, text, expected):
    talk = told(begin, *OVER, text)
    assert conflict(talk) == expected
    assert ("sg-c2-rf2" in raised(talk)) == ("yes" in expected[0])
    assert not raised(talk).get("sg-c2-rf2")


def test_what_is_asked_back_a_second_time_in_vain_is_not_asked_again(begin):
    talk = told(begin, *OVER, "no idea")
    assert "conflict" not in talk.conversation.awaiting()


@pytest.mark.parametrize("text", [
    "they might add a university", "maybe a university too", "perhaps a university as well",
])
def test_who_may_come_on_top_makes_nobody_less_certain(begin, text):
    talk = told(begin, "facial recognition for the police in Peru", text)
    told_ = talk.conversation.deal.answers[END_USER]
    assert (told_.values, told_.sure, told_.instead) == (
        {"police"}, True, {"police", "university"})
    assert END_USER in talk.replies[-1].tentative


@pytest.mark.parametrize(("then", "values", "instead"), [
    ("the army also uses it", {"police", "military"}, {"police", "military", "university"}),
    ("maybe the army too", {"police"}, {"police", "military", "university"}),
    ("no, not the university", {"police"}, set()),
    ("the university uses it too", {"police", "university"}, set()),
    ("hosted by us", {"police"}, {"police", "university"}),
])
def test_who_may_come_on_top_stays_so_until_it_is_spoken_of(begin, then, values, instead):
    talk = told(begin, "cctv for the police in Peru", "they might add a university", then)
    told_ = talk.conversation.deal.answers[END_USER]
    assert (told_.values, told_.sure, told_.instead) == (values, True, instead)


def test_who_surely_comes_on_top_is_certain(begin):
    talk = told(begin, "facial recognition for the police in Peru", "they add a university")
    told_ = talk.conversation.deal.answers[END_USER]
    assert (told_.values, told_.certain) == ({"police", "university"}, True)


def test_what_may_hold_instead_raises_its_own_flags_on_something_supposed(guidance):
    def flags(deal):
        return {f.flag.id: f.tentative for f in judge_all(guidance, deal)
                if f.status is Status.RAISED}

    spyware = Deal({Fact("product"): answer("spyware"), END_USER: answer("university")})
    maybe = spyware.with_answers({END_USER: answer("university", instead=("police",))})
    surely = spyware.with_answers({END_USER: answer("police")})
    assert flags(maybe) == dict.fromkeys(flags(surely), True)


def test_only_what_would_blur_or_take_a_flag_is_kept_beside_it(guidance):
    deal = Deal({Fact("conflict"): answer("no"), END_USER: answer("police")})
    guess = {Fact("conflict"): answer("yes", sure=False, confidence=0.5)}
    sure = {END_USER: answer("university")}
    assert beside_what_stands(guess, deal, guidance) == guess
    assert beside_what_stands(sure, deal, guidance) == sure
    less = {END_USER: answer("university", sure=False, confidence=0.5)}
    assert beside_what_stands(less, deal, guidance) == {
        END_USER: answer("police", confidence=0.5, instead=("university",))}


@pytest.mark.parametrize(("text", "users"), [
    ("spyware for Kenya for intelligence and for the police", {"intelligence", "police"}),
    ("drones for the police and intelligence of Kenya", {"intelligence", "police"}),
    ("drones for surveillance and for the police of Kenya", {"police"}),
    ("drones for the police, we have intelligence that they pay", {"police"}),
    ("spyware for the prosecutor of Kenya, law enforcement", {"prosecutor"}),
])
def test_a_weak_word_beside_a_firm_one_in_a_list_is_a_member(begin, text, users):
    told_ = told(begin, text).conversation.deal.answers[END_USER]
    assert (told_.values, told_.certain) == (users, True)


@pytest.mark.parametrize("text", ["the militia has access too", "the army also has access",
                                  "soldiers of the army get access"])
def test_who_has_access_as_well_is_asked_back_as_a_user(guidance, sentences, text):
    talk = Talk(guidance, PlainReader(guidance, Says()), sentences)
    talk.conversation = replace(talk.conversation, deal=Deal({END_USER: answer("prison")}))
    talk.say(text)
    told_ = talk.conversation.deal.answers[END_USER]
    assert (told_.values, told_.sure) == ({"prison"}, True)
    assert talk.conversation.deal.latest(END_USER) == {"prison", "military"}
    assert talk.replies[-1].question.fact == END_USER


@pytest.mark.parametrize("text", ["the militia has no access", "does the militia have access?",
                                  "the militia is near", "nobody there has access to a lawyer"])
def test_who_has_no_access_is_no_user(begin, text):
    talk = told(begin, "cctv for the prison service of Morocco", text)
    assert talk.conversation.deal.latest(END_USER) == {"prison"}


@pytest.mark.parametrize(("text", "facts"), [
    ("we sell a billing system with CDR export to Ethio Telecom",
     {"end_user": {"telecom-operator"}, "country": {"ET"}}),
    ("drones for a zoo in Kenya", {"end_user": {"other"}, "country": {"KE"}}),
    ("payment via a bank in Cyprus, drones for the police in Kenya",
     {"end_user": {"police"}, "country": {"KE"}}),
])
def test_who_buys_a_billing_system_is_no_mere_payer(begin, text, facts):
    deal = told(begin, text).conversation.deal
    assert {fact: set(deal.known(Fact(fact))) for fact in facts} == facts


FIRST = ("drones for the police in Togo", "1 3 6", "actually the first is no")


def noted(talk, fact):
    answer = talk.conversation.deal.answers[Fact(fact)]
    return set(answer.values), answer.sure, set(answer.instead), answer.guessed


def test_a_correction_that_is_not_certain_is_asked_back(begin):
    talk = told(begin, *FIRST)
    assert noted(talk, "detentions") == ({"yes"}, True, {"no"}, True)
    assert talk.replies[-1].question.fact == Fact("detentions")
    assert "sg-c2-rf3" in raised(talk)


@pytest.mark.parametrize(("text", "expected"), [
    ("yes", ({"no"}, True, set(), False)), ("no", ({"yes"}, True, set(), False)),
])
def test_a_correction_that_is_asked_back_is_settled_by_the_answer(begin, text, expected):
    assert noted(told(begin, *FIRST, text), "detentions") == expected


@pytest.mark.parametrize(("text", "then", "values"), [
    ("maybe it's the army instead", "no, the police", {"police"}),
    ("maybe it's the army instead", "yes", {"military"}),
    ("also for the army maybe", "only the police", {"police"}),
    ("also for the army maybe", "yes", {"police", "military"}),
])
def test_who_may_be_the_user_instead_is_settled_by_the_answer(begin, text, then, values):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals", text)
    assert talk.replies[-1].question.fact == END_USER
    talk.say(then)
    assert noted(talk, "end_user") == (values, True, set(), False)


@pytest.mark.parametrize(("opening", "text", "fact", "values"), [
    ("CCTV with face recognition for the police in Uganda",
     "actually it's probably the electricity company not the police", "end_user",
     {"state-owned-company"}),
    ("drones for the army of Chad, war in the east", "the war is over", "conflict", {"no"}),
])
def test_a_guess_is_asked_back_after_the_questions_have_ended(
    begin, opening, text, fact, values
):
    talk = told(begin, opening, "advise now", text)
    assert talk.replies[-1].question.fact == Fact(fact)
    reply = talk.say("yes")
    assert noted(talk, fact) == (values, True, set(), False)
    assert reply.question is None


def test_what_may_hold_instead_is_read_back(begin):
    talk = told(begin, "CCTV for the police in Uganda", "maybe it's the army instead")
    assert "Police (perhaps Armed forces or defence ministry)" in talk.say(
        "what's noted?").lead[0].text


PERHAPS = ("CCTV for the police in Uganda, to catch criminals", "they might use it at protests")


@pytest.mark.parametrize("text", [
    "for border control", "they use it for border control", "it is used for border control",
    "and for border control", "border control",
])
def test_one_more_use_takes_nobody_s_place_while_another_is_asked_back(begin, text):
    talk = told(begin, *PERHAPS, text)
    stand = {"law-enforcement", "border-control"}
    assert noted(talk, "end_use") == (stand, True, {*stand, "crowd-monitoring"}, True)
    assert raised(talk)["monitoring-of-assemblies"]
    assert talk.replies[-1].question.fact == Fact("end_use")


@pytest.mark.parametrize(("text", "values"), [
    ("no, for border control", {"border-control"}),
    ("only border control", {"border-control"}),
    ("border control only", {"border-control"}),
    ("it is for border control, not criminals", {"border-control"}),
    ("criminals only", {"law-enforcement"}),
    ("yes", {"law-enforcement", "crowd-monitoring"}),
])
def test_a_use_that_is_said_to_be_the_one_takes_the_place_of_both(begin, text, values):
    talk = told(begin, *PERHAPS, text)
    assert noted(talk, "end_use") == (values, True, set(), False)


def test_one_more_user_takes_nobody_s_place_while_another_is_asked_back(begin):
    talk = told(begin, "CCTV for the police in Uganda", "maybe the army too",
                "the border guard uses it")
    assert noted(talk, "end_user") == (
        {"police", "border-guard"}, True, {"police", "border-guard", "military"}, True)


@pytest.mark.parametrize(("text", "users"), [
    ("only the army uses it", {"military"}), ("only the army", {"military"}),
    ("only the army is going to use it", {"military"}), ("it's just for the army", {"military"}),
    ("the army only", {"military"}),
    # Neither is the only one, nor does any user go on a word in passing.
    ("not only the army uses it", {"police", "military"}),
    ("the army uses it", {"police", "military"}), ("just the army too", {"police", "military"}),
])
def test_the_only_user_is_no_other_s_companion(begin, text, users):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals", text)
    assert talk.conversation.deal.known(END_USER) == users


@pytest.mark.parametrize("text", [
    "only the army was mentioned in the tender", "we only talked to the army",
    "only the army's budget is known", "only the army and the police use it",
])
def test_an_only_of_something_else_takes_no_user_away(begin, text):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals", text)
    assert "police" in talk.conversation.deal.known(END_USER)


def flag(talk, name):
    return next(f for f in talk.replies[-1].flags if f.id == name)


def test_a_flag_quotes_no_words_that_it_does_not_rest_on(begin):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals",
                "they might use it at protests")
    watching = flag(talk, "monitoring-of-assemblies")
    assert (watching.tentative, watching.said) == (True, ())
    assert noted(talk, "end_use") == (
        {"law-enforcement"}, True, {"law-enforcement", "crowd-monitoring"}, True)
    talk.say("yes")
    assert noted(talk, "end_use") == (
        {"law-enforcement", "crowd-monitoring"}, True, set(), False)


def test_a_flag_goes_on_quoting_who_stands_when_somebody_may_come_on_top(begin):
    talk = told(begin, "CCTV with face recognition for the police in Uganda, to catch criminals",
                "they might add a university", "hosted by us")
    assert flag(talk, "recognition-for-policing").said == (
        "CCTV, face recognition", "police", "catch criminals")


CROWDS = "drones for the police in Kenya, to watch crowds"


@pytest.mark.parametrize(("then", "quoted"), [
    (["also for border control"], ("watch crowds",)),
    (["also for border control", "and for traffic as well"], ("watch crowds",)),
    (["also for border control", "not for border control after all"], ("watch crowds",)),
    (["no, not for crowds, for border control", "also for protests"], ("for protests",)),
])
def test_a_flag_quotes_the_words_that_told_its_own_value(begin, then, quoted):
    """What came on top says nothing of the crowds: "for border control" is none of their words."""
    talk = begin()
    for text in (CROWDS, *then):
        talk.say(text)
    talk.say("full advice")
    assert flag(talk, "monitoring-of-assemblies").said == quoted


SPYWARE = "spyware for the intelligence service of Jordan"
PROTESTS = "CCTV for the police in Uganda, to watch protests"


@pytest.mark.parametrize(("opening", "text", "fact", "values", "name"), [
    (SPYWARE, "maybe it's not spyware but forensics", "product", {"spyware"},
     "hacking-tools-for-the-state"),
    (PROTESTS, "maybe it's not for protests", "end_use", {"crowd-monitoring"},
     "monitoring-of-assemblies"),
    ("drones for the army of Chad", "I think it's not the army", "end_user", {"military"}, ""),
])
def test_a_denial_that_is_not_sure_takes_nothing_away(begin, opening, text, fact, values, name):
    talk = told(begin, opening, text)
    assert noted(talk, fact) == (values, False, set(), True)
    assert talk.replies[-1].question.fact == Fact(fact)
    if name:
        assert raised(talk)[name]
    talk.say("yes")
    assert noted(talk, fact) == (values, True, set(), False)


def test_a_denial_that_is_not_sure_and_is_meant_so_is_asked_anew(begin):
    talk = told(begin, SPYWARE, "maybe it's not spyware", "no")
    assert not talk.conversation.deal.known(Fact("product"))
    assert "hacking-tools-for-the-state" not in raised(talk)
    assert talk.replies[-1].question.fact == Fact("product")


@pytest.mark.parametrize(("then", "values"), [
    ("yes", {"traffic"}), ("no", {"traffic", "crowd-monitoring"})])
def test_of_two_uses_the_one_that_is_perhaps_denied_is_asked_back(begin, then, values):
    talk = told(begin, f"{PROTESTS} and for traffic", "maybe it's not for protests")
    assert noted(talk, "end_use") == (
        {"traffic", "crowd-monitoring"}, True, {"traffic"}, True)
    assert "monitoring-of-assemblies" in raised(talk)
    talk.say(then)
    assert noted(talk, "end_use") == (values, True, set(), False)


def test_a_sure_denial_still_takes_away(begin):
    talk = told(begin, SPYWARE, "it's not spyware")
    assert not talk.conversation.deal.known(Fact("product"))


@pytest.mark.parametrize("text", [
    "perhaps forensics, not spyware", "I think it's forensics, not spyware",
    "it may be forensics rather than spyware", "it's probably forensics instead of spyware",
    "I don't think it's spyware actually", "I'm not convinced it's spyware",
    "we don't believe it is spyware", "I'm not sure it's spyware",
])
def test_a_hedge_on_what_takes_its_place_is_one_on_the_denial(begin, text):
    talk = told(begin, SPYWARE, text)
    assert noted(talk, "product") == ({"spyware"}, False, set(), True)
    assert talk.replies[-1].question.fact == Fact("product")
    assert "hacking-tools-for-the-state" in raised(talk)


@pytest.mark.parametrize("text", [
    "I don't think it's police actually", "I doubt it is the police",
    "I don't think the police will use it", "I'm not so sure that it's for the police",
])
@pytest.mark.parametrize("between", [(), ("advise now",)])
def test_who_doubts_that_it_is_the_user_is_asked_back(begin, text, between):
    talk = told(begin, "spyware for the police in Mexico", *between, text)
    assert noted(talk, "end_user") == ({"police"}, False, set(), True)
    assert talk.replies[-1].question.fact == END_USER
    assert "hacking-tools-for-the-state" in raised(talk)


@pytest.mark.parametrize("text", [
    "I doubt the police would misuse it", "I don't think the police need a warrant",
    "I don't think it's only the police", "I don't think it's the police only",
    "I don't think the police are corrupt", "I don't think it's for the police to decide",
    "not sure whether the police need a warrant",
])
def test_a_doubt_about_something_else_leaves_the_user_as_it_is(begin, text):
    talk = told(begin, "spyware for the police in Mexico", text)
    assert noted(talk, "end_user") == ({"police"}, True, set(), False)


@pytest.mark.parametrize("text", [
    "actually it's maybe not for the police but for the tax office",
    "maybe it's not the police but the tax office",
])
def test_who_perhaps_takes_the_place_of_another_is_asked_back(begin, text):
    talk = told(begin, "spyware for the police in Mexico", text)
    assert noted(talk, "end_user") == ({"police"}, True, {"other-ministry"}, True)
    assert talk.replies[-1].question.fact == END_USER


@pytest.mark.parametrize(("opening", "text", "fact", "values"), [
    ("spyware for the police in Mexico", "we don't think it's the police, it's the tax office",
     "end_user", {"other-ministry"}),
    ("spyware for the police in Mexico", "it's not the police but the army", "end_user",
     {"military"}),
    (SPYWARE, "it's not spyware, it's a drone", "product", {"drone"}),
])
def test_what_is_said_to_be_the_one_takes_the_place_of_what_is_doubted(
    begin, opening, text, fact, values
):
    assert noted(told(begin, opening, text), fact) == (values, True, set(), False)


@pytest.mark.parametrize("text", [
    "it's drones, not spyware", "it's drones rather than spyware",
    "I think the price is fine. It's not spyware",
])
def test_a_denial_beside_no_hedge_of_its_own_takes_away(begin, text):
    assert "spyware" not in told(begin, SPYWARE, text).conversation.deal.known(Fact("product"))


def test_a_hedge_before_a_but_is_none_on_what_follows(begin):
    talk = told(begin, PROTESTS, "we might use it at the border but not at protests")
    assert "crowd-monitoring" not in talk.conversation.deal.known(Fact("end_use"))


@pytest.mark.parametrize("text", [
    "I think it's calm, no war", "it's probably unrest, not a war", "I don't think there's a war",
])
def test_a_war_that_is_perhaps_none_goes_on_until_that_is_sure(begin, text):
    talk = told(begin, *WAR, text)
    assert conflict(talk)[:2] == ({"yes"}, True)
    assert "sg-c2-rf2" in raised(talk)


@pytest.mark.parametrize(("text", "fact", "values"), [
    ("end user: army", "end_user", {"military"}),
    ("customer: the army", "end_user", {"military"}),
    ("End-user: border guard", "end_user", {"border-guard"}),
    ("end users: police and army", "end_user", {"police", "military"}),
    ("product: drones", "product", {"drone"}),
    ("product: drones\nend user: army", "end_user", {"military"}),
    ("end use: border control", "end_use", {"border-control"}),
    ("one more user: the army", "end_user", {"police", "military"}),
    ("additional user: army", "end_user", {"police", "military"}),
    ("user: the army as well", "end_user", {"police", "military"}),
])
def test_what_fills_in_a_form_is_the_one(begin, text, fact, values):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals", text)
    assert talk.conversation.deal.known(Fact(fact)) == values


def test_no_guess_gives_way_to_a_fainter_one_that_takes_its_flag_away(guidance, sentences):
    """The flag of terms that were refused in part was gone."""
    talk = Talk(guidance, PlainReader(guidance, Says(
        ("product", "mobile-forensics", 0.9, "phone extraction kits"),
        ("human_rights_clause", "refused", 0.84, "they won't accept an audit right"),
        ("human_rights_clause", "accepted", 0.98, "but they accepted the rest"))), sentences)
    for text in ("phone extraction kits for the police in Honduras",
                 "they won't accept an audit right", "but they accepted the rest"):
        talk.say(text)
    clause = talk.conversation.deal.answers[Fact("human_rights_clause")]

    assert (clause.values, clause.instead, clause.guessed) == ({"refused"}, {"accepted"}, True)
    assert raised(talk)["human-rights-terms-refused"]


@pytest.mark.parametrize(("stood", "later", "instead"), [
    (answer("refused", sure=False, confidence=0.8), answer("accepted", sure=False, confidence=0.6),
     {"accepted"}),
    # The likelier of two guesses counts, what is told counts more than one, and who takes no flag
    # away comes in its place as before.
    (answer("refused", sure=False, confidence=0.6), answer("accepted", sure=False, confidence=0.8),
     set()),
    (answer("refused", sure=False, confidence=0.8), answer("accepted"), set()),
    (answer("accepted", sure=False, confidence=0.8), answer("refused", sure=False, confidence=0.6),
     set()),
])
def test_of_two_guesses_the_fainter_stands_beside_one_that_raises_a_flag(
    guidance, stood, later, instead
):
    fact = Fact("human_rights_clause")
    now = beside_what_stands({fact: later}, Deal({fact: stood}), guidance)[fact]

    assert now.instead == instead
    assert now.values == (stood if instead else later).values
