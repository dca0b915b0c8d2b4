"""Zones that were wrong before anybody judged them, edits that leave them as wrong, and their repairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from replay_estate import Estate, mailing, spf
from replay_zones import Records, Zone

_Edit = Callable[[Estate, Zone], None]


class Wrong(NamedTuple):
    """What was done wrong once, an edit by people who do not see it, and what puts it right."""

    done: _Edit
    edited: _Edit
    mended: _Edit


def add_wrong_zones(estate: Estate) -> None:
    """One for each kind, under its name."""
    for name, wrong in WRONG.items():
        wrong.done(estate, mailing(estate, name, "google"))


def _good_spf(estate: Estate, zone: Zone) -> None:
    spf(zone, "v=spf1 include:_spf.google.com -all")


def _address_of_none(estate: Estate, zone: Zone) -> None:
    more = f" ip4:{estate.address()}" * estate.chance.randrange(3)
    spf(zone, f"v=spf1 mx ip4:192.0.2.{estate.chance.randrange(256, 1000)}{more} -all")


def _word_of_none(estate: Estate, zone: Zone) -> None:
    spf(zone, f"v=spf1 mx _spf{estate.chance.randrange(1, 15)}.example.net -all")


def _include_of_none(estate: Estate, zone: Zone) -> None:
    include = estate.chance.choice(("include", "Include"))
    spf(zone, f"v=spf1 mx {include}:_gone{estate.chance.choice('12')}.{zone.name} -all")


def _everyone(estate: Estate, zone: Zone) -> None:
    spf(zone, f"v=spf1 mx ip4:{estate.address()} +all")


def _fourteen(estate: Estate, zone: Zone) -> None:
    spf(zone, "v=spf1 " + " ".join(f"include:_spf{at}.example.net" for at in range(1, 15)) + " -all")


def _one_less(estate: Estate, zone: Zone) -> None:
    """As long as more than ten are left; then their order changes."""
    terms = zone.spf.split()[1:-1]
    terms = estate.chance.sample(terms, max(11, len(terms) - 1))
    spf(zone, " ".join(["v=spf1", *terms, "-all"]))


def _ten(estate: Estate, zone: Zone) -> None:
    terms = zone.spf.split()
    spf(zone, " ".join([*terms[:11], "-all"]))


def _two(estate: Estate, zone: Zone) -> None:
    zone.add("", "TXT", "v=spf1 ip4:192.0.2.77 -all")


def _other_of_two(estate: Estate, zone: Zone) -> None:
    zone.swap("", "TXT", zone.values("", "TXT")[-1], f"v=spf1 ip4:{estate.address()} -all")


def _dmarc(zone: Zone, text: str) -> None:
    zone.put("_dmarc", "TXT", text)


def _none(estate: Estate, zone: Zone) -> None:
    _dmarc(zone, f"v=DMARC1; p=none; rua=mailto:dmarc{estate.serial()}@{zone.name}")


def _quarantine(estate: Estate, zone: Zone) -> None:
    _dmarc(zone, f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{zone.name}")


def _policy_of_none(estate: Estate, zone: Zone) -> None:
    _dmarc(zone, f"v=DMARC1; p=rejct; rua=mailto:dmarc{estate.serial()}@{zone.name}")


def _without_dmarc(estate: Estate, zone: Zone) -> None:
    zone.drop("_dmarc", "TXT")


def _reject(estate: Estate, zone: Zone) -> None:
    _dmarc(zone, f"v=DMARC1; p=reject; rua=mailto:dmarc@{zone.name}")


def _other_ttl_of_mx(estate: Estate, zone: Zone) -> None:
    held = zone.records["", "MX"]
    zone.records["", "MX"] = held._replace(ttl=held.ttl + 60)


def _address_as_exchanger(estate: Estate, zone: Zone) -> None:
    zone.put("", "MX", f"10 {estate.address()}")


def _exchanger(estate: Estate, zone: Zone) -> None:
    zone.put("", "MX", "1 smtp.google.com.")


def _key_without_tag(estate: Estate, zone: Zone) -> None:
    zone.put("old._domainkey", "TXT", estate.key().replace("p=", ""))


def _weak_key(estate: Estate, zone: Zone) -> None:
    zone.put("old._domainkey", "TXT", estate.key(64))


def _quotes(estate: Estate, zone: Zone) -> None:
    text = estate.key()
    zone.put("old._domainkey", "TXT", f'{text[:200]}""{text[200:]}')


def _other_ttl_of_key(estate: Estate, zone: Zone) -> None:
    held = zone.records["old._domainkey", "TXT"]
    zone.records["old._domainkey", "TXT"] = held._replace(ttl=held.ttl + 60)


def _revoked(estate: Estate, zone: Zone) -> None:
    zone.put("old._domainkey", "TXT", "v=DKIM1; p=")


def _alias_beside(estate: Estate, zone: Zone) -> None:
    zone.put("www", "CNAME", f"web{estate.serial()}.example.net.")
    zone.put("www", "A", estate.address())


def _alias(estate: Estate, zone: Zone) -> None:
    zone.drop("www", "A")


def _written_twice(estate: Estate, zone: Zone) -> None:
    zone.put("www", "CNAME", f"{zone.name}.")
    zone.twice = "www"


def _host_beside(estate: Estate, zone: Zone) -> None:
    zone.put(f"host{estate.serial()}", "A", estate.address())


def _written_once(estate: Estate, zone: Zone) -> None:
    zone.twice = ""


def _bare_subdomain(estate: Estate, zone: Zone) -> None:
    zone.records["news", "MX"] = Records(("1 smtp.google.com.",), 300 + estate.serial())


def _whole_subdomain(estate: Estate, zone: Zone) -> None:
    zone.put("news", "TXT", "v=spf1 include:_spf.google.com -all")


WRONG = {
    "old-address.example.org": Wrong(_address_of_none, _address_of_none, _good_spf),
    "old-word.example.com": Wrong(_word_of_none, _word_of_none, _good_spf),
    "old-include.example.net": Wrong(_include_of_none, _include_of_none, _good_spf),
    "old-everyone.example.net": Wrong(_everyone, _everyone, _good_spf),
    "old-lookups.example.org": Wrong(_fourteen, _one_less, _ten),
    "old-two.example.com": Wrong(_two, _other_of_two, _good_spf),
    "old-none.example.net": Wrong(_none, _none, _quarantine),
    "old-policy.example.org": Wrong(_policy_of_none, _policy_of_none, _reject),
    "fabrikam.com": Wrong(_without_dmarc, _other_ttl_of_mx, _reject),
    "old-exchanger.example.com": Wrong(_address_as_exchanger, _address_as_exchanger, _exchanger),
    "old-twice.example.net": Wrong(_written_twice, _host_beside, _written_once),
    "old-key.example.com": Wrong(_key_without_tag, _key_without_tag, _revoked),
    "old-weak.example.net": Wrong(_weak_key, _other_ttl_of_key, _revoked),
    "old-quotes.example.org": Wrong(_quotes, _other_ttl_of_key, _revoked),
    "old-alias.example.com": Wrong(_alias_beside, _alias_beside, _alias),
    "old-news.example.net": Wrong(_bare_subdomain, _bare_subdomain, _whole_subdomain),
}
