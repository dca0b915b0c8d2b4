"""The addresses that reports go to: comma-separated URIs (RFC 9989, 4.7; RFC 8460, 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from mfpolicy.model.names import normal
from mfpolicy.records.faults import Fault
from mfpolicy.records.hosts import is_host
from mfpolicy.records.tags import BLANK, Tag

_SIZE = re.compile(r"![0-9]{1,20}[kmgtKMGT]?\Z")
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):([!-~]+)\Z")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}\Z")
_AUTHORITY = re.compile(r"//([^/?#@:]*)(?::[0-9]{1,5})?(?:[/?#]|\Z)")


class ReportUri(msgspec.Struct, frozen=True):
    """One syntactically valid URI, without its obsolete `!size`.

    `scheme` is in lower case, `address` the mailbox of a mailto (empty for others), `host` the normal name
    of whoever receives. Only mailto is used for DMARC reports (RFC 9990, 3).
    """

    text: str
    scheme: str
    address: str
    host: str
    start: int
    end: int


def read(tag: Tag | None, schemes: tuple[str, ...]) -> tuple[tuple[ReportUri, ...], tuple[Fault, ...]]:
    """The valid URIs of a tag. Faults: invalid-report-address, obsolete-size-limit."""
    uris: list[ReportUri] = []
    faults: list[Fault] = []
    for text, start in _items(tag) if tag else ():
        bare = _SIZE.sub("", text)
        end = start + len(text)
        if bare != text:
            ignored = f"{text[len(bare) :]} is ignored"
            faults.append(Fault("obsolete-size-limit", ignored, start + len(bare), end))
        uri = _uri(bare, start)
        if uri is None or uri.scheme not in schemes:
            wanted = " or ".join(f"{scheme}:" for scheme in schemes)
            faults.append(Fault("invalid-report-address", f"'{text[:80]}' is not a {wanted} URI", start, end))
        if uri is not None:
            uris.append(uri)
    return tuple(uris), tuple(faults)


def _items(tag: Tag) -> Iterator[tuple[str, int]]:
    at = tag.start
    for piece in tag.value.split(","):
        yield piece.strip(BLANK), at + len(piece) - len(piece.lstrip(BLANK))
        at += len(piece) + 1


def _uri(text: str, start: int) -> ReportUri | None:
    found = _URI.match(text)
    if found is None:
        return None
    scheme, rest = found[1].lower(), found[2]
    address = unquote(rest.partition("?")[0]) if scheme == "mailto" else ""
    host = _mail_host(address) if scheme == "mailto" else _authority_host(rest)
    if not host:
        return None
    return ReportUri(text, scheme, address, normal(host), start, start + len(text))


def _mail_host(address: str) -> str:
    local, _, host = address.rpartition("@")
    return host if _LOCAL.match(local) and is_host(host) else ""


def _authority_host(rest: str) -> str:
    found = _AUTHORITY.match(rest)
    return found[1] if found and is_host(found[1]) else ""
