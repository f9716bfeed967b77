"""Which safeguards a deal is given first: what flags call for, what facts fit, what is possible."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all, open_facts
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import compose_advice
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.replies.suggesting import (
    MADE,
    leading_safeguards,
    narrowly_made,
    rank_safeguards,
)
from bot.dialogue.reply import Status
from retrieval.guidance import Fact, Guidance, RedFlag, SafeguardId


def deal(**facts: str) -> Deal:
    return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("m")) for f, v in facts.items()})


def place(guidance: Guidance, safeguard: str, **facts: str) -> int:
    """Where *safeguard* ranks for a deal of *facts*, from 0."""
    told = deal(**facts)
    return [s.id for s in rank_safeguards(guidance, told, judge_all(guidance, told))].index(
        SafeguardId(safeguard))


def without_apt(guidance: Guidance, safeguard: str) -> Guidance:
    plain = {s.id: replace(s, apt_for={}) if s.id == safeguard else s
             for s in guidance.safeguards.values()}
    return replace(guidance, safeguards=plain)


@pytest.mark.parametrize(("safeguard", "apt", "other"), [
    ("sg-c6-6", {"hosting": "supplier"}, {"hosting": "customer"}),
    ("sg-c6-4", {"product": "biometric-id"}, {"product": "telecom-equipment"}),
    ("export-counsel", {"product": "exploit"}, {"product": "cctv"}),
    ("sg-c7-1", {"stage": "delivered"}, {"stage": "negotiating"}),
])
def test_what_is_apt_for_the_facts_ranks_higher_and_is_never_left_out(
    guidance, safeguard, apt, other
):
    bare = without_apt(guidance, safeguard)

    assert place(guidance, safeguard, **apt) < place(bare, safeguard, **apt)
    assert place(guidance, safeguard, **other) == place(bare, safeguard, **other)


REPORTED = {"product": "spyware", "end_user": "intelligence", "agency_misuse": "yes",
            "misuse_reports": "yes", "detentions": "yes"}


@pytest.mark.parametrize(("facts", "wanted", "behind"), [
    # A complaint with reports beside it: the inquiry before the product is tailored, and remedy.
    ({**REPORTED, "stage": "complaint"}, ["complaint-inquiry"], "sg-c5-1"),
    ({**REPORTED, "stage": "complaint"}, ["remedy-plan", "sg-c7-3", "senior-decision"],
     "build-leverage"),
    ({"product": "cctv", "end_user": "local-government", "stage": "complaint"},
     ["sg-c7-3", "remedy-plan", "complaint-inquiry"], "sg-c5-4"),
    ({**REPORTED, "stage": "delivered"}, ["reported-misuse-inquiry"], "remedy-plan"),
    # Who won't say who uses it is asked for that in writing before other terms.
    ({"product": "exploit", "end_user": "undisclosed", "intermediary": "broker",
      "misuse_reports": "yes", "transparency": "evasive", "human_rights_clause": "refused"},
     ["end-use-statement"], "sg-c6-5"),
    # Calls from prison reach counsel; a body camera is first of all a record of what officers did.
    ({"product": "voice-recognition", "end_user": "prison", "stage": "delivered"},
     ["lawyer-calls-out"], "watch-list-limits"),
    ({"product": "body-worn-camera", "end_user": "police", "stage": "before-quote"},
     ["body-camera-integrity"], "no-live-recognition"),
    # What is bought to block can be bound to orders; without blocking nothing is left of it.
    ({"product": "deep-packet-inspection", "end_user": "telecom-operator", "stage": "signed",
      "end_use": "content-filtering", "conflict": "yes", "restrictive_laws": "yes"},
     ["blocking-by-order"], "content-modules-out"),
    # A customer who misuses such tools and refuses terms is first of all somebody's decision.
    ({"product": "facial-recognition", "end_user": "police", "end_use": "law-enforcement",
      "stage": "renewal", "agency_misuse": "yes", "human_rights_clause": "refused",
      "access_safeguards": "none"}, ["senior-decision"], "sg-c7-1"),
    # Part of a system known for abuse: somebody who can say no decides first.
    ({"product": "computer-vision", "end_user": "contractor", "system_of_concern": "yes",
      "detentions": "yes", "stage": "negotiating"},
     ["senior-decision"], "component-uses"),
])
def test_what_counsel_puts_first_is_shown_unasked_and_ahead(guidance, facts, wanted, behind):
    told = deal(**facts)
    findings = judge_all(guidance, told)
    order = ranked(guidance, told)
    shown = {s.id for s in leading_safeguards(guidance, told, findings)[0]}

    for id_ in wanted:
        assert id_ in shown
        assert order.index(SafeguardId(id_)) < order.index(SafeguardId(behind))


@pytest.mark.parametrize("stage", ["delivered", "renewal", "complaint"])
def test_remedy_is_spoken_of_where_misuse_is_reported_after_delivery(guidance, stage):
    """It was left to "more safeguards" (UNGP 22)."""
    told = deal(**{**REPORTED, "stage": stage})
    shown, _ = leading_safeguards(guidance, told, judge_all(guidance, told))

    assert "ungp-22" in {authority for s in shown for authority in s.authorities}


def test_access_without_review_is_graver_than_sharing_that_is_left_open(guidance):
    """What was read of somebody's letters can't be unread (UNGP 24)."""
    told = deal(access_safeguards="inadequate", data_sharing="open", human_rights_clause="refused")

    assert gravest(guidance, told)[0].id == "sg-c3-rf1"


# What the gravest flags name ---------------------------------------------------------------


def ranked(guidance: Guidance, told: Deal) -> list[SafeguardId]:
    return [s.id for s in rank_safeguards(guidance, told, judge_all(guidance, told))]


def gravest(guidance: Guidance, told: Deal) -> list[RedFlag]:
    """The two gravest flags that are raised, by the order in which the advice shows them."""
    return [f.flag for f in ranked_findings(guidance, judge_all(guidance, told))
            if f.status is Status.RAISED][:2]


def deals(guidance: Guidance) -> st.SearchStrategy[Deal]:
    """Deals of one value for some facts, some of them supposed or not known."""
    answers = {
        fact: st.tuples(st.sampled_from([c.value for c in q.choices] or ["KE"]) | st.none(),
                        st.sampled_from([True, True, True, False]))
        for fact, q in guidance.questions.items()}
    return st.fixed_dictionaries({}, optional=answers).map(lambda made: Deal({
        fact: Answer(None if value is None else frozenset({value}), "said", MessageKey("m"), sure)
        for fact, (value, sure) in made.items()}))


@pytest.mark.long
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_each_of_the_two_gravest_flags_has_its_first_possible_safeguard_behind_the_best_five(
    guidance, data
):
    told = data.draw(deals(guidance))
    order = ranked(guidance, told)
    assert len(order) == len(set(order))

    for flag in gravest(guidance, told):
        possible = [s for s in flag.safeguards if s in order]
        assert not possible or possible[0] in order[:7]


def shown(guidance: Guidance, sentences: Wording, told: Deal, *, asking: bool) -> list[str]:
    findings = judge_all(guidance, told)
    ask = [guidance.questions[f] for f in open_facts(guidance, told)][:1] if asking else []
    return [note.id for note in compose_advice(
        guidance, sentences, told, findings, ask).safeguards]


@pytest.mark.parametrize(("facts", "first"), [
    # Told in the words of an expert's deals.
    ({"product": "spyware", "end_user": "intelligence", "country": "SA", "detentions": "yes",
      "stage": "negotiating"}, {"protected-people-clause", "target-authorisation"}),
    ({"product": "facial-recognition", "end_user": "police", "country": "RS",
      "end_use": "crowd-monitoring"}, {"no-live-recognition", "assembly-limits"}),
    ({"product": "drone", "end_user": "border-guard", "country": "GE", "conflict": "yes",
      "stage": "renewal"}, {"conflict-review"}),
    ({"product": "mobile-forensics", "end_user": "police", "country": "MX", "stage": "signed",
      "agency_misuse": "yes"}, {"senior-decision"}),
    ({"product": "cctv", "end_user": "police", "human_rights_clause": "refused",
      "stage": "negotiating"}, {"senior-decision"}),
])
def test_what_a_grave_flag_calls_for_is_shown_first_while_something_is_asked_and_always_at_last(
    guidance, sentences, facts, first
):
    told = deal(**facts)
    assert first <= set(shown(guidance, sentences, told, asking=True)[:2])
    whole = shown(guidance, sentences, told, asking=False)
    assert first <= set(whole)
    assert whole[:5] == ranked(guidance, told)[:5]
    assert len(whole) <= 7 + MADE


def test_without_a_flag_and_without_a_product_nothing_is_put_first(guidance, sentences):
    told = deal(product="other", end_user="health-ministry")
    assert shown(guidance, sentences, told, asking=True) == ranked(guidance, told)[:5]
    assert shown(guidance, sentences, told, asking=False) == ranked(guidance, told)[:5]


# What is made for the product or the use ---------------------------------------------------


@pytest.mark.parametrize(("facts", "made"), [
    ({"product": "mobile-forensics", "end_user": "prosecutor"}, "forensics-per-case"),
    ({"product": "alpr", "end_user": "private-company"}, "plate-retention"),
    ({"product": "drone", "end_user": "border-guard", "stage": "renewal"}, "drone-limits"),
    ({"product": "cctv", "end_user": "health-ministry"}, "camera-masking-retention"),
    ({"product": "lawful-interception", "end_user": "telecom-operator"},
     "warrant-bound-interception"),
    ({"product": "rapid-dna", "end_user": "police", "intermediary": "distributor"}, "dna-limits"),
    ({"product": "data-fusion", "end_user": "police", "hosting": "customer"},
     "fused-data-limits"),
    ({"product": "other", "end_user": "election-commission", "end_use": "elections"},
     "election-protection-only"),
    ({"product": "biometric-id", "end_user": "election-commission", "end_use": "elections"},
     "voter-data-apart"),
    ({"product": "computer-vision", "end_user": "police", "intermediary": "integrator"},
     "component-uses"),
    ({"product": "audio-recording", "end_user": "police", "end_use": "public-safety"},
     "sounds-not-talk"),
])
def test_what_is_made_for_the_product_or_the_use_is_among_the_three_of_a_first_answer(
    guidance, sentences, facts, made
):
    told = deal(**facts)
    assert made in shown(guidance, sentences, told, asking=True)[:3]
    whole = shown(guidance, sentences, told, asking=False)
    assert made in whole
    assert whole[:5] == ranked(guidance, told)[:5]


@pytest.mark.parametrize(("facts", "instead"), [
    # Who makes chips has no pictures to mask; a camera in the air is bound to where it flies.
    ({"product": "computer-vision", "end_user": "police"}, "component-uses"),
    ({"product": "drone thermal-imaging", "end_user": "military"}, "drone-limits"),
])
def test_pictures_are_masked_by_whoever_has_them(guidance, sentences, facts, instead):
    told = Deal({Fact(fact): Answer(frozenset(value.split()), value, MessageKey("m"))
                 for fact, value in facts.items()})
    whole = shown(guidance, sentences, told, asking=False)
    assert instead in whole
    assert "camera-masking-retention" not in whole


@pytest.mark.parametrize(("hosting", "wanted"), [
    ("supplier", "secure-own-records"), ("customer", "ask-for-records"),
    ("third-party", "ask-for-records")])
def test_after_a_complaint_the_records_are_kept_by_whoever_holds_them(
    guidance, sentences, hosting, wanted
):
    told = deal(product="mobile-forensics", end_user="police", stage="complaint", hosting=hosting)
    assert wanted in shown(guidance, sentences, told, asking=False)
    before = deal(product="mobile-forensics", end_user="police", stage="signed", hosting=hosting)
    assert wanted not in ranked(guidance, before)


def test_it_stands_behind_what_the_gravest_flags_call_for(guidance, sentences):
    told = deal(product="mobile-forensics", end_user="prosecutor", detentions="yes",
                conflict="yes")
    assert shown(guidance, sentences, told, asking=True)[:3] == [
        "protected-people-clause", "conflict-review", "forensics-per-case"]


@pytest.mark.parametrize("facts", [
    {"intermediary": "distributor"}, {"hosting": "supplier"}, {"conflict": "yes"}])
def test_what_is_made_for_most_values_of_a_fact_is_made_for_none(guidance, facts):
    fitting = [s for s in guidance.safeguards.values()
               if s.suits.keys() == facts.keys()
               and all(value in s.suits[fact] for fact, value in facts.items())]
    assert fitting
    assert narrowly_made(guidance).keys().isdisjoint(s.id for s in fitting)


@pytest.mark.long
@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_one_that_is_made_for_the_deal_is_shown_wherever_one_fits(guidance, data):
    told = data.draw(deals(guidance))
    leading, others = leading_safeguards(guidance, told, judge_all(guidance, told))
    made = narrowly_made(guidance).keys()
    assert made.isdisjoint(others) or made & {s.id for s in leading}
    assert len(leading) <= 7 + MADE


@pytest.mark.parametrize(("facts", "first"), [
    # What is made for the product is what the flag names already, and stands there once.
    ({"end_use": "law-enforcement"}, ["no-live-recognition", "sg-c6-3", "sg-c6-4", "sg-c6-1"]),
    ({"end_use": "crowd-monitoring"},
     ["no-live-recognition", "assembly-limits", "sg-c6-3", "sg-c6-4"]),
])
def test_what_flag_and_product_both_put_first_is_shown_once(guidance, sentences, facts, first):
    told = deal(product="facial-recognition", end_user="police", conflict="no", **facts)
    interim = shown(guidance, sentences, told, asking=True)

    assert interim[:4] == first
    assert len(interim) == len(set(interim))


def test_where_little_applies_what_a_flag_calls_for_comes_in_the_order_that_it_names(guidance):
    """Not what is worth most for any deal, since few of those fit this one."""
    passed_on = ranked(guidance, deal(end_user="domestic-us", onward_supply="yes"))
    jailed = ranked(guidance, deal(**{"product": "other", "end_user": "health-ministry",
                                      "end_use": "environment"}, detentions="yes"))

    assert passed_on[:2] == ["no-onward-transfer", "sg-c6-6"]
    assert jailed[:2] == ["sg-c6-3", "protected-people-clause"]


def test_a_flag_that_names_nothing_possible_puts_nothing_first(guidance, sentences):
    bare = replace(guidance, red_flags=tuple(
        replace(f, safeguards=()) if f.id == "sg-c2-rf3" else f for f in guidance.red_flags))
    told = deal(product="cctv", end_user="police", detentions="yes", conflict="yes")

    assert gravest(bare, told)[0].id == "sg-c2-rf3"
    assert shown(bare, sentences, told, asking=True)[0] == "conflict-review"


# What is shown at which time ---------------------------------------------------------------


@pytest.mark.parametrize("review", [None, "pending", "not-started"])
@pytest.mark.parametrize("product", [
    "thermal-imaging", "drone", "cryptanalysis", "spyware", "exploit", "cell-site-simulator",
    "lawful-interception", "deep-packet-inspection", "network-monitoring"])
def test_export_counsel_is_among_the_first_five_for_what_export_lists_name(
    guidance, product, review
):
    facts = {"product": product, "end_user": "police", "detentions": "yes", "agency_misuse": "yes"}
    facts |= {"export_review": review} if review else {}

    assert place(guidance, "export-counsel", **facts) < 5


def test_export_counsel_is_left_out_only_once_the_review_is_surely_done(guidance):
    def shown(answer: Answer | None) -> bool:
        told = deal(product="spyware")
        told = told if answer is None else told.with_answers({Fact("export_review"): answer})
        return "export-counsel" in ranked(guidance, told)

    assert shown(None)
    assert shown(Answer(None, "no idea", MessageKey("m")))
    assert shown(Answer(frozenset({"done"}), "done, I think", MessageKey("m"), sure=False))
    assert shown(Answer(frozenset({"done", "pending"}), "partly", MessageKey("m")))
    assert not shown(Answer(frozenset({"done"}), "done", MessageKey("m")))


ANY_TIME = {"senior-decision", "ask-local-voices", "counsel-memo", "live-screening",
            "conflict-review", "export-counsel"}


@pytest.mark.parametrize("stage", [
    "idea", "before-quote", "negotiating", "signed", "delivered", "renewal", "complaint"])
def test_what_is_no_term_of_a_contract_is_possible_at_every_stage(guidance, stage):
    order = ranked(guidance, deal(product="cctv", conflict="yes", stage=stage))
    assert set(order) >= ANY_TIME


def test_a_complaint_is_looked_into_before_anything_else(guidance, sentences):
    told = deal(product="spyware", end_user="police", country="HN", stage="complaint",
                agency_misuse="yes", misuse_reports="yes")
    assert set(shown(guidance, sentences, told, asking=True)[:2]) == {
        "complaint-inquiry", "senior-decision"}

    told = deal(product="spyware", end_user="police", country="BH", stage="complaint",
                detentions="yes", misuse_reports="yes")
    assert shown(guidance, sentences, told, asking=True)[0] == "complaint-inquiry"

    # The complaint leads where the only other report is of similar products.
    told = deal(product="cctv", end_user="police", stage="complaint", misuse_reports="yes")
    assert gravest(guidance, told)[0].id == "complaint-of-misuse"


@pytest.mark.parametrize(("stage", "first"), [
    ("negotiating", "senior-decision"), ("signed", "senior-decision"),
    ("delivered", "reported-misuse-inquiry"), ("renewal", "reported-misuse-inquiry")])
def test_reports_of_misuse_by_who_has_the_product_are_looked_into(
    guidance, sentences, stage, first
):
    told = deal(product="cctv", end_user="police", stage=stage, agency_misuse="yes")
    assert first in shown(guidance, sentences, told, asking=True)[:2]


@pytest.mark.parametrize("facts", [
    {"product": "location-tracking", "end_user": "health-ministry", "end_use": "public-health",
     "data_sharing": "open"},
    {"product": "biometric-id", "end_user": "interior-ministry",
     "end_use": "population-registration"},
])
def test_data_from_services_is_kept_apart_where_policing_is_near(guidance, facts):
    assert place(guidance, "service-data-apart", **facts) < 3


@pytest.mark.long
@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_what_leads_is_what_the_whole_advice_shows(guidance, sentences, data):
    told = data.draw(deals(guidance))
    leading, others = leading_safeguards(guidance, told, judge_all(guidance, told))
    order = ranked(guidance, told)

    assert [s.id for s in leading] == order[:len(leading)]
    assert others == frozenset(order[len(leading):])
    for asking in (True, False):
        assert set(shown(guidance, sentences, told, asking=asking)) == {s.id for s in leading}
