"""Hold passwords so that they show in no `repr`, log or error: whole, or as a salted hash."""

import base64
import hashlib
import hmac
import secrets
from typing import Self

from mockserver.errors import UsageError
from mockserver.printable import Secret

__all__ = ["PasswordHash", "Secret", "made_up"]

_SCHEME = "scrypt"
_COST = 2**12
_MASK = "***"


class PasswordHash:
    """Hold a password as its salted hash."""

    __slots__ = ("_digest", "_salt", "_seen")

    def __init__(self, salt: bytes, digest: bytes) -> None:
        """Keep both."""
        self._salt = salt
        self._digest = digest
        # A client sends the same password with every request; hashing it each time costs 10 ms.
        self._seen = b""

    @classmethod
    def of(cls, password: "Secret | PasswordHash") -> "PasswordHash":
        """Return a password's hash."""
        if isinstance(password, PasswordHash):
            return password
        salt = secrets.token_bytes(16)
        return cls(salt, _hash(password.reveal(), salt))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the hash that `str` wrote.

        Raises:
            UsageError: it is no hash of ours.
        """
        scheme, _, rest = text.partition("$")
        salt, _, digest = rest.partition("$")
        try:
            found = [base64.b64decode(part, validate=True) for part in (salt, digest)]
        except ValueError:
            found = []
        if scheme != _SCHEME or not all(found) or len(found) != 2:
            raise UsageError(f"a password hash has the form {_SCHEME}$SALT$HASH")
        return cls(*found)

    def reveal(self) -> str:
        """Return what stands for a password that nobody knows any more."""
        return _MASK

    def matches(self, text: str) -> bool:
        """Tell whether this is the hash of a password."""
        key = hashlib.sha256(self._salt + _bytes(text)).digest()
        if self._seen and hmac.compare_digest(self._seen, key):
            return True
        is_same = hmac.compare_digest(self._digest, _hash(text, self._salt))
        if is_same:
            self._seen = key
        return is_same

    def __str__(self) -> str:
        """Return the hash for a log."""
        salt, digest = (base64.b64encode(part).decode() for part in (self._salt, self._digest))
        return f"{_SCHEME}${salt}${digest}"

    def __repr__(self) -> str:
        """Mask the hash."""
        return "PasswordHash('***')"


def made_up(password: Secret | PasswordHash) -> str | None:
    """Return a password that the mock made up; None for one that somebody gave."""
    return password.reveal() if isinstance(password, Secret) and not password.is_given else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(text: str, salt: bytes) -> bytes:
    return hashlib.scrypt(_bytes(text), salt=salt, n=_COST, r=8, p=1, dklen=32)
