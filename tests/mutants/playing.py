"""Send sequences to a server and hand back its answers, as a client with a cookie jar does."""

import email.utils
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.mutants.sequences import Answer, Ask, Sequence
from tests.mutants.serving import NOW, NotServed

__all__ = ["Player", "keep_cookies"]

# Nothing that is asked here takes a tenth of it, also where both cores are busy.
_ANSWER_SECONDS = 20.0
_STAND_IN = re.compile(r"\$\{([^}]+)\}")
_PAST_YEAR = 2000
_SPACE = "/__admin/spaces/default"


@dataclass(kw_only=True)
class Player:
    """Play sequences to one server.

    Attributes:
        space: the space that is asked; None for the unnamed one.
        profile: what is chosen there otherwise than by default.
    """

    port: int
    space: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def __enter__(self) -> "Player":
        """Return the player; at the end of the block it lets go of its connection."""
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def play(self, sequence: Sequence) -> list[Answer]:
        """Return the answers to a sequence, fewer where the world could not be moved.

        Raises:
            NotServed: the server hangs.
        """
        if sequence.is_moving and not self._begin_anew():
            return []
        answers: list[Answer] = []
        jar: dict[str, str] = {}
        for ask in sequence.asks:
            answer = self._ask(ask, jar)
            if ask.is_admin and not 200 <= answer.status < 300:
                break
            answers.append(answer)
        return answers

    def make_space(self) -> None:
        """Make the space that is asked, with its profile."""
        is_made = self._admin("POST", "/__admin/spaces", {"name": self.space, "now": NOW})
        is_made = is_made and self._choose()
        assert is_made, self.profile

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _begin_anew(self) -> bool:
        """Make the world as it was, and say whether the server did."""
        return self._admin("POST", f"{_SPACE}/reset") and self._choose()

    def _choose(self) -> bool:
        profile = dict(self.profile)
        return not profile or self._admin("PUT", f"{_SPACE}/profile", profile)

    def _admin(self, method: str, target: str, fields: Mapping[str, object] | None = None) -> bool:
        ask = Ask(
            method=method,
            target=target,
            headers=() if fields is None else (("Content-Type", "application/json"),),
            body=None if fields is None else json.dumps(fields),
            is_admin=True,
        )
        return 200 <= self._ask(ask, {}).status < 300

    def _ask(self, ask: Ask, jar: dict[str, str]) -> Answer:
        headers = [
            (name, _STAND_IN.sub(lambda match: jar.get(match[1], ""), value))
            for name, value in ask.headers
        ]
        if ask.has_cookies and jar:
            headers.append(("Cookie", "; ".join(f"{name}={text}" for name, text in jar.items())))
        target = ask.target
        if ask.is_admin:
            target = target.replace(f"{_SPACE}/", f"/__admin/spaces/{self.space or 'default'}/")
        elif self.space is not None:
            headers.append(("X-Mock-Space", self.space))
        answer = self._send(ask.method, target, headers, ask.body)
        if ask.keeps_cookies:
            keep_cookies(jar, answer.values("set-cookie"))
        return Answer(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            cookies=tuple(sorted(jar.items())),
        )

    def _send(
        self, method: str, target: str, headers: list[tuple[str, str]], body: str | None
    ) -> Answer:
        """Send one request; ask once more where the server has closed a connection that rested."""
        is_kept = self._connection is not None
        try:
            return self._exchange(method, target, headers, body)
        except TimeoutError as error:
            self.close()
            raise NotServed("it hangs") from error
        except (OSError, http.client.HTTPException):
            self.close()
            if is_kept:
                return self._send(method, target, headers, body)
            return Answer()

    def _exchange(
        self, method: str, target: str, headers: list[tuple[str, str]], body: str | None
    ) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=_ANSWER_SECONDS
            )
        connection, data = self._connection, None if body is None else body.encode()
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        response = connection.getresponse()
        answer = Answer(
            status=response.status,
            headers=tuple(response.getheaders()),
            body=response.read(),
        )
        if response.will_close:
            self.close()
        return answer


def keep_cookies(jar: dict[str, str], lines: list[str]) -> None:
    """Keep the cookies that an answer sets; one that is emptied or long over goes."""
    for line in lines:
        pair, _, attributes = line.partition(";")
        name, _, value = pair.strip().partition("=")
        expires = re.search(r"expires=([^;]+)", attributes, re.IGNORECASE)
        jar.pop(name, None)
        if value and not (expires and _is_over(expires[1])):
            jar[name] = value


def _is_over(text: str) -> bool:
    try:
        return email.utils.parsedate_to_datetime(text).year < _PAST_YEAR
    except ValueError:
        return False
