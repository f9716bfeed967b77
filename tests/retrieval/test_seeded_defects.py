"""A small corpus with defects put in: each is told, at its own line, and all of them at once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from retrieval.corpus import read, read_all
from retrieval.errors import CorpusError
from retrieval.guidance import sha256_of
from retrieval.reading.register import register, register_of
from tests.retrieval.small_corpus import FILES


@dataclass(frozen=True)
class Defect:
    """A text to replace; what is said of it, and the text at whose line it is told."""

    file: str
    old: str
    new: str
    at: str
    says: tuple[str, ...]
    told_in: str | None = None
    nth: int = 0
    """Which of the places of `at`, from 0."""


DEFECTS = {
    "a provision's id given twice": Defect(
        "sources/ungp.yaml", "- id: ungp-19", "- id: ungp-17", "- id: ungp-17",
        ("provision 'ungp-17' is defined twice", "sources/ungp.yaml:13"), nth=1),
    "a red flag's id given twice": Defect(
        "red_flags.yaml", "- id: spyware-sold", "- id: sg-c1-rf1", "- id: sg-c1-rf1",
        ("red flag 'sg-c1-rf1' is defined twice", "red_flags.yaml:1"), nth=1),
    "a fact asked for twice": Defect(
        "questions.yaml", "- fact: misuse", "- fact: product", "- fact: product",
        ("question 'product' is defined twice",), nth=1),
    "a key given twice": Defect(
        "safeguards.yaml", "    stage: design\n", "    stage: design\n    stage: after sale\n",
        "    stage: after sale", ("'stage' is given twice", "line 7")),
    "an unknown key": Defect(
        "red_flags.yaml", "  severity: {scale: 3", "  severness: {scale: 3", "  severness",
        ("unknown key 'severness' in a red flag",)),
    "a key that is missing": Defect(
        "safeguards.yaml", "    text: Leave it out.\n", "", "- id: limits",
        ("a safeguard needs the key 'text'",)),
    "an authority that nobody wrote": Defect(
        "red_flags.yaml", "authorities: [sg-c1-rf1, ungp-17]", "authorities: [sg-c1-rf1, ungp-177]",
        "- id: sg-c1-rf1", ("red flag 'sg-c1-rf1'", "provision 'ungp-177' does not exist",
                            "Nearest: 'ungp-17'")),
    "a safeguard that cites nothing": Defect(
        "safeguards.yaml", "authorities: [ungp-19]\n    suits", "authorities: []\n    suits",
        "- id: training", ("safeguard 'training'", "it cites nothing")),
    "a consideration that cites nothing": Defect(
        "considerations.yaml", "authorities: [sg-c1, ungp-17]", "authorities: []", "- id: sg-c1",
        ("consideration 'sg-c1'", "it cites nothing")),
    "a fact in when that no question asks for": Defect(
        "red_flags.yaml", "when: {product: [spyware]}", "when: {produkt: [spyware]}",
        "- id: spyware-sold", ("when: fact 'produkt' does not exist", "Nearest: 'product'",
                               "Add a question for it")),
    "a value in when that the fact lacks": Defect(
        "red_flags.yaml", "when: {product: [spyware]}", "when: {product: [spywear]}",
        "- id: spyware-sold", ("when: 'product' has no value 'spywear'", "Nearest: 'spyware'")),
    "a table without rows": Defect(
        "red_flags.yaml", "when: {product: [spyware]}", "when: {}", "- id: spyware-sold",
        ("'when' table is empty",)),
    "a bare yes": Defect(
        "red_flags.yaml", 'when: {misuse: ["yes"]}', "when: {misuse: [yes]}",
        "  when: {misuse: [yes]}", ('write "yes" or "no" in quotes',)),
    "a bare no among the choices": Defect(
        "questions.yaml", '{value: "no", label: "No"}', '{value: no, label: "No"}',
        "{value: no", ('write "yes" or "no" in quotes',)),
    "a digest that rests on nothing": Defect(
        "sources/ungp.yaml", 'basis: "[K]"', 'basis: ""', "- id: ungp-17",
        ("provision 'ungp-17'", "says what it rests on")),
    "a digest of another source that rests on nothing": Defect(
        "sources/sg.yaml", 'basis: "[K]"', 'basis: ""', "- id: sg-c1",
        ("provision 'sg-c1'", "says what it rests on")),
    "a basis left out": Defect(
        "sources/ungp.yaml", '    basis: "[K]"\n', "", "- id: ungp-17",
        ("provision 'ungp-17'", "says what it rests on")),
    "seen by nobody": Defect(
        "sources/ungp.yaml", 'basis: "[S unhr]"', 'basis: "[K]"', "- id: ungp-19",
        ("provision 'ungp-19'", "names no source seen")),
    "a mark that nobody ticked": Defect(
        "sources/ungp.yaml", "checked: unchecked", "checked: official", "- id: ungp-17",
        ("provision 'ungp-17'", "marked 'official' by hand", "advisor corpus confirm",
         "checked: unchecked")),
    "a mark raised to seen by hand": Defect(
        "sources/ungp.yaml", 'checked: unchecked\n    basis: "[K]"',
        'checked: seen\n    basis: "[S un]"', "- id: ungp-17",
        ("provision 'ungp-17'", "marked 'seen'", "seen.tsv",
         f"ungp-17\t{sha256_of('Look before you sell.')}")),
    "a text reworded after it was seen": Defect(
        "sources/ungp.yaml", "Act on what you find.", "Act on anything.", "- id: ungp-19",
        ("provision 'ungp-19'", "its words are others than those in seen.tsv")),
    "a tick written by hand": Defect(
        "sources/ungp.yaml", "    text: Look before you sell.\n",
        "    text: Look before you sell.\n    confirmed: {by: me, at: now, passage: ungp-19, "
        "start: 0, end: 3, document_sha256: ab, restated: Look.}\n", "- id: ungp-17",
        ("provision 'ungp-17'", "a tick is made with", "take out 'confirmed'")),
    "a number that nobody ticked": Defect(
        "considerations.yaml", "number_checked: unchecked", "number_checked: official",
        "- id: sg-c1", ("consideration 'sg-c1'", "number_checked: unchecked")),
    "an address that runs a program": Defect(
        "sources/ungp.yaml", "https://example.org/ungp", "'javascript:alert(1)'", "source:",
        ("source 'ungp'", "'javascript:alert(1)' is no address of a page", "https://")),
    "an address of a provision that is none": Defect(
        "sources/ungp.yaml", "    text: Look before you sell.\n",
        "    text: Look before you sell.\n    url: 'file:///etc/passwd'\n", "- id: ungp-17",
        ("provision 'ungp-17'", "'file:///etc/passwd' is no address of a page")),
    "an unknown kind of source": Defect(
        "sources/ungp.yaml", "kind: soft law", "kind: gospel", "  kind: gospel",
        ("'kind' of a source", "'treaty'")),
    "a verdict in a red flag": Defect(
        "red_flags.yaml", "explains: It can do harm.",
        "explains: This deal is lawful, approved and safe to sell.", "- id: spyware-sold",
        ("red flag 'spyware-sold'", "explains", "This deal is lawful, approved and safe to sell.",
         "verdict")),
    "a verdict in a safeguard": Defect(
        "safeguards.yaml", "text: Leave it out.", "text: Leave it out. You may now ship.",
        "- id: limits", ("safeguard 'limits'", "You may now ship.")),
    "a verdict in a question": Defect(
        "questions.yaml", "wording: Was it misused?",
        "wording: The sale is unlawful. Was it misused?", "- fact: misuse",
        ("question 'misuse'", "wording", "The sale is unlawful.")),
    "a verdict among the choices": Defect(
        "questions.yaml", "label: Camera", "label: Cleared to sell", "- fact: product",
        ("question 'product'", "Cleared to sell")),
    "a phrase that answers two ways": Defect(
        "phrases.yaml", "dont_know: [no idea]", 'dont_know: [no idea, "no"]', "  dont_know",
        ("cue list 'dont_know'", "'no' stands in 'no' as well, which says the opposite")),
    "an unknown safeguard": Defect(
        "red_flags.yaml", "safeguards: [limits, training]", "safeguards: [limit, training]",
        "- id: spyware-sold", ("safeguard 'limit' does not exist", "Nearest: 'limits'")),
    "an unknown consideration of a provision": Defect(
        "sources/sg.yaml", "    consideration: sg-c1\n    checked: unchecked\n"
        '    basis: "[K]"\n    topics', "    consideration: sg-c9\n    checked: unchecked\n"
        '    basis: "[K]"\n    topics', "- id: sg-c1-rf1",
        ("provision 'sg-c1-rf1'", "consideration 'sg-c9' does not exist")),
    "an unknown fact in topics": Defect(
        "sources/sg.yaml", "      product: [spyware]", "      goods: [spyware]",
        "- id: sg-c1-rf1", ("topics: fact 'goods' does not exist",)),
    "an unknown fact that settles": Defect(
        "considerations.yaml", "settled_by: [product, misuse]", "settled_by: [product, missuse]",
        "- id: sg-c1", ("fact 'missuse' does not exist", "Nearest: 'misuse'")),
    "an unknown fact in only_if": Defect(
        "questions.yaml", "- {product: [spyware]}", "- {goods: [spyware]}", "- fact: misuse",
        ("only_if: fact 'goods' does not exist",)),
    "an unknown fact in pressing": Defect(
        "questions.yaml", "only_if:\n    - {product: [spyware]}",
        "pressing:\n    - {goods: [spyware]}", "- fact: misuse",
        ("pressing: fact 'goods' does not exist",)),
    "an unknown value in suits": Defect(
        "safeguards.yaml", "suits: {product: [spyware]}", "suits: {product: [laser]}",
        "- id: training", ("suits: 'product' has no value 'laser'",)),
    "an unknown fact still asked in a scope": Defect(
        "scope.yaml", "still_ask: [product]", "still_ask: [products]", "- id: camera-only",
        ("scope 'camera-only'", "fact 'products' does not exist")),
    "a value that nobody can say": Defect(
        "vocabulary/product.yaml", '  "no":\n    terms: [never misused]\n', "", "- fact: misuse",
        ("question 'misuse'", "nobody can say 'no'"), "questions.yaml"),
    "a term that says two values": Defect(
        "vocabulary/product.yaml", "terms: [camera]", "terms: [camera, Spyware]", "  camera:",
        ("vocabulary entry 'product.camera'", "already says 'spyware'")),
    "a glossary entry that cites nobody": Defect(
        "glossary.yaml", "authorities: [sg-c1]", "authorities: [sg-c11]", "- id: spyware",
        ("glossary entry 'spyware'", "provision 'sg-c11' does not exist")),
    "an unknown checked state": Defect(
        "sources/ungp.yaml", "checked: seen", "checked: surely", "    checked: surely",
        ("'checked' of a provision",)),
    "an unknown stage": Defect(
        "safeguards.yaml", "stage: after sale", "stage: some day", "    stage: some day",
        ("'stage' of a safeguard",)),
    "a degree of severity that is none": Defect(
        "red_flags.yaml", "scale: 2, scope: 2", "scale: 2, scope: 4", "- id: spyware-sold",
        ("severity: scope is 1, 2 or 3, not 4",)),
    "an unknown degree of severity": Defect(
        "red_flags.yaml", "{scale: 2, scope: 2", "{scale: 2, gravity: 2, scope: 2",
        "  severity: {scale: 2, gravity", ("unknown key 'gravity' in a severity",)),
    "a flag of the guidance without its provision": Defect(
        "red_flags.yaml", "  ours: true\n", "", "- id: spyware-sold",
        ("has the id of its provision",)),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    register(tmp_path, read_all(tmp_path)[0])
    return tmp_path


def put_in(corpus: Path, defect: Defect) -> None:
    path = corpus / defect.file
    text = path.read_text(encoding="utf-8")
    assert text.count(defect.old) >= 1, defect.old
    path.write_text(text.replace(defect.old, defect.new, 1), encoding="utf-8")


def told(corpus: Path, defect: Defect) -> str:
    """How the problem has to begin: file and line."""
    file = defect.told_in or defect.file
    lines = (corpus / file).read_text(encoding="utf-8").splitlines()
    places = [n for n, line in enumerate(lines, start=1) if defect.at in line]
    return f"{file}:{places[defect.nth]}: "


def is_told(problems: list[str], start: str, defect: Defect) -> bool:
    return any(p.startswith(start) and all(s in p for s in defect.says) for p in problems)


def test_the_small_corpus_is_sound(corpus):
    assert read_all(corpus)[1] == []
    assert len(read(corpus).provisions) == 4


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_told_at_its_own_line(corpus, name):
    defect = DEFECTS[name]
    put_in(corpus, defect)
    problems = read_all(corpus)[1]
    assert is_told(problems, told(corpus, defect), defect), "\n".join(problems)
    with pytest.raises(CorpusError) as caught:
        read(corpus)
    assert caught.value.problems == problems


def test_defects_in_every_file_are_told_at_once(corpus):
    chosen = [DEFECTS[name] for name in (
        "a provision's id given twice", "an unknown fact in topics",
        "a consideration that cites nothing", "an unknown fact in only_if",
        "an authority that nobody wrote", "a fact in when that no question asks for",
        "a safeguard that cites nothing", "a key given twice",
        "an unknown fact still asked in a scope", "a term that says two values",
        "a glossary entry that cites nobody", "a digest of another source that rests on nothing",
    )]
    for defect in chosen:
        put_in(corpus, defect)
    problems = read_all(corpus)[1]
    lost = [d.says for d in chosen if not is_told(problems, told(corpus, d), d)]
    assert lost == [], "\n".join(problems)


@pytest.mark.parametrize("kind", ["provision", "red flag", "safeguard", "fact"])
def test_an_id_that_was_shipped_may_not_vanish(corpus, kind):
    path = corpus / "register.tsv"
    path.write_text(f"{kind}\tgone-1\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    [problem] = read_all(corpus)[1]
    assert problem.startswith(f"register.tsv:1: {kind} 'gone-1' was shipped before and is gone")


def test_a_new_id_has_to_be_registered(corpus):
    path = corpus / "register.tsv"
    kept = [x for x in path.read_text(encoding="utf-8").splitlines() if "ungp-19" not in x]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    [problem] = read_all(corpus)[1]
    assert "provision 'ungp-19' is new and not registered" in problem
    assert register(corpus, read_all(corpus)[0]) == 1
    assert read_all(corpus)[1] == []


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith(("sources", "vocabulary"))])
def test_a_file_that_is_missing_is_named(corpus, name):
    (corpus / name).unlink()
    assert any(p.startswith(f"{name}:1: the file is missing") for p in read_all(corpus)[1])


@pytest.mark.parametrize("name", list(FILES))
@pytest.mark.parametrize("spoil", [
    lambda text: text + "\n  - [unclosed",
    lambda _: "just words\n",
    lambda _: "- 1\n- 2\n",
], ids=["broken", "words", "numbers"])
def test_a_spoilt_file_is_complained_of_and_never_crashes(
    corpus, name, spoil: Callable[[str], str]
):
    path = corpus / name
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    problems = read_all(corpus)[1]
    assert problems
    assert all(":" in p for p in problems)


@pytest.mark.parametrize("name", list(FILES))
def test_an_empty_file_is_complained_of_where_one_is_needed(corpus, name):
    (corpus / name).write_text("", encoding="utf-8")
    assert read_all(corpus)[1]


def test_the_register_lists_every_id_once(guidance):
    rows = register_of(guidance)
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows)
