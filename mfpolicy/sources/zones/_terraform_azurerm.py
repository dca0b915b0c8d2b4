"""Azure DNS in a Terraform plan (hashicorp/terraform-provider-azurerm, internal/services/dns).

One resource type for each record type; names are relative to `zone_name`, `@` is the zone itself. A text is
given without quotes and divided at 254 octets (`expandAzureRmDnsTxtRecords` in dns_txt_record_resource.go).
`azurerm_private_dns_*` is another service, which the Internet does not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.names import join, normal
from mfpolicy.sources.interchange import octets
from mfpolicy.sources.zones._terraform_dialect import Data, Dialect, Hosted, Value, Where, text_value
from mfpolicy.sources.zones._terraform_object import Elsewhere, Misread, Object
from mfpolicy.sources.zones._zone_file_data import divided

_SEGMENT = 254
_TYPES = ("a", "aaaa", "caa", "cname", "ds", "mx", "ns", "ptr", "srv", "tlsa", "txt")
_FIELDS = {
    "CAA": ("flags", "tag", "value"),
    "DS": ("key_tag", "algorithm", "digest_type", "digest_value"),
    "MX": ("preference", "exchange"),
    "SRV": ("priority", "weight", "port", "target"),
    "TLSA": ("usage", "selector", "matching_type", "certificate_association_data"),
}


def where(resource: Object) -> Where:
    """By `name` and `zone_name`; newer types have `dns_zone_id` instead. MX has a default for its name."""
    zone = resource.text("zone_name") or resource.text("dns_zone_id").rpartition("/")[2]
    type = resource.type.removeprefix("azurerm_dns_").removesuffix("_record").upper()
    return Where(normal(zone), normal(resource.text("name")) or "@", type)


def data(resource: Object, at: Where) -> Data:
    """The values of `record` or `records`; an alias to an Azure resource tells none."""
    if resource.is_set("target_resource_id"):
        raise Elsewhere
    values = tuple(_values(resource, at.type))
    if not values:
        raise Misread("no record is set")
    return Data(values, resource.number("ttl"))


def _values(resource: Object, type: str) -> Iterator[Value]:
    key = "record" if resource.is_set("record") else "records"
    if type in ("TXT", *_FIELDS):
        for each in resource.items(key):
            yield _text(each) if type == "TXT" else _fields(each, type)
    else:
        for text, pointer in resource.texts(key):
            yield Value(text, pointer=pointer)


def _text(record: Object) -> Value:
    return text_value(divided(octets(record.text("value")), _SEGMENT), f"{record.pointer}/value")


def _fields(record: Object, type: str) -> Value:
    parts = [record.word(key) for key in _FIELDS[type]]
    if not all(parts):
        raise Misread(f"a {type} record lacks one of {', '.join(_FIELDS[type])}")
    if type == "CAA":
        parts[2] = '"' + parts[2].replace('"', '\\"') + '"'
    return Value(" ".join(parts), pointer=record.pointer)


def owner(name: str, zone: str) -> str:
    """The absolute name: names are relative, whatever they end in."""
    return join(name, zone)


def zones(values: Mapping[str, Any]) -> Iterator[Hosted]:
    """A zone's name is its id here."""
    name = values.get("name")
    if isinstance(name, str):
        yield Hosted(normal(name), normal(name))


DIALECT = Dialect(
    types=frozenset(f"azurerm_dns_{type}_record" for type in _TYPES),
    where=where,
    data=data,
    owner=owner,
    zones={"azurerm_dns_zone": zones},
    named_by_zone=True,
)
