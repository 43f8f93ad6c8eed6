"""Hold who can sign in, and settle which accounts each of them sees.

A scenario names accounts by their place among the scenario's own, by id or by name. What a user
sees are ids: wherever these come again, he sees the same, and only where none of them does is the
place that counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.errors import UsageError, unknown_name
from mockserver.world.directory import Account
from mockserver.world.password import PasswordHash, Secret

__all__ = ["User", "follow_accounts", "read_users"]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Hold someone who can sign in; `account_ids` is None for who sees every account."""

    username: str
    password: Secret | PasswordHash
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    roles: tuple[str, ...] = ()
    account_ids: frozenset[str] | None = frozenset()


def read_users(
    documents: Sequence[Mapping[str, Any]],
    accounts: Sequence[Account],
    *,
    own_ids: Sequence[str],
    is_strict: bool,
) -> tuple[tuple[User, ...], tuple[str, ...]]:
    """Return the users that a scenario names, and warnings of accounts that there are not.

    Args:
        documents: the users, as the scenario's schema has them.
        accounts: the accounts of the world.
        own_ids: the ids of the scenario's own accounts; a number means one of these where the
            world has any of them, else a place in `accounts`.
        is_strict: an account that there is not is refused; else it is warned of.

    Raises:
        UsageError: a user is there twice, or an account is not there.
    """
    known = _by_key(accounts, own_ids)
    users: dict[str, User] = {}
    warnings: list[str] = []
    for number, document in enumerate(documents):
        name = document["username"]
        if name in users:
            raise UsageError(f"/users/{number}/username: {name!r} is there twice")
        wanted = document.get("accounts", [])
        ids = None if isinstance(wanted, str) else frozenset(_found(wanted, known))
        missing = [] if isinstance(wanted, str) else [key for key in wanted if key not in known]
        if missing and is_strict:
            error = unknown_name("account", str(missing[0]), map(str, known))
            place = wanted.index(missing[0])
            raise UsageError(f"/users/{number}/accounts/{place}: {error}")
        warnings += [f"user {name}: the dataset has no account {which}" for which in missing]
        users[name] = User(
            username=name,
            password=Secret(document["password"]),
            email=document.get("email"),
            first_name=document.get("firstName"),
            last_name=document.get("lastName"),
            display_name=document.get("displayName"),
            roles=tuple(document.get("roles", ())),
            account_ids=ids,
        )
    return tuple(users.values()), tuple(warnings)


def follow_accounts(
    users: Sequence[User], before: Sequence[Account], after: Sequence[Account]
) -> tuple[User, ...]:
    """Return the users with the accounts of another world.

    Where an id of the one is in the other, ids count; else the accounts at the same places.
    """
    ids = {account.id for account in after}
    if any(account.id in ids for account in before):
        return tuple(users)
    moved = {old.id: new.id for old, new in zip(before, after, strict=False)}
    return tuple(
        user
        if user.account_ids is None
        else replace(
            user, account_ids=frozenset(moved[id_] for id_ in user.account_ids if id_ in moved)
        )
        for user in users
    )


def _by_key(accounts: Sequence[Account], own_ids: Sequence[str]) -> dict[int | str, str]:
    """Return the ids of accounts by number, name and id."""
    ids = [account.id for account in accounts]
    found: dict[int | str, str] = {}
    if set(ids).isdisjoint(own_ids):
        found.update(enumerate(ids))
    else:
        found.update((n, id_) for n, id_ in enumerate(own_ids) if id_ in ids)
    for account in reversed(accounts):
        found[account.name] = account.id
    return found | {id_: id_ for id_ in ids}


def _found(wanted: Sequence[int | str], known: Mapping[int | str, str]) -> Iterator[str]:
    return (known[key] for key in wanted if key in known)
