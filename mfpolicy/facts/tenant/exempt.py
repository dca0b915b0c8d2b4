"""Who and what the intent exempts, by every name that the export knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mfpolicy.facts.tenant.values import text
from mfpolicy.model.tenant import TenantObject

# What tells one account; Graph's resources in its own spelling, which costs least to find.
USER_KEYS = ("id", "userPrincipalName", "mail")


class Exempt:
    """The names and ids of an intent, and those of the accounts that they name; case does not count."""

    def __init__(self, said: Collection[str], users: Mapping[str, TenantObject]) -> None:
        self._names = frozenset(each.lower() for each in said)
        known = [users[each] for each in self._names if each in users]
        self._names |= {key for each in known for key in keys_of(each, USER_KEYS)}

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._names


def keys_of(of: TenantObject, names: Iterable[str]) -> list[str]:
    """The texts at some properties in lower case, without empty ones."""
    found = (text(of, each) for each in names)
    return [each.lower() for each in found if isinstance(each, str) and each]


def by_key(objects: Iterable[TenantObject], names: Iterable[str]) -> dict[str, TenantObject]:
    """Objects by each of some properties; the first of two counts."""
    wanted = tuple(names)
    found: dict[str, TenantObject] = {}
    for each in objects:
        for key in keys_of(each, wanted):
            found.setdefault(key, each)
    return found
