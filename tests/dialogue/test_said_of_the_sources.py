"""What the bot says of its sources is no stronger than what is held of them."""

import re
from pathlib import Path

import pytest
import yaml

from bot.dialogue.citing import cite_all
from bot.dialogue.replies.composing import safeguard_note
from bot.dialogue.reply import Kind, Line, Reply
from bot.plain import to_numbered_text
from retrieval.guidance import Checked, Fact

CORPUS = Path(__file__).parents[2] / "guidance_corpus"
PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.mark.parametrize("name", [
    "hrc-27-37", "hrc-41-35", "btech-act", "sg-p-2", "sg-d-8", "ear-742-7", "wassenaar",
    "eu-csddd", "oecd-mne", "eu-2021-821"])
def test_a_digest_of_which_a_part_was_not_seen_is_unchecked(guidance, name):
    assert guidance.provisions[name].checked is Checked.UNCHECKED


@pytest.mark.parametrize("name", ["eo-14093", "visa-spyware"])
def test_what_may_have_lapsed_says_so_in_its_own_text(guidance, name):
    assert "Check that it is still in force." in guidance.provisions[name].text


def test_what_was_seen_and_what_was_not_never_share_a_number(guidance):
    """Digests share a pinpoint: that there is no kill switch was seen, what takes its place not."""
    reply = Reply(Kind.ADVICE, guidance.release, tuple(
        Line(name, cite_all(guidance, (name,))) for name in ("sg-c5-2", "sg-c5-1", "sg-c5-4")))

    text, cited = to_numbered_text(reply, guidance)

    assert text.startswith("sg-c5-2 [1]\nsg-c5-1 [2]\nsg-c5-4 [2]\n\n")
    place = "State Department guidance (2020), Considerations (pp. 8–13): tailoring the product"
    assert (f"Sources, our digest, its substance seen in a reliable source:\n[1] {place}\n\n"
            "Sources, our digest, not yet checked against the official text:\n"
            f"[2] {place}\n\n") in text
    assert [[c.provision for c in mine] for mine in cited] == [
        ["sg-c5-2"], ["sg-c5-1", "sg-c5-4"]]


def test_the_second_appendix_says_that_its_items_were_not_seen(guidance):
    assert "items of the final list were not seen" in " ".join(
        guidance.provisions["sg-a2-0"].text.split())


def test_no_matter_claims_to_know_the_guidances_whole_list():
    """Nobody has seen the red flags or the considerations of the final text."""
    matters = yaml.safe_load((CORPUS / "other_matters.yaml").read_text("utf-8"))
    for matter in matters:
        said = " ".join(matter["says"].split())
        assert not re.search(r"(?i)no red flag of the guidance|none of (its|the) red flags (is|are)"
                             r"|the guidance has no (rule|provision)", said), matter["id"]


@pytest.mark.parametrize(("matter", "provision"), [
    ("protected-talks", "iccpr-14"), ("children-watched", "iccpr-24")])
def test_a_matter_names_the_article_that_is_held_on_it(guidance, matter, provision):
    one = next(m for m in guidance.other_matters if m.id == matter)
    assert provision in one.authorities


def test_a_fused_platform_intercepts_nothing(guidance):
    flags = {f.id: f for f in guidance.red_flags}
    assert "data-fusion" not in flags["bulk-interception"].when[Fact("product")]
    joined = flags["joined-data-for-security"]
    assert joined.ours
    assert joined.when == {"product": {"data-fusion"}, "end_use": {"national-security"}}


def test_sanctions_on_the_spyware_trade_are_no_source_for_every_screening(guidance):
    assert "ofac-spyware" not in guidance.safeguards["live-screening"].authorities


@pytest.mark.parametrize(("name", "says"), [
    ("end-use-statement", "before you quote"), ("sg-c4-rf1", "bad reputation"),
    ("export-counsel", "decide on licences")])
def test_a_title_or_text_that_was_wrong_at_some_stage_is_gone(guidance, name, says):
    flags = {str(f.id): f.title + f.explains for f in guidance.red_flags}
    made = {str(s.id): s.title + s.text for s in guidance.safeguards.values()}
    assert says not in {**flags, **made}[name]


@pytest.mark.parametrize("name", [
    "dna-limits", "content-modules-out", "lawyer-calls-out"])
def test_what_belongs_in_a_contract_has_a_draft(name):
    assert name in yaml.safe_load((PROMPTS / "clauses.yaml").read_text("utf-8"))


# That what is cited says it ---------------------------------------------------------------------


def test_what_a_product_is_cites_the_list_of_members_only_where_it_names_it(guidance):
    families = {"sensors", "biometric-identification", "data-analytics", "recording-devices",
                "internet-surveillance-tools", "location-tracking"}
    of_the_bot = {"digest", "unchecked"}
    named = guidance.provisions["sg-d-4"].text.casefold().replace("-", " ")
    for entry in guidance.vocabulary.glossary:
        if "sg-d-4" in entry.authorities and entry.id not in families | of_the_bot:
            assert any(name.casefold().replace("-", " ") in named for name in entry.names), entry.id


def test_the_first_appendix_is_no_source_of_what_nobody_saw_on_it(guidance):
    entry = next(e for e in guidance.vocabulary.glossary if e.id == "appendix-1")
    assert entry.authorities == ("sg-a1",)


