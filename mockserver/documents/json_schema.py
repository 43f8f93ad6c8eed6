"""Check data by a JSON Schema, and say in one sentence what is wrong with it.

The library is loaded when something is first checked: a start that trusts all it reads does not pay
for it. A schema may say, beside a keyword, how its refusal goes: `x-otherwise` follows the value,
`x-number` what to do about a number where there should be a text.
"""

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from mockserver.errors import UsageError, unknown_name

__all__ = ["Schema", "Wrong", "escape_pointer", "object_schema"]

# Of a very long list that is all wrong the beginning is enough.
_READ_ERRORS = 200
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Say what is wrong with data.

    Attributes:
        pointer: the JSON pointer to the value.
        text: the sentence.
        unknown: a member of the value that nobody knows.
        missing: a member that the value lacks.
    """

    pointer: str
    text: str
    unknown: str | None = None
    missing: str | None = None

    @property
    def member_pointer(self) -> str:
        """Return the pointer to what is wrong, which may be a member that is absent."""
        member = self.unknown if self.missing is None else self.missing
        return self.pointer if member is None else f"{self.pointer}/{escape_pointer(member)}"


class Schema:
    """Hold a JSON Schema; `member` is what a member of an object is called in a refusal."""

    def __init__(self, build: Callable[[], Mapping[str, Any]], *, member: str = "member") -> None:
        """Keep what gives the schema."""
        self._build = build
        self._words = _Words(member)

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # none shipped

        return Draft202012Validator(self._build())

    def find_wrong(self, value: object) -> Wrong | None:
        """Return what is wrong with a value; None where it fits."""
        errors = list(islice(self._validator.iter_errors(value), _READ_ERRORS))
        return self._words.describe(min(errors, key=_rank)) if errors else None

    def check(self, value: object, *, pointer: str = "") -> None:
        """Refuse a value that does not fit.

        Args:
            pointer: where the value stands, for the sentence.

        Raises:
            UsageError: it does not; the sentence starts with its JSON pointer.
        """
        wrong = self.find_wrong(value)
        if wrong is not None:
            place = wrong.pointer if wrong.unknown is None else wrong.member_pointer
            raise UsageError(f"{pointer}{place}: {wrong.text}" if pointer or place else wrong.text)


def object_schema(
    members: Mapping[str, Any], *, optional: Collection[str] = (), **more: Any
) -> dict[str, Any]:
    """Return the schema of an object that has these members, and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in members if name not in optional],
        **more,
        "properties": dict(members),
    }


