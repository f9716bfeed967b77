"""What a keeper of the corpus is told, and that they are told nothing about what is in order."""

from collections import Counter
from dataclasses import replace
from types import MappingProxyType

import pytest

from retrieval.guidance import (
    Checked,
    Choice,
    Confirmation,
    Consideration,
    DealStage,
    Fact,
    FlagId,
    GlossaryEntry,
    NarrowScope,
    Page,
    ProvisionId,
    Question,
    QuestionKind,
    RedFlag,
    Retirement,
    Safeguard,
    SafeguardId,
    Severity,
    Term,
)
from retrieval.labelled.cases import LabelledQuery
from retrieval.linting import duplicates, headings, labels, references, texts, wiring
from retrieval.linting.linter import lint
from retrieval.linting.remarks import Remark
from retrieval.linting.remarks import Severity as Weight
from retrieval.words.pinpoints import mentions
from tests.retrieval.small import guidance as small
from tests.retrieval.small import provision, source, table

LONG = ("Companies should assess the human rights record of the end-user before the sale, during "
        "the contract and after delivery, and should write down what they found and decided.")
OTHER = ("Operators keep a record of each search, of who ordered it and under which warrant, for "
         "as long as the law of the place demands.")


def official(id_, text=LONG, **more):
    page = more.pop("page", None)
    made = provision(id_, text, heading=more.pop("heading", f"Of {id_}"), **more)
    return replace(made, checked=Checked.OFFICIAL, page=page)


def told(module, *provisions, **more):
    """The remarks of *module* on *provisions*, as rule, subject and text."""
    made = replace(small(list(provisions)), considerations=(), **more)
    return [(one.rule, one.subject[1], one.text) for one in module.remarks(made)]


def flag(id_, when, *, consideration="sg-c1", gravity=2, safeguards=(), authorities=()):
    return RedFlag(FlagId(id_), id_, "Look.", when, consideration, tuple(authorities),
                   tuple(map(SafeguardId, safeguards)), Severity(gravity, 1, 1))


# --- the shipped corpus ---------------------------------------------------------------------


def test_the_shipped_corpus_gives_nobody_a_warning(guidance):
    found = lint(guidance)
    assert [one for one in found if one.severity is Weight.WARNING] == []
    # Whoever is a front for the government is close to it as well.
    assert Counter(one.rule for one in found) == {"two meanings": 15, "unused": 2, "unticked": 1}


def test_remarks_come_warnings_first_and_once():
    made = small([official("sg-1", "Introduction", heading="Introduction"),
                  official("sg-2", 'It is "open.')])
    found = lint(made)
    order = [one.severity for one in found]
    assert order == sorted(order, key=lambda s: s is Weight.NOTE)
    assert Weight.NOTE in order and Weight.WARNING in order
    assert len(set(found)) == len(found)


# --- headings -------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "heading"), [
    ("Due diligence", "Due diligence"), ("DUE DILIGENCE.", "Due diligence"),
    ("5 Due diligence", "Due diligence")])
def test_a_text_that_is_only_its_heading_is_told_of(text, heading):
    (one,) = told(headings, provision("sg-5", text, heading=heading, number="5"))
    assert one[:2] == ("heading", "sg-5")
    assert "only its heading" in one[2]


def test_a_heading_taken_for_a_provision_is_told_of():
    (one,) = told(headings, official("sg-1", "Chapter III: Contracts"))
    assert "looks like a heading" in one[2]
    assert told(headings, official("sg-1", "Keep records.")) == []
    assert told(headings, official("sg-1", "Year | Sales\n\n2017 | 12")) == []


def test_headings_that_recur_say_nothing():
    same = [provision(f"sg-{n}", f"{OTHER} {n}", heading="Introduction") for n in range(7)]
    (one,) = told(headings, *same)
    assert one[:2] == ("heading", "sg")
    assert one[2].startswith("7 provisions have the heading 'Introduction'")
    assert told(headings, *same[:2]) == []


