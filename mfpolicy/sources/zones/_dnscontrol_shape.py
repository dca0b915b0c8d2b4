"""The shapes of DNSControl's IR, as its versions 3, 4 and 5 write it.

Version 3 and 4: StackExchange/dnscontrol, models/record.go and models/domain.go; version 5:
DNSControl/dnscontrol, the same files, and pkg/js/parse_tests/*.json, which print-ir's output is tested with.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

_Octet = Annotated[int, msgspec.Meta(ge=0, le=255)]
_Short = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_Long = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
_Ttl = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]

DOMAIN = frozenset(
    ("name", "tag", "uniquename", "registrar", "dnsProviders", "meta", "nameservers", "auto_dnssec")
    + ("records", "recordsabsent", "rawrecords", "keepunknown", "unmanaged", "unmanaged_disable_safety_check")
    + ("ignored_names", "ignored_targets", "ignored_labels", "ignore_external_dns", "external_dns_prefix")
)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record, every key that any version gives it. A key is left out where its value is zero or empty.

    `rdata` is the data in presentation format (version 5), or an object (late 4); `comparablev3`,
    `comparable` and `zonfefilepartial` (sic) say them in presentation format too. Before that `target` and
    the keys of its type do.
    """

    type: str
    name: str
    target: str = ""
    ttl: _Ttl = 0
    subdomain: str = ""
    filepos: str = ""
    rdata: Any = None
    fields: Any = None
    comparablev3: str = ""
    comparable: str = ""
    zonfefilepartial: str = ""
    meta: dict[str, Any] | None = None
    typenum: _Short = 0
    name_raw: str = ""
    name_unicode: str = ""
    txtstrings: list[str] | None = None
    mxpreference: _Short = 0
    srvpriority: _Short = 0
    srvweight: _Short = 0
    srvport: _Short = 0
    caatag: str = ""
    caaflag: _Octet = 0
    dskeytag: _Short = 0
    dsalgorithm: _Octet = 0
    dsdigesttype: _Octet = 0
    dsdigest: str = ""
    dnskeyflags: _Short = 0
    dnskeyprotocol: _Octet = 0
    dnskeyalgorithm: _Octet = 0
    dnskeypublickey: str = ""
    locversion: _Octet = 0
    locsize: _Octet = 0
    lochorizpre: _Octet = 0
    locvertpre: _Octet = 0
    loclatitude: _Long = 0
    loclongitude: _Long = 0
    localtitude: _Long = 0
    luartype: str = ""
    naptrorder: _Short = 0
    naptrpreference: _Short = 0
    naptrflags: str = ""
    naptrservice: str = ""
    naptrregexp: str = ""
    smimeausage: _Octet = 0
    smimeaselector: _Octet = 0
    smimeamatchingtype: _Octet = 0
    sshfpalgorithm: _Octet = 0
    sshfpfingerprint: _Octet = 0
    soambox: str = ""
    soaserial: _Long = 0
    soarefresh: _Long = 0
    soaretry: _Long = 0
    soaexpire: _Long = 0
    soaminttl: _Long = 0
    svcpriority: _Short = 0
    svcparams: str = ""
    tlsausage: _Octet = 0
    tlsaselector: _Octet = 0
    tlsamatchingtype: _Octet = 0
    r53_alias: dict[str, Any] | None = None
    azure_alias: dict[str, Any] | None = None
    answer_type: str = ""
    unknown_type_name: str = ""
    cloudflareapi_redirect: Any = None
    ensure_absent: bool = False


class Ignored(msgspec.Struct, frozen=True):
    """An IGNORE: globs over a label and a target, types with commas between them (models/unmanaged.go)."""

    label_pattern: str = ""
    rType_pattern: str = ""
    target_pattern: str = ""


class Named(msgspec.Struct, frozen=True):
    """The IGNORE_NAME and IGNORE_TARGET of version 3 (`ignored_names`, `ignored_targets`)."""

    pattern: str
    types: str = ""
    type: str = ""


class Raw(msgspec.Struct, frozen=True):
    """What a record says of itself before DNSControl has worked it out (`rawrecords`)."""

    args: list[Any]
    subdomain: str = ""
