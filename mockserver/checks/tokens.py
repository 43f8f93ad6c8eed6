"""Replace the target's values by tokens, so that audit log and report hold none of them.

A token is the head of an HMAC under a key of the run: equal values get equal tokens within a run,
and no token can be traced to its value or to a token of another run.
"""

import hashlib
import hmac
from urllib.parse import unquote_plus

from mockserver.errors import UsageError

__all__ = ["Tokeniser"]

# Names and values of the operation that are the contract's, not the target's.
_PLAIN_NAMES = frozenset({"accountids", "endpointids", "customerids", "afterdate"})
_PLAIN_VALUES = {
    "format": frozenset({"json", "xml", "csv", "jsv", "jsonl", "html"}),
    "callback": frozenset(),
}


class Tokeniser:
    """Turn values into tokens under one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Keep the key; it should be random, and new for every run."""
        if len(key) < 16:
            raise UsageError("a tokeniser's key needs at least 16 bytes")
        self._key = key

    def token(self, value: str, *, kind: str = "") -> str:
        """Return `kind#` and eight hexadecimal digits."""
        digest = hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"{kind}#{digest.hexdigest()[:8]}"

    def shape(self, value: str) -> str:
        """Return the value's form: digits as `9`, letters as `a`, the rest as `.`, then its length.

        Runs are folded, so that the form of an id or a number tells nothing of its content.
        """
        folded: list[str] = []
        for character in value[:200]:
            mark = "9" if character.isdigit() else "a" if character.isalpha() else "."
            if not folded or folded[-1] != mark:
                folded.append(mark)
        return f"{''.join(folded)[:24]}({len(value)})"

    def query(self, query: str) -> str:
        """Return a query string with every value, and every unknown name, as a token."""
        return "&".join(self._pair(pair) for pair in query.split("&") if pair)

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name).lower()
        if plain not in _PLAIN_NAMES and plain not in _PLAIN_VALUES:
            name = self.token(name)
        if not value:
            return name + equals
        if value in _PLAIN_VALUES.get(plain, ()):
            return f"{name}={value}"
        return f"{name}=" + ",".join(self.token(unquote_plus(item)) for item in value.split(","))
