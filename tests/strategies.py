"""Hold the Hypothesis strategies that several tests draw from."""

from hypothesis import strategies as st

from mockserver.models import ConversationInfo, ListConversations, MessageInfo

# Few values, so that filters meet rows; null and the empty text are among them.
ACCOUNTS = ("a1", "a2", "a3", "")
CUSTOMERS = ("c1", "c2", "")
ENDPOINTS = ("e1", "e2", "e3")
# In ascending order of their instants; the two last pairs are the same instants, written apart.
DATES = (
    "2024-03-01T00:00:00Z",
    "2024-03-01T00:00:00.0000001Z",
    "2024-03-02T00:00:00Z",
    "2024-03-02T02:00:00+02:00",
    "2024-03-03T00:00:00Z",
    "2024-03-03",
)
NO_DATES = ("", "not a date", "2024-02-30")

# Every choice of every point that concerns the selection.
SELECTION_CHOICES = {
    "after-date-boundary": ("exclusive", "inclusive"),
    "invalid-after-date": ("error", "no-filter", "nothing"),
    "naive-date-zone": ("utc", "+02:00", "-05:30"),
    "empty-list": ("no-filter", "nothing"),
    "unknown-id": ("empty", "not-found", "forbidden"),
    "foreign-account": ("empty", "forbidden"),
    "order": ("newest-first", "oldest-first", "by-id", "as-stored", "unstable"),
    "row-cap": ("none", "1", "3"),
}


def one_of(*values: str) -> st.SearchStrategy[str | None]:
    """Draw one of the values, or None."""
    return st.none() | st.sampled_from(values)


def messages() -> st.SearchStrategy[MessageInfo]:
    """Draw a message whose ids agree with nothing."""
    return st.builds(
        MessageInfo,
        account_id=one_of(*ACCOUNTS),
        customer_id=one_of(*CUSTOMERS),
        endpoint_id=one_of(*ENDPOINTS),
        date=one_of(*DATES, *NO_DATES),
    )


def conversations() -> st.SearchStrategy[ConversationInfo]:
    """Draw a conversation; ids may be missing or be there twice."""
    return st.builds(
        ConversationInfo,
        id=one_of("1", "2", "3", "10"),
        endpoint_id=one_of(*ENDPOINTS),
        most_recent_message=st.none() | messages(),
    )


def id_lists(known: tuple[str, ...]) -> st.SearchStrategy[tuple[str | None, ...] | None]:
    """Draw a list of a request: absent, empty, with nulls, repeats and unknown ids."""
    return st.none() | st.lists(one_of(*known, "unknown"), max_size=3).map(tuple)


def requests() -> st.SearchStrategy[ListConversations]:
    """Draw a bound request."""
    return st.builds(
        ListConversations,
        account_ids=id_lists(ACCOUNTS),
        endpoint_ids=id_lists(ENDPOINTS),
        customer_ids=id_lists(CUSTOMERS),
        after_date=one_of(*DATES, *NO_DATES),
    )


def selection_choices() -> st.SearchStrategy[dict[str, str]]:
    """Draw a choice for each point that concerns the selection."""
    return st.fixed_dictionaries(
        {point: st.sampled_from(choices) for point, choices in SELECTION_CHOICES.items()}
    )


def visible_accounts() -> st.SearchStrategy[frozenset[str] | None]:
    """Draw the accounts that a caller sees; None for all."""
    return st.none() | st.frozensets(st.sampled_from(ACCOUNTS))
