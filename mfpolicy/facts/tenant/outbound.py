"""Outbound connectors: where mail goes by which, and how well it is kept secret on the way."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.certificate_uses import named_hosts
from mfpolicy.facts.tenant.connector_intent import tls_rank
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, text, texts, time, word
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.model.tenant import TenantObject

MAX_ASKED = 20  # smart hosts of one connector
_TYPES = ("MX", "A", "AAAA")


class OutboundFacts(msgspec.Struct, frozen=True):
    """Get-OutboundConnector. `hosts` are its smart hosts, and `unresolved` those that are names and that DNS
    has neither MX nor address for. `tls` is TlsSettings, empty where TLS is used only if the other side
    offers it; `tls_rank` is 1 for that, 2 for encryption, 3 for a valid certificate, 4 for one of
    `tls_domain`. `dane_required`: SmtpDaneMode is Mandatory; `dane_off` and `sts_off`: that or MtaStsMode is
    None. `rule_scoped`: only a transport rule sends mail through it; `via_premises` is
    RouteAllMessagesViaOnPremises. `validated_days` is how long ago it was validated, -1 for never.
    """

    uses_mx: bool | Unknown = False
    hosts: tuple[str, ...] | Unknown = ()
    unresolved: tuple[str, ...] | Unknown = ()
    tls: str | Unknown = ""
    tls_rank: int | Unknown = 1
    tls_domain: str | Unknown = ""
    dane_required: bool | Unknown = False
    dane_off: bool | Unknown = False
    sts_off: bool | Unknown = False
    test_mode: bool | Unknown = False
    rule_scoped: bool | Unknown = False
    via_premises: bool | Unknown = False
    validated: bool | Unknown = False
    validated_days: int | Unknown = -1


def outbound_facts(held: Held, view: View, of: TenantObject) -> OutboundFacts:
    """The facts of one connector."""
    dane, sts = word(of, "SmtpDaneMode"), word(of, "MtaStsMode")
    return OutboundFacts(
        uses_mx=flag(of, "UseMXRecord"),
        hosts=texts(of, "SmartHosts"),
        unresolved=_unresolved(view, of),
        tls=word(of, "TlsSettings"),
        tls_rank=tls_rank("outbound", of),
        tls_domain=text(of, "TlsDomain"),
        # An export from before there was such a mode is of a connector that requires nothing by it.
        dane_required=not isinstance(dane, Unknown) and dane.lower() == "mandatory",
        dane_off=dane if isinstance(dane, Unknown) else dane.lower() == "none",
        sts_off=sts if isinstance(sts, Unknown) else sts.lower() == "none",
        test_mode=flag(of, "TestMode"),
        rule_scoped=flag(of, "IsTransportRuleScoped"),
        via_premises=flag(of, "RouteAllMessagesViaOnPremises"),
        validated=flag(of, "IsValidated"),
        validated_days=_validated_days(held, of),
    )


def _unresolved(view: View, of: TenantObject) -> tuple[str, ...] | Unknown:
    """SmartHosts may be names of hosts, or of MX records (Set-OutboundConnector)."""
    hosts = texts(of, "SmartHosts")
    if isinstance(hosts, Unknown):
        return hosts
    found = {host: _is_there(view, host) for host in named_hosts(of)[:MAX_ASKED]}
    missing = tuple(host for host, there in found.items() if there is False)
    unknowns = [each for each in found.values() if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns and not missing else missing


def _is_there(view: View, host: str) -> bool | Unknown:
    answers = [view.ask(host, type) for type in _TYPES]
    if any(not isinstance(each, Unknown) and each.records for each in answers):
        return True
    unknowns = [each for each in answers if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else False


def _validated_days(held: Held, of: TenantObject) -> int | Unknown:
    found = time(of, "LastValidationTimestamp")
    if found is None or isinstance(found, Unknown):
        return -1 if found is None else found
    return max(0, (held.today - found.date()).days)
