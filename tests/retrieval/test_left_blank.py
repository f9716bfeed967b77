"""A corpus in which something is empty, or says what YAML doesn't: told, with file and line.

Each of these was called sound, and then broke a conversation, or quietly changed every answer.
"""

import shutil
from pathlib import Path

import pytest

from retrieval.corpus import read_all
from retrieval.errors import CorpusError
from retrieval.left_blank import unreachable
from retrieval.reading.register import register

pytestmark = pytest.mark.long

SHIPPED = Path(__file__).parents[2] / "guidance_corpus"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the corpus that ships, to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "corpus"))


def spoil(root: Path, file: str, old: str, new: str) -> None:
    """Replace the first *old* in *file*."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(root: Path, file: str, more: str) -> int:
    """Put *more* at the end of *file*; the line where it begins."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text + more, encoding="utf-8")
    return text.count("\n") + 1


def test_a_refinement_names_what_there_is(root):
    """One to a fact that no question asks for ended each later message of the deal in an error."""
    at = add(root, "vocabulary/refinements.yaml",
             "  - {when: {product: [cctv]}, fact: zz, value: drone}\n"
             "  - {when: {product: [cctv]}, fact: product, value: dron}\n"
             "  - {when: {}, fact: product, value: drone}\n")
    assert read_all(root)[1] == [
        f"vocabulary/refinements.yaml:{at}: refinement 'zz.drone': value: fact 'zz' does not "
        "exist. Add a question for it, or correct the name",
        f"vocabulary/refinements.yaml:{at + 1}: refinement 'product.dron': value: 'product' has "
        "no value 'dron'. Nearest: 'drone'.",
        f"vocabulary/refinements.yaml:{at + 2}: refinement 'product.drone': its 'when' table is "
        "empty, so every deal would be read so"]


def test_no_empty_table_or_list_takes_every_deal(root):
    """An empty 'when' of a scope made every deal a domestic one; an empty group ended the start."""
    spoil(root, "scope.yaml", "when: {end_user: [domestic-us]}", "when: {}")
    spoil(root, "scope.yaml", "applies: [sg-c1, sg-c5]", "applies: []")
    spoil(root, "safeguards.yaml", "  idea: [any time, design, before sale, after sale]", "")
    spoil(root, "safeguards.yaml", "  signed: [any time, design, after sale, before sale]",
          "  signed: []\n  sined: [any time, any time]")
    at = add(root, "vocabulary/product.yaml",
             "  other:\n    terms: ['', '!!']\n    near: [[]]\n")
    problems = "\n".join(read_all(root)[1])
    for said in (
            "scope 'domestic-end-user': its 'when' table is empty, so every deal would fall into",
            "scope 'domestic-end-user': 'applies' is empty",
            "stage order 'idea': it is missing in 'stage_order'",
            "stage order 'signed': it lists no stage",
            "stage order 'sined': stage_order: 'stage' has no value 'sined'. Nearest: 'signed'.",
            "stage order 'sined': a stage stands in it twice",
            f"vocabulary/product.yaml:{at}: vocabulary entry 'product.other': terms: '' has no",
            f"vocabulary/product.yaml:{at}: vocabulary entry 'product.other': terms: '!!' has no",
            f"vocabulary/product.yaml:{at}: vocabulary entry 'product.other': near: an "
            "alternative or a group of it is empty"):
        assert said in problems
    assert "guidance corpus:" not in problems


def test_what_people_are_shown_is_written(root):
    """A red flag without a title was a line that said nothing."""
    spoil(root, "red_flags.yaml", "title: Similar products are reported to have been misused",
          'title: " "')
    spoil(root, "questions.yaml", "wording: What does the product or service do?", 'wording: ""')
    spoil(root, "questions.yaml", "{value: police, label: Police}", '{value: police, label: ""}')
    spoil(root, "safeguards.yaml", "title: Tailor the product so that misuse is harder",
          'title: ""')
    spoil(root, "question_groups.yaml", "facts: [product, end_use]", "facts: [product, product]")
    spoil(root, "sources/ungp.yaml", '"UNGP {n}"', '"UNGP"')
    spoil(root, "sources/ungp.yaml", "short_title: UN Guiding Principles",
          f"short_title: {'UN Guiding Principles ' * 4}")
    assert sorted(read_all(root)[1]) == sorted([
        "red_flags.yaml:4: red flag 'sg-c1-rf1': its 'title' is empty, and people are shown it; "
        "write it",
        "questions.yaml:6: question 'product': its 'wording' is empty, and people are shown it; "
        "write it",
        "questions.yaml:53: question 'end_user': the choice 'police' needs a value and a label",
        "safeguards.yaml:16: safeguard 'sg-c5-1': its 'title' is empty, and people are shown it; "
        "write it",
        "question_groups.yaml:4: question group 'what-for': 'product' stands in it twice; take "
        "one out",
        "sources/ungp.yaml:1: source 'ungp': cited_as: 'UNGP' needs {n} once, where the number "
        "stands, such as \"UNGP {n}\"",
        "sources/ungp.yaml:4: a 'short_title' of 87 characters leaves a citation no room; 60 is "
        "the most"])


def test_no_question_waits_for_itself():
    """Two that waited for each other were never asked."""
    assert set(unreachable({
        "a": ("b",), "b": ("c",), "c": ("a",), "d": ("a", "e"), "e": (), "f": ("f",)})) == {
        "a", "b", "c", "f"}


