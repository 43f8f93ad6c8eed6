import pytest

from tests.mutants.decoding import decode, rows_of

ROW = {"id": "1", "text": 'a, "b"'}
XML = (
    '<ListConversationsResponse xmlns="http://example.com/x"><Conversations>'
    '<ConversationInfo><Id>1</Id><Text>a, "b"</Text></ConversationInfo>'
    "</Conversations></ListConversationsResponse>"
)


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/json", '{"conversations":[{"id":"1","text":"a, \\"b\\""}]}'),
        ("text/jsonl", '{"conversations":[{"id":"1","text":"a, \\"b\\""}]}\n'),
        ("text/javascript", 'cb({"conversations":[{"id":"1","text":"a, \\"b\\""}]})'),
        ("application/jsv", '{conversations:[{id:1,text:"a, ""b"""}]}'),
        ("text/csv", 'Conversations\r\n"[{id:1,text:""a, """"b""""""}]"\r\n'),
    ],
)
def test_a_row_is_the_same_in_every_format(media_type: str, text: str) -> None:
    assert rows_of(media_type, decode(media_type, text.encode())) == [ROW]


def test_members_of_xml_have_capitals() -> None:
    decoded = decode("application/xml", XML.encode())

    assert rows_of("application/xml", decoded) == [{"Id": "1", "Text": 'a, "b"'}]


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/json", "{}"),
        ("text/csv", ""),
        ("application/xml", "<ErrorResponse><ResponseStatus /></ErrorResponse>"),
    ],
)
def test_an_answer_without_a_list_has_no_rows(media_type: str, text: str) -> None:
    assert rows_of(media_type, decode(media_type, text.encode())) is None


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/json", "{"),
        ("application/jsv", "{conversations:[{id:1"),
        ("application/xml", "<a>"),
        ("text/csv", 'a,b\r\n"1"\r\n'),
        ("text/javascript", "{}"),
        ("image/png", ""),
    ],
)
def test_a_body_that_is_not_of_its_type_is_refused(media_type: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(media_type, text.encode())
