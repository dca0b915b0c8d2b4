"""Mailboxes: where each forwards to, how it may be used, what of it is audited."""

from __future__ import annotations

import re

import msgspec

from mfpolicy.facts.tenant.directory import MAILBOX_KEYS, Index
from mfpolicy.facts.tenant.exempt import keys_of
from mfpolicy.facts.tenant.forwarding import address_in, leads_outside
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import flag, text
from mfpolicy.model.dns import Unknown, any_of, negated
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_SPAN = re.compile(r"(\d{1,6})\.\d{2}:\d{2}:\d{2}(?:\.\d+)?")
_ONMICROSOFT = ".onmicrosoft.com"


class MailboxFacts(msgspec.Struct, frozen=True):
    """A mailbox. `forwards_to` are addresses beyond what is accepted or declared; `may_forward`: the intent
    declares that. `smtp_auth`: a password alone may submit mail here, whatever holds for all (empty means the
    organisation's setting: https://learn.microsoft.com/powershell/module/exchange/set-casmailbox);
    `password`: the intent declares it. `onmicrosoft`: mail leaves with an address of the initial domain,
    though there is another one. `audit_days` is how long its audit log is kept."""

    address: str | Unknown = ""
    onmicrosoft: bool | Unknown = False
    forwards_to: tuple[str, ...] | Unknown = ()
    may_forward: bool = False
    smtp_auth: bool | Unknown = False
    password: bool = False
    pop: bool | Unknown = False
    imap: bool | Unknown = False
    audited: bool | Unknown = False
    audit_days: int | Unknown = 0
    unaudited: bool | Unknown = False
    place: Place | None = None


class Mailboxes:
    """What every mailbox is held against, worked out once."""

    def __init__(self, held: Held) -> None:
        self._held = held
        intent, accepted = held.intent, held.accepted
        self._forwarding = _folded(intent.forwarding.mailboxes)
        self._password = _folded(intent.identity.basic_auth)
        self._custom: bool | Unknown = (
            accepted
            if isinstance(accepted, Unknown)
            else any_of(not each.endswith(_ONMICROSOFT) for each in accepted)
        )
        self._access = held.directory.client_access
        self._bypasses = held.directory.bypasses

    def facts(self, of: TenantObject) -> MailboxFacts:
        """The facts of one mailbox."""
        keys = keys_of(of, MAILBOX_KEYS)
        access, bypass = _found(self._access, keys, of), _found(self._bypasses, keys, of)
        return MailboxFacts(
            address=text(of, "PrimarySmtpAddress"),
            onmicrosoft=self._onmicrosoft(of),
            forwards_to=self._forwards(of),
            may_forward=not self._forwarding.isdisjoint(keys),
            smtp_auth=_smtp_auth(access),
            password=not self._password.isdisjoint(keys),
            pop=flag(access, "PopEnabled"),
            imap=flag(access, "ImapEnabled"),
            audited=flag(of, "AuditEnabled"),
            audit_days=_days(of),
            unaudited=flag(bypass, "AuditBypassEnabled"),
            place=of.place,
        )

    def _onmicrosoft(self, of: TenantObject) -> bool | Unknown:
        address = text(of, "PrimarySmtpAddress")
        if isinstance(address, Unknown):
            return address
        return self._custom if address.lower().endswith(_ONMICROSOFT) else False

    def _forwards(self, of: TenantObject) -> tuple[str, ...] | Unknown:
        return gathered(each for name in _FORWARDING for each in self._forward(of, name))

    def _forward(self, of: TenantObject, name: str) -> tuple[str | Unknown, ...]:
        written = text(of, name)
        if isinstance(written, Unknown) or not written:
            return (written,) if isinstance(written, Unknown) else ()
        is_out = leads_outside(self._held, of, name, written)
        if isinstance(is_out, Unknown):
            return (is_out,)
        return (address_in(written),) if is_out else ()


_FORWARDING = ("ForwardingSmtpAddress", "ForwardingAddress")


def _found(index: Index | Unknown, keys: list[str], of: TenantObject) -> TenantObject | Unknown:
    if isinstance(index, Unknown):
        return index
    found = next((index[each] for each in (*keys, *keys_of(of, ("Identity", "Name"))) if each in index), None)
    return found or of.lacks("in that list")


def _smtp_auth(access: TenantObject | Unknown) -> bool | Unknown:
    if isinstance(access, TenantObject) and access.value("SmtpClientAuthenticationDisabled") is None:
        return False
    return negated(flag(access, "SmtpClientAuthenticationDisabled"))


def _days(of: TenantObject) -> int | Unknown:
    """AuditLogAgeLimit is a time span such as 90.00:00:00."""
    limit = text(of, "AuditLogAgeLimit")
    if isinstance(limit, Unknown):
        return limit
    span = _SPAN.fullmatch(limit)
    return int(span[1]) if span else of.lacks("AuditLogAgeLimit")


def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each.lower() for each in names)
