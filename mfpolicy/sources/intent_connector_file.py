"""The shape of what `mailflow.yaml` says of the ways of mail into the tenant and out of it, key by key:
accepted domains, connectors, and the certificates that they are known by."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfpolicy.model.intent_tenant import ConnectorTls, ConnectorType, Direction, DomainType
from mfpolicy.sources.intent_basics import Names, Part


class CertificatePart(Part):
    """A certificate that connectors are identified by. Give files without a private key."""

    current: (
        Annotated[
            str,
            Meta(description="The file of the one in use, PEM or DER.", examples=["certs/2026.cer"]),
        ]
        | UnsetType
    ) = UNSET
    next: (
        Annotated[
            str,
            Meta(
                description="The file of the one that follows: it is judged before it is bound.",
                examples=["certs/2027.cer"],
            ),
        ]
        | UnsetType
    ) = UNSET
    hosts: (
        Annotated[
            Names,
            Meta(
                description="Hosts that show it by STARTTLS, which --probe asks.",
                examples=[["mail.contoso.com"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    owner: Annotated[str, Meta(description="Who renews it.", examples=["Messaging"])] | UnsetType = UNSET


class AcceptedDomainPart(Part):
    """A domain that the tenant accepts mail for."""

    type: (
        Annotated[
            DomainType,
            Meta(
                description="authoritative, if not said: mail for unknown recipients is refused at the edge."
            ),
        ]
        | UnsetType
    ) = UNSET
    because: (
        Annotated[
            str,
            Meta(description="Why it is so.", examples=["unsynchronised mailboxes"]),
        ]
        | UnsetType
    ) = UNSET


class IdentifiedByPart(Part):
    """How Exchange Online knows whose mail comes in."""

    certificate: (
        Annotated[str, Meta(description="A certificate of the certificates section.", examples=["hybrid"])]
        | UnsetType
    ) = UNSET
    addresses: (
        Annotated[
            str | Names,
            Meta(
                description="CIDR ranges, and names of address sets.",
                examples=["datacentre", ["192.0.2.0/28"]],
            ),
        ]
        | UnsetType
    ) = UNSET


class ConnectorPart(Part):
    """A connector, by a name of your own."""

    direction: Annotated[Direction, Meta(description="Which way mail goes through it.")] | UnsetType = UNSET
    type: (
        Annotated[ConnectorType, Meta(description="Whether one's own organisation or another is there.")]
        | UnsetType
    ) = UNSET
    match: (
        Annotated[
            str,
            Meta(
                description="Its name in the tenant, * for any text; the name here, if not said.",
                examples=["Inbound from *"],
            ),
        ]
        | UnsetType
    ) = UNSET
    identified_by: IdentifiedByPart | UnsetType = UNSET
    domains: (
        Annotated[
            Names,
            Meta(
                description="Sender domains (inbound) or recipient domains (outbound) that it is for.",
                examples=[["*"], ["partner.example"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    to: (
        Annotated[
            Names,
            Meta(description="Smart hosts that an outbound one leads to.", examples=[["gw.contoso.com"]]),
        ]
        | UnsetType
    ) = UNSET
    tls: (
        Annotated[
            ConnectorTls,
            Meta(
                description="The least that it asks for: encrypted with any certificate, with a validated"
                " one, or with one of a certain domain. none is for private lines."
            ),
        ]
        | UnsetType
    ) = UNSET
    because: Annotated[str, Meta(description="Why it is there, or why it asks for less.")] | UnsetType = UNSET
    owner: Annotated[str, Meta(description="Who answers for it.", examples=["Messaging"])] | UnsetType = UNSET