def test_questions_that_wait_for_each_other_are_told(root):
    spoil(root, "questions.yaml", "- fact: product\n", "- fact: product\n  after: [product]\n")
    assert read_all(root)[1] == [
        "questions.yaml:6: question 'product': after: it waits for itself in the end, and would "
        "never be asked; take one of those that it waits for out"]


def test_a_country_that_is_none_is_told(root):
    spoil(root, "red_flags.yaml", 'when: {misuse_reports: ["yes"]}', "when: {country: [ZZ, KE]}")
    assert "red_flags.yaml:4: red flag 'sg-c1-rf1': when: 'ZZ' is not an ISO 3166-1 alpha-2 code" \
        in read_all(root)[1]


def test_of_two_with_one_id_the_first_counts(root):
    """A question that was copied took the choices from all that named them: 290 problems."""
    at = add(root, "questions.yaml", (
        "\n- fact: product\n  kind: choice\n  label: copy\n  wording: Is it so?\n  why: Why.\n"
        "  authorities: [ungp-13]\n  choices: [{value: a, label: A}, {value: b, label: B}]\n"))
    assert read_all(root)[1] == [
        f"questions.yaml:{at + 1}: question 'product' is defined twice; the first is at "
        "questions.yaml:6. Ids are unique: rename or remove one"]


def test_numbers_out_of_step_are_told_where_they_stand(root):
    spoil(root, "considerations.yaml", "number: 2\n", "number: 9\n")
    assert "considerations.yaml:13: consideration 'sg-c2': numbers must run from 1 without a " \
        "gap, each once, and its own is 9 where 2 is free" in read_all(root)[1]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("title: Similar", "title: !important Similar",
     "red_flags.yaml:5: a tag (!important) stands here, which says nothing to this program; put "
     "a text that begins with ! in quotes, or take the tag out"),
    ("title: Similar products are reported to have been misused", 'title: "Similar\\0"',
     "red_flags.yaml:5: a control sign (U+0000) stands in it; take it out"),
    ("Similar products", "Similar\u202e products",
     "red_flags.yaml:5: a sign that turns the direction of writing (U+202E) stands in it; take "
     "it out"),
    ("Similar products", "Sim\u00adilar products",
     "red_flags.yaml:5: a sign that nobody sees (U+00AD) stands in it, as web pages and Word "
     "bring it along; type the words anew"),
    ("Similar products", "Similar\a products",
     "red_flags.yaml:5: not valid YAML: a control sign (U+0007) stands in this line; take it out"),
    ("  title: Similar", "\u00a0\u00a0title: Similar",
     "red_flags.yaml:5: not valid YAML: did not find expected '-' indicator; a blank that doesn't "
     "break stands before the words, as web pages bring it along: indent with blanks of the "
     "keyboard"),
    ("- id: sg-c1-rf2", "<<<<<<< HEAD\n- id: sg-c1-rf2",
     "red_flags.yaml:15: not valid YAML: two versions were merged here and stand both; keep one "
     "of them"),
    ('when: {misuse_reports: ["yes"]}', "when: {misuse_reports: yes}",
     "red_flags.yaml:9: 'when.misuse_reports' of a red flag: a truth value (a bare yes, no, "
     "on or off) stands there; write a list, as [one, another]"),
    ('when: {misuse_reports: ["yes"]}', "when: {country: [NO]}",
     "red_flags.yaml:9: 'when.country.0': write \"yes\" or \"no\" in quotes, and the code of "
     'Norway as "NO"; bare, YAML reads a truth value'),
    ("id: sg-c1-rf1", "id: 2020",
     "red_flags.yaml:4: 'id' of a red flag: 2020 is a number to YAML; put it in quotes"),
    ("id: sg-c1-rf1", "id:", "red_flags.yaml:4: 'id' of a red flag: nothing stands there; write "
     "a text"),
    ("severity: {scale: 3,", "severity: {scale: yes,",
     "red_flags.yaml:13: 'scale': write a whole number here; a bare yes, no, on or off is a truth "
     "value to YAML"),
    ("severity: {scale: 3, scope: 2, irremediable: 2}", "severity: high",
     "red_flags.yaml:13: 'severity' of a red flag: 'high' stands there; write a table, as "
     "{key: value}"),
])
def test_what_yaml_reads_otherwise_is_told_with_what_to_write(root, old, new, said):
    spoil(root, "red_flags.yaml", old, new)
    assert said in read_all(root)[1]


def test_a_table_that_excel_or_notepad_saved_is_read(root):
    """The mark that they put before the first word made that word another one."""
    for name in ("register.tsv", "seen.tsv"):
        path = root / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_all(root)[1] == []
    assert register(root, read_all(root)[0]) == 0


def test_a_register_without_its_tabs_is_told_once(root):
    path = root / "register.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("\t", "  "), encoding="utf-8")
    told = read_all(root)[1]
    assert len(told) == 1 and "put the tabs back" in told[0] and "more lines are so" in told[0]


def test_what_is_no_id_is_never_registered(root):
    """A slip in an id would have been for ever."""
    at = add(root, "safeguards.yaml", (
        "\n  - id: Our Rule!\n    title: Ours\n    text: Do it.\n    stage: design\n"
        "    authorities: [ungp-13]\n"))
    guidance, told = read_all(root)
    assert at and len(told) == 1
    assert told[0].startswith("register.tsv:1: safeguard 'Our Rule!' is new and not registered; "
                              "an id has letters")
    with pytest.raises(CorpusError, match="Our Rule!"):
        register(root, guidance)
    assert "Our Rule" not in (root / "register.tsv").read_text(encoding="utf-8")
