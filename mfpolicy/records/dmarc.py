"""DMARC policy records (RFC 9989, 4.7 and 4.8)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from mfpolicy.records import report_uris, tags
from mfpolicy.records.faults import Fault
from mfpolicy.records.report_uris import ReportUri
from mfpolicy.records.tags import Tag, TagList, invalid

Alignment = Literal["r", "s"]
PublicSuffix = Literal["y", "n", "u"]
POLICIES = ("none", "quarantine", "reject")
# RFC 9989 took these out; readers of RFC 7489 may still obey them.
REMOVED = ("pct", "rf", "ri")
KNOWN = ("v", "p", "sp", "np", "adkim", "aspf", "rua", "ruf", "fo", "t", "psd")
_OPTIONS = ("0", "1", "d", "s")
_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_WRONG_CASE = re.compile(r"\s*v\s*=\s*dmarc", re.IGNORECASE)


class Dmarc(msgspec.Struct, frozen=True, kw_only=True):
    """One record. A policy is empty where its tag is absent or invalid; the faults tell which."""

    text: str
    policy: str = ""
    subdomain_policy: str = ""
    nonexistent_policy: str = ""
    adkim: Alignment = "r"
    aspf: Alignment = "r"
    testing: bool = False
    psd: PublicSuffix = "u"
    rua: tuple[ReportUri, ...] = ()
    ruf: tuple[ReportUri, ...] = ()
    fo: tuple[str, ...] = ("0",)
    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()

    def has(self, code: str) -> bool:
        """Whether a fault of this code was found."""
        return any(fault.code == code for fault in self.faults)


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is a DMARC record: `v` comes first and is exactly DMARC1 (RFC 9989, 4.7)."""
    return _VERSION.match(text) is not None


def looks_like_dmarc(text: str) -> bool:
    """Whether a TXT record was meant to be a DMARC record, whatever its case and leading blanks."""
    return _WRONG_CASE.match(text) is not None


@lru_cache(maxsize=8192)
def parse(text: str) -> Dmarc:
    """The record of a text, with every fault (RFC 9989, 4.7).

    Codes: invalid-version, missing-policy, invalid-policy, invalid-subdomain-policy,
    invalid-nonexistent-policy, invalid-alignment, invalid-testing, invalid-psd, invalid-failure-options,
    invalid-report-address, obsolete-size-limit, removed-tag, unknown-tag, duplicate-tag, malformed-tag,
    record-too-long, late-policy.
    """
    found = tags.read(text)
    rua, rua_faults = report_uris.read(found.get("rua"), ("mailto",))
    ruf, ruf_faults = report_uris.read(found.get("ruf"), ("mailto",))
    return Dmarc(
        text=text,
        policy=_one_of(found, "p", POLICIES),
        subdomain_policy=_one_of(found, "sp", POLICIES),
        nonexistent_policy=_one_of(found, "np", POLICIES),
        adkim="s" if _one_of(found, "adkim", ("s",)) else "r",
        aspf="s" if _one_of(found, "aspf", ("s",)) else "r",
        testing=_one_of(found, "t", ("y",)) == "y",
        psd=_psd(found),
        rua=rua,
        ruf=ruf,
        fo=_failure_options(found) or ("0",),
        tags=found.tags,
        faults=_faults(found, text) + rua_faults + ruf_faults,
    )


def format(record: Dmarc) -> str:
    """The record's text with one spelling of blanks and separators; parts that are no tags are dropped."""
    return tags.format(record.tags)


def _one_of(found: TagList, name: str, allowed: tuple[str, ...]) -> str:
    # Only the version is case-sensitive (RFC 9989, 4.8).
    value = found.value(name).lower()
    return value if value in allowed else ""


def _psd(found: TagList) -> PublicSuffix:
    value = _one_of(found, "psd", ("y", "n"))
    return "y" if value == "y" else "n" if value == "n" else "u"


def _failure_options(found: TagList) -> tuple[str, ...]:
    options = tuple(each.strip(tags.BLANK).lower() for each in found.value("fo").split(":"))
    # "0" asks for a report when all fail, "1" when any does: both at once contradict each other.
    valid = all(each in _OPTIONS for each in options) and not {"0", "1"} <= set(options)
    return options if valid else ()


def _faults(found: TagList, text: str) -> tuple[Fault, ...]:
    missing = Fault("missing-policy", "there is no p=", 0, len(text))
    return (
        found.faults
        + (() if is_dmarc(text) else _version_fault(text))
        + (() if found.get("p") else (missing,))
        + _order_faults(found)
        + tuple(fault for tag in found.tags for fault in _tag_faults(found, tag))
    )


def _version_fault(text: str) -> tuple[Fault, ...]:
    return (Fault("invalid-version", "does not begin with v=DMARC1", 0, len(text.partition(";")[0])),)


def _order_faults(found: TagList) -> tuple[Fault, ...]:
    """RFC 7489, 6.3, wanted p right after v; RFC 9989 lets it stand anywhere behind."""
    tag = found.get("p")
    if tag is None or tag in found.tags[:2]:
        return ()
    return (Fault("late-policy", f"p={tag.value[:20]} does not stand right after v", tag.start, tag.end),)


def _tag_faults(found: TagList, tag: Tag) -> tuple[Fault, ...]:
    if tag.name in REMOVED:
        return (Fault("removed-tag", f"{tag.name}= is no longer part of DMARC", tag.start, tag.end),)
    if tag.name not in KNOWN:
        return (Fault("unknown-tag", f"{tag.name}= is no tag of DMARC", tag.start, tag.end),)
    if tag.name == "fo":
        return () if _failure_options(found) else (invalid(tag, "invalid-failure-options", "0, 1, d or s"),)
    if tag.name not in _VALUES:
        return ()
    code, allowed = _VALUES[tag.name]
    return () if tag.value.lower() in allowed else (invalid(tag, code, ", ".join(allowed)),)


_VALUES: dict[str, tuple[str, tuple[str, ...]]] = {
    "p": ("invalid-policy", POLICIES),
    "sp": ("invalid-subdomain-policy", POLICIES),
    "np": ("invalid-nonexistent-policy", POLICIES),
    "adkim": ("invalid-alignment", ("r", "s")),
    "aspf": ("invalid-alignment", ("r", "s")),
    "t": ("invalid-testing", ("y", "n")),
    "psd": ("invalid-psd", ("y", "n", "u")),
}
