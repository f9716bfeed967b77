"""What the styles of a web page hide is left out, and everything else is taken in."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingesting.html import HIDDEN_MOSTLY, STYLES_UNREAD, extract
from retrieval.ingesting.limits import Limits
from tests.ingesting.blocks import lines

LIMITS = Limits()
SEEN = "Sellers ask who buys, and what for. They keep what they were told."


def taken_in(css: str, body: str = '<p class="x">Planted.</p>', head: str = "") -> str:
    """What is taken in of *body* after what is seen, under a style sheet."""
    page = f"<!DOCTYPE html><html><head>{head}<style>{css}</style></head><body><p>{SEEN}</p>{body}"
    text = extract(page.encode(), LIMITS).text
    assert text.startswith(SEEN)
    return text.removeprefix(SEEN).strip()


HIDING = [
    "display:none", "DISPLAY : NONE ! important", "d\\69splay:n\\6f ne", "display:/**/none",
    "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:0.0", "opacity:1%",
    "content-visibility:hidden",
    "font-size:0", "font-size:1px", "font-size:.1pt", "font-size:1%", "font-size:0.05em",
    "font-size:.1vw", "font:0/0 a", "font:bold 1px serif",
    "text-indent:-9999px", "text-indent:-999em", "text-indent:-1000% hanging",
    "position:absolute;left:-9999px", "position:fixed;top:-100vh", "position:absolute;right:-99em",
    "position:relative;left:-200%", "position:absolute;inset:0 auto auto -5000px",
    "position:absolute;inset-inline-start:-9999px", "margin-left:-9999px", "margin:0 0 0 -9999px",
    "position:absolute;bottom:-2000px",
    "position:absolute;clip:rect(0 0 0 0)", "position:absolute;clip:rect(1px,1px,1px,1px)",
    "position:fixed;clip:rect(0,auto,0,auto)", "clip-path:inset(50%)", "clip-path:inset(100%)",
    "-webkit-clip-path:inset(0 0 100% 0)", "clip-path:circle(0)", "clip-path:polygon(0 0,0 0)",
    "height:0;overflow:hidden", "width:1px;height:1px;overflow:hidden",
    "max-height:0;overflow-y:hidden", "height:1px;overflow:auto", "max-width:0%;overflow:clip",
    "color:#fff;background-color:#FFFFFF", "color:white;background:#fff none",
    "color:rgb(255,255,255);background-color:white", "color:transparent", "color:#0000",
    "background:currentColor",
    "display:none;display:nonsense", "display:none;display:",
    "display:none!important;display:block",
    "display:none}.x{display:bl ock", "color:red;;;display:none",
    "border:1px solid;margin:0 auto;background:url(a.png) no-repeat;display:none",
]
SHOWING = [
    "display:block", "display:none;display:block", "display:inline flow-root",
    "display:block!important;display:none", "visibility:visible",
    "visibility:hidden;visibility:visible",
    "visibility:hidden;visibility:initial", "opacity:.5", "opacity:0;opacity:1",
    "font-size:12px", "font-size:0;font-size:1em", "font:12px/0 serif", "font:700 1rem serif",
    "font-size:62.5%", "font-size:-1px", "text-indent:-2em", "text-indent:-9999px;text-indent:0",
    "left:-9999px", "position:absolute;left:-20px", "position:static;left:-9999px",
    "position:absolute;left:50%;margin-left:-600px", "margin:0 -9999px;padding:1px 9999px",
    "position:absolute;left:-1000px;right:-1000px;margin:auto", "margin:-20px 0 0 -30px",
    "clip:rect(0 0 0 0)", "position:absolute;clip:auto", "clip-path:inset(10%)",
    "clip-path:inset(50%);clip-path:none", "height:0", "height:1px;overflow:visible",
    "overflow:hidden", "height:0;padding-bottom:56%;overflow:hidden", "overflow:hidden;width:100%",
    "width:0;width:auto;overflow:hidden", "color:#fff", "color:#fff;background:#000",
    "color:#fff;background:url(dark.png) #fff",
    "color:transparent;background-clip:text", "color:transparent;text-shadow:0 0 1px #000",
    "--display:none", "x-display:none", "content:'display:none'", "/*display:none*/",
    "displaynone", "display:none block", "display=none", "background:url(display:none;)",
]


@pytest.mark.parametrize("said", HIDING)
def test_what_hides_a_text(said: str) -> None:
    assert taken_in(f".x{{{said}}}") == ""


@pytest.mark.parametrize("said", [one for one in HIDING if "}" not in one])
def test_what_hides_a_text_in_an_attribute(said: str) -> None:
    assert taken_in("", f'<p style="{said}">Planted.</p>') == ""


@pytest.mark.parametrize("said", SHOWING)
def test_what_hides_nothing(said: str) -> None:
    assert taken_in(f".x{{{said}}}") == "Planted."


@pytest.mark.parametrize("said", [one for one in SHOWING if "'" not in one])
def test_what_hides_nothing_in_an_attribute(said: str) -> None:
    assert taken_in("", f'<p style="{said}">Planted.</p>') == "Planted."


@pytest.mark.parametrize("css", [
    ".x{display:none}", "p.x{display:none}", "body > p + p{display:none}", "#n{display:none}",
    "[data-a=b]{display:none}", "p:last-child{display:none}", "p:nth-child(2){display:none}",
    "p:not(:first-child){display:none}", "p:is(.x,.y){display:none}",
    "body :where(.x){display:none}",
    "html p ~ p{display:none}", "p:nth-of-type(2){display:none}", "p:lang(en){display:none}",
    "* p.x{display:none}", ".y, .x{display:none}",
    ".x:hover, .x{display:none}",
    r".\78{display:none}",
    "p:has(b){display:none}", "P.x{display:none}",
    ".x{display:block} .x{display:none}", ".x{display:none} p{display:block}",
    ".x{display:none!important} #n{display:block}", ".x{display:none} .x:hover{display:block}",
    ".x{display:none} .x::before{display:block}", "<!-- .x{display:none} -->",
    "@charset 'a'; .x{display:none}", "@font-face{font-family:a} .x{display:none}",
    "}}} .x{} ;{} .x{display:none}", ".x{color:red;display:none",
    # A selector that nobody knows undoes nothing, since browsers drop its whole rule.
    ".x{display:none} .x, .y:nonsense{display:block}",
    "@media all{.x{display:none}}", "@media screen{.x{display:none}}", "@media{.x{display:none}}",
    "@media not print{.x{display:none}}", "@media print, screen{.x{display:none}}",
    "@media only screen and (min-width:600px){.x{display:none}}",
    "@media (max-width:5000px){.x{display:none}}", "@media (min-width:20em){.x{display:none}}",
    # On some screens, in some rooms.
    "@media (min-width:1281px){.x{display:none}}",
    "@media (prefers-color-scheme:dark){.x{opacity:0}}",
    "@media (width>=600px){.x{display:none}}", "@media (not (hover)){.x{display:none}}",
    ".x{display:none} @media (hover:none){.x{display:block}}",
    ".x{display:none} @supports (display:nonsense){.x{display:block}}",
    ".x{display:none} @media print{.x{display:block}}",
    ".x{display:none} @media (max-width:600px){.x{display:block}}",
    ".x{position:absolute} @media (hover){.x{left:-9999px}}",
    "@supports (display:grid){@media screen{.x{display:none}}}",
    "@container (min-width:1px){.x{display:none}}",
    "@layer a{.x{display:none}}", "@layer a.b{.x{display:none}}", "@layer{.x{display:none}}",
    # Of layers, the later one stands; what is in none stands above all; `!important` turns it.
    ".x{display:none} @layer a{#n.x{display:block}}",
    "@layer b, a; @layer a{.x{display:none}} @layer b{#n.x{display:block}}",
    "@layer a{.x{display:none!important}} #n{display:block!important}",
    "@layer a{.x{display:none} @layer b{#n{display:block}}}",
])
def test_rules_that_hide(css: str) -> None:
    body = '<p class="x" id="n" data-a="b" lang="en-GB">Planted<b>.</b></p>'
    assert taken_in(css, body) == ""


@pytest.mark.parametrize("css", [
    ".X{display:none}", ".y .x{display:none}", ".x > .x{display:none}", ".x:hover{display:none}",
    ".x::before{display:none}", ".x::-webkit-scrollbar{display:none}", ".x:nonsense{display:none}",
    ".x{display:none} .x{display:block}", ".x{display:none} p.x{display:block}",
    "p.x{display:block} .x{display:none}", ".x{display:none} #n{display:block}",
    "@media print{.x{display:none}}", "@media speech, print{.x{display:none}}",
    "@media not screen{.x{display:none}}", "@media (max-width:767px){.x{display:none}}",
    "@media screen and (max-width:48em){.x{display:none}}",
    "@media (min-width:9000px){.x{opacity:0}}",
    "@media print{@media screen{.x{display:none}}}", "@page{.x{display:none}}",
    "@keyframes x{from{opacity:0}} .x{animation:x}", "@font-face{display:none}",
    ".x{display:none} @media (min-width:768px){.x{display:block}}",
    ".x{display:none} @layer a, b; @layer a{.x{display:none}} .x{display:block}",
    "@layer a{.x{display:none}} @layer b{.x{display:block}}",
    "@layer a{.x{display:none}} .x{display:block}",
    ".x, :nonsense{color:red}", ".x{", "<style>", "x{}}}}.x{", "@media{", "@", "{}", "\\", "/*",
])
def test_rules_that_hide_nothing(css: str) -> None:
    assert taken_in(css, '<p class="x" id="n">Planted.</p>') == "Planted."


@pytest.mark.parametrize(("style", "text"), [
    ('<style media="print">.x{display:none}</style>', "Planted."),
    ('<style media="screen">.x{display:none}</style>', ""),
    ('<style type="text/less">.x{display:none}</style>', "Planted."),
    ('<style type="TEXT/CSS">.x{display:none}</style>', ""),
    ("<noscript><style>.x{display:block}</style></noscript>", ""),
])
def test_which_sheets_hold(style: str, text: str) -> None:
    hides = ".x{display:none}" if "noscript" in style else ""
    assert taken_in(hides, style + '<p class="x">Planted.</p>') == text


@pytest.mark.parametrize(("said", "body", "text"), [
    ("visibility:hidden", 'A <b style="visibility:visible">b</b> c', "b"),
    ("font-size:0", 'A <b style="font-size:12px">b</b> c', "b"),
    ("font-size:0", 'A <b style="font-size:2em">b</b> c', ""),
    ("font-size:0", 'A <b style="font-size:1rem">b</b> c', "b"),
    ("text-indent:-999em", 'A <b style="text-indent:0">b</b> c', "b"),
    ("color:#fff;background:#fff", 'A <b style="color:#000">b</b> c', "b"),
    ("visibility:hidden", 'A <b style="visibility:inherit">b</b> c', ""),
    ("display:none", 'A <b style="display:block">b</b> c', ""),
    ("opacity:0", 'A <b style="opacity:1">b</b> c', ""),
    ("height:0;overflow:hidden", 'A <b style="height:9px">b</b> c', ""),
])
def test_what_may_be_seen_again_within(said: str, body: str, text: str) -> None:
    assert taken_in(f".x{{{said}}}", f'<p class="x">{body}</p>') == text


def test_what_is_hidden_by_styles_is_told_as_what_is_hidden_by_the_page() -> None:
    page = ("<style>.sr-text{position:absolute;clip:rect(0,0,0,0)} .menu{display:none}</style>"
            f'<p>{SEEN}</p><div class="menu">Open<ul><li>Home</ul></div>'
            '<p>Duties<span class="sr-text"> (opens in a new window)</span></p><p hidden>x</p>')
    read = extract(page.encode(), LIMITS)
    assert lines(read) == [("paragraph", SEEN), ("paragraph", "Duties")]
    assert read.notes == (
        f"Text that the page hides was left out: 3 times. The first, after “{SEEN}”: “OpenHome”.",)


def test_words_between_what_is_seen_are_told_too() -> None:
    page = (f'<p>{SEEN}</p><p style="font-size:0">Never <b style="font-size:9px">ask</b> him</p>')
    read = extract(page.encode(), LIMITS)
    assert read.text == f"{SEEN}\n\nask"
    assert read.notes == (
        f"Text that the page hides was left out: 2 times. The first, after “{SEEN}”: “Never”.",)


@pytest.mark.parametrize("css", [
    "html,body{display:none}", "body{visibility:hidden}", "body{opacity:0}", "html{font-size:0}",
    "body{position:absolute;left:-9999px}", "html{color:#fff;background:#fff}",
])
def test_a_page_that_its_script_uncovers_is_read(css: str) -> None:
    read = extract(f"<style>{css}</style><p>{SEEN}</p>".encode(), LIMITS)
    assert (read.text, read.notes) == (SEEN, ())


def test_what_hides_most_of_a_text_is_told_by_itself() -> None:
    """What was hidden isn't taken in for all that: whoever hides something could hide more."""
    page = (f'<head><style>main p{{opacity:0}}</style></head><body><main><h1>Duties</h1>'
            f"<p>{SEEN}</p></main>")
    read = extract(page.encode(), LIMITS)
    assert read.text == "Duties"
    assert read.notes == (
        f"Text that the page hides was left out: 1 times. The first, after “Duties”: “{SEEN}”.",
        HIDDEN_MOSTLY)


