"""The setting that names hosts which may be reached although they aren't public."""


import pytest

from bot.errors import BadSetting
from bot.setting_sources import load
from retrieval.ingesting.hosts import AllowedHost, allowed_hosts


@pytest.mark.parametrize(("setting", "hosts"), [
    ("", ()),
    (" mirror.example , 10.0.0.5:8080,", (AllowedHost("mirror.example"),
                                          AllowedHost("10.0.0.5", 8080))),
    ("Mirror.Example.:443", (AllowedHost("mirror.example", 443),)),
    ("[fd00::1]:8080, [fd00::2], fd00::3", (AllowedHost("fd00::1", 8080), AllowedHost("fd00::2"),
                                            AllowedHost("fd00::3"))),
])
def test_hosts_are_allowed_by_commas(setting, hosts):
    assert allowed_hosts(setting) == hosts


@pytest.mark.parametrize("setting", ["https://mirror.example", "mirror.example/x", "a:b", "a:0",
                                     "a:70000", ":80", "u@h", "a b"])
def test_what_is_no_host_is_named(setting):
    with pytest.raises(ValueError, match="is not a host: write host or host:port"):
        allowed_hosts(setting)


def test_a_wrong_setting_is_told_by_its_name(monkeypatch):
    monkeypatch.setenv("ADVISOR_FETCH_FROM", "mirror.example, https://other.example")
    with pytest.raises(BadSetting, match=r"FETCH_FROM.*'https://other.example' is not a host"):
        load()
