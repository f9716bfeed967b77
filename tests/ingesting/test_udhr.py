"""A real public text, in many languages and scripts."""

import re
from collections.abc import Mapping
from datetime import date
from html import unescape

import pytest

from retrieval.guidance import Checked, Source, SourceId, SourceKind
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.html import extract
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.pieces import Naming, Piece, words_of
from retrieval.ingesting.provisions import provisions_of

NAMING = Naming("udhr-official", "UDHR", "{short}, Article {n}")
SOURCE = Source(
    SourceId("udhr-official"), "Universal Declaration of Human Rights", "UDHR", "United Nations",
    SourceKind.DECLARATION, "international", "https://example.org/udhr", "1948", "free",
    date(2026, 1, 2), ("UDHR {n}",))

ARTICLE_12 = (
    "No one shall be subjected to arbitrary interference with his privacy, family, home or "
    "correspondence, nor to attacks upon his honour and reputation. Everyone has the right to the "
    "protection of the law against such interference or attacks.")
ARTICLE_20 = (
    "1. Everyone has the right to freedom of peaceful assembly and association.\n\n"
    "2. No one may be compelled to belong to an association.")


def kept(data: bytes) -> list[Piece]:
    return [piece for piece in cut(extract(data, Limits()), NAMING) if not piece.left_out]


def test_the_preamble_and_thirty_articles_with_exact_pinpoints(
    declarations: Mapping[str, bytes],
) -> None:
    assert [piece.cited for piece in kept(declarations["eng"])] == [
        "UDHR, Preamble", *(f"UDHR, Article {n}" for n in range(1, 31))]


def test_articles_word_for_word_with_stable_ids(declarations: Mapping[str, bytes]) -> None:
    extracted = extract(declarations["eng"], Limits())
    made = provisions_of(cut(extracted, NAMING), extracted, SOURCE, "0123456789abcdef")
    assert [p.id for p in made] == [
        "udhr-official-preamble", *(f"udhr-official-{n}" for n in range(1, 31))]
    assert made[12].text == ARTICLE_12
    assert made[20].text == ARTICLE_20
    assert (made[12].pinpoint, made[12].number, made[12].kind, made[12].heading) == (
        "UDHR, Article 12", "12", "article", "Article 12")
    assert (made[12].checked, made[12].basis) == (Checked.OFFICIAL, "document 0123456789ab")
    again = extract(declarations["eng"], Limits())
    assert provisions_of(cut(again, NAMING), again, SOURCE, "0123456789abcdef") == made


def test_the_page_is_called_what_it_is_called(declarations: Mapping[str, bytes]) -> None:
    read = extract(declarations["arb"], Limits())
    assert (read.title, read.language) == ("الإعلان العالمي لحقوق الإنسان", "ar")


@pytest.mark.parametrize(("language", "opening"), [
    ("arb", "لا يعرض أحد لتدخل تعسفي في حياته"),
    ("rus", "Никто не может подвергаться"),
    ("cmn_hans", "任何人的私生活、家庭、住宅和通信"),
    ("kor", "어느 누구도"),
    ("hin", "किसी व्यक्ति की एकान्तता"),
    ("fra", "Nul ne sera l’objet"),
    ("jpn", "何人も、自己の私事、家族、家庭もしくは通信に対して"),
    ("ukr", "Ніхто не може зазнавати"),
    ("tha", "บุคคลใด ๆ จะถูกแทรกสอดโดยพลการ"),
    ("urd", "کسی شخص کی نجی زندگی"),
    ("por_BR", "Ninguém será sujeito"),
])
def test_any_script_gives_thirty_articles_in_its_own_words(
    declarations: Mapping[str, bytes], language: str, opening: str
) -> None:
    extracted = extract(declarations[language], Limits())
    articles = [p for p in cut(extracted, NAMING) if p.kind == "article"]
    assert len({p.number for p in articles}) == len(articles) == 30
    assert words_of(articles[11], extracted).startswith(opening)
    source = declarations[language].decode()
    for piece in articles:
        for words in words_of(piece, extracted).split("\n\n"):
            assert re.sub(r"^\d\. ", "", words) in _lines(source)


def _lines(source: str) -> set[str]:
    """What stands in each `p` and `li` of the page, read without a parser."""
    found = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", source, re.DOTALL)
    return {" ".join(unescape(re.sub(r"<[^>]*>", "", words)).split()) for words in found}


def test_a_numeral_of_another_script_is_the_same_article(
    declarations: Mapping[str, bytes],
) -> None:
    for language in ("arb", "cmn_hans", "hin", "urd", "kor"):
        numbers = [p.number for p in kept(declarations[language]) if p.kind == "article"]
        assert numbers == [str(n) for n in range(1, 31)], language


def test_a_slip_of_the_document_stays_its_own_and_ids_are_unique(
    declarations: Mapping[str, bytes],
) -> None:
    """The Hebrew edition numbers its twentieth article as its second."""
    extracted = extract(declarations["heb"], Limits())
    made = provisions_of(cut(extracted, NAMING), extracted, SOURCE, "0" * 64)
    articles = [p for p in made if p.kind == "article"]
    assert len(articles) == 30
    assert articles[19].id == "udhr-official-2-2"
    assert articles[19].number is None
    assert len({p.id for p in made}) == len(made)


def test_no_language_loses_a_character(declarations: Mapping[str, bytes]) -> None:
    for language in list(declarations)[::12]:
        extracted = extract(declarations[language], Limits())
        at = 0
        for piece in cut(extracted, NAMING):
            assert not extracted.text[at:piece.start].strip(), language
            at = piece.end
        assert not extracted.text[at:].strip(), language
