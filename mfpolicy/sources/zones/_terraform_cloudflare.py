"""Cloudflare in a Terraform plan, versions 4 and 5 (cloudflare/terraform-provider-cloudflare).

One resource is one record of its set. Version 4 has `value`, later `content`, and `hostname` for the whole
name (internal/sdkv2provider/schema_cloudflare_record.go); version 5 has `content`, and in `name` the whole
name as soon as the record is there (internal/services/dns_record/custom.go). `data` holds what has several
parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.names import is_within, join, normal
from mfpolicy.sources.interchange import octets
from mfpolicy.sources.zones._presentation import quoted
from mfpolicy.sources.zones._terraform_dialect import Data, Dialect, Hosted, Value, Where, text_value
from mfpolicy.sources.zones._terraform_object import Later, Misread, Object
from mfpolicy.sources.zones._zone_file_data import divided

_V5 = "cloudflare_dns_record"
# A time to live of 1 is "automatic", which is served as 300 (octodns/octodns#210).
_AUTOMATIC = 300
_TARGETS = ("CNAME", "MX", "NS", "PTR", "SRV")
_FIELDS = {
    "CAA": ("flags", "tag", "value"),
    "CERT": ("type", "key_tag", "algorithm", "certificate"),
    "DNSKEY": ("flags", "protocol", "algorithm", "public_key"),
    "DS": ("key_tag", "algorithm", "digest_type", "digest"),
    "HTTPS": ("priority", "target", "value"),
    "NAPTR": ("order", "preference", "flags", "service", "regex", "replacement"),
    "SMIMEA": ("usage", "selector", "matching_type", "certificate"),
    "SRV": ("priority", "weight", "port", "target"),
    "SSHFP": ("algorithm", "type", "fingerprint"),
    "SVCB": ("priority", "target", "value"),
    "TLSA": ("usage", "selector", "matching_type", "certificate"),
    "URI": ("priority", "weight", "target"),
}


def where(resource: Object) -> Where:
    """By `zone_id`, `name` and `type`."""
    name = normal(resource.text("name"))
    # Of a record that is there version 5 knows the whole name, and so does version 4 beside the short one.
    if resource.type == _V5:
        absolute = name if resource.there else ""
    else:
        absolute = "" if resource.is_later("hostname") else normal(resource.text("hostname"))
    return Where(resource.text("zone_id"), name, resource.text("type").upper(), absolute)


def data(resource: Object, at: Where) -> Data:
    """One record. What is proxied or flattened answers with addresses alone
    (developers.cloudflare.com, "CNAME flattening")."""
    ttl = None if resource.is_later("ttl") else resource.number("ttl")
    settings = resource.values.get("settings")
    flattened = isinstance(settings, dict) and settings.get("flatten_cname") is True
    return Data(
        (_value(resource, at.type),),
        ttl=_AUTOMATIC if ttl == 1 else ttl,
        flat=at.type == "CNAME" and (resource.values.get("proxied") is True or flattened),
    )


def _value(resource: Object, type: str) -> Value:
    if resource.is_set("data"):
        block = resource.block("data")
        if block is not None and type in _FIELDS:
            return _fields(block, resource, type)
    text, pointer = _content(resource)
    text = _absolute(text) if type in _TARGETS else text
    if type in ("MX", "SRV", "URI"):
        return _with_priority(resource, text, pointer, type)
    if type not in ("TXT", "SPF"):
        return Value(text, pointer=pointer)
    # Texts are in quotes, or Cloudflare adds them (terraform-provider-cloudflare#5351); it divides long ones.
    found = quoted(text)
    return text_value(found.strings if found else divided(octets(text)), pointer)


def _content(resource: Object) -> tuple[str, str]:
    """`content` or the older `value`, whichever is known: who sets one leaves the other to be computed."""
    for key in ("content", "value"):
        if not resource.is_later(key) and resource.is_set(key):
            return resource.text(key), f"{resource.pointer}/{key}"
    if resource.is_set("content") or resource.is_set("value") or resource.is_set("data"):
        raise Later("content")
    raise Misread("no content is set")


def _absolute(target: str) -> str:
    """A name, which Cloudflare has without final dot."""
    return target if target.endswith(".") else f"{target}."


def _with_priority(resource: Object, text: str, pointer: str, type: str) -> Value:
    priority = resource.number("priority")
    if priority is None and type == "MX" and text.split(" ")[0].isdigit():
        return Value(text, pointer=pointer)
    return Value(f"{priority or 0} {text}", pointer=pointer)


def _fields(block: Object, resource: Object, type: str) -> Value:
    parts = [_field(block, resource, key) for key in _FIELDS[type]]
    if type == "CAA":
        parts[2] = '"' + parts[2].replace('"', '\\"') + '"'
    return Value(" ".join(part for part in parts if part), pointer=block.pointer)


def _field(block: Object, resource: Object, key: str) -> str:
    """`flags` may be of any type, and a zero may be left out; the priority may stand beside the block."""
    if key == "priority" and not block.is_set(key):
        return resource.word(key) or "0"
    found = block.word(key)
    if key == "target" and found:
        return _absolute(found)
    if not found and key not in ("value", "regex", "replacement", "service", "target"):
        return "0"
    return found


def owner(name: str, zone: str) -> str:
    """The absolute name; `@` is the zone itself."""
    return name if is_within(name, zone) else join(name, zone)


def zones(values: Mapping[str, Any]) -> Iterator[Hosted]:
    """A zone has `zone` in version 4 and `name` in 5; a list of them is in `zones`, and in `result`."""
    listed = values.get("zones") or values.get("result")
    for each in (values, *(listed if isinstance(listed, list) else ())):
        found = each if isinstance(each, Mapping) else {}
        name = found.get("name") or found.get("zone")
        for id in {found.get("id"), found.get("zone_id")} if isinstance(name, str) else ():
            if isinstance(id, str) and id:
                yield Hosted(id, normal(str(name)))


DIALECT = Dialect(
    types=frozenset({"cloudflare_record", _V5}),
    where=where,
    data=data,
    owner=owner,
    zone_key="zone_id",
    zones={"cloudflare_zone": zones, "cloudflare_zones": zones},
    by_record=True,
    flattens_apex=True,
)