def escape_pointer(name: str) -> str:
    """Return a member's name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _pointer(error: Any) -> str:
    return "".join(f"/{escape_pointer(str(part))}" for part in error.absolute_path)


def _rank(error: Any) -> tuple[int, int]:
    """Return what sorts errors: the outermost first, unknown members before missing ones."""
    first = {"type": 0, "additionalProperties": 1, "required": 2}
    return len(error.path), first.get(error.validator, 3)


class _Words:
    """Make sentences of the library's errors."""

    def __init__(self, member: str) -> None:
        self._member = member
        text = "a string" if member == "key" else "a text"
        self._kinds = {
            "object": "an object",
            "array": "a list",
            "string": text,
            "integer": "an integer",
            "number": "a number",
            "boolean": "true or false",
            "null": "null",
        }

    def describe(self, error: Any) -> Wrong:
        """Return what an error says."""
        match error.validator:
            case "anyOf" | "oneOf" if error.context:
                return self._describe_forms(error)
            case "additionalProperties":
                known = error.schema.get("properties", {})
                name = next(name for name in error.instance if name not in known)
                text = str(unknown_name(self._member, str(name), known))
                return Wrong(pointer=_pointer(error), text=text, unknown=str(name))
            case "required":
                name = next(n for n in error.validator_value if n not in error.instance)
                return self._missing(error, name)
        return Wrong(pointer=_pointer(error), text=self._sentence(error))

    def _sentence(self, error: Any) -> str:
        limit, value, schema = error.validator_value, error.instance, error.schema
        shown = self._shown(error)
        match error.validator:
            case "type":
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                hint = f"; {schema['x-number']}" if is_number and "x-number" in schema else ""
                return f"expected {_either(self._kinds_of(error))}, got {shown}{hint}"
            case "enum" | "const":
                known = [limit] if error.validator == "const" else limit
                return _not_one_of(value, shown, known, title=schema.get("title"))
            case "minimum" | "maximum":
                low, high = schema.get("minimum"), schema.get("maximum")
                wanted = f"at least {low}" if high is None else f"from {low} to {high}"
                return f"{shown} is out of range; expected {wanted}"
            case "pattern":
                return f"{shown} {schema.get('x-otherwise', f'does not match {limit}')}"
            case "minLength":
                return "expected a text that is not empty"
            case "maxLength":
                return f"the text is over {limit} characters"
            case "minItems":
                return f"expected at least {limit} item"
            case "maxItems":
                return f"{len(value)} items; expected at most {limit}"
            case "minProperties" | "maxProperties":
                return f"expected one of {', '.join(schema['properties'])}, got {len(value)}"
        return f"{shown} is not what is expected here"

    def _describe_forms(self, error: Any) -> Wrong:
        """Return what is wrong with a value that may have one of several forms.

        The form that was meant is the one whose constants and kind fit, or else the nearest.
        """
        forms: dict[int, list[Any]] = defaultdict(list)
        for inner in error.context:
            forms[inner.relative_schema_path[0]].append(inner)
        found = list(forms.values())
        kinds = [inner for form in found for inner in form if _is_of_kind(inner)]
        if len(kinds) == len(found):
            expected = _either(dict.fromkeys(k for inner in kinds for k in self._kinds_of(inner)))
            text = f"expected {expected}, got {self._shown(error)}"
            return Wrong(pointer=_pointer(error), text=text)
        found = [form for form in found if not any(map(_is_of_kind, form))]
        name = _tag_of(found)
        tags = [[inner for inner in form if _is_tag(inner, name)] for form in found]
        if all(tags) and len(found) > 1:
            known = list(dict.fromkeys(value for form in tags for value in _values(form[0])))
            tag, shown = tags[0][0], self._shown(tags[0][0])
            text = _not_one_of(tag.instance, shown, known, title=str(name))
            return Wrong(pointer=_pointer(tag), text=text)
        found = [form for form, tag in zip(found, tags, strict=True) if not tag] or found
        missing = self._describe_missing(error, found, name)
        return missing or self._describe_nearest(error, found, name)

    def _describe_nearest(
        self, error: Any, found: Sequence[Sequence[Any]], tag: str | None
    ) -> Wrong:
        """Return what is wrong with a value as the form that it fits best."""
        nearest = min(found, key=len)
        said = self.describe(min(nearest, key=_rank))
        if said.unknown in _known(found) and said.pointer == _pointer(error):
            beside = " and ".join(n for n in nearest[0].schema["required"] if n != tag)
            return replace(said, text=f"{said.unknown!r} does not go with {beside}")
        if said.pointer != _pointer(error):
            return said
        others = [form[0].schema.get("description") for form in found if form is not nearest]
        return replace(said, text=said.text + "".join(f" (or: {o})" for o in others if o))

    def _describe_missing(
        self, error: Any, forms: Sequence[Sequence[Any]], tag: str | None
    ) -> Wrong | None:
        """Return what is missing where nothing else is wrong: no form has all that it needs."""
        needs = [_find(form, "required") for form in forms]
        strays = [inner for form in forms for inner in form if inner not in needs]
        known = _known(forms)
        if not all(needs) or not all(_is_known(inner, known) for inner in strays):
            return None
        gone = [[n for n in need.validator_value if n not in error.instance] for need in needs]
        for name in gone[0]:
            if len(forms) > 1 and all(name in names for names in gone):
                return self._missing(error, name)
        wanted = [[name for name in need.validator_value if name != tag] for need in needs]
        ways = _either(" and ".join(names) for names in wanted)
        if tag is not None:
            return Wrong(pointer=_pointer(error), text=f"{error.instance[tag]} takes {ways}")
        return Wrong(pointer=_pointer(error), text=f"expected {ways}", missing=gone[-1][0])

    def _missing(self, error: Any, name: str) -> Wrong:
        text = f"the {self._member} {name!r} is missing"
        return Wrong(pointer=_pointer(error), text=text, missing=name)

    def _kinds_of(self, error: Any) -> list[str]:
        found = error.validator_value
        return [self._kinds[kind] for kind in ([found] if isinstance(found, str) else found)]

    def _shown(self, error: Any) -> str:
        value = error.instance
        # A password is not repeated.
        if error.path and str(error.absolute_path[-1]).startswith("password"):
            return "something else"
        if isinstance(value, dict | list):
            return self._kinds["object" if isinstance(value, dict) else "array"]
        text = "null" if value is None else repr(value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_of_kind(inner: Any) -> bool:
    """Tell whether a form does not fit because the value is of another kind."""
    return inner.validator == "type" and not inner.path


def _tag_of(forms: Sequence[Sequence[Any]]) -> str | None:
    """Return the member that names the form: the one that rules out most of them."""
    counts = Counter(name for form in forms for name in {i.path[0] for i in form if _is_fixed(i)})
    return counts.most_common(1)[0][0] if counts else None


def _is_fixed(inner: Any) -> bool:
    return inner.validator in ("const", "enum") and len(inner.path) == 1


def _is_tag(inner: Any, name: str | None) -> bool:
    return _is_fixed(inner) and inner.path[0] == name


def _find(form: Sequence[Any], keyword: str) -> Any:
    """Return the error of a keyword about the value itself; None where there is none."""
    return next((i for i in form if i.validator == keyword and not i.path), None)


def _known(forms: Sequence[Sequence[Any]]) -> set[str]:
    """Return the members that one of the forms has."""
    return {
        name
        for form in forms
        for inner in form
        if inner.validator in ("required", "additionalProperties")
        for name in inner.schema.get("properties", ())
    }


def _is_known(inner: Any, known: set[str]) -> bool:
    """Tell whether an error is only about members that a form has."""
    if inner.path or inner.validator not in ("required", "additionalProperties"):
        return False
    return inner.validator == "required" or known.issuperset(inner.instance)


def _values(inner: Any) -> Sequence[str]:
    found = inner.validator_value
    return [str(found)] if inner.validator == "const" else [str(value) for value in found]


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)


def _not_one_of(value: object, shown: str, known: Sequence[object], *, title: str | None) -> str:
    names = [str(name) for name in known]
    if title is not None and isinstance(value, str):
        return str(unknown_name(title, value, names))
    near = difflib.get_close_matches(str(value)[:_SHOWN], names, n=1, cutoff=0.5)
    more = f"; did you mean {near[0]}?" if near else ""
    return f"{shown} is not one of {', '.join(names)}{more}"
