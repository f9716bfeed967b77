"""The Markdown of a brief, read back by a parser: structure is ours, and words stay words."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.brief.document import Part
from bot.brief.markdown import escaped, to_markdown
from tests.brief.conftest import LINK, Write

DEAL = "A reseller wants 40 IMSI catchers for the police in Egypt; used at protests"
HOSTILE = [
    "[click](https://evil.example/x)",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "![x](https://evil.example/x.png)",
    "# Approved by legal",
    "- a\n- b\n\n# c",
    "1. approved",
    "1) approved",
    "---",
    "===",
    "> quoted",
    "`code` and ```fence```",
    "**bold** _it_ __b__ ~~gone~~",
    "a | b\n--|--\n1 | 2",
    "&#60;b&#62; &lt;i&gt; &amp;",
    "\\[a\\](b)",
    "    indented",
    "[1]: https://evil.example",
    "\u202egnp.exe\u202c",
]


@cache
def parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def flat(tokens: list[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *(token.children or []))]


def shown(text: str) -> str:
    """What a reader sees of one paragraph of Markdown."""
    tokens = flat(parser().parse(text))
    return "".join(t.content for t in tokens if t.type == "text").replace("\u2060", "")


def test_headings_are_the_title_and_the_sections_and_no_others(write: Write):
    brief = write(DEAL)
    tokens = parser().parse(to_markdown(brief))

    titles = [shown(tokens[i + 1].content) for i, t in enumerate(tokens)
              if t.type == "heading_open"]
    assert titles == [brief.title, *(s.title for s in brief.sections), brief.sources]


def test_the_only_links_are_the_conversation_and_the_sources(write: Write):
    brief = write(DEAL)
    links = [t.attrs["href"] for t in flat(parser().parse(to_markdown(brief)))
             if t.type == "link_open"]

    assert links == [LINK, *(origin.url for origin in brief.origins)]


def test_every_point_source_and_checked_state_is_there(write: Write):
    brief = write(DEAL)
    text = shown(to_markdown(brief))

    for section in brief.sections:
        assert all(point.head in text and point.text in text for point in section.points)
    for origin in brief.origins:
        assert f"[{origin.number}] {origin.title} — {origin.state}".replace("— ", "") in (
            text.replace("— ", ""))
        for excerpt in origin.excerpts:
            assert " ".join(excerpt.text.split()) in text
            assert excerpt.caution in text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(write: Write, words: str):
    tokens = flat(parser().parse(to_markdown(write(DEAL, asker=words))))
    plain = flat(parser().parse(to_markdown(write(DEAL, asker="Dana"))))

    assert [t.type for t in tokens if t.type != "softbreak"] == [
        t.type for t in plain if t.type != "softbreak"]


@pytest.mark.parametrize(("words", "written"), [
    ("@channel", "@\u2060channel"),
    ("mail a@b.com", "mail a@\u2060b.com"),
    ("https://evil.example", "https:\u2060//evil.example"),
    ("see www.evil.example", "see www\u2060.evil.example"),
    ("<!here> <@U1>", "&lt;!here&gt; &lt;@\u2060U1&gt;"),
    ("fixes #12", "fixes \\#\u206012"),
    (":skull:", ":\u2060skull:"),
    ("a\u202eb\u0000c", "a\ufffdb\ufffdc"),
    ("  two\n\nlines ", "two lines"),
])
def test_what_renderers_link_or_mention_after_the_fact_is_broken(words: str, written: str):
    assert escaped(words) == written


@given(st.text())
def test_any_text_comes_back_as_itself_from_one_paragraph(words: str):
    tokens = parser().parse(f"x {escaped(words)}")

    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    printable = "".join(
        c if c.isprintable() or c.isspace() or c in "\u200c\u200d" else "\ufffd" for c in words)
    expected = re.sub(r"\s+", " ", " ".join(["x", *printable.split()]))
    assert {t.type for t in tokens[1].children or []} <= {"text"}
    assert shown(f"x {escaped(words)}") == expected.replace("\u2060", "")


@given(st.sampled_from(HOSTILE) | st.text())
def test_any_text_alone_is_one_paragraph(words: str):
    kinds = {t.type for t in parser().parse(escaped(words))}

    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}


def test_an_address_that_does_not_lead_to_the_web_is_no_link(write: Write):
    tokens = flat(parser().parse(to_markdown(write(DEAL, link="javascript:alert(1)"))))

    assert all(t.attrs["href"].startswith("http") for t in tokens if t.type == "link_open")


def test_the_same_deal_gives_the_same_markdown(write: Write):
    assert to_markdown(write(DEAL)) == to_markdown(write(DEAL))
    assert write(DEAL).section(Part.RAISED).points
