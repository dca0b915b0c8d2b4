"""The canonical zones that every zone format is held to, one module per format with the ways to write them.

A module has `VARIANTS`: by the name of a variant, a function that gives the files of a repository by their
paths, and the path to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mfpolicy.model.dns import Record, Zone

Written = tuple[dict[str, str], str]
Variants = dict[str, Callable[[], Written]]

TTL = 3600
MX_TTL = 300
# A public key of 2048 bits, made for these tests; nobody has its private half.
_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx/NHlwEeOvnVzCyyFO1XxYH1/1eoOYrRbPHkEM8TbfgXQwJl4kPr0M"
    "DJXQkP5DKJWfPUgZc6J9LpU/YGIPgjmNDb3ZS3kCq6KdbJfDdvLfgs8oShLEDzEHrU518OnbxAiB3G6VfNJw8vRnj2pdKSY6kL"
    "K4FlBsPvNc8m8FLRVCRnb93hKh/Em8sInYwq7sq/GHuCtQjbfOK2Q7buoZzRpBaoYJHo52nyRRGi2svzHytn1khzKBcEKnluTO"
    "trYwGhmCHRzvSxrS6AHrWWT87oNUmMhhVysf2xg91KSkHIDx+GCWRgcgxQhxN2hs7ez+Yp0tssSkFnbCXi3E9L9XN1hwIDAQAB"
)
_DIGEST = "0123456789abcdef" * 4


def strings(text: str) -> tuple[str, ...]:
    """The character-strings of a text, as a service divides one that is too long for a single string."""
    return tuple(text[at : at + 255] for at in range(0, len(text), 255)) if len(text) > 255 else (text,)


def _record(owner: str, type: str, value: str) -> Record:
    ttl = MX_TTL if type == "MX" else TTL
    return Record(owner, type, value, ttl, strings(value) if type == "TXT" else ())


def _zone(name: str, *rows: tuple[str, str, str]) -> tuple[Record, ...]:
    return tuple(_record(f"{owner}.{name}" if owner else name, type, value) for owner, type, value in rows)


ZONES: dict[str, tuple[Record, ...]] = {
    "example.org": _zone(
        "example.org",
        ("", "A", "192.0.2.80"),
        ("", "CAA", '0 issue "ca.example.net"'),
        ("", "MX", "10 mail.example.org."),
        ("", "MX", "20 backup.example.net."),
        ("", "TXT", "v=spf1 mx include:_spf.example.org ?all"),
        ("", "TXT", "site-verification=a1b2c3"),
        ("*.wild", "TXT", "v=spf1 -all"),
        ("_25._tcp.mail", "TLSA", f"3 1 1 {_DIGEST}"),
        ("_dmarc", "TXT", "v=DMARC1; p=none; rua=mailto:dmarc@example.org; pct=100"),
        ("_imaps._tcp", "SRV", "0 1 993 mail.example.org."),
        ("_spf", "TXT", "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/64 -all"),
        ("a.two.levels", "A", "192.0.2.90"),
        ("a.two.levels", "TXT", "v=spf1 a -all"),
        ("lab", "NS", "ns1.example.net."),
        ("lab", "NS", "ns2.example.net."),
        ("mail", "A", "192.0.2.10"),
        ("mail", "AAAA", "2001:db8::10"),
        ("odd", "TXT", 'say "hi" and \\ back; then "" nothing'),
        ("s1._domainkey", "TXT", f"v=DKIM1; k=rsa; p={_KEY}"),
        ("s2._domainkey", "CNAME", "s2.dkim.example.com."),
        ("www", "CNAME", "example.org."),
    ),
    "example.net": _zone(
        "example.net",
        ("", "MX", "0 ."),
        ("", "TXT", "v=spf1 -all"),
    ),
}


def record_sets() -> dict[tuple[str, str, str], list[Record]]:
    """The records by zone, owner and type."""
    found: dict[tuple[str, str, str], list[Record]] = {}
    for zone, ours in ZONES.items():
        for record in ours:
            found.setdefault((zone, record.name, record.type), []).append(record)
    return found


def relative(owner: str, zone: str, apex: str = "@") -> str:
    """An owner as it is written below its zone."""
    return apex if owner == zone else owner.removesuffix(f".{zone}")


def quoted(record: Record) -> str:
    """A record's value in presentation format, a text's strings quoted and escaped (RFC 1035, 5.1)."""
    if record.type != "TXT":
        return record.value
    return " ".join(f'"{_escaped(each)}"' for each in record.strings)


def spelt(zones: Iterable[Zone]) -> dict[str, list[tuple[str, str, str, int | None]]]:
    """What zones say, in one spelling: owner, type, value and time to live, in order. SOA records and the NS
    records of the apex are the provider's own, which some formats tell and others do not."""
    return {
        zone.name: sorted(
            (each.name, each.type, _spelt(each), each.ttl) for each in zone.records if not _is_own(each, zone)
        )
        for zone in sorted(zones, key=lambda zone: zone.name)
    }


def canonical() -> dict[str, list[tuple[str, str, str, int | None]]]:
    """The canonical zones, as `spelt` has them."""
    return spelt(Zone(name, ours) for name, ours in ZONES.items())


def _is_own(record: Record, zone: Zone) -> bool:
    return record.type == "SOA" or (record.type == "NS" and record.name == zone.name)


def _spelt(record: Record) -> str:
    return record.value if record.type == "TXT" else " ".join(record.value.split()).removesuffix(".").lower()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
