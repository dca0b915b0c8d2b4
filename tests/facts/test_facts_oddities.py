"""What is odd about an owner, and the neighbours that are not."""

from __future__ import annotations

import pytest

from mfpolicy.facts.names import NameFacts, is_mail_name, name_facts
from mfpolicy.model.dns import Authority, Record, Zone
from mfpolicy.views.zones import ZoneBook


def facts(owner: str, *rows: str, authority: Authority = "full") -> NameFacts:
    """The facts of one owner of the zone example.org, its rows written as "NAME TTL TYPE VALUE"."""
    split = (row.split(maxsplit=3) for row in rows)
    records = tuple(Record(name, type, value, int(ttl)) for name, ttl, type, value in split)
    return name_facts(ZoneBook(Zone("example.org", records, authority)), owner)


def odd(owner: str, *rows: str, authority: Authority = "full") -> list[tuple[str, str]]:
    found = facts(owner, *rows, authority=authority)
    return [(each.code, each.text) for each in found.oddities]


SPF = "*.example.org 300 TXT v=spf1 -all"
WWW = "www.example.org 300 A 192.0.2.1"


@pytest.mark.parametrize(
    ("rows", "hosts"),
    [
        ((SPF, WWW), "www.example.org"),
        ((SPF, "a.b.example.org 300 AAAA 2001:db8::1"), "a.b.example.org"),
        (("*.example.org 300 MX 0 .", WWW), "www.example.org"),
        (
            (SPF, *(f"{label}.example.org 300 A 192.0.2.1" for label in "abcde")),
            "a.example.org, b.example.org, c.example.org and 2 more",
        ),
        ((SPF, WWW, "www.example.org 300 TXT v=spf1 -all"), None),
        ((SPF, "www.example.org 300 CNAME web.example.net."), None),
        ((SPF, "example.org 300 A 192.0.2.1"), None),
        ((SPF, "s.example.org 300 NS ns.example.net.", "ns.s.example.org 300 A 192.0.2.1"), None),
        (("*.example.org 300 TXT token", WWW), None),
    ],
)
def test_a_wildcard_passes_hosts_by_that_exist(rows: tuple[str, ...], hosts: str | None) -> None:
    assert odd("*.example.org", *rows) == ([("wildcard", hosts)] if hosts else [])


CUT = "s.example.org 300 NS"


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ((f"{CUT} ns.example.org.",), "ns.example.org"),
        ((f"{CUT} ns.s.example.org.",), "ns.s.example.org"),
        ((f"{CUT} ns.example.org.", "ns.example.org 300 TXT here"), "ns.example.org"),
        ((f"{CUT} ns.s.example.org.", "*.example.org 300 A 192.0.2.1"), "ns.s.example.org"),
        ((f"{CUT} ns.s.example.org.", "ns.s.example.org 300 A 192.0.2.1"), None),
        ((f"{CUT} ns.example.org.", "*.example.org 300 A 192.0.2.1"), None),
        ((f"{CUT} ns.example.net.",), None),
        ((f"{CUT} ns.d.example.org.", "d.example.org 300 NS ns.example.net."), None),
    ],
)
def test_a_name_server_without_an_address_of_its_own_zone_is_lost(
    rows: tuple[str, ...], lost: str | None
) -> None:
    assert odd("s.example.org", *rows) == ([("lost-nameserver", lost)] if lost else [])
    assert is_mail_name(facts("s.example.org", *rows)) is bool(lost)


def test_a_file_that_holds_a_part_of_its_zone_has_lost_nothing() -> None:
    assert odd("s.example.org", f"{CUT} ns.example.org.", authority="partial") == []
    assert odd("example.org", "example.org 300 CNAME web.example.net.", authority="partial") == []


def test_the_apex_may_name_servers_that_somebody_else_holds() -> None:
    assert odd("example.org", "example.org 300 NS ns.example.org.") == []


