"""Small estates before and after a change, and what DNS says of all that they lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

_KEYS = {
    "one": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "two": "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
}

_REPORTS = "rua=mailto:dmarc@example.org"
_POLICY = "version: STSv1\r\nmode: {}\r\nmax_age: 604800\r\nmx: {}\r\n"


class Case(NamedTuple):
    """The files before and after, and the message of the commit between them."""

    was: Mapping[str, bytes]
    now: Mapping[str, bytes]
    why: str


def case(was: str, now: str, why: str, **others: tuple[str, str]) -> Case:
    """The zone example.org before and after; other files by their name without ending."""
    names = {"mailflow": "mailflow.yaml", "policy": "mta-sts.txt"}
    sides = ({"zones/example.org.yaml": zone} for zone in (was, now))
    before, after = (
        {**side, **{names[name]: both[at] for name, both in others.items()}} for at, side in enumerate(sides)
    )
    return Case(_bytes(before), _bytes(after), why)


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items() if text}


def zone(*lines: str) -> str:
    """An octoDNS zone of lines such as `_dmarc 3600 TXT v=DMARC1; p=none`, in their order."""
    sets: dict[str, dict[tuple[str, str], list[str]]] = {}
    for line in lines:
        owner, ttl, type, value = line.split(" ", 3)
        sets.setdefault(owner, {}).setdefault((ttl, type), []).append(_value(type, value))
    return "".join(_node(owner, node) for owner, node in sets.items())


def _node(owner: str, node: Mapping[tuple[str, str], list[str]]) -> str:
    name = "''" if owner == "@" else owner
    records = (
        f"  - {{ttl: {ttl}, type: {type}, values: [{', '.join(values)}]}}\n"
        for (ttl, type), values in node.items()
    )
    return f"{name}:\n" + "".join(records)


def _value(type: str, value: str) -> str:
    if type == "MX":
        preference, host = value.split(" ")
        return f"{{preference: {preference}, exchange: {host}}}"
    return json.dumps(value.replace(";", "\\;") if type == "TXT" else value)


def key(name: str) -> str:
    """A DKIM record."""
    return f"v=DKIM1; k=ed25519; p={_KEYS[name]}"


MX = "@ 3600 MX 10 example-org.mail.protection.outlook.com."
SPF = "@ 3600 TXT v=spf1 include:spf.protection.outlook.com -all"
REJECT = f"_dmarc 3600 TXT v=DMARC1; p=reject; {_REPORTS}"
KEY = f"s1._domainkey 3600 TXT {key('one')}"
NO_DMARC = f"_dmarc 3600 TXT v=DMARC1; p=none; {_REPORTS}"
SHOP = "shop 300 TXT v=spf1 ip4:192.0.2.1 -all"
OTHER_MX = "@ 3600 MX 10 mx1.example.net."
_INCLUDES = "include:spf.protection.outlook.com include:sendgrid.net"
STS = "_mta-sts 3600 TXT v=STSv1; id={}"
_INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\ndomains:\n  example.org: "

CASES: dict[str, Case] = {
    "rotation": case(
        zone(MX, SPF, REJECT, KEY),
        zone(MX, SPF, REJECT, f"s2._domainkey 3600 TXT {key('two')}"),
        "Rotate the DKIM key",
    ),
    "rotation-in-place": case(
        zone(MX, SPF, REJECT, KEY),
        zone(MX, SPF, REJECT, f"s1._domainkey 3600 TXT {key('two')}"),
        "Renew the DKIM key",
    ),
    "rotation-begun": case(
        zone(MX, SPF, REJECT, KEY),
        zone(MX, SPF, REJECT, KEY, f"s2._domainkey 3600 TXT {key('two')}"),
        "Publish the next DKIM key",
    ),
    "mx-move": case(
        zone(MX, SPF, REJECT, KEY),
        zone("@ 3600 MX 1 smtp.google.com.", "@ 3600 TXT v=spf1 include:_spf.google.com -all", REJECT, KEY),
        "Move mail to Google Workspace",
    ),
    "mta-sts": case(
        zone("@ 3600 MX 10 mx1.example.net.", SPF, REJECT, STS.format(1)),
        zone("@ 3600 MX 10 mx2.example.com.", SPF, REJECT, STS.format(2)),
        "Take another MX host",
        mailflow=(_INTENT + "{mta_sts: {policy: mta-sts.txt}}\n",) * 2,
        policy=(_POLICY.format("enforce", "mx1.example.net"), _POLICY.format("enforce", "mx2.example.com")),
    ),
    "mta-sts-removed": case(
        zone(MX, SPF, REJECT, STS.format(1)),
        zone(MX, SPF, REJECT),
        "Drop MTA-STS",
        mailflow=(_INTENT + "{mta_sts: {policy: mta-sts.txt}}\n", _INTENT + "{}\n"),
        policy=(_POLICY.format("enforce", "*.mail.protection.outlook.com"), ""),
    ),
    "tightening": case(
        zone(MX, SPF, NO_DMARC, SHOP),
        zone(MX, SPF, REJECT, SHOP),
        "Enforce DMARC",
    ),
    "weakening": case(
        zone(MX, SPF, REJECT, SHOP),
        zone(MX, SPF, "_dmarc 3600 TXT v=DMARC1; p=none", SHOP),
        "Stop DMARC from eating our newsletter",
    ),
    "sender-removed": case(
        zone(
            MX,
            f"@ 300 TXT v=spf1 {_INCLUDES} ip4:192.0.2.0/28 -all",
        ),
        zone(
            MX, "@ 300 TXT v=spf1 include:spf.protection.outlook.com ip4:192.0.2.0/29 ip4:198.51.100.7 -all"
        ),
        "Tidy SPF up",
    ),
    "sender-given-up": case(
        zone(MX, "@ 300 TXT v=spf1 include:spf.protection.outlook.com include:sendgrid.net -all"),
        zone(MX, SPF.replace("3600", "300")),
        "SendGrid is no longer used",
        mailflow=(
            _INTENT + "{senders: [exchange-online, sendgrid]}\n",
            _INTENT + "{senders: [exchange-online]}\n",
        ),
    ),
    "delegation": case(
        zone(MX, SPF, REJECT, "shop 3600 MX 10 mx1.example.net.", "shop 3600 TXT v=spf1 mx -all"),
        zone(MX, SPF, REJECT, "shop 3600 NS ns1.example.net."),
        "Hand shop over to the agency",
    ),
    "profile-lowered": case(
        zone(MX, SPF, REJECT),
        zone(MX, SPF, "_dmarc 3600 TXT v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"),
        "Ask for less",
        mailflow=(
            "profile: hardened\n" + _INTENT + "{dmarc: {policy: quarantine}}\n",
            _INTENT + "{dmarc: {policy: quarantine}}\n",
        ),
    ),
    "policy-delegated": Case(
        {"zones/example.org.yaml": zone(MX, SPF, REJECT).encode()},
        {
            "zones/example.org.yaml": zone(MX, SPF, "_dmarc 3600 NS ns1.example.net.").encode(),
            "zones/_dmarc.example.org.yaml": zone("www 3600 A 192.0.2.80").encode(),
        },
        "Let the agency keep the policy",
    ),
    "alias": case(
        zone(MX, SPF, REJECT, "shop 3600 MX 10 mx1.example.net.", "shop 3600 TXT v=spf1 mx -all"),
        zone(MX, SPF, REJECT, "shop 3600 CNAME shops.example.net."),
        "Point shop at the platform",
    ),
    "zone-removed": Case(
        {
            "zones/example.org.yaml": zone(MX, SPF, REJECT).encode(),
            "zones/example.com.yaml": zone(
                "@ 3600 MX 10 mx1.example.net.",
                "@ 3600 TXT v=spf1 mx -all",
                f"s1._domainkey 3600 TXT {key('one')}",
            ).encode(),
        },
        {"zones/example.org.yaml": zone(MX, SPF, REJECT).encode()},
        "Remove what is not ours",
    ),
    "new-names": case(
        zone(MX, SPF, REJECT),
        zone(
            MX,
            SPF,
            REJECT,
            "news 3600 MX 10 mx1.example.net.",
            "news 3600 TXT v=spf1 include:sendgrid.net -all",
            f"s1._domainkey.news 3600 TXT {key('one')}",
        ),
        "Let news send",
    ),
    "nothing-of-mail": case(
        zone(MX, SPF, REJECT, "www 300 A 192.0.2.1", "@ 3600 TXT token=1"),
        zone(MX, SPF, REJECT, "www 300 A 192.0.2.2", "@ 3600 TXT token=2"),
        "Move the website",
    ),
}

_SPF = {
    "spf.protection.outlook.com": "v=spf1 ip4:203.0.113.0/26 -all",
    "_spf.google.com": "v=spf1 ip4:203.0.113.64/26 ~all",
    "sendgrid.net": "v=spf1 ip4:203.0.113.128/26 ~all",
}
_HOSTS = {
    "example-org.mail.protection.outlook.com": "203.0.113.1",
    "smtp.google.com": "203.0.113.65",
    "mx1.example.net": "192.0.2.25",
    "mx2.example.com": "192.0.2.26",
    "shops.example.net": "192.0.2.27",
}


def answers(live: Mapping[str, tuple[str, int, list[str]]]) -> bytes:
    """A recording: the world, and what live DNS says of example.org (`name TYPE` -> rcode, TTL, records)."""
    entries = [_entry(name, "TXT", "NOERROR", 300, [text]) for name, text in _SPF.items()]
    entries += [_entry(name, "A", "NOERROR", 300, [address]) for name, address in _HOSTS.items()]
    entries += [_entry(*key.split(" "), *said) for key, said in live.items()]
    return json.dumps({"version": 1, "otherwise": "NXDOMAIN", "answers": entries}).encode()


def _entry(name: str, type: str, rcode: str, ttl: int, records: list[str]) -> dict[str, object]:
    return {"name": name, "type": type, "rcode": rcode, "ttl": ttl, "records": records}


LIVE = answers(
    {
        "example.org SOA": ("NOERROR", 3600, ["ns1.example.net. dns.example.org. 1 7200 3600 1209600 900"]),
        "example.org MX": ("NOERROR", 7200, ["10 example-org.mail.protection.outlook.com."]),
        "s1._domainkey.example.org TXT": ("NOERROR", 1800, [key("one")]),
    }
)
