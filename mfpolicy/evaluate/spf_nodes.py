"""The nouns of an SPF study: a record, its terms, and what each costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from mfpolicy.evaluate.spf_reach import NOTHING, Reach
from mfpolicy.model.dns import Record, Unknown
from mfpolicy.records.spf import Mechanism, Modifier, Network, Spf

Result = Literal["valid", "none", "permerror", "unknown"]


class TermError(msgspec.Struct, frozen=True):
    """A reason for permerror. `path` leads from the studied record to the term, each as written."""

    path: tuple[str, ...]
    code: str
    text: str


class TermNode(msgspec.Struct, frozen=True):
    """One term of one record, with what it costs and reaches.

    `path` is relative to its own tree, since included trees are shared; `walk` gives whole paths. `lookups`
    and `void_lookups` (own and below) are lower bounds while `unknown` is set. `error` is the slug of what
    makes receivers return permerror at this very term. What an `opaque` one matches depends on the message.
    """

    term: Mechanism | Modifier
    path: tuple[str, ...]
    lookups: int = 0
    void_lookups: int = 0
    target: str = ""
    child: SpfTree | None = None
    opaque: bool = False
    unknown: Unknown | None = None
    loop: bool = False
    error: str = ""
    v4: Reach = NOTHING
    v6: Reach = NOTHING

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks that the term names by itself: ip4, ip6, and a, mx and exists resolved."""
        return self.v4.networks + self.v6.networks


class SpfTree(msgspec.Struct, frozen=True):
    """The SPF record at a name with all that it includes.

    `terms` ends with the first `all`, or with `redirect`. `errors` are the reasons for permerror other than
    the limits on lookups, which `lookups` and `void_lookups` speak of; at most a hundred are kept. `texts`
    are all TXT records at the name; `exists` is false where DNS says that there is no such name.
    """

    name: str
    present: bool | Unknown = False
    records: tuple[Record, ...] = ()
    texts: tuple[Record, ...] = ()
    exists: bool = True
    spf: Spf | None = None
    record: Record | None = None
    terms: tuple[TermNode, ...] = ()
    lookups: int | Unknown = 0
    void_lookups: int | Unknown = 0
    known_lookups: int = 0
    known_void_lookups: int = 0
    result: Result = "none"
    errors: tuple[TermError, ...] = ()
    unknown: Unknown | None = None
    void: bool = False
    truncated: bool = False
    size: int = 0
    height: int = 0


def walk(tree: SpfTree) -> Iterator[tuple[tuple[str, ...], TermNode]]:
    """Every term of a tree, in the order of evaluation, with its path from the tree's own record."""
    for node in tree.terms:
        yield node.path, node
        if node.child is not None:
            for path, below in walk(node.child):
                yield node.path + path, below