def test_a_consideration_and_a_source_without_provisions_are_told_of():
    made = small([provision("sg-1", LONG)], [source("sg"), source("empty")])
    made = replace(made, considerations=(
        Consideration("sg-c9", 1, Checked.SEEN, "Ninth", "Weigh it.", (), ()),))
    assert {one.subject for one in headings.remarks(made)} == {
        ("consideration", "sg-c9"), ("source", "empty")}


# --- duplicates -----------------------------------------------------------------------------


def test_the_same_text_in_three_provisions_is_one_remark():
    (one,) = told(duplicates, provision("sg-1", LONG), provision("ungp-2", LONG),
                  provision("sg-3", LONG.upper()), provision("sg-4", OTHER))
    assert one[:2] == ("duplicate", "sg-1")
    assert "word for word in ungp-2, sg-3 too" in one[2]


def test_nearly_the_same_text_is_told_of_across_sources():
    changed = LONG.replace("before the sale", "prior to the sale").replace("found", "learnt")
    (one,) = told(duplicates, provision("sg-1", LONG), provision("ungp-2", changed))
    assert "nearly the same as ungp-2" in one[2]


def test_a_passage_within_longer_texts_is_told_of():
    one = f"{OTHER} {LONG} Then they decide."
    two = f"Elsewhere it is said that much is open. {LONG} " + "Nothing else follows from it. " * 9
    (found,) = told(duplicates, provision("sg-1", one), provision("ungp-2", two))
    assert found[2].startswith("A passage of 29 words, from “companies should assess")
    assert "stands in ungp-2 too" in found[2]


def test_a_phrase_of_law_that_recurs_is_no_duplicate():
    phrase = "in accordance with international human rights law and the rule of law"
    assert told(duplicates, *(provision(f"sg-{n}", f"Point {n * 7} is {w} {phrase}, {w} {w}er.")
                              for n, w in enumerate(("kept", "told", "weighed", "shown")))) == []


def test_an_official_text_and_our_digest_of_it_are_no_duplicate():
    digest = provision("sg-1", LONG)
    assert told(duplicates, digest, official("sg-9", LONG)) == []
    confirmed = replace(
        official("sg-1", LONG),
        confirmed=Confirmation("Ada", "2026", ProvisionId("doc-9"), 0, len(LONG), "0" * 64, "D."))
    assert told(duplicates, confirmed, official("doc-9", f"{OTHER} {LONG}")) == []
    assert len(told(duplicates, official("sg-1", LONG), official("doc-9", LONG))) == 1


def test_ten_thousand_provisions_are_gone_through():
    """With each compared to each it would be fifty million pairs."""
    made = [provision(f"sg-{n}", f"Item {n * 31} of list {n * 17} says {n * 13} and {n * 11} on "
                      "what a company that sells has to look at before it signs.")
            for n in range(10_000)]
    made[7_000] = provision("sg-copy", made[3].text)
    found = told(duplicates, *made)
    assert [one[1] for one in found if "word for word" in one[2]] == ["sg-3"]


# --- texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "rule", "says"), [
    ("The seller should look at", "cut", "ends without a full stop"),
    ("and should look at the contract.", "cut", "begins with a small letter"),
    ("He said “look at it. Then sign it.", "quotation", "“…”"),
    ('He said "look at it. Then sign it.', "quotation", '"…"'),
    ("Companiesâ€™ duties are â€œclearâ€\u009d.", "garbled", "wrong encoding"),
    ("The café pays the dÃ©fense bill.", "garbled", "wrong encoding"),
    ("One word is lo\ufffdt here.", "garbled", "could not be read"),
    ("\uf0b7 Keep records of sales.", "garbled", "U+F0B7"),
    ("Keep\x07 records of sales.", "garbled", "U+0007"),
    ("Keep records.", "length", "2 words only"),
    ("Keep the records. " * 400, "length", "7,200 characters"),
    ("Keep " + "records and " * 200 + "all.", "length", "A sentence of it runs"),
])
def test_a_text_not_taken_in_whole_is_told_of(text, rule, says):
    (one,) = told(texts, official("sg-1", text))
    assert one[:2] == ("length" if rule == "length" else rule, "sg-1")
    assert says in one[2]