@pytest.mark.parametrize(
    ("owner", "rows", "found"),
    [
        ("example.org", ("CNAME web.example.net.",), [("cname-at-apex", "web.example.net.")]),
        ("example.org", ("CNAME web.example.net.", "MX 0 ."), []),
        ("example.org", ("ALIAS web.example.net.",), []),
        ("www.example.org", ("CNAME web.example.net.",), []),
        (
            "s1.example.org",
            ("CNAME s1._domainkey.example.net.",),
            [("alias-at-wrong-name", "s1._domainkey.example.net.")],
        ),
        (
            "dmarc.example.org",
            ("CNAME _dmarc.example.net.",),
            [("alias-at-wrong-name", "_dmarc.example.net.")],
        ),
        ("s1._domainkey.example.org", ("CNAME s1._domainkey.example.net.",), []),
        ("s1.dkim.example.org", ("CNAME s1._domainkey.example.net.",), []),
        ("_policy.example.org", ("CNAME _dmarc.example.net.",), []),
        (
            "_dmarc._domainkey.example.org",
            ("TXT v=DMARC1; p=none",),
            [("nested-labels", "_dmarc._domainkey.example.org")],
        ),
        ("example.net._report._dmarc.example.org", ("TXT v=DMARC1",), []),
        ("_smtp._tls.example.org", ("TXT v=TLSRPTv1; rua=mailto:a@example.org",), []),
        ("_dmarc.example.org", ("TXT v=spf1 -all",), [("misplaced-spf", "v=spf1 -all")]),
        ("_spf.example.org", ("TXT v=spf1 -all",), []),
        ("*._dmarc.example.org", ("TXT v=spf1 -all",), []),
    ],
)
def test_what_stands_where_nobody_looks_is_odd(
    owner: str, rows: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    assert odd(owner, *(f"{owner} 300 {row}" for row in rows)) == found


def test_a_step_on_the_way_from_a_selector_to_its_key_is_not_odd() -> None:
    rows = (
        "s1._domainkey.example.org 300 CNAME s1.keys.example.org.",
        "s1.keys.example.org 300 CNAME s1._domainkey.example.net.",
    )
    assert odd("s1.keys.example.org", *rows) == []


@pytest.mark.parametrize(
    ("owner", "rows", "found"),
    [
        ("example.org", ("300 MX 1 a.test.", "60 MX 2 b.test."), [("differing-ttls", "MX")]),
        ("example.org", ("300 MX 1 a.test.", "60 TXT v=spf1 -all"), []),
        ("example.org", ("300 MX 1 a.test.", "300 A 192.0.2.1", "60 A 192.0.2.2"), []),
        ("example.org", ("0 MX 1 a.test.",), [("unusual-ttl", "0 seconds")]),
        ("example.org", ("604801 MX 1 a.test.",), [("unusual-ttl", "604801 seconds")]),
        ("example.org", ("604800 MX 1 a.test.", "999999 A 192.0.2.1"), []),
        ("www.example.org", ("0 CNAME a.test.",), []),
    ],
)
def test_times_to_live_of_mail_records_are_looked_at_and_those_of_hosts_are_not(
    owner: str, rows: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    assert odd(owner, *(f"{owner} {row}" for row in rows)) == found


@pytest.mark.parametrize(
    ("owner", "more", "found"),
    [
        ("_dmarc.example.org", 1232 - 29 - 18 - 12 - 5, []),
        ("_dmarc.example.org", 1232 - 29 - 18 - 12 - 4, [("large-text", "1233 octets")]),
        ("other.example.org", 2000, []),
    ],
)
def test_the_reply_with_the_texts_of_a_mail_name_is_measured(
    owner: str, more: int, found: list[tuple[str, str]]
) -> None:
    assert odd(owner, f"{owner} 300 TXT {'x' * more}") == found


def test_texts_beside_spf_are_measured_elsewhere() -> None:
    assert (
        odd("a.example.org", "a.example.org 300 TXT v=spf1 -all", f"a.example.org 300 TXT {'x' * 2000}") == []
    )


@pytest.mark.parametrize(
    ("host", "named_after"),
    [
        ("test-example-org.mail.protection.outlook.com.", "test.example.org"),
        ("www-example-org.mail.protection.outlook.com.", ""),
        ("shop-example-org.mail.protection.outlook.com.", ""),
        ("example-org.mail.protection.outlook.com.", ""),
        ("test-example-org.example.net.", ""),
    ],
)
def test_an_exchange_online_host_tells_which_other_name_of_the_zone_it_is_of(
    host: str, named_after: str
) -> None:
    rows = (f"shop.example.org 300 MX 0 {host}", "test.example.org 300 A 192.0.2.1")
    assert facts("shop.example.org", *rows).mx[0].named_after == named_after
