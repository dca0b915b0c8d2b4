"""Transport rules that let mail pass the filters by, and who can make use of them.

What lets mail pass: https://learn.microsoft.com/defender-office-365/create-safe-sender-lists-in-office-365.
"""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.addresses import count_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.rule_proofs import proven_by
from mfpolicy.facts.tenant.rule_senders import ours_among, senders_of
from mfpolicy.facts.tenant.rule_shape import ADDRESS, CONTENT, HEADERS, SENDER, any_given, given
from mfpolicy.facts.tenant.values import number, text, texts, word
from mfpolicy.model.dns import Reason, Unknown, any_of
from mfpolicy.model.tenant import TenantObject

_ORGANIZATION = "x-ms-exchange-organization-"
_FILTERS = ("x-forefront-antispam-report", "x-microsoft-antispam")
_RESULTS = "authentication-results"
# As ConvertTo-Json writes the unsigned form of -1.
_MINUS_ONE = (-1, 0xFFFFFFFF)
_LOCATIONS = {"envelope": "MAIL FROM", "headerorenvelope": "the From address or MAIL FROM"}
_SHOWN = 3


class BypassFacts(msgspec.Struct, frozen=True):
    """What a rule lets pass: `spam` filtering (SCL -1, as an action or as a header), `safe_links`,
    `safe_attachments`, or any of them (`lets_pass`); `filter_header` is another header of the filters that it
    sets, empty for none.

    `by` is what it goes by: `everyone`; `sender`, an address that anyone can write; `header`, one that
    outside mail can carry; `content`; `authentication`, of whatever domain; `proof`, of the sender that it
    names; `address`, from where mail comes; `stamp`, a header of the organization, which Exchange takes from
    outside mail. `who` says it for people, `own` are the tenant's own domains among its senders, and
    `addresses` is how many addresses `address` stands for (0: not known).
    """

    spam: bool | Unknown = False
    safe_links: bool | Unknown = False
    safe_attachments: bool | Unknown = False
    lets_pass: bool | Unknown = False
    filter_header: str | Unknown = ""
    by: str | Unknown = ""
    who: str | Unknown = ""
    own: tuple[str, ...] | Unknown = ()
    owns: bool | Unknown = False
    addresses: int | Unknown = 0


def bypass_facts(held: Held, of: TenantObject) -> BypassFacts:
    """The facts of one rule as `rule_shape.told` gives it."""
    header, value = _lower(text(of, "SetHeaderName")), text(of, "SetHeaderValue")
    spam = any_of((_is_minus_one(scl(of)), _sets(header, "scl", value, "-1")))
    links = _sets(header, "skipsafelinksprocessing", value, "1")
    attachments = _sets(header, "skipsafeattachmentprocessing", value, "1")
    by, own = _by(of), ours_among(held, of)
    return BypassFacts(
        spam=spam,
        safe_links=links,
        safe_attachments=attachments,
        lets_pass=any_of((spam, links, attachments)),
        filter_header=_other_header(of, header, any_of((links, attachments, spam))),
        by=by,
        who=by if isinstance(by, Unknown) else _who(of, by),
        own=own.names,
        owns=own.any,
        addresses=_addresses(of),
    )


def scl(of: TenantObject) -> int | Unknown | None:
    """The SCL that a rule sets; None where it sets none. As an object it holds its number in Value."""
    value = of.value("SetSCL")
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        return number(TenantObject(f"{of.whose} SetSCL", value, of.place), "Value")
    return number(of, "SetSCL")


def _is_minus_one(value: int | Unknown | None) -> bool | Unknown:
    return value if isinstance(value, Unknown) else value in _MINUS_ONE


def _lower(value: str | Unknown) -> str | Unknown:
    return value if isinstance(value, Unknown) else value.strip().lower()


def _sets(header: str | Unknown, name: str, value: str | Unknown, wanted: str) -> bool | Unknown:
    if isinstance(header, Unknown):
        return header
    if header != _ORGANIZATION + name:
        return False
    return value if isinstance(value, Unknown) else value.strip() == wanted


