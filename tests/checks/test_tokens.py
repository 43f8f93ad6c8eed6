import pytest

from mockserver.checks.tokens import Tokeniser
from mockserver.errors import UsageError


def test_equal_values_have_equal_tokens_within_a_run_only() -> None:
    one, other = Tokeniser(b"1" * 16), Tokeniser(b"2" * 16)

    assert one.token("+1-202-555-0101") == one.token("+1-202-555-0101")
    assert one.token("+1-202-555-0101") != other.token("+1-202-555-0101")


def test_a_query_keeps_names_of_the_contract_and_formats() -> None:
    tokens = Tokeniser(b"1" * 16)
    a, b = tokens.token("a"), tokens.token("b")

    assert tokens.query("accountIds=a,b&format=json&zz=a&afterDate=") == (
        f"accountIds={a},{b}&format=json&{tokens.token('zz')}={a}&afterDate="
    )


def test_a_shape_tells_form_and_length_alone() -> None:
    assert Tokeniser(b"1" * 16).shape("ab-12") == "a.9(5)"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(UsageError, match="16 bytes"):
        Tokeniser(b"short")
