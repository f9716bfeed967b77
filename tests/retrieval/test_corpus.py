"""A corpus with something wrong: every problem at once, each with file and line."""

import shutil
from pathlib import Path

import pytest

from retrieval.corpus import read, read_all
from retrieval.errors import CorpusError
from retrieval.guidance import QuestionKind
from retrieval.reading.countries import country_name
from retrieval.reading.register import register

pytestmark = pytest.mark.long

SHIPPED = Path(__file__).parents[2] / "guidance_corpus"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the corpus that ships, to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "corpus"))


def spoil(root: Path, file: str, old: str, new: str) -> int:
    """Replace the first *old* in *file*; the line where it stood."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_corpus_that_ships_is_sound():
    assert read_all(SHIPPED)[1] == []


@pytest.mark.parametrize(("file", "old", "new", "offset", "says"), [
    ("red_flags.yaml", "- id: sg-c2-rf3", "- id: sg-c2-rf2", 0,
     "red flag 'sg-c2-rf2' is defined twice"),
    ("red_flags.yaml", "authorities: [sg-c2-rf3", "authorities: [sg-c2-rf33", None,
     "provision 'sg-c2-rf33' does not exist. Nearest: 'sg-c2-rf3'"),
    ("red_flags.yaml", 'when: {detentions: ["yes"]}', 'when: {detention: ["yes"]}', None,
     "fact 'detention' does not exist. Nearest: 'detentions'"),
    ("red_flags.yaml", 'when: {detentions: ["yes"]}', 'when: {detentions: ["yess"]}', None,
     "'detentions' has no value 'yess'. Nearest: 'yes'"),
    ("red_flags.yaml", 'when: {detentions: ["yes"]}', "when: {detentions: [yes]}", 0,
     'write "yes" or "no" in quotes'),
    ("red_flags.yaml", "scale: 3", "scale: 7", None, "severity: scale is 1, 2 or 3, not 7"),
    ("safeguards.yaml", "    authorities: [sg-c5-1", "    authoritys: [sg-c5-1", 0,
     "unknown key 'authoritys' in a safeguard"),
    ("questions.yaml", "- fact: detentions", "- fact: detentions\n  kind: choice", 2,
     "'kind' is given twice"),
    ("questions.yaml", "{value: police, label: Police}", "{value: police, label: Police, all}", 0,
     "unknown key 'all' in a choice"),
    ("questions.yaml", '"No one, we sell direct", alone: true', '"No one, we sell direct"', None,
     "the choice 'none' is what a bare no says, so it needs 'alone: true'"),
    ("questions.yaml", 'label: "No, we looked and found none"',
     'label: "No, we looked and found none", alone: true', None,
     "alone: of a question that takes one value only, each is alone"),
    ("considerations.yaml", "number: 2\n", "number: 9\n", None, "numbers must run from 1"),
    ("sources/ungp.yaml", "checked: unchecked", "checked: maybe", 0, "'checked' of a provision"),
    ("sources/ungp.yaml", 'basis: "[K]"', 'basis: ""', None, "says what it rests on"),
    ("vocabulary/circumstances.yaml", "detentions:\n", "detentions_:\n", None,
     "fact 'detentions_' does not exist"),
    ("scope.yaml", "applies: [sg-c1", "applies: [sg-c11", None,
     "consideration 'sg-c11' does not exist"),
])
def test_a_defect_is_named_with_file_and_line(root, file, old, new, offset, says):
    line = spoil(root, file, old, new)
    problems = [p for p in read_all(root)[1] if says in p]
    assert problems, read_all(root)[1][:5]
    assert "yaml:" in problems[0] or "guidance corpus" in problems[0]
    if offset is not None:
        assert problems[0].startswith(f"{file}:{line + offset}:")


def test_all_defects_are_told_at_once(root):
    spoil(root, "red_flags.yaml", "scale: 3", "scale: 7")
    spoil(root, "scope.yaml", "applies: [sg-c1", "applies: [sg-c11")
    spoil(root, "sources/udhr.yaml", 'basis: "', 'bassis: "')
    with pytest.raises(CorpusError) as caught:
        read(root)
    text = str(caught.value)
    assert all(says in text for says in ("not 7", "'sg-c11'", "'bassis'"))


def test_broken_yaml_names_its_line(root):
    (root / "scope.yaml").write_text("- id: [unclosed\n- x\n", encoding="utf-8")
    assert any(p.startswith("scope.yaml:3: not valid YAML") for p in read_all(root)[1])


def test_an_id_that_was_shipped_may_not_vanish(root):
    spoil(root, "sources/udhr.yaml", "id: udhr-30", "id: udhr-31")
    problems = read_all(root)[1]
    assert any("provision 'udhr-30' was shipped before and is gone" in p for p in problems)
    assert any("provision 'udhr-31' is new and not registered" in p for p in problems)


def test_registering_keeps_what_is_gone_and_adds_what_is_new(root):
    spoil(root, "sources/udhr.yaml", "id: udhr-30", "id: udhr-31")
    assert register(root, read_all(root)[0]) == 1
    kept = (root / "register.tsv").read_text(encoding="utf-8").splitlines()
    assert {"provision\tudhr-30", "provision\tudhr-31"} <= set(kept)


def test_a_place_name_that_would_raise_a_flag_is_refused(root):
    spoil(root, "vocabulary/circumstances.yaml", "[political prisoner, ", "[Kenyan, ")
    assert any("'Kenyan' is a place" in p for p in read_all(root)[1])


@pytest.mark.parametrize(("code", "name"), [
    ("KE", "Kenya"), ("KR", "South Korea"), ("PS", "the State of Palestine"), ("XX", "XX"),
    ("XK", "Kosovo"),
])
def test_country_names_read_well(code, name):
    assert country_name(code) == name or country_name(code) == name.removeprefix("the ")


@pytest.mark.parametrize(("text", "code"), [
    ("phone forensics for the police of Kosovo", "XK"), ("country is Kosovo", "XK"),
    ("cameras in Pristina", "XK"), ("the Kosovar customs", "XK"), ("cameras in Belgrade", "RS"),
    ("police in Rio", "BR"), ("cameras for Rio", "BR"),
    ("police in Rio Gallegos, Argentina", "AR"), ("Rio Tinto guards in Guinea", "GN"),
    ("the Rio police", "BR"), ("Rio Ferdinand's club in London", "GB"),
    ("cameras for Rio Ferdinand's club in London", "GB"), ("a plant for Rio Tinto, Guinea", "GN"),
])
def test_places_that_lists_leave_out_are_heard(guidance, reader, text, code):
    heard = [m.value for m in reader.lexicon.find(text).mentions
             if m.fact == "country" and m.strength.is_firm]

    assert heard == [code]
    (question,) = [q for q in guidance.questions.values() if q.fact == "country"]
    assert code in {choice.value for choice in question.choices}


def test_a_company_named_like_a_city_is_in_no_country(reader):
    heard = reader.lexicon.find("Rio Electronics, a reseller in Dubai").mentions

    assert "BR" not in {m.value for m in heard if m.fact == "country"}


def test_whatever_is_asked_for_can_change_the_advice():
    """No question whose answers all lead to the same flags, safeguards and considerations."""
    guidance = read(SHIPPED)
    tables = [
        *(flag.when for flag in guidance.red_flags),
        *(safeguard.suits for safeguard in guidance.safeguards.values()),
        *(safeguard.unless for safeguard in guidance.safeguards.values()),
        *(scope.when for scope in guidance.scopes),
        *(table for question in guidance.questions.values() for table in question.only_if),
    ]
    bearing = {fact for table in tables for fact in table} | {guidance.stage_fact}

    assert [q.fact for q in guidance.questions.values()
            if q.kind is QuestionKind.CHOICE and q.fact not in bearing] == []


@pytest.mark.parametrize(("line", "says"), [
    ('{"query": "who pays", "relevant": ["sg-c9-1"], "grade": [3]}',
     "queries/new.jsonl:2: there is no provision 'sg-c9-1' to answer 'who pays'"),
    ('{"query": "who pays", "relevant": "sg-c6-3"}',
     "queries/new.jsonl:2: 'relevant' is a list of provision ids; empty for none."),
])
def test_a_labelled_question_that_leads_nowhere_is_named(root, line, says):
    good = '{"query": "who may stop it", "relevant": ["sg-c6-5", "sg-c6-6"], "grade": [3, 1]}'
    (root / "queries" / "new.jsonl").write_text(f"{good}\n{line}\n")

    assert read_all(root)[1] == [says]


def test_a_labelled_question_leads_to_the_provisions_that_answer_it_well(root):
    good = '{"query": "who may stop it", "relevant": ["sg-c6-5", "sg-c6-6"], "grade": [3, 1]}'
    (root / "queries" / "new.jsonl").write_text(f"{good}\n")

    provisions = read(root).provisions

    assert "who may stop it" in provisions["sg-c6-5"].answered
    assert "who may stop it" not in provisions["sg-c6-6"].answered


@pytest.mark.parametrize("body", ["[police, cops]", "police"])
def test_a_value_without_its_lists_is_named_with_file_and_line(root, body):
    path = root / "vocabulary" / "end_user.yaml"
    line = path.read_text(encoding="utf-8").count("\n") + 2
    with path.open("a", encoding="utf-8") as file:
        file.write(f"circumstance:\n  raining: {body}\n")
    assert read_all(root)[1] == [
        f"vocabulary/end_user.yaml:{line}: 'raining' holds a table of lists; write what people "
        "call it under 'terms'"]


@pytest.mark.parametrize(("written", "said"), [
    ("12:30", "'number' of a consideration: "), ("0x1F", "'number' of a consideration: "),
    ("9" * 5000, "a consideration: 'number' has 5,000 characters")], ids=["time", "hex", "endless"])
def test_what_yaml_counts_otherwise_is_named_with_file_and_line(root, written, said):
    line = spoil(root, "considerations.yaml", "number: 2\n", f"number: {written}\n")
    assert [told for told in read_all(root)[1]
            if told.startswith(f"considerations.yaml:{line}: {said}")]


def test_a_time_in_a_list_of_words_is_those_words(root):
    spoil(root, "vocabulary/end_user.yaml", "terms: [", "terms: [24:7, ")
    terms = read(root).vocabulary.terms
    assert sum("24:7" in term.terms for term in terms) == 1


def test_phrases_with_alternatives_are_read_as_all_that_they_stand_for(root):
    spoil(root, "phrases.yaml", "[no idea", '["{no, not the} {faintest,} {idea, clue}", no idea')
    assert read(root).vocabulary.cues["dont_know"][:9] == (
        "no faintest idea", "no faintest clue", "no idea", "no clue", "not the faintest idea",
        "not the faintest clue", "not the idea", "not the clue", "no idea")


@pytest.mark.parametrize(("phrase", "said"), [
    ("no {idea", "'no {idea': a brace in it opens or closes no alternatives: 'no {idea'"),
    ("{no,} {idea,}", "'{no,} {idea,}': all of it may be missing, so that it would stand for "
     "nothing"),
])
def test_alternatives_that_cannot_be_spelt_out_are_named_with_their_line(root, phrase, said):
    line = spoil(root, "phrases.yaml", "[no idea", f'["{phrase}", no idea')
    assert f"phrases.yaml:{line}: {said}" in read_all(root)[1]


@pytest.mark.parametrize(("text", "said"), [
    ('- &a [*a]\n', "glossary.yaml:1: this holds itself, by an anchor (&) and its alias (*); write "
     "it out"),
    ("- " + "[" * 60 + "]" * 60 + "\n", "glossary.yaml:1: this is nested too deep"),
    ("- ? [a]\n  : b\n", "glossary.yaml:1: a key is one word, and no list or table"),
    ('- a: "open\n  b: 2\n  c: "x"\n', "glossary.yaml:3: not valid YAML: did not find expected "
     "key; the quote that opens in line 1 ends only in line 3: was it to end before?"),
    ('- a: "open\n  b: 2\n', "glossary.yaml:3: not valid YAML: found unexpected end of stream; a "
     "quote that opens in line 1 isn't closed before"),
    ("- a: [x, y\n- b: 1\n", "glossary.yaml:2: not valid YAML: did not find expected ',' or ']'; "
     "a bracket ([ or {) that opens in line 1 isn't closed before"),
    ("- a:\n\tb: 1\n", "glossary.yaml:2: not valid YAML: found character that cannot start any "
     "token; a tab stands before the words: indent with blanks"),
])
def test_what_is_no_table_is_named_with_the_line_where_it_begins(root, text, said):
    (root / "glossary.yaml").write_text(text, encoding="utf-8")
    assert said in read_all(root)[1]


@pytest.mark.parametrize(("file", "more", "lines_down", "said"), [
    ("vocabulary/end_user.yaml", "---\nend_user:\n  police:\n    terms: [bobbies]\n", 2,
     "a second document begins before this line, and only one is read; take the '---' out"),
    ("phrases.yaml", "---\ncues: {}\n", 2,
     "a second document begins before this line, and only one is read; take the '---' out"),
    ("phrases.yaml", "cue:\n  negation: [nope]\n", 1,
     "'cue' is no key here; write 'cues' or 'intents'"),
    ("safeguards.yaml", "safeguard: []\n", 1,
     "'safeguard' is no key here; write 'stage_order' or 'safeguards'"),
])
def test_what_of_a_table_would_not_be_read_is_named(root, file, more, lines_down, said):
    before = (root / file).read_text(encoding="utf-8")
    (root / file).write_text(before + more, encoding="utf-8")
    line = before.count("\n") + lines_down
    assert read_all(root)[1] == [f"{file}:{line}: {said}"]
