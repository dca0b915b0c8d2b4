"""TLS-RPT records (RFC 8460, 3)."""

from __future__ import annotations

import re

import msgspec

from mfpolicy.records import report_uris, tags
from mfpolicy.records.faults import Fault
from mfpolicy.records.report_uris import ReportUri
from mfpolicy.records.tags import Tag
from mfpolicy.records.unknown_tags import unknown_faults

# All that senders read; more is allowed as an extension, and none is defined (RFC 8460, 3).
KNOWN = ("v", "rua")
_MEANT = re.compile(r"[\s\"']*v\s*=\s*tlsrptv1(?![a-z0-9])", re.IGNORECASE)
_BEGINS = re.compile(r"v[ \t]*=[ \t]*TLSRPTv1[ \t]*;")


class TlsRpt(msgspec.Struct, frozen=True, kw_only=True):
    """One record at `_smtp._tls`, with the valid addresses that reports go to."""

    text: str
    rua: tuple[ReportUri, ...] = ()
    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()


def is_tls_rpt(text: str) -> bool:
    """Whether a TXT record is one of TLS-RPT: it begins with v=TLSRPTv1; (RFC 8460, 3)."""
    return _BEGINS.match(text) is not None


def is_misspelt(text: str) -> bool:
    """Whether a TXT record was meant to be one of TLS-RPT, and readers take it for another text: the version
    in other letters, or not at the very beginning."""
    return _MEANT.match(text) is not None and not is_tls_rpt(text)


def parse(text: str) -> TlsRpt:
    """The record of a text.

    Codes: invalid-version, missing-rua, invalid-report-address, obsolete-size-limit, unknown-tag, and those
    of tags.read.
    """
    found = tags.read(text)
    rua, rua_faults = report_uris.read(found.get("rua"), ("mailto", "https"))
    missing = () if found.get("rua") else (Fault("missing-rua", "there is no rua=", 0, len(text)),)
    faults = found.faults + tags.version_fault(found, text, "TLSRPTv1") + missing + rua_faults
    return TlsRpt(text=text, rua=rua, tags=found.tags, faults=faults + unknown_faults(found, KNOWN))


def format(record: TlsRpt) -> str:
    """The record's text with one spelling of blanks and separators."""
    return tags.format(record.tags)
