"""The worst case of an SPF record: every term counted and followed (RFC 7208, 4.6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from mfpolicy.evaluate.spf_dns import is_queryable, spf_answer, target_name
from mfpolicy.evaluate.spf_nodes import SpfTree, TermError, TermNode, walk
from mfpolicy.evaluate.spf_reach import NOTHING, Reach, Reaches, reaches
from mfpolicy.model.dns import Record, Unknown, View, joined
from mfpolicy.records.spf import Mechanism, Modifier, Spf, parse

__all__ = ["SpfStudy", "SpfTree", "TermError", "TermNode", "reached_terms", "study", "walk"]

_MAX_TERMS = 1000
_MAX_DEPTH = 20
_MAX_ERRORS = 100
_COSTLY = frozenset(("include", "a", "mx", "ptr", "exists", "redirect"))


class SpfStudy:
    """Studies the names of one view; what several records include is studied once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._shared: dict[str, SpfTree] = {}
        self._studied: dict[str, SpfTree] = {}

    @property
    def view(self) -> View:
        """The view that is studied."""
        return self._view

    def study(self, name: str) -> SpfTree:
        """The tree of the record at a normal name. Never raises; ends early on a tree beyond all reason."""
        if name not in self._studied:
            self._studied[name] = _Walk(self._view, self._shared).tree(name)
        return self._studied[name]


def study(view: View, name: str) -> SpfTree:
    """The tree of the record at a normal name (see `SpfStudy`)."""
    return SpfStudy(view).study(name)


class _Walk:
    """One study: a stack of the names above, and what is left of the budget."""

    def __init__(self, view: View, known: dict[str, SpfTree]) -> None:
        self._view = view
        self._known = known
        self._stack: list[str] = []
        self._left = _MAX_TERMS

    def tree(self, name: str) -> SpfTree:
        known = self._known.get(name)
        if known is not None and known.size <= self._left and len(self._stack) + known.height <= _MAX_DEPTH:
            self._left -= known.size
            return known
        tree = self._record(name)
        # What a loop or the budget cut short depends on where the walk began.
        if not tree.truncated:
            self._known[name] = tree
        return tree

    def _record(self, name: str) -> SpfTree:
        if not is_queryable(name):
            return SpfTree(name)
        found = spf_answer(self._view, name)
        if isinstance(found, Unknown):
            return SpfTree(
                name, present=found, lookups=found, void_lookups=found, result="unknown", unknown=found
            )
        answer, records = found
        if len(records) != 1:
            errors = (TermError((), "multiple-records", f"{name} has {len(records)} SPF records"),)
            return SpfTree(
                name,
                present=bool(records),
                records=records,
                texts=answer.records,
                exists=answer.exists,
                result="permerror" if records else "none",
                errors=errors if records else (),
                void=not answer.records,
            )
        return self._terms(name, records[0], answer.records)

    def _terms(self, name: str, record: Record, texts: tuple[Record, ...]) -> SpfTree:
        spf = parse(record.value)
        self._stack.append(name)
        nodes: list[TermNode] = []
        for term in reached_terms(spf):
            if self._left <= 0:
                break
            nodes.append(self._node(term))
        self._stack.pop()
        tree = SpfTree(name, present=True, records=(record,), texts=texts, spf=spf, record=record)
        return _summary(tree, spf, tuple(nodes), cut=self._left <= 0)

    def _node(self, term: Mechanism | Modifier) -> TermNode:
        path = (term.text,)
        own = 1 if term.name in _COSTLY else 0
        self._left -= own
        if term.name in ("all", "ip4", "ip6"):
            seen = reaches(self._view, term, "")
            return TermNode(term, path, v4=seen.v4, v6=seen.v6)
        if term.has_macro or term.name == "ptr":
            return TermNode(term, path, own, target=term.value, opaque=True)
        target = target_name(term.value) if term.value else self._stack[-1]
        if term.name in ("include", "redirect"):
            return self._followed(term, target)
        return _resolved(term, target, reaches(self._view, term, target))

    def _followed(self, term: Mechanism | Modifier, target: str) -> TermNode:
        path = (term.text,)
        if target in self._stack:
            return TermNode(term, path, 1, target=target, loop=True, error=f"{term.name}-loop")
        if len(self._stack) >= _MAX_DEPTH:
            return TermNode(term, path, 1, target=target, error="too-large")
        child = self.tree(target)
        void = int(child.void)
        met = Reach(voids=void) if void else NOTHING
        return TermNode(
            term,
            path,
            lookups=1 + child.known_lookups,
            void_lookups=void + child.known_void_lookups,
            target=target,
            child=child,
            unknown=child.unknown,
            error=_missing(term, child),
            v4=met,
            v6=met,
        )


