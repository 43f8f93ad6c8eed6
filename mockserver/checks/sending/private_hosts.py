"""Judge the addresses of a host that its user calls one of his own: every one must be private.

What was judged is what is connected to (transport.py), so that a name which means another address
a moment later leads nowhere else.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from mockserver.errors import UsageError

__all__ = ["Lookup", "look_up", "private_addresses"]

# A host's name → its addresses, as texts.
Lookup = Callable[[str], list[str]]

# Not what `is_private` says: that holds networks for documentation and tests too.
_PRIVATE = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  # RFC 1918
            "127.0.0.0/8", "::1/128",
            "169.254.0.0/16", "fe80::/10",
            "fc00::/7",
        ),
    )
)  # fmt: skip


def look_up(host: str) -> list[str]:
    """Return every address of a host.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def private_addresses(host: str, *, lookup: Lookup = look_up) -> tuple[str, ...]:
    """Return the addresses of a host, all of them private.

    Raises:
        UsageError: it has none, or one that is not.
    """
    try:
        found = lookup(host)
    except (OSError, UnicodeError) as error:
        # A name with an empty or overlong part is refused with the latter.
        raise UsageError(
            f"--own {host}: the name has no address, so it cannot be judged private"
        ) from error
    if not found:
        raise UsageError(f"--own {host}: the name has no address, so it cannot be judged private")
    public = [address for address in found if not _is_private(address)]
    if public:
        raise UsageError(
            f"--own {host} is no host of your own network: {public[0]} is none of the private "
            f"addresses (RFC 1918, unique local, loopback, link-local); use --live {host}"
        )
    return tuple(found)


def _is_private(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _PRIVATE)
