"""Which provisions are named beside the advice: those that speak to the very deal."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.replies.composing import compose_advice
from bot.dialogue.replies.related import MOST_RELATED, related_to
from retrieval.guidance import Fact, Guidance, Provision, ProvisionId, Table

KEY = MessageKey("m")


def deal(unsure: str = "", **facts: str) -> Deal:
    """A deal of *facts*, values apart by blanks; those that *unsure* names are hedged."""
    return Deal({Fact(fact): Answer(frozenset(values.split()), values, KEY,
                                    fact not in unsure.split())
                 for fact, values in facts.items()})


def speaking(guidance: Guidance, **topics: str) -> Guidance:
    """*guidance* with only a provision for each of *topics*: "product=cctv end_user=police"."""
    some = next(iter(guidance.provisions.values()))

    def of(name: str, words: str) -> Provision:
        told = (one.split("=") for one in words.split())
        table: Table = {Fact(fact): frozenset(values.split("|")) for fact, values in told}
        return replace(some, id=ProvisionId(name), topics=table)

    return replace(guidance, provisions={
        ProvisionId(name): of(name, words) for name, words in topics.items()})


def named(guidance: Guidance, told: Deal, *shown: str) -> list[str]:
    return [one.id for one in related_to(guidance, told, {ProvisionId(id_) for id_ in shown})]


@pytest.mark.parametrize(("told", "expected"), [
    (deal(product="cctv", end_user="police", country="CN"), ["land", "product", "two"]),
    (deal(product="cctv drone", end_user="police"), ["product", "two", "user"]),
    # What is only supposed may be so.
    (deal("product", product="drone"), ["two"]),
    # A value for a fact that nobody answered is none.
    (deal(end_user="police"), ["user"]),
    (deal(product="cctv", end_user="army"), ["product", "two"]),
    (deal(), []),
])
def test_what_speaks_to_the_fewest_deals_comes_first(guidance, told, expected):
    release = speaking(
        guidance, general="", user="end_user=police|prison|prosecutor", two="product=cctv|drone",
        both="product=cctv end_user=welfare-office", product="product=cctv", land="country=CN")

    assert named(release, told) == expected


def test_what_is_cited_already_makes_room(guidance):
    release = speaking(guidance, a="product=cctv", b="product=cctv", c="product=cctv",
                       d="product=cctv", e="product=cctv|drone")
    told = deal(product="cctv")

    assert named(release, told) == ["a", "b", "c"]
    assert named(release, told, "a") == ["b", "c", "d"]
    assert named(release, told, "a", "b", "c") == ["d", "e"]


def test_of_more_than_can_be_named_that_speak_to_many_deals_alike_none_is(guidance):
    """That a law limits rights doesn't tell which of several such laws there is."""
    laws = {f"law{number}": "rights_limits=yes" for number in range(MOST_RELATED + 1)}
    release = speaking(guidance, **laws, jailed="detentions=yes", user="end_user=police")

    assert named(release, deal(rights_limits="yes", detentions="yes")) == ["jailed"]
    assert named(release, deal(rights_limits="yes", end_user="police"), "law2") == [
        "user", "law0", "law1"]


def test_what_speaks_to_more_than_eight_values_speaks_to_no_deal_in_particular(guidance):
    products = [choice.value for choice in guidance.questions[Fact("product")].choices]
    release = speaking(guidance, eight=f"product={'|'.join(products[:8])}",
                       nine=f"product={'|'.join(products[:9])}")

    assert named(release, deal(product=products[0])) == ["eight"]


def test_what_a_provision_says_of_an_unknown_fact_counts_for_no_deal(guidance):
    """A reviewer's provision may outlive the question that it speaks to."""
    release = speaking(guidance, gone="weather=wet", known="product=cctv")

    assert named(release, deal(product="cctv")) == ["known"]


@pytest.mark.parametrize(("told", "first"), [
    (deal(product="emotion", country="CN", end_user="prosecutor"), "uhrpa"),
    (deal(product="body-worn-camera", end_user="police", country="IN"), "vpshr"),
    (deal(product="exploit", end_user="university"), "pall-mall"),
])
def test_of_the_shipped_texts_those_on_the_very_country_user_or_product(guidance, told, first):
    assert named(guidance, told, "hrc-41-35")[0] == first


def test_what_the_advice_cites_is_named_once(guidance, sentences):
    told = deal(product="spyware", end_user="intelligence", country="SA")
    reply = compose_advice(guidance, sentences, told, judge_all(guidance, told), ())
    cited = {c.provision for note in (*reply.considerations, *reply.flags, *reply.safeguards)
             for c in note.citations}

    assert len(reply.related) == MOST_RELATED
    assert cited.isdisjoint(note.id for note in reply.related)
    assert [note.text for note in reply.related] == [
        guidance.provisions[ProvisionId(note.id)].text for note in reply.related]


def test_control_of_access_is_named_only_while_it_can_still_be_agreed(guidance):
    """It stood beside advice on what was delivered too."""
    def is_named(**facts: str) -> bool:
        return "sg-c6-6" in named(guidance, deal(product="other", **facts))

    assert is_named(hosting="customer", stage="negotiating")
    assert not is_named(hosting="supplier", stage="negotiating")
    assert not is_named(hosting="customer", stage="delivered")
