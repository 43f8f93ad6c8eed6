"""Tell whether a host is this machine itself, or every address of it."""

import ipaddress

__all__ = ["is_loopback", "is_wildcard"]


def is_loopback(host: str) -> bool:
    """Tell whether a name or an address is one of this machine's own loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    """Tell whether to listen on `host` is to listen on every address."""
    return host in ("0.0.0.0", "::", "")
