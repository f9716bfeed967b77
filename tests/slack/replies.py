"""Replies that no sane deal gives: huge, hostile, and full of citations."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from bot.dialogue.changes import Changes, Ground, Group, Named, Part
from bot.dialogue.citation import Citation
from bot.dialogue.reply import (
    Asked,
    ConsiderationNote,
    Coverage,
    CoverageLine,
    FlagNote,
    Kind,
    Line,
    Reply,
    SafeguardNote,
    Status,
    WordedLine,
)
from retrieval.guidance import Checked, Choice, DealStage, Fact, Guidance, ProvisionId, QuestionKind

HOSTILE = [
    "<!channel>", "<@U1>", "<http://evil.example|state.gov>", "&lt;!here&gt;", "*bold*", "_x_",
    "```code```", "~gone~", "[1]", "&&&&&&&&", "\"\"\"\\\\\\", "😀" * 20, "x" * 4_000, "\u202e",
    "a long sentence about a product " * 60, "\n> quoted\n", "\x00", "|", "{n}",
]
SEEDS = st.integers(0, 2**32 - 1)


def _letters(chance: Random, most: int) -> str:
    """Up to *most* characters, half of them of ASCII, never half of a pair."""
    return "".join(
        chr(chance.randrange(0x80) if chance.random() < 0.5 else chance.choice(
            (chance.randrange(0x80, 0xD800), chance.randrange(0xE000, 0x110000))))
        for _ in range(chance.randint(0, most)))


def _text(seed: int) -> str:
    chance = Random(seed)
    return " ".join(chance.choice(HOSTILE) if chance.random() < 0.5 else _letters(chance, 60)
                    for _ in range(chance.randint(1, 6)))


# A reply has hundreds of texts.  Drawn letter by letter they took nine tenths of these tests.
texts = st.one_of(st.sampled_from(HOSTILE), SEEDS.map(_text))
urls = st.sampled_from([
    "https://undocs.org/A/HRC/17/31", "https://x.example/" + "u" * 250, "http://a.example/?b=1&c=2",
    "https://x.example/" + "u" * 3_000, "javascript:alert(1)", "",
])


def citations(most: int) -> st.SearchStrategy[tuple[Citation, ...]]:
    """Citations of up to 100 places; the pinpoint names the place."""
    return st.lists(
        st.builds(_citation, st.integers(1, 100), texts, st.sampled_from(list(Checked)), urls),
        min_size=1, max_size=most,
    ).map(tuple)


def _citation(n: int, title: str, checked: Checked, url: str) -> Citation:
    # A source called "[1]" would look like a mark to the tests.
    title = title.replace("[", "(")
    return Citation(provision=f"p{n}", pinpoint=f"P{n}.", source=f"s{n % 7}", source_title=title,
                    checked=checked, url=url, release="r", start=0, end=n, sha256="")


worded = st.builds(WordedLine, texts, citations(9), st.lists(
    st.sampled_from(["f1", "f2", "s1"]), max_size=5).map(tuple))
lines = st.builds(Line, texts, st.one_of(st.just(()), citations(3)))
choices = st.lists(
    st.builds(Choice, SEEDS.map(lambda seed: f"{seed:x}{_letters(Random(seed), 150)}"), texts),
    max_size=110,
    unique_by=lambda c: c.value,
).map(tuple)


def replies(guidance: Guidance) -> st.SearchStrategy[Reply]:
    """Random replies whose facts and considerations are those of *guidance*."""
    facts = st.sampled_from(list(guidance.questions))
    considered = st.sampled_from([c.id for c in guidance.considerations])
    flags = st.builds(
        FlagNote, id=st.sampled_from(["f1", "f2", "f3"]), title=texts, explains=texts,
        consideration=considered, status=st.sampled_from(list(Status)),
        because=st.just(()), said=st.lists(texts, max_size=2).map(tuple), missing=st.just(()),
        tentative=st.booleans(), gravity=st.integers(1, 3), ours=st.booleans(),
        citations=citations(20),
    )
    notes = st.builds(ConsiderationNote, considered, st.none(), texts, texts,
                      st.sampled_from(list(Status)), citations(20))
    safeguards = st.builds(SafeguardNote, texts, texts, texts, st.sampled_from(list(DealStage)),
                           citations(9))
    questions = _questions(list(guidance.questions))
    coverage = st.builds(CoverageLine, considered, st.integers(1, 8),
                         st.sampled_from(list(Coverage)), st.just(()))

    def some(of: st.SearchStrategy, most: int) -> st.SearchStrategy[tuple]:
        return st.lists(of, max_size=most).map(tuple)

    named = st.builds(Named, st.sampled_from(["f1", "s1"]), texts, citations(9))
    groups = st.builds(Group, st.sampled_from(list(Part)), texts, some(named, 5))
    changes = st.builds(Changes, st.sampled_from(list(Ground)), some(groups, 5), st.just(()), texts)

    return st.builds(
        Reply, kind=st.sampled_from(list(Kind)), release=st.just(guidance.release),
        lead=some(lines, 3), heard=st.one_of(st.just(""), texts),
        considerations=some(notes, 8), related=some(notes, 3), flags=some(flags, 12),
        safeguards=some(safeguards, 6), more_safeguards=some(safeguards, 2),
        question=st.one_of(st.none(), questions), open_facts=some(facts, 20),
        coverage=some(coverage, 8), consult=some(lines, 3), closing=some(lines, 2),
        shape=st.sampled_from(["full", "short", "brief", "step", "safeguards"]),
        fresh=st.sampled_from([(), ("f1",), ("f1", "f2")]),
        changes=st.one_of(st.none(), changes), worded=st.one_of(st.just(()), some(worded, 6)),
        worded_by=texts,
    )


def _questions(facts: Sequence[Fact]) -> st.SearchStrategy[Asked]:
    """One question, or several of different facts."""
    def asked(fact: Fact) -> st.SearchStrategy[Asked]:
        return st.builds(Asked, st.just(fact), st.sampled_from(list(QuestionKind)), texts, texts,
                         st.booleans(), choices, citations(2))

    def joined(opener: str, again: str, questions: Sequence[Asked]) -> Asked:
        first, *beside = questions
        return replace(first, opener=opener if beside else "", beside=tuple(beside), again=again)

    chosen = st.lists(st.sampled_from(facts), min_size=1, max_size=5, unique=True)
    return st.builds(joined, texts, st.one_of(st.just(""), texts),
                     chosen.flatmap(lambda all_: st.tuples(*map(asked, all_))))


def over(guidance: Guidance) -> Guidance:
    """*guidance* with every place that random replies cite."""
    some = next(iter(guidance.provisions.values()))
    places = {ProvisionId(f"p{n}"): replace(some, id=ProvisionId(f"p{n}")) for n in range(1, 101)}
    return replace(guidance, provisions={**guidance.provisions, **places})


def holders(reply: Reply) -> Sequence[tuple[Citation, ...]]:
    """The citations of what *reply* shows in its shape, in the order of reading."""
    step, brief = reply.shape == "step", reply.shape == "brief"
    full = reply.shape in {"full", "short"}
    shown = [line.citations for line in reply.lead]
    shown += [named.citations for group in reply.told() for named in group.named]
    if reply.worded:
        shown += [line.citations for line in reply.worded]
        return shown + ([line.citations for line in reply.consult] if full else [])
    if reply.shape != "safeguards":
        shown += [f.citations for f in reply.flags if f.status is Status.RAISED
                  and (not step or f.id in reply.fresh)]
    if full or brief:
        most = 2 if brief and reply.flags else None
        shown += [c.citations for c in reply.considerations[:most]]
    if full:
        shown += [c.citations for c in reply.related]
    if not step:
        shown += [s.citations for s in reply.safeguards[: 3 if brief else None]]
    if full:
        shown += [line.citations for line in reply.consult]
    return shown
