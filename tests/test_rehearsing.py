"""Deals played by hand, and the figures that must come of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.advisor import Advisor, Outcome, Said
from bot.assembly import Assembly
from bot.cli import app
from bot.dialogue.conversation import (
    Asked,
    Conversation,
    FlagNote,
    Kind,
    Line,
    Reply,
    SafeguardNote,
    Status,
)
from bot.dialogue.deal import Answer, Deal
from bot.errors import BadInput
from bot.rehearsing import (
    MOST_TURNS,
    Case,
    figures,
    judge,
    questions,
    read_cases,
    rehearse,
    unknown_names,
)
from bot.settings import Settings
from retrieval.evaluate import NOTHING, BadGold, ratio, share
from retrieval.guidance import (
    DealStage,
    Fact,
    FlagId,
    Guidance,
    QuestionKind,
    RedFlag,
    ReleaseId,
    SafeguardId,
)
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.small import ordinary

RELEASE = ReleaseId("0123456789ab")
PRODUCT, END_USER = Fact("product"), Fact("end_user")


def flag(id_: str, *, ours: bool = False, gravity: int = 2) -> RedFlag:
    return RedFlag(FlagId(id_), id_, "Look.", {}, "sg-c1", (), (), gravity, ours)


@pytest.fixture
def guidance() -> Guidance:
    """Three flags that the guidance lists, the first one grave, and one of our own."""
    flags = (flag("rf1", gravity=3), flag("rf2"), flag("rf3"), flag("own", ours=True))
    return replace(ordinary(), red_flags=flags)


def noted(id_: str, status: Status = Status.RAISED) -> FlagNote:
    return FlagNote(FlagId(id_), id_, "Look.", "sg-c1", status, (), (), (), False, 2, False, ())


def ask(fact: Fact) -> Asked:
    return Asked(fact, QuestionKind.CHOICE, "What is it?", "It matters.", False, (), ())


def safeguard(id_: str) -> SafeguardNote:
    return SafeguardNote(SafeguardId(id_), id_, "Do it.", DealStage.DESIGN, ())


class Scripted:
    """A bot that asks for the given facts in turn, then advises with the given reply."""

    def __init__(self, *facts: Fact, ends: Reply | None = None) -> None:
        self._facts = list(facts)
        self._ends = ends or Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),))
        self._answers: dict[Fact, Answer] = {}
        self._pending: Fact | None = None
        self.said: list[str | dict[str, list[str] | None]] = []

    def __call__(self, said: Said) -> Outcome:
        self.said.append(said.text or dict(said.answers or {}))
        for fact, values in (said.answers or {}).items():
            known = None if values is None else frozenset(values)
            self._answers[Fact(fact)] = Answer(known, "", said.key)
            self._pending = None
        self._pending = self._pending or (self._facts.pop(0) if self._facts else None)
        reply = self._ends
        if self._pending is not None:
            reply = replace(reply, kind=Kind.ASK, question=ask(self._pending))
        conversation = Conversation(said.conversation, Deal(dict(self._answers)))
        return Outcome(conversation, reply, len(self.said), conversation)


# Playing ----------------------------------------------------------------------------------


def test_every_message_is_said_before_questions_are_answered():
    bot = Scripted(PRODUCT, END_USER)

    played = rehearse(Case("c", ("kits", "for the police"), {"product": ("spyware",)}), bot)

    assert bot.said == ["kits", "for the police", {"product": ["spyware"]}, {"end_user": None}]
    assert played.asked == (PRODUCT, END_USER)
    assert played.asked_again == ()
    assert played.failure is None


def test_a_fact_asked_for_after_its_answer_is_noticed():
    played = rehearse(Case("c", ("kits",)), Scripted(PRODUCT, END_USER, PRODUCT))

    assert played.asked == (PRODUCT, END_USER)
    assert played.asked_again == (PRODUCT,)


def test_a_bot_that_never_ends_is_given_up():
    played = rehearse(Case("c", ("kits",)), Scripted(*[PRODUCT] * 100))

    assert played.failure == f"no end after {MOST_TURNS} turns"


def test_what_the_bot_refuses_ends_the_rehearsal_and_not_the_run():
    def refuses(said: Said) -> Outcome:
        raise BadInput("unknown_value", "There is no such thing.")

    played = rehearse(Case("c", ("kits",)), refuses)

    assert played.failure == "unknown_value: There is no such thing."


def test_a_refusal_that_asks_nothing_is_an_end(guidance):
    declines = Scripted(ends=Reply(Kind.DECLINE, RELEASE, (Line("Not for me."),)))

    verdict = judge(rehearse(Case("c", ("pizza?",), expect="decline"), declines), guidance)

    assert (verdict.kind, verdict.as_expected, verdict.questions) == ("decline", True, 0)


# Judging ----------------------------------------------------------------------------------


def judged(case: Case, reply: Reply, guidance: Guidance, *asks: Fact):
    return judge(rehearse(case, Scripted(*asks, ends=reply)), guidance)


def with_flags(*ids: str) -> Reply:
    notes = (*map(noted, ids), noted("never", Status.OPEN))
    return Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),), flags=notes)


def case(id_: str = "c", raised: str = "", not_raised: str | None = None, **rest: object) -> Case:
    spared = None if not_raised is None else frozenset(not_raised.split())
    return Case(id_, ("kits",), raised=frozenset(raised.split()), not_raised=spared, **rest)


@pytest.mark.parametrize(
    ("given", "raised", "right", "missed", "wrong"),
    [
        (case(raised="rf1 rf2"), "rf1", ("rf1",), ("rf2",), ()),
        (case(raised="rf1"), "rf1 rf3", ("rf1",), (), ("rf3",)),
        # Of our own making: judged only where the case names it.
        (case(raised="rf1"), "rf1 own", ("rf1",), (), ()),
        (case(raised="rf1 own"), "rf1", ("rf1",), ("own",), ()),
        (case(raised="", not_raised="own"), "own", (), (), ("own",)),
        # Where a case lists what must not be raised, the rest is not held against the bot.
        (case(raised="rf1", not_raised="rf2"), "rf1 rf3", ("rf1",), (), ()),
        (case(raised="rf1", not_raised="rf2"), "rf1 rf2", ("rf1",), (), ("rf2",)),
    ],
)
def test_flags_held_against_a_case(guidance, given, raised, right, missed, wrong):
    verdict = judged(given, with_flags(*raised.split()), guidance)

    assert (verdict.right, verdict.missed, verdict.wrong) == (right, missed, wrong)


def test_facts_safeguards_and_citations_held_against_a_case(guidance):
    reply = Reply(
        Kind.ADVICE, RELEASE, (), safeguards=(safeguard("s1"),), more_safeguards=(safeguard("s2"),)
    )
    given = Case(
        "c",
        ("kits",),
        {"product": ("spyware",)},
        cites_at_least=frozenset({"ungp-17"}),
        safeguards_at_least=frozenset({"s1", "s2", "s3"}),
        facts={
            "product": frozenset({"spyware"}),
            "end_user": frozenset({"police"}),
            "country": None,
        },
    )

    verdict = judged(given, reply, guidance, PRODUCT)

    assert (verdict.facts, verdict.wrong_facts) == (3, ("end_user",))
    assert verdict.missing_safeguards == ("s2", "s3")
    assert verdict.unnamed_safeguards == ("s3",)
    assert verdict.missing_citations == ("ungp-17",)
    assert verdict.questions == 1


def test_the_figures_of_three_deals_are_those_worked_out_by_hand(guidance):
    verdicts = [
        judged(case("a", "rf1 rf2"), with_flags("rf1", "rf2"), guidance, PRODUCT),
        judged(case("b", "rf1 rf3"), with_flags("rf3", "rf2"), guidance, PRODUCT, END_USER),
        judged(case("c", expect="decline"), with_flags(), guidance),
    ]

    found = figures(verdicts)

    assert found["red flag recall"] == ratio([2, 1, 0], [2, 2, 0])
    assert found["red flag recall"].value == 0.75
    assert found["red flag precision"].value == 0.75
    assert found["grave flag recall"].value == 0.5
    assert found["cases with all flags right"] == share(2, 3)
    assert found["kind as expected"] == share(2, 3)
    assert found["broken off"] == share(0, 3)
    assert found["asked again"] == share(0, 3)
    assert found["fact accuracy"] == found["safeguards shown"] == NOTHING
    asked = questions(verdicts, form=10)
    assert (asked.median, asked.p90, asked.of_form.value) == (1.0, pytest.approx(1.8), 0.1)


# Reading ----------------------------------------------------------------------------------


def test_cases_are_read_as_written(tmp_path):
    file = tmp_path / "gold.jsonl"
    rows = [
        {
            "id": "d1",
            "kind": "dialogue",
            "says": ["kits"],
            "raised": ["rf1"],
            "not_raised": [],
            "answers": {"end_user": ["police"], "stage": None, "conflict": "no"},
            "note": "ours",
        },
        {"id": "r1", "kind": "retrieval", "query": "hotline?", "relevant": []},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    assert read_cases(file) == (
        Case(
            "d1",
            ("kits",),
            {"end_user": ("police",), "stage": None, "conflict": ("no",)},
            frozenset({"rf1"}),
            frozenset(),
        ),
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"says": []}, "'says' holds at least one message"),
        ({"kind": "dialogue"}, "'says'"),
        ({"says": ["a"], "expect": "maybe"}, "'expect'"),
        ({"says": ["a"], "answers": ["police"]}, "'answers'"),
    ],
)
def test_a_bad_case_is_named(tmp_path, row, complaint):
    file = tmp_path / "gold.jsonl"
    file.write_text("\n" + json.dumps(row), "utf-8")

    with pytest.raises(BadGold, match=f"gold.jsonl:2: .*{complaint}"):
        read_cases(file)


def test_names_that_the_release_lacks_are_told(guidance):
    given = case(
        raised="rf1 rf9",
        cites_at_least=frozenset({"ungp-17", "ungp-99"}),
        answers={"product": None, "colour": None},
    )

    assert unknown_names([given], guidance) == ["rf9", "ungp-99", "colour"]


# The command ------------------------------------------------------------------------------


@pytest.fixture
def light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assembly]:
    """The shipped corpus with embeddings that cost nothing."""
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    yield Assembly(Settings())


def test_a_deal_nobody_knows_anything_about_still_ends_in_advice(light):
    advisor: Advisor = light.advisor

    played = rehearse(Case("c", ("phone spyware for the police in kenya",)), advisor.take_turn)

    assert played.failure is None
    assert played.reply is not None
    assert played.reply.kind is Kind.ADVICE
    assert played.asked_again == ()
    assert 0 < len(played.asked) <= light.settings.question_limit


def test_the_command_measures_both_suites_and_leaves_the_database_alone(light, tmp_path):
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"kind": "retrieval", "query": "do we need a complaints hotline", "relevant": ["ungp-29"]},
        {"kind": "retrieval", "query": "a missing one", "relevant": ["ungp-999"]},
        {"kind": "dialogue", "says": ["phone spyware for the police in kenya"], "raised": []},
    ]
    gold.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    result = CliRunner().invoke(app, ["evaluate", "--gold", str(gold), "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["retrieval"]["queries"] == 2
    assert report["retrieval"]["systems"]["advisor"]["recall@5"]["value"] == 0.5
    assert report["dialogue"]["conversations"] == 1
    assert report["dialogue"]["cases"][0]["failure"] is None
    assert report["notes"] == ["The gold file names what this release lacks: ungp-999."]
    assert not list((tmp_path / "data").glob("*.sqlite3"))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--suite", "dialogue"], "needs a gold file"),
        (["--suite", "everything"], "everything"),
        (["--gold", "{bad}"], "not JSON"),
        (["--gold", "{empty}"], "no case"),
    ],
)
def test_bad_usage_is_told_and_exits_with_two(light, tmp_path, arguments, complaint):
    (tmp_path / "bad").write_text("{", "utf-8")
    (tmp_path / "empty").write_text("", "utf-8")
    places = {name: str(tmp_path / name) for name in ("bad", "empty")}

    result = CliRunner().invoke(app, ["evaluate", *(a.format(**places) for a in arguments)])

    assert result.exit_code == 2
    assert complaint in " ".join(result.output.replace("│", " ").split())