def _other_header(of: TenantObject, header: str | Unknown, counted: bool | Unknown) -> str | Unknown:
    if isinstance(header, Unknown):
        return header
    is_theirs = header.startswith(_ORGANIZATION) or header in _FILTERS
    return text(of, "SetHeaderName") if is_theirs and counted is not True else ""


def _by(of: TenantObject) -> str | Unknown:
    """The condition that is hardest to fulfil decides: all of them have to be."""
    address = any_given(of, ADDRESS)
    if address is not False:
        return address if isinstance(address, Unknown) else "address"
    header, sender = _by_header(of), any_given(of, SENDER)
    if isinstance(header, Unknown) or header in ("header", "stamp"):
        return header
    if isinstance(sender, Unknown):
        return sender
    if header:
        return "proof" if sender else header
    if sender:
        return "sender"
    content = any_given(of, CONTENT)
    return content if isinstance(content, Unknown) else "content" if content else "everyone"


def _by_header(of: TenantObject) -> str | Unknown:
    """stamp, proof, authentication, header, or none at all."""
    kinds = []
    for name, words in HEADERS:
        is_set = given(of, name)
        if isinstance(is_set, Unknown):
            return is_set
        kinds += [_header_kind(of, name, words)] if is_set else []
    unknowns = [each for each in kinds if isinstance(each, Unknown)]
    if unknowns:
        return unknowns[0]
    return next((each for each in ("stamp", "proof", "authentication", "header") if each in kinds), "")


def _header_kind(of: TenantObject, name: str, words: str) -> str | Unknown:
    """Outside mail loses the headers of the organization at the border, and its own Authentication-Results
    become Authentication-Results-Original; all others arrive as they were written
    (https://learn.microsoft.com/exchange/header-firewall-exchange-2013-help)."""
    header, wanted = _lower(text(of, name)), texts(of, words)
    if isinstance(header, Unknown) or header != _RESULTS:
        return header if isinstance(header, Unknown) else _stamp_or_header(header)
    if isinstance(wanted, Unknown):
        return wanted
    return proven_by(wanted, words.endswith("Patterns"))


def _stamp_or_header(header: str) -> str:
    return "stamp" if header.startswith(_ORGANIZATION) else "header"


def _who(of: TenantObject, by: str) -> str | Unknown:
    if by == "address":
        found = texts(of, "SenderIpRanges")
        return (
            "whoever sends from certain addresses"
            if isinstance(found, Unknown)
            else (f"whoever sends from {_listed(found)}")
        )
    if by in ("header", "stamp"):
        return (
            f"anyone who writes the header {_headers(of)}" if by == "header" else f"mail with {_headers(of)}"
        )
    if by in ("sender", "proof"):
        named = _listed(senders_of(of)) or "a sender that the rule knows"
        return (
            f"anyone who writes {named} into {_location(of)}"
            if by == "sender"
            else (f"{named}, where that is verified")
        )
    words = {
        "authentication": "anyone whose own domain passes DMARC",
        "content": "anyone whose mail looks as the rule wants it",
    }
    return words.get(by, "anyone")


def _location(of: TenantObject) -> str:
    """SenderAddressLocation; Header is its default."""
    found = word(of, "SenderAddressLocation")
    return _LOCATIONS.get(found.lower() if isinstance(found, str) else "", "the From address")


def _headers(of: TenantObject) -> str:
    found = [text(of, name) for name, _ in HEADERS]
    return _listed(tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each)), " and ")


def _listed(items: tuple[str, ...], between: str = " or ") -> str:
    more = len(items) - _SHOWN
    shown = items[:_SHOWN] if more > 0 else items
    return between.join(shown) + (f"{between}{more} more" if more > 0 else "")


def _addresses(of: TenantObject) -> int | Unknown:
    """How many addresses SenderIpRanges holds; unknown where one of them cannot be read."""
    found = texts(of, "SenderIpRanges")
    if isinstance(found, Unknown):
        return found
    counts = [count_of(each) for each in found]
    return of.lacks("SenderIpRanges", Reason.CUT_SHORT) if 0 in counts else sum(counts)
