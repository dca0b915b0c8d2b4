"""Senders that hand mail for the tenant's own mailboxes to its MX, without saying who they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.facts.tenant.connector_values import networks_of, outside
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, text, texts
from mfpolicy.model.dns import Unknown, all_of, any_of, negated
from mfpolicy.model.intent import Sender
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class DirectSenderFacts(msgspec.Struct, frozen=True):
    """A declared sender with `via: direct-send`. `refused`: the tenant turns such mail away, and no connector
    is there that may tell the sender's from others'."""

    name: str
    title: str
    refused: bool | Unknown
    place: Place | None = None


def direct_senders(held: Held, senders: Sequence[Sender]) -> Iterator[DirectSenderFacts]:
    """The direct senders among some."""
    for each in senders:
        if each.via == "direct-send":
            yield DirectSenderFacts(each.name, each.title or each.name, _refused(held, each), each.place)


def rejects_direct_send(held: Held) -> bool | Unknown:
    """Whether mail from the tenant's own domains is refused that no connector accounts for."""
    return flag(held.one("Get-OrganizationConfig"), "RejectDirectSend")


def _refused(held: Held, sender: Sender) -> bool | Unknown:
    rejects = rejects_direct_send(held)
    if rejects is False:
        return False
    found = held.objects("Get-InboundConnector")
    known = found if isinstance(found, Unknown) else any_of(_accounts_for(each, sender) for each in found)
    return all_of((rejects, negated(known)))


def _accounts_for(connector: TenantObject, sender: Sender) -> bool | Unknown:
    """Whether a connector names the sender's addresses, or a certificate that may be its own."""
    certificate = text(connector, "TlsSenderCertificateName")
    named = certificate if isinstance(certificate, Unknown) else bool(certificate)
    return all_of((flag(connector, "Enabled"), any_of((_names_addresses(connector, sender), named))))


def _names_addresses(connector: TenantObject, sender: Sender) -> bool | Unknown:
    said = texts(connector, "SenderIPAddresses")
    if isinstance(said, Unknown):
        return said
    return bool(sender.addresses) and not outside(sender.addresses, networks_of(said)[0])
