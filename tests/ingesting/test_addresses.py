"""Which addresses may be reached, in every notation that somebody may try."""

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.errors import NotDownloaded
from retrieval.ingesting.addresses import literal, why_not_public
from retrieval.ingesting.connecting import Refused, insist_on_public
from retrieval.ingesting.downloading import DownloadRules, download

MACHINE = "this machine"
SEGMENT = "its own network segment"
GROUP = "a group of machines"
SHARED = "a provider's inner network"
RESERVED = "a reserved range"
PRIVATE = "a private network"
CLOUD = "the metadata service of a cloud"
TUNNEL = "a tunnel"


@pytest.mark.parametrize(("address", "place"), [
    ("8.8.8.8", None), ("1.1.1.1", None), ("93.184.216.34", None), ("100.63.255.255", None),
    ("100.128.0.0", None), ("172.15.255.255", None), ("172.32.0.0", None),
    ("192.167.255.255", None), ("223.255.255.255", None),
    ("127.0.0.1", MACHINE), ("127.255.255.254", MACHINE),
    ("10.0.0.5", PRIVATE), ("10.255.255.255", PRIVATE), ("172.16.0.1", PRIVATE),
    ("172.31.255.255", PRIVATE), ("192.168.1.1", PRIVATE),
    ("100.64.0.1", SHARED), ("100.127.255.255", SHARED),
    ("168.63.129.16", CLOUD), ("::ffff:168.63.129.16", CLOUD), ("64:ff9b::a83f:8110", CLOUD),
    ("169.254.169.254", CLOUD), ("169.254.0.1", SEGMENT), ("169.254.170.2", SEGMENT),
    ("0.0.0.0", RESERVED),  # noqa: S104
    ("0.1.2.3", RESERVED), ("192.0.0.8", RESERVED),
    ("192.0.0.170", RESERVED), ("192.0.2.1", RESERVED), ("192.88.99.1", RESERVED),
    ("198.18.0.1", RESERVED), ("198.51.100.7", RESERVED), ("203.0.113.9", RESERVED),
    ("240.0.0.1", RESERVED), ("255.255.255.255", RESERVED),
    ("224.0.0.1", GROUP), ("239.255.255.250", GROUP), ("233.252.0.1", GROUP),
    ("2606:4700:4700::1111", None), ("2a00:1450:4001:80b::200e", None),
    ("::1", MACHINE), ("::", RESERVED), ("::7f00:1", RESERVED), ("::8.8.8.8", RESERVED),
    ("::ffff:127.0.0.1", MACHINE), ("::ffff:10.0.0.5", PRIVATE), ("::ffff:8.8.8.8", None),
    ("::ffff:169.254.169.254", CLOUD),
    ("64:ff9b::10.0.0.5", PRIVATE), ("64:ff9b::169.254.169.254", CLOUD),
    ("64:ff9b::8.8.8.8", None), ("64:ff9b:1::10.0.0.5", RESERVED),
    ("2002:0a00:0005::1", PRIVATE), ("2002:7f00:0001::", MACHINE), ("2002:0808:0808::1", None),
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", TUNNEL), ("2001:0::7f00:1", TUNNEL),
    ("fe80::1", SEGMENT), ("fe80::1%eth0", SEGMENT), ("2606:4700::1111%1", SEGMENT),
    ("fc00::1", PRIVATE), ("fd12:3456::1", PRIVATE), ("fd00:ec2::254", CLOUD),
    ("fec0::1", PRIVATE), ("ff02::1", GROUP), ("ff0e::1", GROUP),
    ("2001:db8::1", RESERVED), ("3fff::1", RESERVED), ("2001:20::1", RESERVED),
    ("100::1", RESERVED), ("5f00::1", RESERVED), ("4000::1", RESERVED),
    ("2606:4700::5efe:10.0.0.5", PRIVATE), ("2606:4700::200:5efe:8.8.8.8", TUNNEL),
])
def test_an_address_is_public_or_it_is_told_what_it_is(address, place):
    assert why_not_public(ip_address(address)) == place


@given(st.ip_addresses(v=4))
def test_an_address_that_is_wrapped_is_as_public_as_what_it_wraps(address):
    bare = why_not_public(address)
    assert why_not_public(IPv6Address(f"::ffff:{address}")) == bare
    assert why_not_public(IPv6Address(f"64:ff9b::{address}")) == bare
    assert why_not_public(IPv6Address((0x2002 << 112) | (int(address) << 80) | 1)) == bare


@given(st.ip_addresses())
def test_what_python_takes_for_private_is_never_public(address):
    assume(address.is_private or address.is_multicast or address.is_reserved
           or address.is_loopback or address.is_link_local or address.is_unspecified)
    mapped = getattr(address, "ipv4_mapped", None)
    wrapped = address in IPv6Network("64:ff9b::/96")
    assume(mapped is None and not wrapped)
    assert why_not_public(address) is not None


def test_a_name_of_which_one_address_is_private_is_refused_altogether():
    with pytest.raises(Refused, match=r"a private network \(10\.0\.0\.5\)"):
        insist_on_public([ip_address("8.8.8.8"), ip_address("10.0.0.5")])


@st.composite
def hidden_numbers(draw):
    """An IPv4 address in a notation that inet_aton reads and a person doesn't."""
    number = draw(st.integers(0, 2**32 - 1))
    parts = [(number >> shift) & 255 for shift in (24, 16, 8, 0)]
    count = draw(st.integers(1, 4))
    last = int.from_bytes(bytes(parts[count - 1:]), "big")
    style = st.sampled_from(["{}", "0{:o}", "0x{:x}", "0X{:X}", "00{:o}"])
    written = ".".join(draw(style).format(part) for part in [*parts[:count - 1], last])
    assume(written != str(IPv4Address(number)))
    return number, written


@given(hidden_numbers())
def test_no_number_hides_where_it_leads(pair):
    """The C library reads 0177.1 and 2130706433 as 127.0.0.1; nobody who checks a name does."""
    number, written = pair
    with suppress(OSError):  # some not even the C library reads
        assert socket.inet_aton(written) == number.to_bytes(4, "big")
    with pytest.raises(ValueError):
        literal(written)
    with pytest.raises(NotDownloaded, match=r"hides where it leads|Invalid IPv4 address"):
        download(f"http://{written}/", DownloadRules(resolver=nobody))


def nobody(host, port):
    raise AssertionError(f"{host}:{port} was resolved")


@pytest.mark.parametrize(("host", "place"), [
    ("127.0.0.1", MACHINE), ("[::1]", MACHINE), ("[::ffff:7f00:1]", MACHINE),
    ("[::ffff:127.0.0.1]", MACHINE), ("10.0.0.5", PRIVATE), ("169.254.169.254", CLOUD),
    ("[fd00:ec2::254]", CLOUD), ("[fe80::1]", SEGMENT),
    ("[64:ff9b::7f00:1]", MACHINE), ("[2002:7f00:1::]", MACHINE),
    # Full-width digits' dots: what browsers take for 127.0.0.1.
    ("127。0。0。1", MACHINE),
])
def test_an_address_in_an_address_is_checked_like_any_other(host, place):
    with pytest.raises(NotDownloaded, match=f"the address leads to {place}") as error:
        download(f"https://{host}/paper.pdf", DownloadRules(resolver=nobody))
    assert "advisor corpus add FILE" in str(error.value)
