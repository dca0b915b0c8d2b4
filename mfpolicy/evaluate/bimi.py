"""Whether mailboxes may show a domain's logo, as far as DNS tells (BIMI, draft 14)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, discover
from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.records.bimi import Bimi, is_bimi, is_misspelt, parse


class BimiResult(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at a selector. `records` are its BIMI records, and `bimi` the one that stands there alone:
    with more or fewer there is none (Assertion Record Discovery). `ignored` are misspelt records."""

    owner: str
    records: tuple[Record, ...] | Unknown
    bimi: Bimi | None = None
    ignored: tuple[Record, ...] = ()


def bimi(view: View, selector: str, domain: str) -> BimiResult:
    """The assertion record of a selector at a normal name."""
    owner = f"{selector}._bimi.{domain}"
    answer = view.ask(owner, "TXT")
    if isinstance(answer, Unknown):
        return BimiResult(owner=owner, records=answer)
    records = tuple(record for record in answer.records if is_bimi(record.value))
    return BimiResult(
        owner=owner,
        records=records,
        bimi=parse(records[0].value) if len(records) == 1 else None,
        ignored=tuple(record for record in answer.records if is_misspelt(record.value)),
    )


def shortfall(view: View, domain: str) -> str | Unknown:
    """In words, why DMARC is too weak for a logo to be shown; empty where it is not.

    The policies of the domain and of its organizational domain both count (Authentication Requirements).
    """
    own = discover(view, domain)
    words = _shortfall(own)
    if words:
        return words
    above = own.organizational_domain
    if isinstance(above, Unknown) or above == domain:
        return above if isinstance(above, Unknown) else ""
    return _shortfall(discover(view, above))


def _shortfall(found: DmarcResult) -> str | Unknown:
    if found.unknown is not None and found.policy == "unknown":
        return found.unknown
    if found.policy in ("none", "absent"):
        what = "has no DMARC policy" if found.policy == "absent" else "has the DMARC policy none"
        return f"{found.name} {what}"
    dmarc = found.dmarc
    if dmarc is not None and dmarc.subdomain_policy == "none":
        return f"{found.record_name} says sp=none"
    percent = next((tag.value for tag in dmarc.tags if tag.name == "pct"), "100") if dmarc else "100"
    if found.policy == "quarantine" and percent != "100":
        return f"{found.record_name} says pct={percent[:20]}"
    return ""
