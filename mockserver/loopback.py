"""Tell whether a host is this machine itself, or every address of it."""

import ipaddress

__all__ = ["base_url", "is_loopback", "is_wildcard"]


def base_url(host: str, port: int) -> str:
    """Return the address to give to a client on this machine, of a server that listens on host."""
    if is_wildcard(host):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
    if host == "":
        return True
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
