"""What people declare: how their mail should flow."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from mfpolicy.model.places import Place

Mail = Literal["send-and-receive", "send", "receive", "none"]
DmarcPolicy = Literal["none", "quarantine", "reject"]


class ZoneSource(msgspec.Struct, frozen=True):
    """A folder or file of zones, and the format it is written in."""

    format: str
    path: str
    place: Place | None = None


class DmarcIntent(msgspec.Struct, frozen=True):
    """The DMARC policy that should apply."""

    policy: DmarcPolicy | None = None
    place: Place | None = None


class MtaStsIntent(msgspec.Struct, frozen=True):
    """The file that will be served as the domain's MTA-STS policy; its path is relative to the intent's
    folder, and empty where none is named."""

    policy: str = ""
    place: Place | None = None


class DomainIntent(msgspec.Struct, frozen=True):
    """One domain, or a pattern such as `*.brands.example`. None and () mean: not said here."""

    name: str
    mail: Mail | None = None
    senders: tuple[str, ...] | None = None
    dmarc: DmarcIntent = DmarcIntent()
    mta_sts: MtaStsIntent = MtaStsIntent()
    place: Place | None = None


class Sender(msgspec.Struct, frozen=True):
    """A service that sends: the names its SPF includes, and the DKIM selectors it signs with."""

    name: str
    title: str = ""
    includes: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    place: Place | None = None


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
    """The whole declaration; the empty one declares nothing."""

    organization: str = ""
    profile: str = "baseline"
    rules: tuple[str, ...] = ()
    zones: tuple[ZoneSource, ...] = ()
    defaults: DomainIntent = DomainIntent("")
    domains: tuple[DomainIntent, ...] = ()
    senders: tuple[Sender, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    place: Place | None = None
