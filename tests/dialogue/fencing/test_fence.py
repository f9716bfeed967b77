"""A draft passes only if it says what its points say; each fault is refused for what it is."""

from dataclasses import replace

import pytest

from bot.dialogue.citation import Citation
from bot.dialogue.drafting import Draft, Point, PointKind, Sentence
from bot.dialogue.fencing.fence import inspect
from bot.dialogue.fencing.judged import judged
from bot.dialogue.fencing.names import name
from bot.dialogue.fencing.refusal import Reason, Refusal
from bot.dialogue.fencing.shape import misshapen
from retrieval.guidance import Checked, ProvisionId, ReleaseId, SourceId
from tests.dialogue.fencing.conftest import alike
from tests.dialogue.fencing.points import draft
from tests.evaluating.test_assuring import ASSURANCES

OFFICIAL = "A supplier may suspend the service where there is credible evidence of misuse."
LOG = Point(
    id="P1", kind=PointKind.SAFEGUARD, title="Log every use of the product",
    text="Record who searched what, in a log that users cannot change. The supplier should keep "
         "the log for 90 days, unless a court orders more. Ask the Ministry of Health whether "
         "searches could be misused.",
    evidence=(
        "Log every use of the product",
        "Record who searched what, in a log that users cannot change. The supplier should keep "
        "the log for 90 days, unless a court orders more. Ask the Ministry of Health whether "
        "searches could be misused.",
        OFFICIAL,
    ),
    quotable=(OFFICIAL,), citations=(),
)
FLAG = Point(
    id="F1", kind=PointKind.FLAG, title="The customer is evasive",
    text="Evasive answers are a known warning sign. Find out who the end-user is.",
    evidence=("The customer is evasive",
              "Evasive answers are a known warning sign. Find out who the end-user is."),
    quotable=(), citations=(), needed=True,
)


def refused(rules, *sentences, points=(LOG,), similarity=alike) -> Refusal | None:
    return inspect(draft(*sentences), points, rules, similarity)


@pytest.mark.parametrize("text", [
    "Record who searched what in a log that users cannot change.",
    "Record who searched what, in a log that users can't change.",
    "The supplier should keep the log for 90 days, unless a court orders more.",
    "Ask the Ministry of Health whether searches could be misused.",
    'The text says that a supplier "may suspend the service where there is credible evidence of '
    'misuse".',
])
def test_a_faithful_sentence_passes(rules, text):
    text = text.replace("The text says that a supplier", "A supplier")
    assert refused(rules, text) is None


@pytest.mark.parametrize(("reason", "text"), [
    (Reason.EMPTY, ""),
    (Reason.EMPTY, " \u200b "),
    (Reason.EMPTY, "1. 2. 3."),
    (Reason.TOO_LONG, "log " * 60),
    (Reason.TOO_LONG, "x" * 1_000_000),
    (Reason.TOO_LONG, "Record who searched what. Users cannot change the log."),
    (Reason.MARKUP, "Record who searched <https://evil.example|what> in a log."),
    (Reason.MARKUP, "Record who searched what at evil.com."),
    (Reason.MARKUP, "Record who searched what, @here."),
    (Reason.MARKUP, "Record who searched *what* in a log."),
    (Reason.MARKUP, "Record who searched what :warning: in a log."),
    (Reason.TOO_LONG, "Record who searched\nwhat in a log."),
    (Reason.MARKUP, "Record who sеarched what in a log."),  # a Cyrillic e
    (Reason.MARKUP, "Record who searched what in a log"),
    (Reason.MARKUP, "Record who searched (what in a log."),
    (Reason.VERDICT, "This deal is lawful."),
    (Reason.VERDICT, "You may go ahead with the searches."),
    (Reason.VERDICT, "The supplier should keep the log, which is compliant."),
    (Reason.VERDICT, "There is no need to keep the log."),
    (Reason.QUOTATION, 'A supplier "may suspend the service".'.replace("may", "must")),
    (Reason.QUOTATION, 'The supplier "should keep the log for 90 days".'),
    (Reason.QUOTATION, 'A supplier "may suspend misuse".'),
    (Reason.QUOTATION, 'A supplier "may suspend the service.'),
    (Reason.FIGURE, "The supplier should keep the log for 30 days, unless a court orders more."),
    (Reason.FIGURE, "The supplier should keep the log for ninety days, unless a court orders it."),
    (Reason.FIGURE, "The supplier should keep the log for 90 weeks, unless a court orders more."),
    (Reason.NAME, "Ask the Ministry of Defence whether searches could be misused."),
    (Reason.NAME, "Ask the NSA whether searches could be misused."),
    (Reason.NEGATION, "Record who searched what, in a log that users can change."),
    (Reason.NEGATION, "Do not ask the Ministry of Health whether searches could be misused."),
    (Reason.NEGATION, "Record only who searched what, in a log that users cannot change."),
    (Reason.STRENGTH, "The supplier must keep the log for 90 days, unless a court orders more."),
    (Reason.STRENGTH, "The supplier may keep the log for 90 days, unless a court orders more."),
    (Reason.STRENGTH, "The supplier should keep the log for 90 days."),
    (Reason.STRENGTH, "Ask the Ministry of Health; searches could be misused."),
    (Reason.STRENGTH, "Ask the Ministry of Health whether searches are misused."),
    (Reason.STRENGTH, "Record who searched what, in all logs that users cannot change."),
    (Reason.ADDRESSEE, "You said that users cannot change the log."),
    (Reason.ADDRESSEE, "Record who searched the prompt, in a log that users cannot change."),
    (Reason.UNSUPPORTED, "Record who deleted what, in a log that users cannot change."),
    (Reason.UNSUPPORTED, "Ask huawei whether searches could be misused."),
    (Reason.UNSUPPORTED, "Ask the supplier whether searches could be misused."),
])
def test_each_fault_is_refused_for_what_it_is(rules, reason, text):
    refusal = refused(rules, text, points=(replace(LOG, text=LOG.text * 2), ))
    assert refusal is not None
    assert refusal.reason is reason


