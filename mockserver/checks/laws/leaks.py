r"""Find what an error should not show: a stack, a statement, a path, a connection of the server.

An error's text is read as it came and as a reader would see it: inside JSON, XML, JSV or CSV a line
break is `\n`, `&#xA;` or a real one, a quote may be doubled, a text may be percent-encoded, and a
body may be UTF-16. Every pattern is bounded, so that no body makes it slow.
"""

import html
import re
from urllib.parse import unquote

__all__ = ["shows_internals", "what_shows"]

# What a file of a program or of its settings ends with; no address of a page ends so.
_FILES = (
    r"(?:cs|vb|fs|dll|pdb|cshtml|config|conf|ini|env|log|sock|sqlite3?|mdf|db"
    r"|py|pyc|rb|java|jar|kt|scala|go|rs|so)\b"
)
_INTERNALS = re.compile(
    # .NET, Java and JavaScript: an indented line, or a whole text, of `at Some.Method(`.
    r"(?:[\n\r][ \t]{1,40}|(?:^|[\">])(?: {2,40}|\t))at "
    r"(?:[A-Za-z_][\w.<>`+$\[\],]{0,200}\(|\S{1,200} \([^()\s]{1,300}:\d{1,9}:\d{1,9}\))"
    r"|Traceback \(most recent call last\)|File \"[^\"\n]{1,300}\", line \d"
    r"|Exception in thread|goroutine \d{1,9} \[|#\d{1,3} /[\w./-]{1,200}\.php"
    r"|\bSystem\.(?:\w{1,40}\.){0,5}\w{1,60}Exception: "
    r"|SQLSTATE|ORA-\d{5}|\b(?:SELECT|INSERT INTO) .{1,80} (?:FROM|VALUES)\b"
    r"|\bUPDATE \S{1,80} SET \S|\bDELETE FROM \S|syntax error at or near "
    r"|\b(?:SqlException|NpgsqlException|MySqlException|SqliteException|MongoServerError)\b"
    r"|/home/\w{1,80}/|/var/www/|\b[A-Z]:\\{1,2}(?:inetpub|Users)\b"
    # Any drive, with two folders or a folder and a file; any share of another machine.
    r"|\b[A-Za-z]:\\{1,4}[\w.$ -]{1,60}\\{1,4}[\w.$ -]{1,60}"
    r"|(?<![\w:\\])\\{2,8}[A-Za-z][\w.-]{1,60}\\{1,4}[\w$-][\w.$-]{1,60}\\{1,4}[\w$-]"
    r"|(?<![\w/.:])/(?:app|etc|mnt|opt|root|srv|tmp|usr|var|Users|workspace)"
    rf"/(?:[\w.@-]{{1,60}}/){{0,12}}[\w.@-]{{1,60}}\.{_FILES}"
    # Connection strings, and addresses that hold a password.
    r"|\b(?:Data Source|Server|Host|Initial Catalog|User ?Id|Uid|Username)[ ]?="
    r"[^;\"<>\n]{1,100};"
    r"[^\"<>\n]{0,200}\b(?:Password|Pwd|Database|Initial Catalog|Integrated Security|User ?Id)[ ]?="
    r"|\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|sqlserver)://"
    r"[^\s:@/\"<>]{0,60}:[^\s@/\"<>]{1,60}@|\bjdbc:[a-z]{2,20}:",
)
_KINDS = (
    ("a stack trace", re.compile(r"\bat \S|Traceback|line \d|Exception|goroutine|\.php")),
    ("a statement of a database", re.compile(r"SQL|ORA-|SELECT|INSERT|UPDATE|DELETE|syntax|Mongo")),
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_LAYERS = 3


def shows_internals(body: bytes) -> bool:
    """Say whether a text, or what it stands for once it is decoded, shows the server's inside."""
    return bool(what_shows(body))


def what_shows(body: bytes) -> str:
    """Return what of the server's inside a text shows; empty where it shows nothing."""
    found = _search(body)
    if found is None:
        return ""
    kinds = (name for name, pattern in _KINDS if pattern.search(found[0]))
    return next(kinds, "a path or a connection of the server")


def _search(body: bytes) -> re.Match[str] | None:
    text = _decode(body)
    for _ in range(_LAYERS):
        if found := _INTERNALS.search(text):
            return found
        # JSON may stand in JSON, or in a member of XML.
        plain = _ESCAPE.sub(_unescape, html.unescape(text))
        plain = unquote(plain) if _PERCENT.search(plain) else plain
        if plain == text:
            return None
        text = plain
    return _INTERNALS.search(text)


def _decode(body: bytes) -> str:
    """Return a body as text; UTF-16 shows by its mark, or by every other byte being zero."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    start = body[:200]
    for zeros, name in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        if len(zeros) > 1 and zeros.count(0) * 4 > len(zeros) * 3:
            return body.decode(name, "replace")
    return body.decode("utf-8", "replace")


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        return chr(int(match[1], 16))
    return _LETTERS.get(match[2], match[2])
