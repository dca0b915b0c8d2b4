"""The canonical zones as master files, and as services export them."""

from __future__ import annotations

from mfpolicy.model.dns import Record
from zone_writers import ZONES, Variants, Written, quoted, relative

_SOA = "ns1.example.net. hostmaster.example.net. 1 10000 2400 604800 3600"


def relative_names() -> Written:
    """Below an $ORIGIN, the times to live where they differ from $TTL."""
    return {f"zones/{zone}.zone": _relative(zone, ours) for zone, ours in ZONES.items()}, "zones"


def _relative(zone: str, ours: tuple[Record, ...]) -> str:
    lines = [f"$ORIGIN {zone}.", "$TTL 3600", f"@ IN SOA {_SOA}"]
    for each in ours:
        ttl = "" if each.ttl == 3600 else each.ttl
        lines.append(f"{relative(each.name, zone)} {ttl} IN {each.type} {quoted(each)}")
    return "\n".join(lines) + "\n"


def absolute_names() -> Written:
    """Every name with its final dot, as `named-compilezone` writes it."""
    return {
        f"zones/db.{zone}": "".join(
            f"{each.name}. {each.ttl} IN {each.type} {quoted(each)}\n" for each in ours
        )
        for zone, ours in ZONES.items()
    }, "zones"


def cloudflare() -> Written:
    """Cloudflare's export: its zone in a comment, the SOA record's owner without final dot."""
    return {f"zones/{zone}.txt": _exported(zone, ours) for zone, ours in ZONES.items()}, "zones"


def _exported(zone: str, ours: tuple[Record, ...]) -> str:
    lines = [";;", f";; Domain:     {zone}.", ";; Exported:   2026-11-01 12:00:00", ";;", ";; SOA Record"]
    lines.append(f"{zone}\t3600\tIN\tSOA\t{_SOA}")
    for each in ours:
        # An automatic time to live is written as 1, and is 300 seconds.
        ttl = 1 if each.ttl == 300 else each.ttl
        tags = " ; a comment cf_tags=cf-proxied:false" if each.type in ("A", "AAAA", "CNAME") else ""
        owner = each.name if (each.name, each.type) == (zone, "MX") else f"{each.name}."
        lines.append(f"{owner}\t{ttl}\tIN\t{each.type}\t{quoted(each)}{tags}")
    return "\n".join(lines) + "\n"


VARIANTS: Variants = {
    "relative names": relative_names,
    "absolute names": absolute_names,
    "export of Cloudflare": cloudflare,
}