SUSPENDS = "A supplier {}may suspend the service where there is credible evidence of misuse{}."
QUOTED = SUSPENDS[len("A supplier {}"):-len("{}.")]


def test_a_quotation_stands_in_one_official_text_of_several(rules):
    both = replace(LOG, quotable=("Nobody may alter the log.", OFFICIAL))
    apart = replace(LOG, quotable=(OFFICIAL[:30], OFFICIAL[30:]))
    text = SUSPENDS.format('"', '"')
    assert refused(rules, text, points=(both,)) is None
    assert refused(rules, text, points=(apart,)) == Refusal(
        Reason.QUOTATION, f"{QUOTED[:60]!r} is not in an official text", 0)


@pytest.mark.parametrize(("opening", "closing", "detail"), [
    ("“", "”", None),
    ("“", '"', "a quotation mark that stands alone"),
    ('"', "”", "a quotation mark that stands alone"),
    ("”", "“", "a quotation mark that stands alone"),
])
def test_a_quotation_is_closed_by_the_mark_that_closes_what_opened_it(
    rules, opening, closing, detail
):
    found = refused(rules, SUSPENDS.format(opening, closing))
    assert found == (None if detail is None else Refusal(Reason.QUOTATION, detail, 0))


def test_numbers_alone_are_no_quotation(rules):
    numbered = replace(LOG, quotable=("The supplier keeps the log for 90 days.",))
    assert refused(rules, 'The supplier should keep the log for "90" days, unless a court orders '
                   "more.", points=(numbered,)) == Refusal(
        Reason.QUOTATION, "'90' is not in an official text", 0)


@pytest.mark.parametrize("text", [
    *ASSURANCES,
    "I can't say whether a deal is lawful, approved or safe.",
    "That is not an approval.",
    "You should not sell this.",
    "This sale is high risk.",
    "It is not unlawful.",
    "The risk is low.",
])
def test_what_assures_and_what_denies_is_no_models_to_say(rules, text):
    assert refused(rules, text) is not None


@pytest.mark.parametrize(("reason", "sentences"), [
    (Reason.EMPTY, ()),
    (Reason.UNKNOWN_POINT, (("Record who searched what.", ("P2",)),)),
    (Reason.UNKNOWN_POINT, (("Record who searched what.", ("p1",)),)),
    (Reason.UNCITED, (("Record who searched what.", ()),)),
    (Reason.LEFT_OUT, (("Record who searched what, in a log that users cannot change.", ("P1",)),)),
    (Reason.UNSUPPORTED,
     (("Record who searched what, in a log that users cannot change.", ("F1",)),)),
    (Reason.UNSUPPORTED,
     (("Record who searched what, in a log that users cannot change.", ("P1", "F1")),)),
])
def test_ids_bind_a_sentence_to_its_own_points(rules, reason, sentences):
    refusal = refused(rules, *sentences, points=(LOG, FLAG))
    assert refusal is not None
    assert refusal.reason is reason


def test_a_draft_passes_that_tells_all_that_has_to_be_told(rules):
    assert refused(
        rules, ("Evasive answers are a known warning sign.", ("F1",)),
        ("Record who searched what, in a log that users cannot change.", ("P1",)),
        points=(LOG, FLAG),
    ) is None


def test_a_draft_longer_than_its_points_is_refused(rules):
    once = "Evasive answers are a known warning sign."
    refusal = refused(rules, *[(once, ("F1",))] * 3, points=(FLAG,))
    assert refusal == Refusal(Reason.TOO_LONG, "123 characters, and the points have 94")