@pytest.mark.parametrize("head", [
    '<link rel="Stylesheet" href="https://example.org/x.css">',
    "<style>@import url(https://example.org/x.css);</style>",
    "<style>p{ .x{display:none} }</style>", "<style>p{ @media print{display:none} }</style>",
    "<style>@scope (p){ .x{display:none} }</style>",
    "<style>.x{display:var(--shown)}</style>", "<style>.x{font-size:calc(1px - 1px)}</style>",
    "<style>" + "@media{" * 20 + ".x{display:none}" + "}" * 20 + "</style>",
    "<style>" + ".a " * 300 + ".x{display:none}</style>",
    f"<style>.x{{display:none;width:{'1' * 5_000}px}}</style>",
])
def test_what_was_not_read_of_the_styles_is_told(head: str) -> None:
    """What that hides is taken in, so somebody has to look at the page itself."""
    page = f'<html><head>{head}</head><body><p class="x">Hidden.</p></body>'
    read = extract(page.encode(), LIMITS)
    assert read.text == "Hidden."
    assert read.notes == (STYLES_UNREAD,)


def test_of_styles_that_were_read_nothing_is_told() -> None:
    page = ('<html><head><link rel="icon" href="x.png"><style>p{color:var(--ink);margin:0 auto;'
            "width:calc(100% - 2px)} a:hover{opacity:0}</style></head><body><p>Seen.</p></body>")
    assert extract(page.encode(), LIMITS).notes == ()


