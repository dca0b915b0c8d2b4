"""What an SPF record gives as the reason for a fail (RFC 7208, 6.2)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.spf_dns import is_queryable, target_name
from mfpolicy.evaluate.spf_nodes import SpfTree
from mfpolicy.model.dns import Unknown, View
from mfpolicy.records.spf import Modifier
from mfpolicy.records.spf_macro import EXPLANATION_LETTERS, macro_fault


class Explanation(msgspec.Struct, frozen=True):
    """An `exp` modifier. `fault` says in words why receivers drop the explanation; "" if they do not, or if
    where it stands depends on the message."""

    modifier: Modifier
    fault: str | Unknown = ""


def explanation(view: View, tree: SpfTree) -> Explanation | None:
    """The explanation of a record, of which there must be exactly one text; None where it names none."""
    modifier = tree.spf.exp if tree.spf else None
    if modifier is None:
        return None
    return Explanation(modifier, "" if modifier.has_macro else _fault(view, target_name(modifier.value)))


def _fault(view: View, target: str) -> str | Unknown:
    if not is_queryable(target):
        return f"{target} is no name that DNS can carry"
    answer = view.ask(target, "TXT")
    if isinstance(answer, Unknown):
        return answer
    if len(answer.records) != 1:
        return f"{target} has {len(answer.records) or 'no'} TXT record{'s' if answer.records else ''}"
    text = answer.records[0].value
    if not text.isascii():
        return f"the text at {target} is not ASCII"
    return macro_fault(text, EXPLANATION_LETTERS)
