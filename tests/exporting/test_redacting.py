"""What is taken out of words, what stays, and that nothing is left of what is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exporting.redacting import Redaction, Redactor
from bot.ledger import plain


def clean(text, *kinds, people=()):
    return Redactor(kinds or tuple(Redaction), people).clean(text)


@pytest.mark.parametrize(("text", "kind"), [
    ("dana.ortiz+x@mail.example.co.uk", "e-mail address"),
    ("josé@müller.example", "e-mail address"),
    ("+49 170 1234567", "phone number"),
    ("(202) 555-0143", "phone number"),
    ("00251-11-551-7700", "phone number"),
    ("0301234567", "phone number"),
    ("10.20.30.40", "IP address"),
    ("2001:db8::8a2e:370:7334", "IP address"),
    ("::1", "IP address"),
    ("U024BE7LH", "Slack id"),
    ("<@U024BE7LH|dana>", "Slack id"),
    ("<#C024BE7LR>", "Slack id"),
    ("<!subteam^SAZ94GDB8>", "Slack id"),
    ("https://x.example/a?access_token=1", "link or key with a token"),
    ("https://me:word@x.example/", "link or key with a token"),
    ("https://hooks.slack.example/services/T024BE7LH/B1/abcDEF123ghiJKL456mno",
     "link or key with a token"),
    ("xoxb-" + "1234567890-abcdef", "link or key with a token"),
])
def test_what_has_a_form_is_taken_out_and_marked(text, kind):
    assert clean(f"See {text} please") == f"See [redacted: {kind}] please"


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\u202c", "\ufeff", "\u200d"])
@pytest.mark.parametrize("said", [
    "dana@mail.example", "+49 170 1234567", "10.20.30.40", "U024BE7LH",
    "https://x.example/a?access_token=1", "xoxb-" + "1234567890-abcdef",
])
def test_a_sign_that_nobody_sees_hides_nothing_from_redaction(said, sign):
    whole = clean(f"See {said} please")
    for place in range(1, len(said)):
        assert clean(f"See {said[:place]}{sign}{said[place:]} please") == whole, place


def test_a_quote_with_a_sign_that_nobody_sees_goes_with_what_is_taken_out():
    redactor = Redactor(tuple(Redaction))
    text, quotes = redactor.words("call +49 170\u200b 1234567 today", [((), "170\u200b 1234567")])
    assert "1234567" not in text
    assert "1234567" not in quotes[0][1]


@pytest.mark.parametrize("space", ["\u202f", "\u2009", "\u2011", "\u2010"])
def test_a_number_is_one_however_its_figures_are_set_apart(space):
    number = space.join(("+33 6", "12", "34", "56", "78"))
    assert clean(f"call {number}") == "call [redacted: phone number]"


@pytest.mark.parametrize("text", [
    "40 IMSI catchers for 1,200,000 USD", "Regulation (EU) 2021/821", "on 2026-11-25 at 17:00",
    "2026-11-25T17:00:00", "25.11.2026", "15 CFR 744.21(a)", "https://example.org/guidance?page=2",
    "CATCHERS AND CUSTOMERS", "the police of Chad", "ECCN 5A001.f.1", "12:30 and 13:45",
    "A/HRC/17/31", "version 1.2.3",
])
def test_what_a_deal_is_made_of_stays(text):
    assert clean(text) == text


def test_nothing_that_the_guidance_says_counts_as_somebodys(guidance):
    redactor = Redactor(tuple(Redaction))
    said = plain(guidance)
    parts = [*said["red_flags"], *said["considerations"], *said["safeguards"].values(),
             *said["questions"].values(),
             *({k: one[k] for k in ("text", "heading", "note")}
               for one in said["provisions"].values())]
    assert [one for one in parts if redactor.any_in(one)] == []


@pytest.mark.parametrize("body", [
    {"what": "message", "turn": 1, "deleted_at": "2026-11-30T14:04:31.348483+00:00"},
    {"number": 1, "over": ["mark:c2:2026-11-30T14:04:31.348483+00:00"]},
    {"made_at": "2026-11-30T14:04:31.348483+00:00", "rows": 7},
])
def test_a_moment_in_a_body_is_no_number_to_call(body):
    """A deletion, a sign-off over an objection and a restore were kept back for it."""
    assert not Redactor(frozenset({Redaction.PHONE})).any_in(body)


@pytest.mark.parametrize("body", [
    {"found": [{"query": {"pinned": ["eu-2021-821"]}, "nearest": "eu-2024-2659"}]},
    {"from": "0123456789ab", "to": "0123456789cd", "provisions": ["eu-2021-821"]},
    {"number": 1, "case": "v-12345678", "content": {
        "id": "v-12345678", "query": "dual use", "relevant": ["eu-2021-821"],
        "cites_at_least": ["eu-2021-821"], "cites_never": ["eu-2024-2659"]}},
])
def test_an_id_in_a_body_is_no_number_to_call(body):
    """A question on Regulation 2021/821 was kept back, as if somebody's number stood in it."""
    assert not Redactor(frozenset({Redaction.PHONE})).any_in(body)


def test_only_what_was_chosen_is_taken_out():
    text = "a@b.example 10.20.30.40"
    assert clean(text, Redaction.IP) == "a@b.example [redacted: IP address]"


def test_a_persons_id_is_known_however_short_and_a_word_is_no_id():
    assert clean("U1 and USER said a", people=["slack:T1:U1", "a"]) == (
        "[redacted: Slack id] and USER said a")


def test_a_quote_out_of_what_is_taken_out_goes_too_and_elsewhere_stays():
    redactor = Redactor([Redaction.EMAIL])
    text, quotes = redactor.words(
        "mail police@chad.example", [(("heard", "x", "said"), "police")])
    assert text == "mail [redacted: e-mail address]"
    assert quotes == [(("heard", "x", "said"), "[redacted: e-mail address]")]
    assert redactor.quote("police") == "[redacted: e-mail address]"
    _, quotes = redactor.words("police, police@chad.example", [(("x",), "police")])
    assert quotes == [(("x",), "police")]


@given(before=st.text(alphabet="ab \n<>|()", max_size=8),
       after=st.sampled_from(["", " ", "\n", ">"]),
       secret=st.sampled_from(["dana@mail.example", "+49 170 1234567", "10.20.30.40", "U024BE7LH"]))
def test_wherever_it_stands_it_goes(before, after, secret):
    glued = before[-1:].isalpha() and not secret.startswith("+")
    assert glued or secret not in clean(before + secret + after)


@given(st.text(max_size=80))
def test_no_words_break_it(text):
    once = clean(text)
    assert clean(once) == once
