from urllib.error import HTTPError

import pytest
from app import Inbox


@pytest.fixture
def inbox(mock_conversations):
    inbox = Inbox(mock_conversations.url)
    inbox.sign_in(*mock_conversations.auth)
    return inbox


def test_a_message_that_arrives_is_found(inbox, mock_conversations):
    assert inbox.poll() == 500
    assert inbox.poll() == 0

    arrived = mock_conversations.add_message(text="Is anybody there?")

    assert inbox.poll() == 1
    assert inbox.rows[arrived["id"]]["mostRecentMessage"]["text"] == "Is anybody there?"


@pytest.mark.mockserver(scenario="busy", now="2026-03-01T12:00:00Z")
def test_an_hour_brings_messages(inbox, mock_conversations):
    inbox.poll()

    mock_conversations.advance(seconds=3600)

    assert inbox.poll() > 0


@pytest.mark.mockserver(faults="outage")
def test_an_outage_is_an_error(mock_conversations):
    with pytest.raises(HTTPError, match="503"):
        Inbox(mock_conversations.url).poll()

    assert mock_conversations.requests()[-1]["fault"]


@pytest.mark.mockserver(profile={"order": "oldest-first"})
def test_the_order_of_the_rows_does_not_matter(inbox):
    inbox.poll()

    assert inbox.poll() == 0
