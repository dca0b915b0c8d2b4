"""Which names are domains, and what is declared for them."""

from __future__ import annotations

import datetime

import pytest

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dkim import is_selector
from mfpolicy.facts.domains import shown_domains
from mfpolicy.model.dns import Record, Zone
from mfpolicy.model.intent import DmarcIntent, DomainIntent, Intent
from mfpolicy.views.zones import ZoneBook

TODAY = datetime.date(2026, 11, 23)


def names(zone: str, *records: tuple[str, str, str]) -> list[str]:
    book = ZoneBook(Zone(zone, tuple(Record(*each) for each in records)))
    return list(shown_domains([book]))


@pytest.mark.parametrize(
    "record",
    [
        ("a.example.org", "MX", "10 mail.example.org."),
        ("a.example.org", "TXT", "v=spf1 -all"),
        ("_dmarc.a.example.org", "TXT", "v=DMARC1; p=none"),
        ("s1._domainkey.a.example.org", "CNAME", "s1.example.net."),
    ],
)
def test_a_name_that_takes_part_in_mail_is_a_domain(record: tuple[str, str, str]) -> None:
    assert names("example.org", record) == ["example.org", "a.example.org"]


@pytest.mark.parametrize(
    "record",
    [
        ("a.example.org", "MX", "0 ."),
        ("a.example.org", "TXT", "v=verifydomain"),
        ("a.example.org", "A", "192.0.2.1"),
        ("*._domainkey.a.example.org", "TXT", "v=DKIM1; p="),
        ("example.net._report._dmarc.a.example.org", "TXT", "v=DMARC1"),
        ("_spf.example.org", "TXT", "v=spf1 ip4:192.0.2.0/24 -all"),
        ("*.example.org", "TXT", "v=spf1 -all"),
        ("s1._domainkey.example.org.example.org", "CNAME", "s1.example.net."),
        ("_dmarc.a.example.org.example.org", "TXT", "v=DMARC1; p=none"),
    ],
)
def test_other_names_are_no_domains(record: tuple[str, str, str]) -> None:
    assert names("example.org", record) == ["example.org"]


def test_records_under_a_delegation_make_no_domain() -> None:
    cut = ("sub.example.org", "NS", "ns1.example.net.")
    assert names("example.org", cut, ("a.sub.example.org", "MX", "10 a.example.net.")) == ["example.org"]


def test_a_reverse_zone_takes_no_part_in_mail() -> None:
    assert names("2.0.192.in-addr.arpa", ("1.2.0.192.in-addr.arpa", "PTR", "a.example.org.")) == []


INTENT = Intent(
    domains=(
        DomainIntent("shop.brands.example", mail="send"),
        DomainIntent("*.brands.example", dmarc=DmarcIntent("reject")),
        DomainIntent("*.example", senders=()),
    ),
)
SHOWN = ("x.brands.example", "y.example", "example.org")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop.brands.example", ("send", None, None)),
        ("x.brands.example", (None, None, "reject")),
        ("y.example", (None, (), None)),
    ],
)
def test_the_closest_entry_speaks_for_a_domain_of_the_zones(name: str, expected: tuple[object, ...]) -> None:
    found = Declared(INTENT, {}, TODAY, SHOWN).of(name)
    assert found and (found.mail, found.senders, found.dmarc.policy) == expected


def test_a_domain_that_nothing_matches_is_undeclared() -> None:
    assert Declared(INTENT, {}, TODAY, SHOWN).of("example.org") is None


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("s1._domainkey.example.org", True),
        ("a.b._domainkey.example.org", True),
        ("*._domainkey.example.org", False),
        ("_adsp._domainkey.example.org", False),
        ("_domainkey.example.org", False),
        ("www.example.org", False),
    ],
)
def test_what_is_a_selector(owner: str, expected: bool) -> None:
    assert is_selector(owner) is expected
