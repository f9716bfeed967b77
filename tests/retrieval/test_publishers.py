"""The list of official documents is content like all other: read strictly, told by line."""

import shutil
from pathlib import Path

import pytest

from retrieval import corpus
from retrieval.errors import CorpusError
from retrieval.guidance import ProvisionId, Source, SourceId, SourceKind
from retrieval.ingesting.media import Form
from retrieval.reading import publishers
from retrieval.reading.publishers import Address, OfficialDocument, OfficialId, Standing
from retrieval.releases import content_of

SHIPPED = Path(__file__).parents[2] / "guidance_corpus"

ENTRY = """\
- id: udhr-page
  title: Universal Declaration of Human Rights
  short_title: UDHR
  issuer: United Nations
  kind: declaration
  jurisdiction: international
  edition: "1948"
  licence: free
  of: udhr
  provisions: [udhr-12]
  form: html
  page: https://www.un.org/udhr
  addresses:
    - url: https://www.un.org/udhr
      standing: seen
    - url: https://archive.un.org/udhr
      standing: believed
      note: an archive
  cited_as: ["UDHR {n}"]
  checklist: [Is it whole?]
"""


@pytest.fixture
def listed(tmp_path, guidance):
    def read(text):
        (tmp_path / "publishers.yaml").write_text(text, encoding="utf-8")
        return publishers.read_all(tmp_path, guidance)
    return read


def test_what_ships_is_sound_and_lists_the_guidance_first(guidance):
    found = publishers.read(SHIPPED, guidance)

    first, *_ = found.values()
    assert (first.id, first.of, first.form) == ("sg-pdf", "sg", Form.PDF)
    assert len(first.addresses) == 3
    assert len(first.checklist) == 9
    assert len(found) >= 25
    assert {d.of for d in found.values()} >= {"sg", "ungp", "udhr", "iccpr", "gc", "hrc"}


def test_no_shipped_address_is_said_to_have_been_tried(guidance):
    addresses = [address for document in publishers.read(SHIPPED, guidance).values()
                 for address in document.addresses]
    assert addresses
    assert all("not tried" in address.caution for address in addresses)


def test_every_general_comment_and_report_of_the_digest_has_its_document(guidance):
    named = [p for d in publishers.read(SHIPPED, guidance).values() for p in d.provisions]

    assert sorted(named) == sorted(
        p.id for p in guidance.provisions.values() if p.source in {"gc", "hrc"})


def test_an_entry_is_read_whole(listed):
    (document,), problems = listed(ENTRY)

    assert problems == []
    assert document == OfficialDocument(
        id=OfficialId("udhr-page"), title="Universal Declaration of Human Rights",
        short_title="UDHR", issuer="United Nations", kind=SourceKind.DECLARATION,
        jurisdiction="international", edition="1948", licence="free", form=Form.HTML,
        page="https://www.un.org/udhr",
        addresses=(Address("https://www.un.org/udhr", Standing.SEEN),
                   Address("https://archive.un.org/udhr", Standing.BELIEVED, "an archive")),
        of=SourceId("udhr"), provisions=(ProvisionId("udhr-12"),), cited_as=("UDHR {n}",),
        checklist=("Is it whole?",))
    assert [a.caution for a in document.addresses] == [
        "seen elsewhere, not tried", "believed, not tried; an archive"]


def test_a_document_says_what_source_its_text_becomes(listed):
    (document,), _ = listed(ENTRY)

    assert document.source(SourceId("udhr-official"), "https://archive.un.org/udhr") == Source(
        id=SourceId("udhr-official"), title="Universal Declaration of Human Rights",
        short_title="UDHR", issuer="United Nations", kind=SourceKind.DECLARATION,
        jurisdiction="international", url="https://archive.un.org/udhr", edition="1948",
        licence="free", retrieved_on=None, cited_as=("UDHR {n}",))
    assert document.source(SourceId("x")).url == "https://www.un.org/udhr"


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("  of: udhr\n", "  of: udrh\n",
     "publishers.yaml:1: official document 'udhr-page': there is no source 'udrh'; the "
     "files in sources/ name them"),
    ("[udhr-12]", "[udhr-99]", "publishers.yaml:1: official document 'udhr-page': there is no "
     "provision 'udhr-99'"),
    ("[udhr-12]", "[iccpr-17]", "publishers.yaml:1: official document 'udhr-page': provision "
     "'iccpr-17' is one of 'iccpr', and the document says it is of 'udhr'"),
    ("    - url: https://www.un", "    - url: http://www.un", "publishers.yaml:1: official "
     "document 'udhr-page': 'http://www.un.org/udhr' is no https:// address without a password"),
    ("page: https://www", "page: https://me:pw@www", "publishers.yaml:1: official document "
     "'udhr-page': 'https://me:pw@www.un.org/udhr' is no https:// address without a password"),
    ("https://archive.un.org/udhr", "https://www.un.org/udhr", "publishers.yaml:1: official "
     "document 'udhr-page': the address https://www.un.org/udhr is listed twice; keep one"),
    ("UDHR {n}", "UDHR", "publishers.yaml:1: official document 'udhr-page': the pattern 'UDHR' has "
     "no {n} where the number stands"),
    ("form: html", "form: xml", "publishers.yaml:11: 'form' of an official document: "),
    ("standing: seen", "standing: tried", "publishers.yaml:15: 'addresses.0.standing' of an "
     "official document: "),
    ("note: an archive", "notes: an archive", "publishers.yaml:18: 'addresses.1.notes' of an "
     "official document: Unexpected keyword argument"),
    ("  licence: free\n", "", "publishers.yaml:1: an official document needs the key 'licence'"),
    ("  licence: free\n", "  licence: free\n  license: free\n",
     "publishers.yaml:9: unknown key 'license' in an official document; known are "),
])
def test_what_is_wrong_is_told_with_its_line(listed, old, new, problem):
    assert old in ENTRY
    _, problems = listed(ENTRY.replace(old, new, 1))

    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_document_without_an_address_and_one_listed_twice_are_told(listed):
    start = ENTRY.index("  addresses:")
    bare = ENTRY[:start] + "  addresses: []\n"

    assert listed(bare)[1] == [
        "publishers.yaml:1: official document 'udhr-page': it has no address, so nothing could be "
        "fetched; add one or remove it"]
    assert listed(ENTRY + ENTRY)[1] == [
        "publishers.yaml:21: official document 'udhr-page' is defined twice; the first is at "
        "publishers.yaml:1. Ids are unique: rename or remove one"]


def test_a_wrong_list_is_part_of_what_the_check_of_the_corpus_tells(tmp_path):
    root = Path(shutil.copytree(SHIPPED, tmp_path / "corpus"))
    file = root / "publishers.yaml"
    file.write_text(file.read_text("utf-8").replace("  of: ungp\n", "  of: ungb\n", 1), "utf-8")

    _, problems = corpus.read_all(root)

    assert len(problems) == 1
    assert "'ungp-record': there is no source 'ungb'" in problems[0]
    with pytest.raises(CorpusError):
        publishers.read(root, corpus.read_all(root)[0])


def test_a_corpus_without_a_list_can_be_used(tmp_path, guidance):
    root = Path(shutil.copytree(SHIPPED, tmp_path / "corpus"))
    (root / "publishers.yaml").unlink()

    assert publishers.read(root, guidance) == {}
    assert content_of(corpus.read(root)) == content_of(guidance)
