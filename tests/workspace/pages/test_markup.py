"""Text as Slack writes it becomes HTML, and nothing that people or models write becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.markup import Names, markdown, mrkdwn, plain

NAMES = Names(users={"U1": "Sam Ortiz"}, channels={"C1": "deals"}, reader="U1")


def linked(url, label):
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer nofollow">{label}</a>'


@pytest.mark.parametrize(("written", "drawn"), [
    ("*bold*", "<b>bold</b>"),
    ("_it_ and ~gone~", "<i>it</i> and <s>gone</s>"),
    ("*bold _and italic_*", "<b>bold <i>and italic</i></b>"),
    ("snake_case_name", "snake_case_name"),
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("*a _b* c_", "<b>a _b</b> c_"),
    ("`a *b*`", "<code>a *b*</code>"),
    ("```x\n&lt;y&gt;```", "<pre>x\n&lt;y&gt;</pre>"),
    ("one\ntwo", "one<br>two"),
    ("&gt; said\nnot said", "<blockquote>said</blockquote>not said"),
    ("<https://a.example/?x=1&amp;y=2|here>",
     linked("https://a.example/?x=1&amp;y=2", "here")),
    ("*<https://a.example|here>*", f"<b>{linked('https://a.example', 'here')}</b>"),
    ("see https://a.example/b.", f"see {linked('https://a.example/b', 'https://a.example/b')}."),
    ("<mailto:kim@a.example>", linked("mailto:kim@a.example", "kim@a.example")),
    ("<@U1>", '<span class="pill pill-me">@Sam Ortiz</span>'),
    ("<@U9>", '<span class="pill">@U9</span>'),
    ("<#C1>", '<span class="pill">#deals</span>'),
    ("<!channel> <!here>", '<span class="pill">@channel</span> <span class="pill">@here</span>'),
    ("<!date^1392734382^{date_short} {time}|then>", "Feb 18, 2014 14:39"),
    ("<!date^soon^{date}|then>", "then"),
    (":warning: :no_such_name:", "⚠️ :no_such_name:"),
    ("AT&amp;T &amp;lt;", "AT&amp;T &amp;lt;"),
])
def test_mrkdwn(written, drawn):
    assert mrkdwn(written, NAMES) == drawn


@pytest.mark.parametrize("written", [
    "<script>alert(1)</script>",
    "<javascript:alert(1)|click>",
    "<data:text/html,x|click>",
    '<img src=x onerror="alert(1)">',
    "*<b onclick=x>*",
    "<@U1|<b>>",
    "`<i>`",
])
def test_what_looks_like_html_in_mrkdwn_stays_text(written):
    assert_harmless(mrkdwn(written, NAMES))


@pytest.mark.parametrize(("written", "drawn"), [
    ("**bold**", "<p><strong>bold</strong></p>\n"),
    ("# Title", "<h3>Title</h3>\n"),
    ("[here](https://a.example)", f"<p>{linked('https://a.example', 'here')}</p>\n"),
    ("[here](javascript:alert(1))", "<p>[here](javascript:alert(1))</p>\n"),
    ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
    ("<!channel>", '<p><span class="pill">@channel</span></p>\n'),
    ("![alt](https://a.example/b.png)", f"<p>!{linked('https://a.example/b.png', 'alt')}</p>\n"),
])
def test_markdown(written, drawn):
    assert markdown(written, NAMES) == drawn


def test_a_markdown_table_is_aligned_by_class_since_styles_are_forbidden():
    assert '<td class="align-right">1</td>' in markdown("|a|\n|-:|\n|1|", NAMES)


def test_plain_text_has_no_markup_but_emoji_and_line_breaks():
    assert plain("*a* <b>\n:x:") == "*a* &lt;b&gt;<br>❌"


MARKS = st.text(alphabet="<>&|@#!*_~`\"' \n:/ajscripthtp\ue000\ue001[]()-1", max_size=60)


@given(MARKS)
def test_no_text_whatever_becomes_a_tag_an_attribute_or_a_link_that_runs(text):
    for html in (mrkdwn(text, NAMES), markdown(text, NAMES), plain(text)):
        assert_harmless(html)


TAGS = {"a", "b", "i", "s", "br", "code", "pre", "span", "blockquote", "p", "strong", "em", "ul",
        "ol", "li", "hr", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}


class _Strict(HTMLParser):
    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        for name, value in attrs:
            assert name in {"class", "href", "target", "rel", "title", "start"}
            if name == "href":
                assert value.lower().startswith(("http://", "https://", "mailto:"))

    def handle_decl(self, decl):
        raise AssertionError(decl)

    handle_pi = handle_comment = unknown_decl = handle_decl


def assert_harmless(html):
    parser = _Strict()
    parser.feed(str(html))
    parser.close()