@pytest.mark.parametrize("text", [
    LONG, f"{LONG}12", "He said: “look at it.”", "(a) the record of the end-user; and",
    "Screens of 5\" and more count.", "Er sagte: „Sieh hin.“ Dann ging er.",
    "Product | Risk | What to do", "Does the end-user publish its rules?",
    "Companies’ duties — “clear” ones — are naïve, façade, 数据。",
    "على الشركات أن تحترم حقوق الإنسان.",
    "Everything ends there (see the annex).", "a) the first of these points;",
])
def test_a_text_in_order_is_left(text):
    assert told(texts, official("sg-1", text)) == []


def test_a_pinpoint_that_is_at_odds_with_its_number_is_told_of():
    one = replace(provision("ungp-17", LONG, number="17"), pinpoint="UNGP 18")
    ((rule, subject, text),) = told(texts, one)
    assert (rule, subject) == ("pinpoint", "ungp-17")
    assert "Its number is 17" in text
    assert told(texts, replace(one, pinpoint="UNGP 17, Commentary of 2011")) == []
    assert told(texts, replace(one, pinpoint="Preamble")) == []


def test_pages_that_go_backwards_are_told_of_in_documents_alone():
    pages = [official(f"sg-{n}", page=Page(pdf)) for n, pdf in enumerate((1, 2, 2, 5, 4, 6))]
    ((rule, subject, text),) = told(texts, *pages)
    assert (rule, subject) == ("pages", "sg-4")
    assert "begins on page 4, after sg-3 on page 5" in text
    assert told(texts, *(replace(p, checked=Checked.SEEN) for p in pages)) == []


# --- references -----------------------------------------------------------------------------

UNGP = source("ungp", "UNGP {n}", "principle {n}", short_title="UN Guiding Principles")
ICCPR = source("iccpr", "article {n} of the ICCPR", "ICCPR {n}", short_title="ICCPR")
SG = source("sg")
NUMBERED = [provision("ungp-17", OTHER, number="17"), provision("iccpr-19", OTHER, number="19")]


def cited(text, **more):
    found = told(references, provision("sg-1", text), *NUMBERED,
                 sources={s.id: s for s in (SG, UNGP, ICCPR)}, **more)
    return [one[2] for one in found]


def test_a_number_that_a_source_lacks_is_told_of():
    (one,) = cited("As UNGP 17, UNGP 71 and article 19 of the ICCPR say.")
    assert "cites “UNGP 71”" in one and "no number 71 of UN Guiding Principles" in one


def test_each_number_of_a_list_is_looked_up():
    assert ["no number 18" in one for one in cited("See principles 17 and 18.")] == [True]


def test_a_number_of_a_document_that_is_not_here_is_left():
    assert cited("As Article 45 of the Charter and Regulation (EU) 2021/821 say.") == []


def test_a_reference_within_a_document_is_looked_up_there():
    paragraphs = [replace(official(f"sg-{n}", f"{OTHER} {n}.", number=str(n)),
                          pinpoint=f"Guidance, para. {n}") for n in (1, 2, 3)]
    paragraphs[0] = replace(paragraphs[0], text=(
        "See paragraph 2, para. 3(b) and paragraph 9; not paragraph 8 of the annex."))
    ((rule, subject, text),) = told(references, *paragraphs)
    assert (rule, subject) == ("reference", "sg-1")
    assert "refers to “paragraph 9”, but its own document has no paragraph 9" in text


def test_an_id_that_is_not_there_is_told_of_and_a_retired_one_by_what_replaced_it():
    old = replace(provision("sg-c2-rf4", LONG), retired=Retirement(
        "Ada", "2026", "wrong", ProvisionId("ungp-17")))
    found = cited("As sg-c2-rf3 and sg-c2-rf4 and ungp-17 say; well-being-19 is no id.",
                  set_aside={old.id: old})
    assert ["there is no such provision" in one for one in found] == [True, False]
    assert "names sg-c2-rf3" in found[0]
    assert "sg-c2-rf4, which is retired. ungp-17 stands in its place." in found[1]


