"""What an owner's zone makes of its records."""

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


SPF = "*.example.org 300 TXT v=spf1 -all"


@pytest.mark.parametrize(
    ("rows", "passed_by"),
    [
        ((SPF, "www.example.org 300 A 192.0.2.1"), ("www.example.org",)),
        ((SPF, "a.b.example.org 300 AAAA 2001:db8::1"), ("a.b.example.org",)),
        (("*.example.org 300 MX 0 .", "www.example.org 300 A 192.0.2.1"), ("www.example.org",)),
        ((SPF, "www.example.org 300 A 192.0.2.1", "www.example.org 300 TXT v=spf1 -all"), ()),
        ((SPF, "www.example.org 300 CNAME web.example.net."), ()),
        ((SPF, "example.org 300 A 192.0.2.1"), ()),
        ((SPF, "s.example.org 300 NS ns.example.net.", "ns.s.example.org 300 A 192.0.2.1"), ()),
        (("*.example.org 300 TXT token", "www.example.org 300 A 192.0.2.1"), ()),
    ],
)
def test_hosts_that_exist_are_passed_by(rows: tuple[str, ...], passed_by: tuple[str, ...]) -> None:
    assert facts("*.example.org", *rows).passed_by == passed_by


CUT = "s.example.org 300 NS"


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ((f"{CUT} ns.example.org.",), ("ns.example.org",)),
        ((f"{CUT} ns.s.example.org.",), ("ns.s.example.org",)),
        ((f"{CUT} ns.example.org.", "ns.example.org 300 TXT here"), ("ns.example.org",)),
        ((f"{CUT} ns.s.example.org.", "*.example.org 300 A 192.0.2.1"), ("ns.s.example.org",)),
        ((f"{CUT} ns.s.example.org.", "ns.s.example.org 300 A 192.0.2.1"), ()),
        ((f"{CUT} ns.example.org.", "*.example.org 300 A 192.0.2.1"), ()),
        ((f"{CUT} ns.example.net.",), ()),
        ((f"{CUT} ns.d.example.org.", "d.example.org 300 NS ns.example.net."), ()),
    ],
)
def test_a_name_server_without_an_address_of_its_own_zone_is_lost(
    rows: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    found = facts("s.example.org", *rows)
    assert found.lost_nameservers == lost
    assert is_mail_name(found) is bool(lost)


def test_a_file_that_holds_a_part_of_its_zone_has_lost_no_name_server() -> None:
    assert facts("s.example.org", f"{CUT} ns.example.org.", authority="partial").lost_nameservers == ()


def test_the_apex_may_name_servers_that_somebody_else_holds() -> None:
    assert facts("example.org", "example.org 300 NS ns.example.org.").lost_nameservers == ()


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


@pytest.mark.parametrize(
    ("rows", "differing"),
    [
        (("example.org 300 MX 1 a.test.", "example.org 60 MX 2 b.test."), ("MX",)),
        (("example.org 300 MX 1 a.test.", "example.org 60 TXT v=spf1 -all"), ()),
        (("example.org 300 MX 1 a.test.", "example.org 300 A 192.0.2.1", "example.org 60 A 192.0.2.2"), ()),
    ],
)
def test_types_of_mail_with_several_times_to_live_are_named(
    rows: tuple[str, ...], differing: tuple[str, ...]
) -> None:
    assert facts("example.org", *rows).differing_ttls == differing


def test_times_to_live_are_given_for_mail_and_not_for_hosts() -> None:
    found = facts("example.org", "example.org 0 MX 1 a.test.", "example.org 999999 A 192.0.2.1").ttls
    assert [(each.type, each.seconds) for each in found] == [("MX", 0)]
    assert facts("www.example.org", "www.example.org 0 CNAME a.test.").ttls == ()


@pytest.mark.parametrize(
    ("owner", "size"), [("_dmarc.example.org", 23 + 18 + 6 + 12 + 1 + 8), ("other.example.org", 0)]
)
def test_the_reply_with_the_texts_of_a_mail_name_is_measured(owner: str, size: int) -> None:
    assert facts(owner, f"{owner} 300 TXT v=DMARC1").text_size == size


def test_texts_beside_spf_are_measured_elsewhere() -> None:
    rows = ("example.org 300 TXT v=spf1 -all", "example.org 300 TXT token")
    assert facts("example.org", *rows).text_size == 0


@pytest.mark.parametrize(
    ("owner", "nested"),
    [
        ("_dmarc._domainkey.example.org", True),
        ("s1._domainkey._dmarc.example.org", True),
        ("_dmarc.example.org", False),
        ("example.net._report._dmarc.example.org", False),
        ("_smtp._tls.example.org", False),
    ],
)
def test_labels_of_two_policies_in_one_owner_are_seen(owner: str, nested: bool) -> None:
    assert facts(owner, f"{owner} 300 TXT v=DMARC1; p=none").nested is nested


@pytest.mark.parametrize(
    ("target", "policy"),
    [
        ("s1._domainkey.example.net.", "dkim"),
        ("_dmarc.example.net.", "dmarc"),
        ("_domainkey.example.net.", ""),
        ("web.example.net.", ""),
    ],
)
def test_a_cname_tells_which_policy_its_target_is(target: str, policy: str) -> None:
    assert facts("x.example.org", f"x.example.org 300 CNAME {target}").cname.policy == policy
