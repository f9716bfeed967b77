"""Which addresses are out in the open: nothing else may be reached at the word of a web page.

A server inside an installation's own network trusts whoever can reach it.  So an address is let
through only if it is known to be public; a range that nobody thought of is not.
"""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address

_METADATA = frozenset({
    ip_address("169.254.169.254"), ip_address("fd00:ec2::254"),
    # Azure's, which gives a machine its settings and keys, has an address that looks public.
    ip_address("168.63.129.16"),
})
_SHARED = IPv4Network("100.64.0.0/10")
_PRIVATE_V4 = (
    IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"),
)
_PRIVATE_V6 = (IPv6Network("fc00::/7"), IPv6Network("fec0::/10"))
# Versions of Python differ on some of these, so they are named.
_NEVER_V4 = (
    IPv4Network("0.0.0.0/8"), IPv4Network("192.0.0.0/24"), IPv4Network("192.0.2.0/24"),
    IPv4Network("192.88.99.0/24"), IPv4Network("198.18.0.0/15"), IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"), IPv4Network("240.0.0.0/4"),
)
_UNICAST = IPv6Network("2000::/3")
_NEVER_V6 = (
    IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"),
)
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def why_not_public(address: Address) -> str | None:
    """What sort of place *address* is, if it isn't public: "a private network"; None if it is.

    An IPv6 address that only wraps an IPv4 one is as public as that one.
    """
    if address in _METADATA:
        return "the metadata service of a cloud"
    if isinstance(address, IPv6Address):
        return _why_not_public_v6(address)
    if address.is_loopback:
        return "this machine"
    if address.is_link_local:
        return "its own network segment"
    if address.is_multicast:
        return "a group of machines"
    if address in _SHARED:
        return "a provider's inner network"
    if any(address in network for network in _PRIVATE_V4):
        return "a private network"
    if any(address in network for network in _NEVER_V4) or not address.is_global:
        return "a reserved range"
    return None


def _why_not_public_v6(address: IPv6Address) -> str | None:
    if address.scope_id is not None or address.is_link_local:
        return "its own network segment"
    if address.is_loopback:
        return "this machine"
    if address.is_multicast:
        return "a group of machines"
    if address.ipv4_mapped is not None:
        return why_not_public(address.ipv4_mapped)
    if address in _NAT64:
        return why_not_public(_last_v4(address))
    if address in _SIX_TO_FOUR and address.sixtofour is not None:
        return why_not_public(address.sixtofour)
    if address in _TEREDO:
        return "a tunnel"
    if any(address in network for network in _PRIVATE_V6):
        return "a private network"
    if address not in _UNICAST or any(address in network for network in _NEVER_V6):
        return "a reserved range"
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return why_not_public(_last_v4(address)) or "a tunnel"
    return None if address.is_global else "a reserved range"


def _last_v4(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def literal(host: str) -> Address | None:
    """The address that *host* is written as; None for a name.

    Raises:
        ValueError: It is a number in a notation that programs read differently (`0177.1`,
            `0x7f000001`, `2130706433`), or not an address at all.
    """
    if ":" in host:
        return IPv6Address(host)
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isdigit() or last.lower().startswith("0x"):
        return IPv4Address(host)
    return None
