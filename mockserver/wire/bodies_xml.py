"""Read the members of a request DTO out of XML, as .NET's DataContractSerializer does.

Strict, and in one pass: of the document only the members are kept. A document type is refused, so
that no entity can grow; depth and elements are bounded. bodies.py reads the other formats.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from mockserver.wire.formats.dto import VENDOR_XML
from mockserver.wire.literals import MAX_ITEMS

__all__ = ["BodyType", "Members", "read_xml"]

Members = dict[str, str | tuple[str | None, ...] | None]

_ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays}string"
_NIL = "http://www.w3.org/2001/XMLSchema-instance}nil"
_MAX_DEPTH = 32
_MAX_ELEMENTS = MAX_ITEMS + 100
_MAX_TAG_BYTES = 4_096
_CODES = expat.errors.codes
_CUT_SHORT = (
    _CODES[expat.errors.XML_ERROR_NO_ELEMENTS],
    _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyType:
    """Name the request DTO that a body is read into.

    Attributes:
        name: its name, as in `ListConversations`.
        namespace: where it lives, as in `Voice.Api.Messaging`.
        lists: the lower-case names of the members that are lists of strings.
        members: every member, in Pascal case and the order of the alphabet; XML alone needs it.
        known: the lower-case names of all that is kept of a request.
    """

    name: str
    namespace: str
    lists: frozenset[str]
    members: tuple[str, ...]
    known: frozenset[str]


def read_xml(body: bytes, body_type: BodyType) -> Members:
    """Return the members that a body sets.

    Raises:
        ValueError: .NET cannot deserialise it; `str()` is what it says of the error.
    """
    reader = _Reader(f"{VENDOR_XML}{body_type.namespace}", body_type)
    failed = (
        "There was an error deserializing the object of type "
        f"{body_type.namespace}.{body_type.name}. "
    )
    try:
        _demand_short_tags(body)
        _build_parser(reader).Parse(body, True)
    except expat.ExpatError as exc:
        raise ValueError(failed + _xml_error(body, exc)) from exc
    except (_RefusedError, LookupError, ValueError) as exc:
        # The last two are about an encoding that the document names.
        raise ValueError(f"{failed}{exc}") from exc
    if reader.root != f"{reader.namespace}}}{body_type.name}":
        encountered, _, name = reader.root.rpartition("}")
        raise ValueError(
            f"Error in line 1 position {body.find(b'>') + 1}. Expecting element "
            f"'{body_type.name}' from namespace '{reader.namespace}'.. Encountered 'Element'  "
            f"with name '{name}', namespace '{encountered}'. "
        )
    return reader.members


class _RefusedError(Exception):
    """Say why a document is not read to its end."""


@dataclass(slots=True)
class _Reader:
    """Keep the known members of one document; its methods are a parser's handlers."""

    namespace: str
    body_type: BodyType
    members: Members = field(default_factory=dict)
    root: str = ""
    _depth: int = 0
    _elements: int = 0
    _place: int = 0
    # The member that is open, if it is a known one, and what was read of it.
    _member: str | None = None
    _is_nil: bool = False
    _items: list[str | None] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _takes_text: bool = False

    def start(self, tag: str, attributes: list[str]) -> None:
        """Take an element's beginning."""
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise _RefusedError(
                f"The document has more than {_MAX_DEPTH} levels or {_MAX_ELEMENTS} elements."
            )
        # An element's text ends where its first child begins.
        self._takes_text = False
        if self._depth == 1:
            self.root = tag
        elif self._depth == 2:
            self._open_member(tag, attributes)
        elif self._is_item(tag):
            self._texts = []
            self._takes_text = True
            self._items.append(None if _is_nil(attributes) else "")

    def end(self, tag: str) -> None:
        """Take an element's end."""
        if self._is_item(tag):
            if self._items[-1] is not None:
                self._items[-1] = "".join(self._texts)
        elif self._depth == 2 and self._member is not None:
            self._close_member(self._member)
        self._takes_text = False
        self._depth -= 1

    def add_text(self, data: str) -> None:
        """Take a piece of text."""
        if self._takes_text:
            self._texts.append(data)

    def refuse_doctype(self, *_facts: object) -> None:
        """Refuse what could define entities."""
        raise _RefusedError("For security reasons DTD is prohibited in this XML document.")

    def _is_item(self, tag: str) -> bool:
        return self._depth == 3 and self._member in self.body_type.lists and tag == _ARRAYS

    def _open_member(self, tag: str, attributes: list[str]) -> None:
        """Note which member begins.

        .NET reads the members in the order of the alphabet and skips one that comes too late.
        """
        name = tag.removeprefix(f"{self.namespace}}}")
        awaited = self.body_type.members[self._place :]
        self._member = None
        if name not in awaited:
            return
        self._place += awaited.index(name) + 1
        self._member = name.lower()
        self._is_nil = _is_nil(attributes)
        self._items, self._texts = [], []
        self._takes_text = self._member not in self.body_type.lists

    def _close_member(self, name: str) -> None:
        if self._is_nil:
            self.members[name] = None
        elif name in self.body_type.lists:
            self.members[name] = tuple(self._items)
        else:
            self.members[name] = "".join(self._texts)


def _build_parser(reader: _Reader) -> expat.XMLParserType:
    # No table of names: a client can make every name another one.
    parser = expat.ParserCreate(None, "}", None)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.add_text
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    return parser


def _is_nil(attributes: list[str]) -> bool:
    return any(
        name == _NIL and value in ("true", "1")
        for name, value in zip(attributes[::2], attributes[1::2], strict=True)
    )


def _demand_short_tags(body: bytes) -> None:
    """Refuse a tag that could hold attributes without end."""
    at = body.find(b"<")
    while at >= 0:
        end = body.find(b">", at)
        if end - at > _MAX_TAG_BYTES:
            raise _RefusedError(f"A tag has more than {_MAX_TAG_BYTES} bytes.")
        at = body.find(b"<", end) if end >= 0 else -1


def _xml_error(body: bytes, error: expat.ExpatError) -> str:
    """Return .NET's words for what is wrong; they are known for the commonest faults only."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    start = text.lstrip()
    if not start:
        return "Root element is missing."
    if not start.startswith("<"):
        at = len(text) - len(start)
        row = text.count("\n", 0, at) + 1
        return (
            "The data at the root level is invalid. "
            f"Line {row}, position {at - text.rfind(chr(10), 0, at)}."
        )
    if error.code in _CUT_SHORT:
        unclosed = ", ".join(reversed(_open_elements(text)))
        row = text.count("\n") + 1
        return (
            f"Unexpected end of file. Following elements are not closed: {unclosed}. "
            f"Line {row}, position {len(text) - text.rfind(chr(10))}."
        )
    reason = str(error).partition(":")[0].capitalize()
    return f"{reason}. Line {error.lineno}, position {error.offset + 1}."


def _open_elements(text: str) -> list[str]:
    """Return the names of the elements that nothing closes, the outermost first."""
    names: list[str] = []
    at = text.find("<")
    while at >= 0:
        following = text.find("<", at + 1)
        part = text[at + 1 : following if following >= 0 else len(text)]
        if part.startswith("/"):
            del names[-1:]
        elif part[:1].isalpha() and not part.rstrip().endswith("/>") and len(names) < _MAX_DEPTH:
            names.append(part.partition(">")[0].split(None, 1)[0])
        at = following
    return names
