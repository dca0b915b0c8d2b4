"""What people declare of their tenant: where its export lies, and how it should be set up; all optional."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from mfpolicy.model.places import Place

DomainType = Literal["authoritative", "internal-relay", "external-relay"]
Direction = Literal["inbound", "outbound"]
ConnectorType = Literal["on-premises", "partner"]
ConnectorTls = Literal["none", "opportunistic", "encrypted", "validated", "domain"]
Preset = Literal["standard", "strict"]
MfaBy = Literal["conditional-access", "security-defaults", "federation"]
Topic = Literal["anti-spam", "allow-lists", "connectors", "transport-rules", "waivers", "mfa-exemptions"]


class TenantSource(msgspec.Struct, frozen=True):
    """Where the tenant's export lies (paths from the root of the call; `live` empty: none is declared), and
    what a change would make of it (`proposed`), how old the export may be in seconds, and which tenant it has
    to be of, by id or by initial domain. `taken` is the day of an export whose files do not say it.
    """

    live: str = ""
    proposed: str = ""
    max_age: int | None = None
    id: str = ""
    taken: datetime.date | None = None
    place: Place | None = None


class PremisesSource(msgspec.Struct, frozen=True):
    """Where the exports of one's own Exchange servers lie (empty: none is declared), and how old they may be,
    in seconds. `taken` is the day of those whose files do not say it."""

    export: str = ""
    max_age: int | None = None
    taken: datetime.date | None = None
    place: Place | None = None


class CertificateIntent(msgspec.Struct, frozen=True):
    """A certificate by name: files of the one in use and of the `next` one (paths from the root of the call,
    empty: none), and the `hosts` that show it by STARTTLS."""

    name: str
    current: str = ""
    next: str = ""
    hosts: tuple[str, ...] = ()
    owner: str = ""
    place: Place | None = None


class AcceptedDomainIntent(msgspec.Struct, frozen=True):
    """A domain that the tenant accepts mail for, and why it does so in this way."""

    name: str
    type: DomainType | None = None
    because: str = ""
    place: Place | None = None


class ConnectorIntent(msgspec.Struct, frozen=True):
    """A connector. `match` is a pattern over the names of connectors, with `*`. An inbound one is identified
    by a `certificate` of the intent, or by `addresses` in CIDR form; an outbound one leads to `hosts`, or to
    where MX does. `tls` is the least that it has to ask for."""

    name: str
    direction: Direction | None = None
    type: ConnectorType | None = None
    match: str = ""
    certificate: str = ""
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] | None = None
    hosts: tuple[str, ...] | None = None
    tls: ConnectorTls | None = None
    because: str = ""
    owner: str = ""
    place: Place | None = None


class ProtectionIntent(msgspec.Struct, frozen=True):
    """Microsoft's preset that protection has to reach, for all and for some recipients, with what deviates
    from it: section -> Microsoft's property -> its value."""

    preset: Preset | None = None
    strict_for: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = {}
    place: Place | None = None


class TransportRulesIntent(msgspec.Struct, frozen=True):
    """Patterns over the names of transport rules that may do what others may not; in `may_bypass` also over
    the domains, addresses and mailboxes of the advanced delivery policy."""

    may_bypass: tuple[str, ...] = ()
    may_delete: tuple[str, ...] = ()
    may_forward: tuple[str, ...] = ()
    may_journal: tuple[str, ...] = ()
    place: Place | None = None


class ForwardingIntent(msgspec.Struct, frozen=True):
    """To which domains mail may be forwarded automatically, and from which mailboxes."""

    domains: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    place: Place | None = None


class IdentityIntent(msgspec.Struct, frozen=True):
    """Who needs several factors, by what that is made so, and which accounts, groups, roles and applications
    (ids or names) are exempt; `basic_auth` are mailboxes that may submit mail with a password alone."""

    mfa: Literal["required"] | None = None
    by: MfaBy | None = None
    exempt: tuple[str, ...] = ()
    basic_auth: tuple[str, ...] = ()
    place: Place | None = None


class ReviewIntent(msgspec.Struct, frozen=True):
    """A review: how often (`quarter`: once in each calendar quarter; else seconds), when and by whom it was
    last done, with what record, and the digest of the settings that were looked at."""

    topic: Topic
    every: int | Literal["quarter"] | None = None
    last: datetime.date | None = None
    by: str = ""
    record: str = ""
    settings: str = ""
    place: Place | None = None


class TenantIntent(msgspec.Struct, frozen=True):
    """All of it."""

    source: TenantSource = TenantSource()
    premises: PremisesSource = PremisesSource()
    certificates: tuple[CertificateIntent, ...] = ()
    accepted_domains: tuple[AcceptedDomainIntent, ...] = ()
    connectors: tuple[ConnectorIntent, ...] = ()
    protection: ProtectionIntent = ProtectionIntent()
    transport_rules: TransportRulesIntent = TransportRulesIntent()
    forwarding: ForwardingIntent = ForwardingIntent()
    identity: IdentityIntent = IdentityIntent()
    reviews: tuple[ReviewIntent, ...] = ()
