"""Redirects, names and addresses: each is checked, and the one that was checked is connected to."""

import threading
from dataclasses import replace
from ipaddress import ip_address

import pytest

from retrieval.errors import NotDownloaded
from retrieval.ingesting.downloading import DownloadRules, download
from retrieval.ingesting.hosts import AllowedHost
from tests.ingesting.downloads import LOOPBACK, PAGE, names, refused, rules


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server, status):
    server.page("/b", PAGE)
    assert download(server.redirect("/a", "/b", status), rules(server)).data == PAGE


def test_five_redirects_are_enough(server):
    for n in range(6):
        server.redirect(f"/{n}", f"/{n + 1}")
    server.page("/6", PAGE)

    assert download(server.url("/1"), rules(server)).final_url == server.url("/6")
    assert refused(server.url("/0"), rules(server)) == "it redirects more than 5 times"


@pytest.mark.parametrize(("to", "reason"), [
    ("http://10.0.0.5/x", "the address leads to a private network (10.0.0.5)"),
    ("http://169.254.169.254/latest/meta-data/",
     "the address leads to the metadata service of a cloud (169.254.169.254)"),
    ("http://[::1]/", "the address leads to this machine (::1)"),
    ("http://127.0.0.1/", "the address leads to this machine (127.0.0.1)"),
    ("http://inside.example/", "the address leads to a private network (192.168.7.7)"),
    ("http://2130706433/", "the host 2130706433 is a number in a form that hides where it leads"),
    ("//10.0.0.5/", "the address leads to a private network (10.0.0.5)"),
    ("file:///etc/passwd", "the address doesn't begin with https:// or http://"),
    ("gopher://10.0.0.5/", "the address doesn't begin with https:// or http://"),
    ("http://user:word@docs.example/",
     "the address holds a user name or password, which is never sent"),
    ("http://docs.example:22/", "the address names port 22, and only 80 and 443 are let through "
     "(ADVISOR_FETCH_FROM lists others)"),
    ("http://nowhere.example/", "there is no host nowhere.example"),
])
def test_each_redirect_is_checked_like_the_address_itself(server, to, reason):
    by = rules(server, resolver=names({"inside.example": [ip_address("192.168.7.7")]}))
    assert refused(server.redirect("/a", to), by) == reason
    assert [path for path, _ in server.asked] == ["/a"]


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_connected_to(server):
    """A name may stand for a public address while it is checked and for a private one a moment
    later: then the second must never be seen."""
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return [LOOPBACK] if len(asked) == 1 else [ip_address("10.0.0.5")]

    server.page("/u", PAGE)
    download(server.url("/u", "docs.example"), rules(server, resolver=resolver))

    assert asked == [("docs.example", server.port)]
    assert server.asked[0][1]["Host"] == f"docs.example:{server.port}"


@pytest.mark.parametrize("addresses", [
    ["10.0.0.5"], ["8.8.8.8", "10.0.0.5"], ["::ffff:10.0.0.5"], ["64:ff9b::a00:5"],
])
def test_a_name_that_leads_inside_is_refused(server, addresses):
    by = rules(server, resolver=names({"evil.example": [ip_address(a) for a in addresses]}))
    assert refused("https://evil.example/x.pdf", by).startswith(
        "the address leads to a private network (")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST"])
def test_this_machine_is_not_reached_by_its_name(host):
    """With the resolver of the system."""
    assert refused(f"http://{host}/", DownloadRules()).startswith(
        "the address leads to this machine (")


def test_an_allowed_host_is_allowed_by_name_and_port_alone(server):
    server.page("/u", PAGE)
    by = rules(server, allowed=(AllowedHost("docs.example", server.port),))

    assert download(server.url("/u", "DOCS.example"), by).data == PAGE
    dotted = replace(by, resolver=names({"docs.example.": [LOOPBACK]}))
    assert download(server.url("/u", "docs.example."), dotted).data == PAGE
    assert refused(server.url("/u"), by).startswith(f"the address names port {server.port}")
    assert refused("http://docs.example/u", by) == (
        "the address leads to this machine (127.0.0.1)")


def test_the_next_address_is_tried_where_one_is_dead(server):
    """The server of this test has no IPv6."""
    server.page("/u", PAGE)
    by = rules(server, resolver=names({"docs.example": [ip_address("::1"), LOOPBACK]}))
    assert download(server.url("/u", "docs.example"), by).data == PAGE


def test_a_name_that_is_never_resolved_does_not_hold_up_anybody(server):
    waiting = threading.Event()

    def resolver(host, port):
        waiting.wait(30)
        return []

    by = rules(server, resolver=resolver, most_seconds=0.2)
    assert "0.2 seconds" in refused(server.url("/u", "docs.example"), by)
    waiting.set()


@pytest.mark.parametrize(("url", "reason"), [
    ("ftp://docs.example/x", "the address doesn't begin with https:// or http://"),
    ("file:///etc/passwd", "the address doesn't begin with https:// or http://"),
    ("docs.example/x", "the address doesn't begin with https:// or http://"),
    ("", "the address doesn't begin with https:// or http://"),
    ("https://", "the address names no host"),
    ("https:///x", "the address names no host"),
    ("https://u@docs.example/", "the address holds a user name or password, which is never sent"),
    ("https://:p@docs.example/", "the address holds a user name or password, which is never sent"),
    ("https://docs.example:8443/", "the address names port 8443, and only 80 and 443 are let "
     "through (ADVISOR_FETCH_FROM lists others)"),
    ("https://docs.example/" + "a" * 2000, "the address has more than 2000 characters"),
])
def test_an_address_that_can_not_be_asked_is_told_why(url, reason):
    assert refused(url, DownloadRules(resolver=names({}))) == reason


@pytest.mark.parametrize("url", ["https://[::1", "https://docs.example:x/", "https://①.example/",
                                 "https://a b/", "https://docs.example/\x00", "https://\ud800/",
                                 "https://%31%32%37.0.0.1/", "https://" + "a" * 70 + ".example/"])
def test_an_address_that_can_not_be_read_makes_no_traceback(url):
    refused(url, DownloadRules(resolver=names({})))


@pytest.mark.parametrize("address", [
    "http://user:hu/sh@docs.example/x", "http://user:12/hush@docs.example/x",
    "http://user:hush/@docs.example/x", "http://user:hush@hush@docs.example/x",
    "http://user:hush/x?y#@docs.example/x", "user:hush@docs.example/x",
    "user:hush@http://docs.example/x", f"http://user:{'hush/' * 2000}@docs.example/x",
])
def test_no_part_of_a_password_is_repeated_wherever_its_address_is_cut(address):
    with pytest.raises(NotDownloaded) as error:
        download(address, DownloadRules(resolver=names({})))
    said = str(error.value)
    assert "docs.example/x" in said
    assert not any(part in said for part in ("hu/", "hush", "'hu'", "sh@", "12", "user:"))


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(NotDownloaded) as error:
        download("https://ada:Word@docs.example/x", DownloadRules(resolver=names({})))
    assert str(error.value).startswith("Nothing was downloaded from https://docs.example/x, since")
    assert "Word" not in str(error.value)