def test_every_point_of_the_considerations_and_the_second_appendix_is_carried(guidance):
    """By what people are advised or asked, and not by search alone."""
    advised = {name for one in (*guidance.considerations, *guidance.red_flags,
                                *guidance.safeguards.values(), *guidance.questions.values())
               for name in (*one.authorities, *getattr(one, "consult", ()))}
    points = {p.id for p in guidance.provisions.values() if p.id.startswith(("sg-c", "sg-a2-"))}
    assert len(points) == 64
    assert points <= advised


def test_no_private_company_is_said_to_be_close_to_no_government(guidance):
    """What is asked is whether it is close to one with a bad reputation."""
    scope = next(s for s in guidance.scopes if s.id == "commercial-private")
    assert "not close to any other government" in scope.reason


def test_a_safeguard_of_our_own_making_says_so(guidance):
    made = {s.id: safeguard_note(guidance, s) for s in guidance.safeguards.values()}
    assert {name for name, note in made.items() if not note.ours} == {
        name for name in made if name in guidance.provisions}

    reply = Reply(Kind.ADVICE, guidance.release, (), shape="safeguards", safeguards=(
        made["dna-limits"], made["sg-c6-7"]))
    text = to_numbered_text(reply, guidance)[0]

    assert "- Take DNA only with consent or a warrant (design) (our own): " in text
    assert "- Agree on audits and reports of use (before sale): " in text


# What is listed under a part -------------------------------------------------------------------


@pytest.mark.parametrize(("asks", "within"), [
    ("red flags of consideration 3", {"sg-c3"}),
    ("what are the red flags of consideration 4?", {"sg-c4"}),
    ("which red flags are in considerations 1 and 2", {"sg-c1", "sg-c2"}),
    ("whats a red flag under consideration 3", {"sg-c3"}),
    ("which red flags belong to consideration 2?", {"sg-c2"}),
    ("list all red flags of consideration 2", {"sg-c2"}),
])
def test_red_flags_of_a_consideration_come_from_the_catalogue(begin, guidance, asks, within):
    reply = begin().say(asks)
    said = lead(reply)
    for flag in guidance.red_flags:
        assert (flag.title.strip() in said) is (
            flag.consideration in within and not flag.ours), flag.id


def test_a_deal_with_flags_is_no_question_on_a_consideration(begin):
    talk = begin()
    talk.say("drones for the police in Kenya, take into consideration 3 red flags that we found")
    assert talk.conversation.deal.known(Fact("product")) == {"drone"}


@pytest.mark.parametrize(("asks", "first"), [
    ("what do we have to do under consideration 6", "sg-c6"),
    ("do we have to publish anything under consideration 8", "sg-c8"),
    ("which laws are listed under appendix 2", "sg-a2-0"),
])
def test_what_is_asked_under_a_number_is_looked_up_there(begin, asks, first):
    assert begin().say(asks).considerations[0].id == first


def test_a_deal_under_consideration_is_no_number_of_one(begin):
    talk = begin()
    talk.say("we have under consideration 4 drones for the police in Kenya")
    assert talk.conversation.deal.known(Fact("product")) == {"drone"}
    assert talk.messages[-1].beside is None


def test_what_stands_under_an_appendix_is_named_in_full(begin, guidance):
    said = lead(begin().say("what does appendix 2 list?"))
    items = [p.heading.partition(": ")[2] for p in guidance.provisions.values()
             if p.id.startswith("sg-a2-") and p.id != "sg-a2-0"]
    assert len(items) == 11
    assert all(item in said for item in items)


def test_whether_state_owned_companies_are_named_is_said_to_be_unconfirmed(guidance):
    assert "not confirmed" in " ".join(guidance.provisions["sg-d-5"].text.split())


# That not selling is a choice ----------------------------------------------------------------


LEFT = "not selling is one of the choices"


def lead(reply):
    return " ".join(line.text for line in reply.lead)


def test_who_is_told_to_stop_is_told_that_not_selling_is_a_choice(begin):
    reply = begin().say("Spyware for the intelligence service of Saudi Arabia. Journalists are "
                        "arbitrarily detained there.")

    assert lead(reply).count(LEFT) == 1
    assert "sg-p-1" in {c.provision for c in reply.lead[-1].citations}


@pytest.mark.parametrize("told", [
    "CCTV cameras for the city of Oslo, Norway",
    "Spyware for the intelligence service of Saudi Arabia. Journalists are detained there."])
def test_who_asks_whether_to_walk_away_is_told_once(begin, told):
    talk = begin()
    talk.say(told)
    reply = talk.say("should I walk away?")

    assert lead(reply).count(LEFT) == 1
    assert "sg-p-1" in {c.provision for line in reply.lead for c in line.citations}


def test_it_is_not_said_again_from_question_to_question(begin):
    talk = begin()
    talk.say("Spyware for the intelligence service of Saudi Arabia. Journalists are arbitrarily "
             "detained there.")
    reply = talk.say("to fight terrorism")
    assert reply.shape == "step"
    assert LEFT not in lead(reply)
    assert lead(talk.say("advise now")).count(LEFT) == 1


def test_a_deal_without_a_flag_is_not_told_to_be_left(begin):
    assert LEFT not in lead(begin().say("CCTV cameras for the city of Oslo, Norway"))
