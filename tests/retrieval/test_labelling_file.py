"""Cases added to a file: what stood there stands, and whoever reads never sees half of it."""

import threading

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.labelled.adding import NotWritten, add, as_yaml, missing
from retrieval.labelled.cases import LabelledQuery, read_queries, records

OLD = "# head\n\n- id: r-1   # first\n  query: \"a\"\n  relevant: [x]\n# foot\n"


def case(id_, query="what of audits?", **more):
    return {"id": id_, "kind": "retrieval", "query": query, "relevant": ["x"], **more}


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "evaluation.yaml"
    made.write_text(OLD, "utf-8")
    return made


def test_what_stood_there_stays_to_the_letter(file):
    file.chmod(0o640)

    assert add(file, [case("v-1", held=True)]) == ("v-1",)

    assert file.read_text("utf-8") == OLD + (
        "- id: v-1\n  kind: retrieval\n  query: what of audits?\n  relevant: [x]\n  held: true\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert read_queries(file)[1] == LabelledQuery(
        "v-1", "what of audits?", ("x",), held=True)
    assert sorted(one.name for one in file.parent.iterdir()) == [
        ".evaluation.yaml.lock", "evaluation.yaml"]


def test_an_id_is_never_there_twice(file):
    add(file, [case("v-1")])
    once = file.read_bytes()

    assert add(file, [case("v-1", query="other"), case("r-1")]) == ()
    assert file.read_bytes() == once
    assert add(file, [case("v-2"), case("v-2"), case("v-1")]) == ("v-2",)
    assert [record["id"] for _, record in records(file)] == ["r-1", "v-1", "v-2"]


@pytest.mark.parametrize("before", [
    None, "", "# only words\n", "[]\n", "# words\n[]  # none yet\n", OLD.rstrip("\n"),
    "  - id: r-1\n    query: a\n    relevant: []\n", OLD.replace("\n", "\r\n"),
    "---\n- {id: r-1, query: a, relevant: []}\n"])
def test_every_form_of_list_takes_more(tmp_path, before):
    file = tmp_path / "evaluation.yaml"
    old = []
    if before is not None:
        file.write_bytes(before.encode())
        old = yaml.safe_load(before) or []

    add(file, [case("v-1", query="line one\n\nline two: yes # no\n")])

    assert yaml.safe_load(file.read_bytes()) == [
        *old, case("v-1", query="line one\n\nline two: yes # no\n")]
    if before is not None and "#" in before:
        assert before.split("#")[1].splitlines()[0] in file.read_bytes().decode()
    if before and "\r\n" in before:
        assert file.read_bytes().startswith(before.encode())
        assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


@pytest.mark.parametrize("before", [
    "[{id: r-1, query: a, relevant: []}]\n", "- id: r-1\n  query: [\n", "id: r-1\n",
    "- id: r-1\n  query: a\n"])
def test_a_file_that_can_take_nothing_is_left_as_it_is(tmp_path, before):
    file = tmp_path / "evaluation.yaml"
    file.write_text(before, "utf-8")

    with pytest.raises(NotWritten, match="was left as it is"):
        add(file, [case("v-1")])
    assert file.read_text("utf-8") == before
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".yaml" and one != file]


def test_a_case_that_would_not_read_back_is_refused(file):
    with pytest.raises(NotWritten, match="was left as it is"):
        add(file, [{"id": "v-1", "kind": "retrieval", "query": "", "relevant": []}])
    assert file.read_text("utf-8") == OLD


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotWritten, match="can't be written"):
        add(tmp_path / "no" / "such" / "evaluation.yaml", [case("v-1")])


def test_a_folder_that_takes_no_files_is_told(file):
    (file.parent / ".evaluation.yaml.lock").mkdir()

    with pytest.raises(NotWritten, match=r"evaluation\.yaml can't be written: Is a directory"):
        add(file, [case("v-1")])
    assert file.read_text("utf-8") == OLD


def test_through_a_link_the_file_itself_is_written(file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)

    add(link, [case("v-1")])

    assert link.is_symlink()
    assert [record["id"] for _, record in records(file)] == ["r-1", "v-1"]


def test_what_many_add_at_once_is_all_there(file):
    def work(who):
        for n in range(6):
            add(file, [case(f"v-{who}-{n}"), case(f"v-shared-{n}")])

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    found = [record["id"] for _, record in records(file)]
    assert len(found) == len(set(found)) == 1 + 4 * 6 + 6


def test_what_a_file_lacks_is_told(file, tmp_path):
    assert [one["id"] for one in missing(file, [case("r-1"), case("v-1")])] == ["v-1"]
    assert [one["id"] for one in missing(tmp_path / "none.yaml", [case("v-1")])] == ["v-1"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
                | st.sampled_from("\n\t:#-'\"{}[]&*!|>%@`,?")).filter(str.strip)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture],
          deadline=None)
@given(query=WORDS, note=WORDS, id_=st.from_regex(r"v-[0-9a-f]{8}", fullmatch=True),
       values=st.lists(st.sampled_from(["yes", "no", "NO", "null", "1", "2020-01-01", "~", "KE"])))
def test_any_words_read_back_as_they_were(file, query, note, id_, values):
    file.write_text(OLD, "utf-8")
    one = case(id_, query=query, note=note, facts={"a": values or None})

    add(file, [one])

    assert [record for _, record in records(file)][1] == one
    assert yaml.safe_load(as_yaml([one])) == [one]
