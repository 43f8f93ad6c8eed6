""" Options:
Version: 8.10
BaseUrl: http://localhost:4011

IncludeTypes: ListConversations.*
"""
# mypy: ignore-errors
# In the form that the framework's generator writes, untouched, so that the tests use what an app
# would use.

import datetime
import decimal
from marshmallow.fields import *
from servicestack import *
from typing import *
from dataclasses import dataclass, field
from dataclasses_json import dataclass_json, LetterCase, Undefined, config
from enum import Enum, IntEnum


class MessageDirections(str, Enum):
    INCOMING = 'Incoming'
    OUTGOING = 'Outgoing'


@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass
class MessageInfo:
    id: Optional[str] = None
    account_id: Optional[str] = None
    customer_id: Optional[str] = None
    endpoint_id: Optional[str] = None
    endpoint_display_name: Optional[str] = None
    date: Optional[str] = None
    direction: Optional[MessageDirections] = None
    other_address: Optional[str] = None
    sender: Optional[str] = None
    text: Optional[str] = None
    is_unread: Optional[bool] = None


@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass
class ConversationInfo:
    id: Optional[str] = None
    endpoint_id: Optional[str] = None
    other_address: Optional[str] = None
    most_recent_message: Optional[MessageInfo] = None


@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass
class ListConversationsResponse:
    conversations: Optional[List[ConversationInfo]] = None


# @Route("/conversations", "GET")
@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass
class ListConversations(IReturn[ListConversationsResponse]):
    account_ids: Optional[List[str]] = None
    endpoint_ids: Optional[List[str]] = None
    customer_ids: Optional[List[str]] = None
    after_date: Optional[str] = None
