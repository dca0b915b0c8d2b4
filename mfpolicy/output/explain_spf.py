"""One SPF record explained: its terms as a tree with their costs, the worst case, what a receiver says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from mfpolicy.evaluate.spf_dns import MAX_LOOKUPS, MAX_VOID_LOOKUPS
from mfpolicy.evaluate.spf_nodes import SpfTree, TermError, TermNode
from mfpolicy.evaluate.spf_receiver import Receiver
from mfpolicy.model.dns import Unknown
from mfpolicy.output.escape import clipped, page, visible, width

# Trees share their children: one that somebody else built may unfold without end.
_DEEPEST, _MOST = 40, 2000
_TEACH = (
    "The worst case is a sender that no term matches: a receiver then asks for every term. "
    f"Behind {MAX_LOOKUPS} lookups or {MAX_VOID_LOOKUPS} void ones it stops with permerror (RFC 7208, 4.6.4)."
)


def text(tree: SpfTree, summary: Sequence[str] = (), receiver: Receiver | None = None) -> str:
    """The tree with each term's lookups, the sums, what is unknown, errors, and the receiver's result.

    `summary`: lines about what the record authorises, shown below the sums.
    """
    name = visible(tree.name) or "."
    if tree.result == "none":
        return page([f"{name}: no SPF record", *_receiver_lines(receiver)])
    lines = [f"{name}: SPF, worst case", "", *_tree_lines(tree), "", *_sums(tree)]
    lines += [_error_line(each) for each in _errors(tree)]
    lines += [clipped(line) for line in summary]
    return page([*lines, "", _TEACH, *_receiver_lines(receiver)])


def document(tree: SpfTree, receiver: Receiver | None = None) -> dict[str, Any]:
    """The same as plain values: `name`, `receiver` (null where nobody asked for one) and `worst_case`.

    Counts that are unknown are given as the part that is known. More lookups than receivers make are an
    error and a permerror of the worst case. A tree of more than 2,000 terms, or deeper than 40, is cut.
    """
    return {
        "name": tree.name,
        "receiver": None if receiver is None else _receiver(receiver),
        "worst_case": {
            "lookups": _known(tree.lookups, tree.known_lookups),
            "void_lookups": _known(tree.void_lookups, tree.known_void_lookups),
            "result": _result(tree),
            "errors": [
                {"code": each.code, "text": each.text, "path": list(each.path)} for each in _errors(tree)
            ],
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


def _errors(tree: SpfTree) -> Iterator[TermError]:
    """The tree's own errors, and the limits that its worst case breaks (RFC 7208, 4.6.4)."""
    yield from tree.errors
    if tree.known_lookups > MAX_LOOKUPS:
        said = f"needs {tree.known_lookups} DNS lookups; receivers stop at {MAX_LOOKUPS}"
        yield TermError((), "lookup-limit-exceeded", said)
    if tree.known_void_lookups > MAX_VOID_LOOKUPS:
        said = f"makes {tree.known_void_lookups} void lookups; receivers stop at {MAX_VOID_LOOKUPS}"
        yield TermError((), "void-lookup-limit-exceeded", said)


def _result(tree: SpfTree) -> str:
    return "permerror" if next(_errors(tree), None) else tree.result


def _error_line(error: TermError) -> str:
    via = f" (in {' > '.join(map(clipped, error.path[:-1]))})" if len(error.path) > 1 else ""
    return f"error[{visible(error.code)}]: {clipped(error.text)}{via}"


def _terms(tree: SpfTree | None, budget: Iterator[int], depth: int) -> list[dict[str, Any]]:
    if tree is None or not depth:
        return []
    # `zip` draws a term first: a level that ends takes nothing from the budget.
    return [_term(node, budget, depth) for node, _ in zip(tree.terms, budget, strict=False)]


def _term(node: TermNode, budget: Iterator[int], depth: int) -> dict[str, Any]:
    return {
        "text": node.term.text,
        "lookups": node.lookups,
        "void_lookups": node.void_lookups,
        "target": node.target or None,
        "opaque": node.opaque,
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
        open_ended = node.child is not None and isinstance(node.child.lookups, Unknown)
        cost = f"{node.lookups}{'+' if open_ended else ''}"
        yield f"{indent}{branch}{clipped(node.term.text, 200)}", cost, _note(node)
        if node.child is not None and depth > 1:
            yield from _branches(node.child, indent + below, depth - 1)


def _note(node: TermNode) -> str:
    if node.error:
        return "leads back to itself" if node.loop else f"error: {visible(node.error)}"
    if node.opaque:
        return "depends on the message"
    return _said(node.unknown) or _void(node)


def _void(node: TermNode) -> str:
    # What a child adds is said at the child.
    return "void" if node.child is None and node.void_lookups else ""


def _sums(tree: SpfTree) -> Iterator[str]:
    yield f"lookups       {_cost(tree.lookups, tree.known_lookups)} of {MAX_LOOKUPS}"
    yield f"void lookups  {_cost(tree.void_lookups, tree.known_void_lookups)} of {MAX_VOID_LOOKUPS}"
    yield f"result        {_result(tree)}"
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
        f"{visible(item.question.name)} {visible(item.question.type)} {item.reason.value}"
        for item in because[:5]
    ]
    return "; ".join(named + ([f"and {len(because) - 5:,} more"] if len(because) > 5 else []))