def _missing(term: Mechanism | Modifier, child: SpfTree) -> str:
    if child.result != "none":
        return ""
    return f"{term.name}-without-record" if child.exists else f"{term.name}-without-name"


def _resolved(term: Mechanism | Modifier, target: str, seen: Reaches) -> TermNode:
    unknowns = [item for item in (seen.unknown, seen.v4.unknown, seen.v6.unknown) if item]
    return TermNode(
        term,
        (term.text,),
        lookups=1,
        void_lookups=seen.voids,
        target=target,
        unknown=joined(unknowns) if unknowns else None,
        error=seen.error,
        v4=seen.v4,
        v6=seen.v6,
    )


def reached_terms(spf: Spf) -> tuple[Mechanism | Modifier, ...]:
    """The mechanisms up to the first `all`; without one also `redirect` (RFC 7208, 5.1 and 6.1)."""
    reached: list[Mechanism | Modifier] = []
    for mechanism in spf.mechanisms:
        reached.append(mechanism)
        if mechanism.name == "all":
            return tuple(reached)
    return (*reached, spf.redirect) if spf.redirect else tuple(reached)


_WORDS = {
    "include-loop": "includes a record that it is included by",
    "redirect-loop": "redirects to a record that leads here",
    "include-without-record": "includes a name that has no SPF record",
    "redirect-without-record": "redirects to a name that has no SPF record",
    "include-without-name": "includes a name that does not exist",
    "redirect-without-name": "redirects to a name that does not exist",
    "too-many-exchangers": "names more than ten mail exchangers",
    "too-large": "leads too deep to be followed",
}


def _errors(name: str, spf: Spf, nodes: tuple[TermNode, ...], cut: bool) -> Iterator[TermError]:
    for fault in spf.faults:
        yield TermError((spf.text[fault.start : fault.end],), fault.code, fault.text)
    for node in nodes:
        if node.error:
            yield TermError(node.path, node.error, f"'{node.term.text}' {_WORDS[node.error]}")
        for error in node.child.errors if node.child else ():
            yield TermError(node.path + error.path, error.code, error.text)
    if cut:
        yield TermError((), "too-large", f"the record at {name} needs {_MAX_TERMS} DNS lookups or more")


def _summary(tree: SpfTree, spf: Spf, nodes: tuple[TermNode, ...], cut: bool) -> SpfTree:
    children = [node.child for node in nodes if node.child]
    errors = tuple(islice(_errors(tree.name, spf, nodes, cut), _MAX_ERRORS))
    unknowns = [node.unknown for node in nodes if node.unknown]
    unclear = [child.lookups for child in children if isinstance(child.lookups, Unknown)]
    lookups = sum(node.lookups for node in nodes)
    voids = sum(node.void_lookups for node in nodes)
    unknown = joined(unknowns) if unknowns else None
    return msgspec.structs.replace(
        tree,
        terms=nodes,
        lookups=joined(unclear) if unclear else lookups,
        void_lookups=unknown or voids,
        known_lookups=lookups,
        known_void_lookups=voids,
        result="permerror" if errors else "unknown" if unknown else "valid",
        errors=errors,
        unknown=unknown,
        truncated=cut
        or any(node.loop or node.error == "too-large" for node in nodes)
        or any(child.truncated for child in children),
        size=sum(node.term.name in _COSTLY for node in nodes) + sum(child.size for child in children),
        height=1 + max((child.height for child in children), default=0),
    )
