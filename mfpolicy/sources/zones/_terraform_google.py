"""Cloud DNS in a Terraform plan (hashicorp/terraform-provider-google, resource_dns_record_set.go).

Names are absolute with a final dot. A text is in quotes: one with blanks and without quotes is served as
several strings (schema of `rrdatas`). Creating a record set replaces one that is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.names import normal
from mfpolicy.sources.zones._presentation import presentation
from mfpolicy.sources.zones._terraform_dialect import Data, Dialect, Hosted, Value, Where, text_value
from mfpolicy.sources.zones._terraform_object import Elsewhere, Misread, Object

_TEXTS = ("TXT", "SPF")


def where(resource: Object) -> Where:
    """By `managed_zone`, which is a name or a link that ends in it, and the project."""
    name = normal(resource.text("name"))
    project = "" if resource.is_later("project") else resource.text("project")
    zone = _id(resource.text("managed_zone"), project)
    return Where(zone, name, resource.text("type").upper(), name)


def data(resource: Object, at: Where) -> Data:
    """`rrdatas`, or those of each item of a routing policy, of which a receiver sees one."""
    policy = resource.block("routing_policy")
    texts = _routed(policy, at.type) if policy else resource.texts("rrdatas")
    values = tuple(_value(text, at.type, pointer) for text, pointer in texts)
    if not values:
        raise Misread("no rrdatas are set")
    ttl = None if resource.is_later("ttl") else resource.number("ttl")
    return Data(values, ttl, overwrites=True)


def _routed(policy: Object, type: str) -> tuple[tuple[str, str], ...]:
    """The data of all items: all addresses are somebody's. Of other data that differ a receiver gets one, and
    nobody knows which; and what health checks choose is told nowhere."""
    items = [*policy.items("wrr"), *policy.items("geo")]
    found = [each.texts("rrdatas") for each in items]
    told = not policy.is_set("primary_backup") and all(found)
    alike = len({frozenset(text for text, _ in each) for each in found}) == 1
    if not told or not (alike or type in ("A", "AAAA")):
        raise Elsewhere
    return found[0] if alike else tuple(each for item in found for each in item)


def _value(text: str, type: str, pointer: str) -> Value:
    if type not in _TEXTS:
        return Value(text, pointer=pointer)
    found = presentation(type, text)
    if isinstance(found, str):
        raise Misread("the quotes in a text do not match")
    bare = len(found.strings) > 1 and '"' not in text
    refused = f"the text of a {type} record is not in quotes, so it is served without blanks" if bare else ""
    return text_value(found.strings, pointer, refused)


def _id(zone: str, project: str) -> str:
    """`projects/p/managedZones/z`, a link that ends so, or the name beside a project."""
    parts = zone.split("/")
    if len(parts) > 3 and parts[-2] == "managedZones":
        project = parts[-3]
    return f"{project}/{parts[-1]}"


def owner(name: str, zone: str) -> str:
    """The absolute name, as it is."""
    return name


def zones(values: Mapping[str, Any]) -> Iterator[Hosted]:
    """By project and name; `dns_name` is the domain."""
    name, domain, project = values.get("name"), values.get("dns_name"), values.get("project")
    if isinstance(name, str) and isinstance(domain, str):
        public = values.get("visibility") != "private"
        for each in dict.fromkeys((project if isinstance(project, str) else "", "")):
            yield Hosted(f"{each}/{name}", normal(domain), public)


DIALECT = Dialect(
    types=frozenset({"google_dns_record_set"}),
    where=where,
    data=data,
    owner=owner,
    zones={"google_dns_managed_zone": zones},
)
