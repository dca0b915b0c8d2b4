"""One SPF record explained: the tree of its terms with their costs, the worst case, and one receiver's view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from mfpolicy.model.dns import Unknown
from mfpolicy.output.escape import clipped, page, visible, width

if TYPE_CHECKING:
    from mfpolicy.evaluate.spf_receiver import Receiver
    from mfpolicy.evaluate.spf_tree import SpfTree, TermNode

_LOOKUPS, _VOID_LOOKUPS = 10, 2  # RFC 7208, 4.6.4
# Children may be shared, so that a small tree unfolds without end.
_DEEPEST, _MOST = 40, 2000
_TEACH = (
    "The worst case is a sender that no term matches: a receiver then asks for every term. "
    f"Behind {_LOOKUPS} lookups or {_VOID_LOOKUPS} void ones it stops with permerror (RFC 7208, 4.6.4)."
)


def text(tree: SpfTree, summary: Sequence[str] = (), receiver: Receiver | None = None) -> str:
    """The tree with each term's lookups right-aligned, sums, what is unknown, errors, and the receiver's result.

    `summary`: lines about what the record authorises, shown below the sums.
    """
    name = visible(tree.name) or "."
    if not tree.present and tree.unknown is None:
        return page([f"{name}: no SPF record", *_receiver_lines(receiver)])
    lines = [f"{name}: SPF, worst case", "", *_tree_lines(tree), "", *_sums(tree)]
    lines += [f"error[{visible(each.code)}]: {clipped(each.text)}" for each in tree.errors]
    lines += [clipped(line) for line in summary]
    return page([*lines, "", _TEACH, *_receiver_lines(receiver)])


def document(tree: SpfTree, receiver: Receiver | None = None) -> dict[str, Any]:
    """The same as plain values: `name`, `receiver` (null where nobody asked for one) and `worst_case`.

    Counts that are unknown are given as the part that is known. A tree of more than 2,000 terms, or
    deeper than 40, is cut there.
    """
    return {
        "name": tree.name,
        "receiver": None if receiver is None else _receiver(receiver),
        "worst_case": {
            "lookups": _known(tree.lookups, tree.known_lookups),
            "void_lookups": _known(tree.void_lookups),
            "result": tree.result,
            "errors": [_error(each) for each in tree.errors],
            "terms": _terms(tree, iter(range(_MOST)), _DEEPEST),
        },
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    return {
        "result": receiver.result,
        "mechanism": receiver.mechanism or None,
        "explanation": receiver.explanation or None,
        "lookups": _known(receiver.lookups),
        "void_lookups": _known(receiver.void_lookups),
    }


def _error(error: Any) -> dict[str, Any]:
    return {"code": error.code, "text": error.text, "path": msgspec.to_builtins(error.path)}


def _terms(tree: SpfTree | None, budget: Iterator[int], depth: int) -> list[dict[str, Any]]:
    if tree is None or not depth:
        return []
    # `zip` takes from the budget first, so that no term is drawn and dropped.
    return [_term(node, budget, depth) for _, node in zip(budget, tree.terms, strict=False)]


def _term(node: TermNode, budget: Iterator[int], depth: int) -> dict[str, Any]:
    return {
        "text": node.term.text,
        "lookups": _known(node.lookups),
        "void_lookups": _known(node.void_lookups),
        "target": node.target or None,
        "opaque": bool(node.opaque),
        "unknown": _why(node.unknown) or None,
        "terms": _terms(node.child, budget, depth - 1),
    }


def _tree_lines(tree: SpfTree) -> Iterator[str]:
    total = _cost(tree.lookups, tree.known_lookups)
    rows = [("v=spf1", total, _said(tree.unknown)), *islice(_branches(tree, "", _DEEPEST), _MOST)]
    wide = max(width(label) for label, _, _ in rows)
    most = max(len(cost) for _, cost, _ in rows)
    for label, cost, note in rows:
        yield f"{label}{' ' * (wide - width(label))}  {cost:>{most}}  {note}".rstrip()
    if len(rows) > _MOST:
        yield "... and more terms"


def _branches(tree: SpfTree, indent: str, depth: int) -> Iterator[tuple[str, str, str]]:
    for index, node in enumerate(tree.terms, start=1):
        last = index == len(tree.terms)
        branch, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield f"{indent}{branch}{clipped(node.term.text, 200)}", _cost(node.lookups), _note(node)
        if node.child is not None and depth > 1:
            yield from _branches(node.child, indent + below, depth - 1)


def _note(node: TermNode) -> str:
    if node.loop:
        return "leads back to itself"
    if node.opaque:
        return "depends on the message"
    return _said(node.unknown) or _void(node)


def _void(node: TermNode) -> str:
    # What a child adds is said at the child.
    return "void" if node.child is None and _known(node.void_lookups) else ""


def _sums(tree: SpfTree) -> Iterator[str]:
    yield f"lookups       {_cost(tree.lookups, tree.known_lookups)} of {_LOOKUPS}"
    yield f"void lookups  {_cost(tree.void_lookups)} of {_VOID_LOOKUPS}"
    yield f"result        {visible(tree.result)}"
    if tree.unknown is not None:
        yield f"unknown       {_why(tree.unknown)}"


def _receiver_lines(receiver: Receiver | None) -> list[str]:
    if receiver is None:
        return []
    by = f" by {clipped(receiver.mechanism)}" if receiver.mechanism else ""
    domain = f" of {visible(receiver.domain)}" if receiver.mechanism and receiver.domain else ""
    costs = f"{_cost(receiver.lookups)} lookups, {_cost(receiver.void_lookups)} void"
    lines = ["", f"receiver: {visible(receiver.result)}{by}{domain} ({costs})"]
    if receiver.explanation:
        lines.append(f"explanation: {clipped(receiver.explanation)}")
    why = _why(receiver.unknown)
    return [*lines, f"unknown: {why}"] if why else lines


def _known(count: int | Unknown, floor: int = 0) -> int:
    return count if isinstance(count, int) else floor


def _cost(count: int | Unknown, floor: int = 0) -> str:
    return str(count) if isinstance(count, int) else f"{floor}+"


def _said(unknown: Unknown | None) -> str:
    return f"unknown: {_why(unknown)}" if unknown else ""


def _why(unknown: Unknown | None) -> str:
    """Every question without an answer, the first five of them named."""
    because = unknown.because if unknown else ()
    named = [
        f"{visible(item.question.name)} {visible(item.question.type)} {item.reason.value}" for item in because[:5]
    ]
    return "; ".join(named + ([f"and {len(because) - 5:,} more"] if len(because) > 5 else []))
