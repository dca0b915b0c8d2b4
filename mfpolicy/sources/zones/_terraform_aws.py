r"""Route 53 in a Terraform plan (hashicorp/terraform-provider-aws, internal/service/route53).

A name is absolute or relative: the zone is appended where it is missing (`expandRecordName` in record.go),
and `@` is a label like any other. The provider puts quotes around a text (`flattenTxtEntry`), so that `""` in
it parts two character-strings, and Route 53 reads `\ooo` as octal (docs.aws.amazon.com, Route 53 Developer
Guide, "DNS domain name format" and "Supported DNS record types").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mfpolicy.model.names import is_within, join, normal
from mfpolicy.sources.zones._presentation import decimal, quoted
from mfpolicy.sources.zones._terraform_dialect import Data, Dialect, Hosted, Value, Where, text_value
from mfpolicy.sources.zones._terraform_object import Elsewhere, Misread, Object

_EXCLUSIVE = "aws_route53_records_exclusive"
_TEXTS = ("TXT", "SPF")


def parts(resource: Object) -> Iterable[Object]:
    """`aws_route53_records_exclusive` holds all record sets of its zone."""
    return _inner(resource) if resource.type == _EXCLUSIVE else (resource,)


def _inner(resource: Object) -> Iterator[Object]:
    """The blocks, each with the zone of the whole."""
    unknown = resource.unknown if isinstance(resource.unknown, dict) else {}
    for each in resource.items("resource_record_set"):
        inner = each.unknown if isinstance(each.unknown, dict) else {}
        values = each.values if isinstance(each.values, dict) else {}
        zone = resource.values.get("zone_id")
        yield Object(
            each.type,
            {**values, "zone_id": zone},
            {**inner, "zone_id": unknown.get("zone_id")},
            each.pointer,
            each.there,
        )


def where(resource: Object) -> Where:
    """By `zone_id`, `name` and `type`; `fqdn` is there once the record is."""
    absolute = "" if resource.is_later("fqdn") else spelt(resource.text("fqdn"))
    zone = resource.text("zone_id").removeprefix("/hostedzone/")
    return Where(zone, spelt(resource.text("name")), resource.text("type").upper(), absolute)


def data(resource: Object, at: Where) -> Data:
    """`records` or an alias. Only aliases for addresses can be followed by others than Route 53."""
    exclusive = resource.type == _EXCLUSIVE
    variant = resource.text("set_identifier")
    many = resource.value("multi_value_answer" if exclusive else "multivalue_answer_routing_policy")
    alias = resource.block("alias_target" if exclusive else "alias")
    return Data(
        values=(_alias(alias, exclusive, at),) if alias else _records(resource, at),
        ttl=None if alias or resource.is_later("ttl") else resource.number("ttl"),
        variant="" if many else variant,
        flat=alias is not None,
        overwrites=exclusive or resource.values.get("allow_overwrite") is True,
    )


def _alias(alias: Object, exclusive: bool, at: Where) -> Value:
    if at.type not in ("A", "AAAA"):
        raise Elsewhere
    key = "dns_name" if exclusive else "name"
    name = spelt(alias.text(key))
    if not name:
        raise Misread("an alias has no name")
    return Value(f"{name}.", pointer=f"{alias.pointer}/{key}")


def _records(resource: Object, at: Where) -> tuple[Value, ...]:
    if resource.type == _EXCLUSIVE:
        texts = [(each.text("value"), f"{each.pointer}/value") for each in resource.items("resource_records")]
    else:
        texts = list(resource.texts("records"))
    if not texts:
        raise Misread("neither records nor an alias is set")
    return tuple(_value(text, at.type, pointer, resource.type == _EXCLUSIVE) for text, pointer in texts)


def _value(text: str, type: str, pointer: str, in_quotes: bool) -> Value:
    if type not in _TEXTS:
        return Value(text, pointer=pointer)
    text = decimal(text)
    found = quoted(text if in_quotes else f'"{text}"') or quoted(text)
    if found is None:
        raise Misread("the quotes in a text do not match")
    long = f'Route 53 refuses a string of over 255 octets in a {type} record; put \\"\\" into it'
    return text_value(found.strings, pointer, long if found.notes else "")


def owner(name: str, zone: str) -> str:
    """The absolute name."""
    return name if is_within(name, zone) else join(name, zone) if name != "@" else f"@.{zone}"


def spelt(name: str) -> str:
    r"""A name as others spell it: Route 53 has `\052` for `*`."""
    return normal(decimal(name))


def zones(values: Mapping[str, Any]) -> Iterator[Hosted]:
    """A hosted zone is private as soon as a VPC is named."""
    name, public = values.get("name"), not (values.get("vpc") or values.get("private_zone"))
    for key in ("zone_id", "id"):
        if isinstance(values.get(key), str) and isinstance(name, str):
            yield Hosted(values[key].removeprefix("/hostedzone/"), spelt(name), public)


DIALECT = Dialect(
    types=frozenset({"aws_route53_record", _EXCLUSIVE}),
    where=where,
    data=data,
    owner=owner,
    zone_key="zone_id",
    zones={"aws_route53_zone": zones},
    parts=parts,
    whole=frozenset({_EXCLUSIVE}),
    # records_exclusive.go has `WithNoOpDelete`.
    kept=frozenset({_EXCLUSIVE}),
)
