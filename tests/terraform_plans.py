"""Plans as `terraform show -json` writes them (format 1.2), and resources as their providers plan them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Values = dict[str, Any]
_PROVIDERS = {
    "aws": "registry.terraform.io/hashicorp/aws",
    "azurerm": "registry.terraform.io/hashicorp/azurerm",
    "cloudflare": "registry.terraform.io/cloudflare/cloudflare",
    "google": "registry.terraform.io/hashicorp/google",
}
ZONE, NET_ZONE = "Z0123456789ABCDEFGHIJ", "Z9876543210ABCDEFGHIJ"


def plan(*changes: Values, held: Sequence[Values] = (), **more: Any) -> str:
    """A whole document; `held` are the resources and data sources of the prior state."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"token": {"value": "hunter2"}},
        "planned_values": {"root_module": {}},
        "resource_changes": list(changes),
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": list(held)}},
        },
        "configuration": {"provider_config": {}, "root_module": {}},
        "timestamp": "2026-11-23T09:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    return json.dumps({**document, **more})


def change(
    type: str,
    name: str,
    before: Values | None,
    after: Values | None,
    unknown: Mapping[str, Any] | None = None,
    **more: Any,
) -> Values:
    """One entry of `resource_changes`."""
    said = more.pop("actions", None) or _actions(before, after)
    return {
        "address": f"{type}.{name}",
        "mode": "managed",
        "type": type,
        "name": name,
        "provider_name": _PROVIDERS.get(
            type.split("_")[0], f"registry.terraform.io/example/{type.split('_')[0]}"
        ),
        "change": {
            "actions": said,
            "before": before,
            "after": after,
            "after_unknown": unknown if unknown is not None else {},
            "before_sensitive": more.pop("before_sensitive", {} if before else False),
            "after_sensitive": more.pop("after_sensitive", {} if after else False),
        },
        **more,
    }


def _actions(before: Values | None, after: Values | None) -> list[str]:
    if before == after:
        return ["no-op"]
    return ["create"] if before is None else ["delete"] if after is None else ["update"]


def data(type: str, name: str, values: Values) -> Values:
    """A data source as the prior state has it."""
    return {
        "address": f"data.{type}.{name}",
        "mode": "data",
        "type": type,
        "name": name,
        "provider_name": _PROVIDERS[type.split("_")[0]],
        "schema_version": 0,
        "values": values,
        "sensitive_values": {},
    }


def aws_zone(name: str = "example.org", id: str = ZONE, private: bool = False) -> Values:
    """`data "aws_route53_zone"`, as it is read."""
    values = {"id": id, "zone_id": id, "name": name, "private_zone": private, "vpc_id": None, "comment": ""}
    return data("aws_route53_zone", name.replace(".", "_"), values)


def aws(name: str, type: str, records: Sequence[str] | None, zone: str = ZONE, **more: Any) -> Values:
    """The attributes of an `aws_route53_record`; with a domain as `there` as the state has them."""
    there = more.pop("there", "")
    found = {
        "alias": [],
        "allow_overwrite": None,
        "cidr_routing_policy": [],
        "failover_routing_policy": [],
        "geolocation_routing_policy": [],
        "geoproximity_routing_policy": [],
        "health_check_id": None,
        "latency_routing_policy": [],
        "multivalue_answer_routing_policy": None,
        "name": name,
        "records": None if records is None else list(records),
        "set_identifier": None,
        "timeouts": None,
        "ttl": None if records is None else 300,
        "type": type,
        "weighted_routing_policy": [],
        "zone_id": zone,
        **more,
    }
    if there:
        whole = name if name.endswith(there) else f"{name}.{there}".removeprefix(".")
        found |= {"fqdn": whole, "id": f"{zone}_{name}_{type}"}
    return found


def aws_change(
    label: str,
    before: Values | None,
    after: Values | None,
    unknown: Mapping[str, Any] | None = None,
    **more: Any,
) -> Values:
    """A change of an `aws_route53_record`; what is created has no id yet."""
    computed = {"id": True, "fqdn": True} if before is None else {}
    shape = {"alias": [], "records": [False for _ in (after or {}).get("records") or ()]}
    known = {**shape, **computed, **(unknown or {})}
    return change("aws_route53_record", label, before, after, known, **more)


def google_zone(name: str = "example.org", visibility: str = "public") -> Values:
    """`data "google_dns_managed_zone"`, as it is read."""
    values = {"name": name.replace(".", "-"), "dns_name": f"{name}.", "project": "example"}
    return data("google_dns_managed_zone", name.replace(".", "_"), {**values, "visibility": visibility})
