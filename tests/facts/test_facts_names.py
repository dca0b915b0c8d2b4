"""What an owner name's facts say, and what they leave alone."""

from __future__ import annotations

import pytest

from mfpolicy.facts.names import NameFacts, is_mail_name, name_facts
from mfpolicy.model.dns import Record, Zone
from mfpolicy.views.zones import ZoneBook


def facts(owner: str, *records: tuple[str, str], others: tuple[tuple[str, str, str], ...] = ()) -> NameFacts:
    rows = (*((owner, *each) for each in records), *others)
    zone = Zone("example.org", tuple(Record(name, type, value) for name, type, value in rows))
    return name_facts(ZoneBook(zone), owner)


@pytest.mark.parametrize(
    ("owner", "records", "role"),
    [
        ("_dmarc.example.org", [("TXT", "v=DMARC1; p=none")], "dmarc"),
        ("s1._domainkey.example.org", [("CNAME", "s1.example.net.")], "dkim"),
        ("example.net._report._dmarc.example.org", [("TXT", "v=DMARC1")], "report"),
        ("_mta-sts.example.org", [("TXT", "v=STSv1; id=1")], "mta-sts"),
        ("_smtp._tls.example.org", [("TXT", "v=TLSRPTv1; rua=mailto:a@example.org")], "tls-rpt"),
        ("example.org", [("MX", "10 mail.example.org.")], "mail"),
        ("bounce.example.org", [("TXT", "v=spf1 -all")], "mail"),
        ("www.example.org", [("A", "192.0.2.1")], "other"),
        ("verify.example.org", [("TXT", "v=verifydomain MS=1")], "other"),
    ],
)
def test_the_role_follows_from_owner_and_records(
    owner: str, records: list[tuple[str, str]], role: str
) -> None:
    assert facts(owner, *records).role == role


@pytest.mark.parametrize(
    ("target", "is_host"),
    [
        ("v=DMARC1; p=none;", False),
        ("v=DKIM1; p=", False),
        ("selector1-example-org._domainkey.contoso.onmicrosoft.com.", True),
        ("1.0/25.2.0.192.in-addr.arpa.", True),
        ("mail", True),
    ],
)
def test_a_cname_target_with_policy_text_is_no_host(target: str, is_host: bool) -> None:
    assert facts("_dmarc.example.org", ("CNAME", target)).cname.is_host is is_host


def test_types_beside_a_cname_are_named() -> None:
    assert facts("a.example.org", ("CNAME", "b.example.org."), ("MX", "0 .")).cname.others == ("MX",)


def test_a_lone_cname_has_nothing_beside_it() -> None:
    assert facts("a.example.org", ("CNAME", "b.example.org.")).cname.others == ()


def test_two_policies_in_one_string_are_counted() -> None:
    assert facts("example.org", ("TXT", "v=spf1 -all v=DKIM1; p=")).texts[0].policies == 2


def test_a_record_that_mentions_a_version_is_one_policy() -> None:
    assert facts("example.org", ("TXT", "v=spf1 include:v.example -all")).texts[0].policies == 1


@pytest.mark.parametrize(
    ("owner", "doubled"),
    [
        ("s1._domainkey.example.org.example.org", True),
        ("example.org.example.org", True),
        ("s1._domainkey.example.org", False),
        ("notexample.org.example.org", False),
    ],
)
def test_a_zone_name_that_stands_twice_is_seen(owner: str, doubled: bool) -> None:
    assert facts(owner, ("TXT", "v=DKIM1; p=")).doubled is doubled


@pytest.mark.parametrize(
    ("type", "hidden_by"), [("MX", "sub.example.org"), ("CNAME", "sub.example.org"), ("A", ""), ("NS", "")]
)
def test_a_delegation_hides_all_but_its_own_records_and_glue(type: str, hidden_by: str) -> None:
    cut = (("sub.example.org", "NS", "ns1.example.net."),)
    owner = "sub.example.org" if type == "NS" else "a.sub.example.org"
    records = () if type == "NS" else ((type, "10 mail.example.org." if type == "MX" else "x.example.org."),)
    assert facts(owner, *records, others=cut).hidden_by == hidden_by


def test_a_null_mx_beside_another_is_mixed() -> None:
    assert facts("example.org", ("MX", "0 ."), ("MX", "10 mail.example.org.")).mixed_null_mx


def test_a_null_mx_alone_is_not_mixed() -> None:
    assert not facts("example.org", ("MX", "0 .")).mixed_null_mx


def test_a_plain_host_is_no_rules_business() -> None:
    assert not is_mail_name(facts("www.example.org", ("A", "192.0.2.1")))