def test_numbers_that_are_missing_in_a_document_are_told_of_and_those_of_a_digest_not():
    made = [official(f"sg-{n}", f"{OTHER} {n}.", number=str(n)) for n in (11, 12, 14, 15)]
    ((rule, subject, text),) = told(references, *made)
    assert (rule, subject) == ("gap", "sg")
    assert "run from 11 to 15 without 13" in text
    assert told(references, *(replace(p, checked=Checked.SEEN) for p in made)) == []


def test_what_was_set_aside_leaves_no_gap():
    made = {n: official(f"sg-{n}", f"{OTHER} {n}.", number=str(n)) for n in (11, 12, 13, 14)}
    aside = made.pop(13)
    assert told(references, *made.values(), set_aside={aside.id: aside}) == []


def test_mentions_are_those_of_the_longest_pattern():
    find = mentions([UNGP, ICCPR])
    found = find("Articles 19(2) and 21 of the ICCPR; principle 4.")
    assert [(m.source, m.number) for m in found] == [
        ("iccpr", "19"), ("iccpr", "21"), ("ungp", "4")]


# --- how things hang together ---------------------------------------------------------------

CHECKS = table(checks="no")


def question(fact, *values, only_if=(), **more):
    return Question(Fact(fact), QuestionKind.CHOICE, fact, f"{fact}?", "It matters.", (),
                    choices=tuple(Choice(v, v) for v in values), only_if=tuple(only_if), **more)


def hung(**more):
    made = replace(small([provision("sg-1", LONG)]), considerations=(), **{
        "questions": {}, "red_flags": (), **more})
    return [(one.rule, one.subject[1]) for one in wiring.remarks(made)]


def test_a_flag_that_no_interview_can_raise_is_told_of():
    asked = {q.fact: q for q in (
        question("end_user", "police", "school"),
        question("warrants", "yes", "no", only_if=[table(end_user="police")]))}
    never = flag("f1", table(warrants="no", end_user="school"))
    fine = flag("f2", table(warrants="no", end_user="police"))
    alone = flag("f3", table(warrants="yes"))
    assert hung(questions=asked, red_flags=(never, fine, alone)) == [("never raised", "f1")]


def test_two_flags_raised_by_the_same_answers_are_told_of():
    asked = {Fact("checks"): question("checks", "yes", "no")}
    assert hung(questions=asked, red_flags=(
        flag("f1", CHECKS), flag("f2", table(checks="no")),
        flag("f3", table(checks="yes")))) == [("shadowed", "f1")]


def test_a_flag_that_adds_nothing_to_a_wider_one_is_told_of():
    asked = {q.fact: q for q in (question("checks", "yes", "no"), question("user", "a", "b"))}
    wide = flag("wide", CHECKS, safeguards=("s1", "s2"))
    narrow = flag("narrow", table(checks="no", user="a"), safeguards=("s1",))
    grave = flag("grave", table(checks="no", user="b"), safeguards=("s1",), gravity=3)
    assert hung(questions=asked, red_flags=(wide, narrow, grave)) == [("shadowed", "narrow")]


def test_a_safeguard_that_nothing_calls_for_is_told_of():
    made = {id_: Safeguard(SafeguardId(id_), id_, "Do it.", stage, (), **more)
            for id_, stage, more in (
                ("called", DealStage.DESIGN, {}),
                ("suited", DealStage.DESIGN, {"suits": table(product="camera")}),
                ("idle", DealStage.DESIGN, {}), ("late", DealStage.AFTER_SALE, {}))}
    asked = {Fact("checks"): question("checks", "yes", "no"),
             Fact("product"): question("product", "camera", "other")}
    assert hung(questions=asked, safeguards=made, stage_order={"idea": (DealStage.DESIGN,)},
                red_flags=(flag("f1", CHECKS, safeguards=("called", "late")),)) == [
        ("unused", "idle"), ("unused", "late")]


def test_a_question_whose_answer_changes_nothing_is_told_of():
    asked = {q.fact: q for q in (
        question("checks", "yes", "no"), question("colour", "red", "blue"),
        question("user", "a", "b", only_if=[table(size="big")]), question("size", "big", "small"))}
    scope = NarrowScope("s", "S", "R", table(user="a"), frozenset(), frozenset(), ())
    assert hung(questions=asked, red_flags=(flag("f1", CHECKS),), scopes=(scope,)) == [
        ("no effect", "colour")]