SELECTORS = st.sampled_from([
    ".{}", "div .{}", "section.{}, h6.{}", "span.{}:not(.x)", "[class~={}]", "body .{}", "*.{}"])
SAID = st.sampled_from([
    ("display:none", True), ("opacity:0", True), ("clip-path:inset(50%)", True),
    ("position:absolute;left:-9999px", True), ("height:0;overflow:hidden", True),
    ("visibility:hidden!important", True), ("color:red", False), ("position:absolute", False),
    ("overflow:hidden", False), ("display:none;display:flex", False)])
AROUND = st.sampled_from(["{}", "@media screen{{{}}}", "@supports (a:b){{{}}}", "@layer a{{{}}}"])


@given(st.data())
def test_nothing_hidden_by_a_rule_is_taken_in_and_all_else_is(data: st.DataObject) -> None:
    rules: list[str] = []
    seen: list[str] = []
    unseen: list[str] = []
    number = count()

    def written(depth: int, hidden: bool) -> str:
        name = f"word{next(number)}x"
        tag = data.draw(st.sampled_from(["div", "section", "span"]))
        selector = data.draw(SELECTORS).replace("{}", name)
        said, hides = data.draw(SAID)
        if selector.startswith(("section", "span")) and not selector.startswith(f"{tag}."):
            hides = False
        if selector.startswith("div") and depth == 0:
            hides = False
        rules.append(data.draw(AROUND).format(f"{selector}{{{said}}}"))
        hidden = hidden or hides
        (unseen if hidden else seen).append(name)
        inner = "".join(written(depth + 1, hidden) for _ in range(
            data.draw(st.integers(0, 2 if depth < 3 else 0))))
        around = "div" if depth else ""
        opened = f"<{around}>" if around else ""
        closed = f"</{around}>" if around else ""
        return f'{opened}<{tag} class="{name}">{name} {inner}</{tag}>{closed}'

    body = written(0, False)
    page = f"<body>{body}<style>{''.join(rules)}</style></body>"
    read = extract(page.encode(), LIMITS)
    assert [word for word in unseen if word in read.text] == []
    assert [word for word in seen if word not in read.text] == []


