r"""Find what an error should not show: a stack, a statement, a path of the server.

An error's text is read as it came and as a reader would see it: inside JSON, XML, JSV or CSV a line
break is `\n`, `&#xA;` or a real one, and a quote may be doubled. Every pattern is bounded, so that
no body makes it slow.
"""

import html
import re

__all__ = ["shows_internals"]

_INTERNALS = re.compile(
    # .NET, Java and JavaScript: an indented line, or a whole text, of `at Some.Method(`.
    r"(?:[\n\r][ \t]{1,40}|(?:^|[\">])(?: {2,40}|\t))at "
    r"(?:[A-Za-z_][\w.<>`+$\[\],]{0,200}\(|\S{1,200} \([^()\s]{1,300}:\d{1,9}:\d{1,9}\))"
    r"|Traceback \(most recent call last\)|File \"[^\"\n]{1,300}\", line \d"
    r"|Exception in thread|goroutine \d{1,9} \[|#\d{1,3} /[\w./-]{1,200}\.php"
    r"|SQLSTATE|ORA-\d{5}|\b(?:SELECT|INSERT INTO) .{1,80} (?:FROM|VALUES)\b"
    r"|/home/\w{1,80}/|/var/www/|\b[A-Z]:\\{1,2}(?:inetpub|Users)\b"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_LAYERS = 3


def shows_internals(body: bytes) -> bool:
    """Say whether a text, or what it stands for once it is decoded, shows the server's inside."""
    text = body.decode("utf-8", "replace")
    for _ in range(_LAYERS):
        if _INTERNALS.search(text):
            return True
        # JSON may stand in JSON, or in a member of XML.
        plain = _ESCAPE.sub(_unescape, html.unescape(text))
        if plain == text:
            return False
        text = plain
    return _INTERNALS.search(text) is not None


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        return chr(int(match[1], 16))
    return _LETTERS.get(match[2], match[2])