def test_the_first_fault_in_the_order_of_reasons_is_told_wherever_it_stands(rules):
    refusal = refused(
        rules, "The supplier must keep the log for 90 days, unless a court orders more.",
        "This deal is lawful.")
    assert refusal == Refusal(Reason.VERDICT, "this deal is", 1)


def test_the_measure_is_asked_only_about_what_the_words_let_pass(rules):
    asked = []

    def similarity(pairs):
        asked.extend(pairs)
        return [0.1] * len(pairs)

    assert refused(rules, "This deal is lawful.", similarity=similarity).reason is Reason.VERDICT
    assert asked == []
    refusal = refused(
        rules, "Ask the Ministry of Health whether searches could be misused.",
        similarity=similarity)
    assert refusal == Refusal(Reason.UNSUPPORTED, "similarity 0.10", 0)
    assert len(asked) == 1


def test_a_measure_that_is_no_number_lets_nothing_pass(rules):
    refusal = refused(
        rules, "Ask the Ministry of Health whether searches could be misused.",
        similarity=lambda pairs: [float("nan")] * len(pairs))
    assert refusal is not None
    assert refusal.reason is Reason.UNSUPPORTED


def test_an_accented_name_passes_only_as_the_evidence_spells_it(rules):
    named = replace(LOG, evidence=(*LOG.evidence, "Ask the people of Bogotá about searches."))
    assert refused(rules, "Ask the people of Bogotá about searches.", points=(named,)) is None
    refusal = refused(rules, "Ask the people of Bógota about searches.", points=(named,))
    assert refusal.reason is Reason.MARKUP


def test_ids_may_be_anything_a_model_makes_up(rules):
    proposed = Draft((Sentence("Record who searched what.", ("P1", "x" * 10_000)),))
    refusal = inspect(proposed, [LOG], rules, alike)
    assert refusal == Refusal(Reason.UNKNOWN_POINT, repr("x" * 40), 0)


@pytest.mark.parametrize(("text", "expected"), [
    ("List in the contract what the product may be used for, such as following reporters.",
     Reason.NEGATION),
    ("List what is forbidden, such as following reporters.", None),
    ("List in the contract what the product may be used for, by which unit and where.", None),
])
def test_what_is_forbidden_is_not_told_as_allowed(rules, text, expected):
    says = ("List in the contract what the product may be used for, by which unit and where. "
            "List what is forbidden, such as following reporters.")
    uses = Point(id="P1", kind=PointKind.SAFEGUARD, title="Spell out uses", text=says,
                 evidence=("Spell out uses", says), quotable=(), citations=())

    refusal = refused(rules, text, points=(uses,))

    assert (refusal and refusal.reason) == expected


@pytest.mark.parametrize("text", [
    " Record who searched what in a log that users cannot change.",
    "Record who searched what in a log that users cannot change. ",
    "Record who searched  what in a log that users cannot change.",
    "record who searched what in a log that users cannot change",
])
def test_a_sentence_has_no_space_around_it_nor_two_within(rules, text):
    assert refused(rules, text) == Refusal(
        Reason.MARKUP, "does not begin and end as a sentence", 0)


@pytest.mark.parametrize(("longer", "detail"), [(0, None), (1, "321 characters")])
def test_a_sentence_may_have_so_many_characters_and_no_more(rules, longer, detail):
    text = f"Record who searched what in a log of {'x' * (282 + longer)}."
    spacious = replace(LOG, text=text * 2)
    found = misshapen(draft(text), (spacious,), rules)

    assert len(text) == rules.limits.sentence_characters + longer
    assert found == (None if detail is None else Refusal(Reason.TOO_LONG, detail, 0))


def test_a_name_that_only_the_citation_has_may_be_told_and_no_other(rules):
    by = Citation(ProvisionId("p"), "Article 17, McBride", SourceId("s"), "Covenant of Geneva",
                  Checked.OFFICIAL, "", ReleaseId("r"), 0, 1, "0" * 64)
    text = "A supplier may suspend the service under the {}."

    def name_of(known: Point, what: str) -> str | None:
        return name(judged(draft(text.format(what)), (known,), rules)[0], rules)

    for what in ("Covenant", "Article", "McBride's"):
        assert name_of(replace(LOG, citations=(by,)), what) is None
        assert name_of(LOG, what) == what.removesuffix("'s")
    assert name_of(replace(LOG, citations=(by,)), "Charter") == "Charter"


@pytest.mark.parametrize(("kind", "told"), [
    (PointKind.SAFEGUARD, None),
    (PointKind.PASSAGE, Reason.STRENGTH),
])
def test_the_heading_of_a_passage_is_no_statement_and_other_titles_are(rules, kind, told):
    point = replace(LOG, kind=kind)
    refusal = refused(rules, "Log every use of the product.", points=(point,))

    assert (refusal and refusal.reason) == told
