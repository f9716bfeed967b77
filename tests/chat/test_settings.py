"""Settings of the language model that can't be used are named, and no key comes out."""

import pytest

from bot.chat.calls import Use, uses_of
from bot.errors import BadSetting
from bot.setting_sources import load

KEY = "sk-very-secret-0123456789"


def problem(monkeypatch, **values):
    for name, value in values.items():
        monkeypatch.setenv(f"ADVISOR_CHAT_{name.upper()}", value)
    with pytest.raises(BadSetting) as found:
        load()
    return str(found.value)


@pytest.mark.parametrize(("values", "told"), [
    ({"uses": "reading,wordings"}, "ADVISOR_CHAT_USES: there is no use 'wordings'; "
     "name some of reading, search, wording, by commas"),
    ({"uses": " , "}, "ADVISOR_CHAT_USES: no use is named"),
    ({"prices": "0.15"}, "ADVISOR_CHAT_PRICES: "),
    ({"prices": "a/b"}, "ADVISOR_CHAT_PRICES: "),
    ({"model": "gpt-4"}, "ADVISOR_CHAT_MODEL: "),
    ({"base_url": "localhost:8000"}, "ADVISOR_CHAT_BASE_URL: "),
    ({"seconds": "0"}, "ADVISOR_CHAT_SECONDS: "),
    ({"parallel": "0"}, "ADVISOR_CHAT_PARALLEL: "),
    ({"base_url": "http://127.0.0.1:8000/v1"},
     "ADVISOR_CHAT_BASE_URL names a model server, but ADVISOR_CHAT_MODEL no model"),
])
def test_what_cant_be_used_or_does_not_fit_together_is_named(monkeypatch, values, told):
    found = problem(monkeypatch, api_key=KEY, **values)
    assert told in found
    assert KEY not in found


def test_uses_are_read_whatever_the_spaces():
    assert uses_of(" Wording, search") == {Use.WORDING, Use.SEARCH}


def test_what_is_empty_is_as_if_it_were_not_set(monkeypatch):
    for name in ("MODEL", "BASE_URL", "PRICES"):
        monkeypatch.setenv(f"ADVISOR_CHAT_{name}", "")
    assert not load().chat_model
