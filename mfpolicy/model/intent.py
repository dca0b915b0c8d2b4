"""What people declare: how their mail should flow."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from mfpolicy.model.intent_tenant import TenantIntent
from mfpolicy.model.places import Place

Mail = Literal["send-and-receive", "send", "receive", "none"]
DmarcPolicy = Literal["none", "quarantine", "reject"]
SpfAll = Literal["fail", "softfail", "neutral"]
Alignment = Literal["relaxed", "strict"]
MtaStsMode = Literal["enforce", "testing", "none"]
Via = Literal["direct", "direct-send", "smtp-auth-basic", "smtp-auth-oauth", "connector"]
Envelope = Literal["own", "customer", "subdomain"]


class ZoneSource(msgspec.Struct, frozen=True):
    """A folder or file of zones, and the format it is written in."""

    format: str
    path: str
    place: Place | None = None


class SpfIntent(msgspec.Struct, frozen=True):
    """How the SPF record should end: -all, ~all or ?all (RFC 7208, 5.1)."""

    all: SpfAll | None = None
    place: Place | None = None


class DmarcIntent(msgspec.Struct, frozen=True):
    """The DMARC record that should apply (RFC 9989): `subdomains` is its sp, `nonexistent` its np.

    With `until` the policy is a step of a ramp that holds through that day; `then` is what follows it.
    """

    policy: DmarcPolicy | None = None
    subdomains: DmarcPolicy | None = None
    nonexistent: DmarcPolicy | None = None
    rua: tuple[str, ...] | None = None
    ruf: tuple[str, ...] | None = None
    spf_alignment: Alignment | None = None
    dkim_alignment: Alignment | None = None
    until: datetime.date | None = None
    then: DmarcPolicy | None = None
    place: Place | None = None


class MtaStsIntent(msgspec.Struct, frozen=True):
    """MTA-STS (RFC 8461): the mode and the least max_age in seconds that senders should find, and the file
    that will be served as the policy (path from the root of the call; empty: none is named)."""

    mode: MtaStsMode | None = None
    max_age: int | None = None
    policy: str = ""
    place: Place | None = None


class TlsRptIntent(msgspec.Struct, frozen=True):
    """Where reports about TLS go (RFC 8460): mailto and https URIs."""

    rua: tuple[str, ...] | None = None
    place: Place | None = None


class BimiIntent(msgspec.Struct, frozen=True):
    """The logo that mailboxes should show: https addresses of the image and of its certificate."""

    selector: str = "default"
    logo: str = ""
    certificate: str = ""
    place: Place | None = None


class DomainIntent(msgspec.Struct, frozen=True):
    """One domain, or a pattern such as `*.brands.example`, with all that applies to it. None: not said.

    `senders` are names of the catalogue or of the intent. `mx` holds services by name and hosts as names;
    () is the null MX. `dkim` are selectors that the domain publishes beside those of its senders. `group` is
    the group that it belongs to, empty for none.
    """

    name: str
    mail: Mail | None = None
    senders: tuple[str, ...] | None = None
    mx: tuple[str, ...] | None = None
    spf: SpfIntent = SpfIntent()
    dkim: tuple[str, ...] | None = None
    dmarc: DmarcIntent = DmarcIntent()
    mta_sts: MtaStsIntent = MtaStsIntent()
    tls_rpt: TlsRptIntent = TlsRptIntent()
    dane: bool | None = None
    bimi: BimiIntent = BimiIntent()
    group: str = ""
    place: Place | None = None


class Group(msgspec.Struct, frozen=True):
    """Domains that are declared together: names, and patterns over the domains of the zones, each with its
    place. A pattern among the domains is a group of its own."""

    name: str
    members: tuple[tuple[str, Place | None], ...] = ()
    place: Place | None = None


class AddressSet(msgspec.Struct, frozen=True):
    """A named set of address ranges, each in CIDR form."""

    name: str
    ranges: tuple[str, ...] = ()
    place: Place | None = None


class Paths(msgspec.Struct, frozen=True):
    """The hops of mail in the order it takes them: services, senders and address sets by name. The first
    hop inbound is what MX names; the last one outbound is what the world sees."""

    inbound: tuple[str, ...] = ()
    outbound: tuple[str, ...] = ()
    place: Place | None = None


class Sender(msgspec.Struct, frozen=True):
    """A service or system that sends.

    From the catalogue: `includes`, any one of which in SPF authorises it; `selectors`, the same for every
    customer, and the `usual` ones, which are a guess; how their keys are published (`record`: cname, txt,
    both) and where the CNAMEs lead (`targets`, patterns); whose domain stands in MAIL FROM (`envelope`); by
    what it can align (`aligns`, None: not known); its `mx` hosts (patterns); whether its customers share the
    addresses that send.
    From the intent: `from_`, the domain it sends as, where {domain} stands for the one that names it;
    `addresses` in CIDR form, which SPF names in place of the service's include where `by_address`; `via`, how
    its mail leaves; `until`, its last day; `owner`; `critical`.
    """

    name: str
    title: str = ""
    includes: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    record: Literal["", "cname", "txt", "both"] = ""
    targets: tuple[str, ...] = ()
    envelope: Envelope | None = None
    aligns: tuple[Literal["spf", "dkim"], ...] | None = None
    mx: tuple[str, ...] = ()
    shared: bool | None = None
    from_: str = "{domain}"
    addresses: tuple[str, ...] = ()
    by_address: bool = False
    via: Via | None = None
    until: datetime.date | None = None
    owner: str = ""
    critical: bool = False
    place: Place | None = None

    def is_over(self, today: datetime.date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today


class Waiver(msgspec.Struct, frozen=True):
    """An accepted deviation. `problems` says in words what the entry lacks; such a waiver waives nothing."""

    rule: str
    subject: str
    reason: str = ""
    owner: str = ""
    approved_by: str = ""
    expires: datetime.date | None = None
    ticket: str = ""
    compensating: str = ""
    problems: tuple[str, ...] = ()
    place: Place | None = None


class Intent(msgspec.Struct, frozen=True):
    """The whole declaration; the empty one declares nothing. `domains` are complete: what they take from
    defaults, groups and other domains stands in them. Paths are from the root of the call."""

    organization: str = ""
    profile: str = "baseline"
    rules: tuple[str, ...] = ()
    zones: tuple[ZoneSource, ...] = ()
    addresses: tuple[AddressSet, ...] = ()
    paths: Paths = Paths()
    senders: tuple[Sender, ...] = ()
    domains: tuple[DomainIntent, ...] = ()
    groups: tuple[Group, ...] = ()
    tenant: TenantIntent = TenantIntent()
    waivers: tuple[Waiver, ...] = ()
    place: Place | None = None