@given(st.text(st.sampled_from("{}()[];:@.#\\\"'/*!,<>-+~=|%&^$ \nax0" "\ud800é")), st.booleans())
def test_broken_styles_never_fail_a_page(css: str, attribute: bool) -> None:
    css = css.replace("</", "").replace("<!", "")
    page = (f"<p style='{css}'>Seen.</p>".replace("&", "") if attribute
            else f"<style>{css}</style><p>Seen.</p>")
    extract(page.encode("utf-8", "replace"), LIMITS)


@given(st.lists(st.sampled_from([
    ".a", "p", "*", "#n", " ", " > ", " ~ ", " + ", ",", ":not(", ":has(", ":is(", ":nth-child(",
    "2n+1", " of ", ")", ":first-of-type", ":lang(en)", "[a]", "[*|a]", "[a=b i]", "a|b", "*|*",
    ":local-link", ":disabled", "::before", ":empty", ":root", "||"]), max_size=12))
def test_no_selector_fails_a_page(parts: list[str]) -> None:
    page = (f"<style>{''.join(parts)}{{display:none}}</style>"
            f'<p id="n" class="a">Seen <a href="http://[b">b</a><i>c</i></p><fieldset disabled>'
            "<legend><input></legend></fieldset>")
    extract(page.encode(), LIMITS)
