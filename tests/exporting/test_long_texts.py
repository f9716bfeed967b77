"""What is looked for by its form is looked for once: a text twice as long takes twice as long."""

import time
from collections.abc import Callable, Iterator

import pytest

from bot import forms

SHORT, LONG = 25_000, 100_000
MOST_GROWTH = 8.0
"""Four times the text; what is looked through from each position grows sixteenfold."""
EMAIL = forms.matches(forms.EMAIL)
MENTION = forms.matches(forms.MENTION)
TOKEN = forms.matches(forms.SLACK_TOKEN)


def seconds(find: Callable[[str], Iterator[tuple[int, int]]], text: str) -> float:
    """The least of several tries, by the time that this process worked."""
    tries = []
    for _ in range(5):
        began = time.process_time()
        assert list(find(text)) == []
        tries.append(time.process_time() - began)
    return min(tries)


@pytest.mark.parametrize(("find", "start", "unit"), [
    (EMAIL, "", "a"), (EMAIL, "", "a."), (EMAIL, "", "a-b+c"), (EMAIL, "", "a@"),
    (EMAIL, "x@", "a-"),
    (forms.telling_links, "http://a/", "a"), (forms.telling_links, "http://a/", "a-"),
    (MENTION, "", "<@U1|"), (MENTION, "", "<#C1|a "), (TOKEN, "", "eyJ-"), (TOKEN, "", "eyJa-"),
    (forms.phones, "", "2021-10-12; "), (forms.phones, "", "12.10.2021; "),
])
def test_a_text_that_is_longer_takes_longer_by_as_much(find, start, unit):
    short, long = (start + (unit * size)[:size] for size in (SHORT, LONG))
    seconds(find, short[:1000])
    assert seconds(find, long) < MOST_GROWTH * max(seconds(find, short), 1e-4)


@pytest.mark.parametrize(("text", "found"), [
    ("write to ada.lovelace+x@mail.example.com, please", ["ada.lovelace+x@mail.example.com"]),
    ("a@b@c.com", ["b@c.com"]),
    ("é@example.com", ["é@example.com"]),
    (f"{'long.' * 40}name@example.com", [f"{'long.' * 40}name@example.com"]),
    ("to=ada@example.com;cc=bo@example.org", ["to=ada@example.com", "cc=bo@example.org"]),
    ("nobody@nowhere and @example.com", []),
])
def test_addresses_are_found_whole(text, found):
    assert [text[a:b] for a, b in EMAIL(text)] == found


@pytest.mark.parametrize(("link", "tells"), [
    ("http://a/" + "a" * 19 + "1", True), ("http://a/" + "a" * 18 + "1", False),
    ("http://a/" + "a" * 40, False), ("http://a/x/" + "1" * 40, False),
    ("http://a/-" + "a" * 30 + "1", True),
])
def test_a_link_tells_by_a_long_part_of_letters_and_figures(link, tells):
    assert bool(list(forms.telling_links(link))) is tells


@pytest.mark.parametrize(("text", "found"), [
    ("ask <@U12AB|ada b> in <#C1> or <!subteam^S1|@team>",
     ["<@U12AB|ada b>", "<#C1>", "<!subteam^S1|@team>"]),
    ("<@U1|<@U2|bo>", ["<@U2|bo>"]), ("<@U1|unended", []),
])
def test_mentions_are_found_whole(text, found):
    assert [text[a:b] for a, b in MENTION(text)] == found


@pytest.mark.parametrize(("text", "found"), [
    ("xoxb-12345678-ab and xapp-1-ABCDEFGH", ["xoxb-12345678-ab", "xapp-1-ABCDEFGH"]),
    ("is eyJhbGciOiJI.eyJzdWIiOiIx.c2ln here", ["eyJhbGciOiJI.eyJzdWIiOiIx.c2ln"]),
    ("token-eyJhbGciOiJI.eyJzdWIiOiIx", ["token-eyJhbGciOiJI.eyJzdWIiOiIx"]),
    ("eyJ-eyJhbGciOiJI.eyJzdWIiOiIx.", ["eyJ-eyJhbGciOiJI.eyJzdWIiOiIx."]),
    ("keyJhbGciOiJI.eyJzdWIiOiIx", []),
])
def test_tokens_are_found_whole(text, found):
    assert [text[a:b] for a, b in TOKEN(text)] == found


@pytest.mark.parametrize(("text", "found"), [
    ("on 2021-10-12 call +49 30 1234567 or (030) 7654321, not on 12.10.2021 10:12",
     ["+49 30 1234567", "(030) 7654321"]),
    ("+49 30 12345678 before 2021-10-12", ["+49 30 12345678"]),
    # A moment as rows of the log have it; what is called stays found beside one.
    ("2026-11-30T14:04:31.348483+00:00", []),
    ("at 2026-11-30 09:02:00.000000+00:00 +49 30 12345678", ["+49 30 12345678"]),
    ("2026-11-30 09:02:00.447911123456", ["00.447911123456"]),
    ("2026-11-30 14+4420 7946 0958", ["4420 7946 0958"]),
])
def test_numbers_to_call_are_no_dates(text, found):
    assert [text[a:b] for a, b in forms.phones(text)] == found
