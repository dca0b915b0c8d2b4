"""The data of one record of DNSControl's IR."""

from __future__ import annotations

from collections.abc import Callable

from mfpolicy.model.names import join
from mfpolicy.sources.shape import ascii_name, shown
from mfpolicy.sources.zones._dnscontrol_shape import Entry
from mfpolicy.sources.zones._presentation import presentation, string
from mfpolicy.sources.zones._zone_file_data import TEXTS, Data, data

# What a provider does in place of DNS: redirects, workers, page rules, a home network's own resolver.
# Listed in models/record.go and pkg/js/helpers.js.
NO_RECORDS = frozenset(
    ("CF_REDIRECT", "CF_TEMP_REDIRECT", "CF_SINGLE_REDIRECT", "CLOUDFLAREAPI_SINGLE_REDIRECT", "PAGE_RULE")
    + ("CF_WORKER_ROUTE", "WORKER_ROUTE", "URL", "URL301", "FRAME", "NS1_URLFWD", "CLOUDNS_WR")
    + ("PORKBUN_URLFWD", "BUNNY_DNS_RDR", "BUNNY_DNS_PZ", "MIKROTIK_FWD", "MIKROTIK_NXDOMAIN")
    + ("MIKROTIK_FORWARDER", "ADGUARDHOME_A_PASSTHROUGH", "ADGUARDHOME_AAAA_PASSTHROUGH")
)
_ADDRESSES = ("A", "AAAA")
_TARGETS = ("CNAME", "NS", "PTR", "DNAME", "ALIAS", "MX", "SRV", "NAPTR", "SVCB", "HTTPS")
_PARTS: dict[str, Callable[[Entry, str], tuple[object, ...]]] = {
    "MX": lambda each, target: (each.mxpreference, target),
    "SRV": lambda each, target: (each.srvpriority, each.srvweight, each.srvport, target),
    "CAA": lambda each, target: (each.caaflag, each.caatag, string(target)),
    "TLSA": lambda each, target: (each.tlsausage, each.tlsaselector, each.tlsamatchingtype, target),
    "SMIMEA": lambda each, target: (each.smimeausage, each.smimeaselector, each.smimeamatchingtype, target),
    "SSHFP": lambda each, target: (each.sshfpalgorithm, each.sshfpfingerprint, target),
    "DS": lambda each, target: (each.dskeytag, each.dsalgorithm, each.dsdigesttype, each.dsdigest or target),
    "DNSKEY": lambda each, target: (
        *(each.dnskeyflags, each.dnskeyprotocol, each.dnskeyalgorithm, each.dnskeypublickey),
    ),
    "NAPTR": lambda each, target: (
        *(each.naptrorder, each.naptrpreference, string(each.naptrflags), string(each.naptrservice)),
        *(string(each.naptrregexp), target),
    ),
    "SVCB": lambda each, target: (each.svcpriority, target, *each.svcparams.split()),
    "HTTPS": lambda each, target: (each.svcpriority, target, *each.svcparams.split()),
    "SOA": lambda each, target: (
        *(target, each.soambox.replace("@", ".").rstrip(".") + ".", each.soaserial, each.soarefresh),
        *(each.soaretry, each.soaexpire, each.soaminttl),
    ),
    "LOC": lambda each, target: tuple(target.split()),
}


def entry_data(entry: Entry, type: str, zone: str) -> Data | str:
    """A record's type and data; in words why it has none."""
    if type in ("R53_ALIAS", "AZURE_ALIAS", "AKAMAICDN", "AKAMAITLC"):
        return _alias(entry, type, zone)
    text = _told(entry)
    if text:
        return presentation(type, text)
    if entry.rdata is not None or entry.fields is not None:
        return "its data are in a shape that is not known here, perhaps of a newer DNSControl"
    if type in TEXTS:
        return _text(entry, type)
    return _parts(entry, type, zone)


def _told(entry: Entry) -> str:
    """The data in presentation format, from the versions that write them so."""
    if isinstance(entry.rdata, str):
        return entry.rdata
    return entry.comparablev3 or entry.zonfefilepartial or entry.comparable


def _alias(entry: Entry, type: str, zone: str) -> Data | str:
    """A provider's alias: an address type or none, and the target; in `target` late versions 4 have the
    hosted zone's id (DNSControl/dnscontrol, pkg/js/parse_tests/019-r53-alias.json at 0273d239)."""
    options = entry.r53_alias or entry.azure_alias or {}
    words = _told(entry).split()
    kind = options.get("type") or (words[0] if len(words) > 1 else "A")
    if kind not in _ADDRESSES and type in ("R53_ALIAS", "AZURE_ALIAS"):
        return f"it is an alias of {shown(str(kind))} records, which is not followed"
    told = words[min(1, len(words) - 1)] if words else ""
    return data("ALIAS", [told or _target(entry, zone)], "")


def _text(entry: Entry, type: str) -> Data | str:
    """DNSControl takes one string and divides it itself (StackExchange/dnscontrol, models/t_txt.go)."""
    text = "".join(entry.txtstrings) if entry.txtstrings else entry.target
    found = data(type, [string(text)], "")
    return found if isinstance(found, str) else Data(type, found.value, found.strings)


def _parts(entry: Entry, type: str, zone: str) -> Data | str:
    target = entry.target if type not in _TARGETS else _target(entry, zone)
    # Nobody but DNSControl's own check stands between such a target and the provider.
    if type in _TARGETS and "." in target and not target.endswith("."):
        return f"its target {shown(target)} has no final dot, which DNSControl refuses"
    parts = _PARTS[type](entry, target) if type in _PARTS else (target,)
    words = [str(each) for each in parts if each != ""]
    if not all(map(str.isprintable, words)):
        return f"its data are {shown(target)}"
    return data(type, words, zone)


def _target(entry: Entry, zone: str) -> str:
    """A target with its final dot; a single label is below the name that D_EXTEND gave."""
    target = entry.target
    if not target.isascii():
        target = (ascii_name(target) or target) + "." * target.endswith(".")
    if target == "" or "." in target:
        return target
    return join(target, join(entry.subdomain, zone)) + "."