def test_a_phrase_that_raises_a_flag_of_two_facts_is_told_of_by_its_name():
    terms = (Term(Fact("checks"), "no", ("rubber stamp", "unseen")),
             Term(Fact("user"), "a", ("rubber  Stamp",)))
    made = small([provision("sg-1", LONG)])
    made = replace(
        made, considerations=(), vocabulary=replace(made.vocabulary, terms=terms),
        questions={q.fact: q for q in (question("checks", "yes", "no"), question("user", "a"))},
        red_flags=(flag("both", table(checks="no", user="a")),))
    (one,) = wiring.remarks(made)
    assert one.subject == ("vocabulary entry", "checks.no")
    assert "“rubber stamp” says checks: no and user: a at once, and so raises both" in one.text


def test_unticked_digests_under_grave_flags_are_one_note_with_the_most_used_first():
    made = [replace(provision(f"sg-{n}", LONG), checked=Checked.UNCHECKED) for n in (1, 2)]
    asked = {Fact("checks"): question("checks", "yes", "no")}
    grave = [flag("f1", CHECKS, gravity=3, authorities=["sg-1", "sg-2"], consideration="sg-c1"),
             flag("f2", table(checks="yes"), gravity=3, authorities=["sg-2"])]
    found = [one for one in wiring.remarks(replace(
        small(made), considerations=(), questions=asked, red_flags=tuple(grave)))
        if one.rule == "unticked"]
    assert [one.subject[1] for one in found] == ["sg-2"]
    assert "2 of 2 grave red flags rest on 2 digests" in found[0].text


# --- labels ---------------------------------------------------------------------------------


def test_labelled_questions_that_name_what_was_set_aside_are_told_of():
    aside = {
        "sg-2": replace(provision("sg-2"), retired=Retirement("A", "2026", "r",
                                                              ProvisionId("sg-1"))),
        "sg-3": replace(provision("sg-3"), retired=Retirement("A", "2026", "r")),
        "sg-4": replace(provision("sg-4"), same_as=ProvisionId("sg-1")),
    }
    made = replace(small([provision("sg-1", LONG)]),
                   set_aside=MappingProxyType({ProvisionId(k): v for k, v in aside.items()}))
    asked = [LabelledQuery(str(n), f"question {n}", (ProvisionId(id_),))
             for n, id_ in enumerate(("sg-1", "sg-2", "sg-2", "sg-3", "sg-4", "sg-9"))]
    found = {one.subject[1]: one.text for one in labels.remarks(made, asked)}
    assert found.keys() == {"sg-2", "sg-3", "sg-4", "sg-9"}
    assert found["sg-2"].startswith("2 labelled questions, such as 'question 1'")
    assert "Label sg-1 instead" in found["sg-2"]
    assert "nothing stands in its place" in found["sg-3"]
    assert "Label sg-1." in found["sg-4"]
    assert "there is no such provision" in found["sg-9"]


def test_a_remark_is_a_value():
    one = Remark(Weight.NOTE, "r", ("provision", "sg-1"), "Look.")
    assert one == replace(one) and hash(one) == hash(replace(one))


def test_a_name_that_two_entries_of_the_glossary_have_is_told():
    """Whoever asked for it was shown the first, and nobody the second."""
    made = small([])
    twice = replace(made.vocabulary, glossary=(
        GlossaryEntry("dpi", ("dpi", "deep packet inspection"), "Looks into traffic.", ()),
        GlossaryEntry("probe", ("probe", "Deep  packet inspection", "DPI"), "A box.", ())))
    assert [(one.rule, one.subject[1], one.text) for one in wiring.remarks(
        replace(made, vocabulary=twice)) if one.subject[0] == "glossary entry"] == [
        ("two meanings", "probe", "“Deep  packet inspection”, “DPI” name 'dpi' already, so "
         "whoever asks is shown that. Take it out of one of the two.")]
