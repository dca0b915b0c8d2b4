"""A proposed zone answers as a name server would: cuts, wildcards, empty non-terminals."""

from __future__ import annotations

import time

import pytest
from zone_text import said, zone

from mfpolicy.model.dns import Answer, Zone
from mfpolicy.views.zones import ZoneBook, books

# RFC 4592, 2.2.1, line by line.
RFC4592 = ZoneBook(
    zone(
        "example",
        "@ SOA ns.example.com. h.example. 1 2 3 4 5",
        "@ NS ns.example.com",
        "@ NS ns.example.net",
        "* TXT this is a wildcard",
        "* MX 10 host1.example",
        "sub.* TXT this is not a wildcard",
        "host1 A 192.0.2.1",
        "_ssh._tcp.host1 SRV 0 0 22 host1.example",
        "_ssh._tcp.host2 SRV 0 0 22 host2.example",
        "subdel NS ns.example.com",
        "subdel NS ns.example.net",
    )
)


@pytest.mark.parametrize(
    ("name", "type", "expected", "wildcard"),
    [
        ("host3.example", "MX", ["10 host1.example"], True),
        ("host3.example", "A", "NODATA", True),
        ("foo.bar.example", "TXT", ["this is a wildcard"], True),
        ("host1.example", "MX", "NODATA", False),  # it exists
        ("host1.example", "A", ["192.0.2.1"], False),
        ("sub.*.example", "MX", "NODATA", False),  # it exists
        ("sub.*.example", "TXT", ["this is not a wildcard"], False),
        ("_telnet._tcp.host1.example", "SRV", "NXDOMAIN", False),  # _tcp.host1 exists without data
        ("_tcp.host1.example", "TXT", "NODATA", False),
        ("host2.example", "TXT", "NODATA", False),  # an empty non-terminal
        ("ghost.*.example", "MX", "NXDOMAIN", False),  # *.example exists
        ("*.example", "MX", ["10 host1.example"], False),
    ],
)
def test_wildcards_work_as_in_the_example_zone_of_rfc_4592(
    name: str, type: str, expected: object, wildcard: bool
) -> None:
    found = RFC4592.look(name, type)
    assert isinstance(found, Answer)
    assert (said(found), found.wildcard) == (expected, wildcard)


def test_the_example_zone_of_rfc_4592_does_not_answer_below_its_cut() -> None:
    assert (RFC4592.cut_above("host.subdel.example"), RFC4592.cut_above("host1.example")) == (
        "subdel.example",
        None,
    )


MAIL = ZoneBook(
    zone(
        "contoso.com",
        "* TXT v=spf1 -all",
        "_dmarc.sub TXT v=DMARC1; p=none",
        "*._domainkey TXT v=DKIM1; p=",
        "www CNAME web.example.org",
        "www TXT hidden",
        "*.apps CNAME apps.example.org",
        "ent.*.star A 192.0.2.9",
    )
)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("host.contoso.com", "TXT", ["v=spf1 -all"]),
        ("_dmarc.host.contoso.com", "TXT", ["v=spf1 -all"]),  # a wildcard TXT answers there too
        ("sub.contoso.com", "TXT", "NODATA"),  # _dmarc.sub makes it exist
        ("x.sub.contoso.com", "TXT", "NXDOMAIN"),
        ("s1._domainkey.contoso.com", "TXT", ["v=DKIM1; p="]),
        ("_domainkey.contoso.com", "TXT", "NODATA"),
        ("contoso.com", "TXT", "NODATA"),
        ("www.contoso.com", "TXT", "NODATA"),  # a CNAME hides what stands beside it
        ("www.contoso.com", "CNAME", ["web.example.org"]),
        ("a.apps.contoso.com", "CNAME", ["apps.example.org"]),
        ("a.apps.contoso.com", "MX", "NODATA"),
        ("a.star.contoso.com", "A", "NODATA"),  # the wildcard is there, though it holds nothing
    ],
)
def test_what_exists_blocks_a_wildcard(name: str, type: str, expected: object) -> None:
    assert said(MAIL.look(name, type)) == expected


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("contoso.com", True),
        ("sub.contoso.com", True),
        ("made.up.contoso.com", True),
        ("x.sub.contoso.com", False),
        ("a.www.contoso.com", False),
    ],
)
def test_a_zone_knows_which_names_it_holds(name: str, there: bool) -> None:
    assert MAIL.exists(name) is there


CUTS = ZoneBook(
    zone(
        "contoso.com",
        "@ NS ns1.contoso.com",
        "sub NS ns.example.org",
        "deep.sub NS ns.example.org",
        "deep.sub TXT dead text",
    )
)


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("sub.contoso.com", "sub.contoso.com"),
        ("x.sub.contoso.com", "sub.contoso.com"),
        ("x.deep.sub.contoso.com", "sub.contoso.com"),  # the highest wins
        ("contoso.com", None),  # the apex holds its own NS
        ("notsub.contoso.com", None),
    ],
)
def test_a_cut_is_at_or_above_a_name_and_the_highest_wins(name: str, cut: str | None) -> None:
    assert CUTS.cut_above(name) == cut


def test_ns_records_of_other_owners_than_the_zone_holds_are_no_cuts() -> None:
    book = ZoneBook(zone("sub.contoso.com", "www A 192.0.2.1"))
    above = ZoneBook(
        Zone("sub.contoso.com", (*book.zone.records, *zone("contoso.com", "@ NS ns.test").records))
    )
    assert (above.cut_above("www.sub.contoso.com"), above.names) == (None, book.names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("broken.contoso.com", "broken.contoso.com MX could not be read in its zone file"),
        ("made.up.contoso.com", "made.up.contoso.com MX could not be read in its zone file"),
        ("sound.contoso.com", ["0 mx.contoso.com"]),
        ("x.sound.contoso.com", "NXDOMAIN"),
    ],
)
def test_unreadable_owners_are_unknown_and_their_neighbours_known(name: str, expected: object) -> None:
    unreadable = frozenset({"broken.contoso.com", "*.contoso.com"})
    book = ZoneBook(zone("contoso.com", "sound MX 0 mx.contoso.com", unreadable=unreadable))
    assert said(book.look(name, "MX")) == expected


def test_nothing_is_absent_from_an_unreadable_zone() -> None:
    book = ZoneBook(zone("contoso.com", "www A 192.0.2.1", readable=False))
    why = "{} A could not be read in its zone file"
    assert said(book.look("www.contoso.com", "A")) == why.format("www.contoso.com")
    assert said(book.exists("gone.contoso.com")) == why.format("gone.contoso.com")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ours.contoso.com", ["192.0.2.1"]),
        ("theirs.contoso.com", None),
        ("below.theirs.contoso.com", None),  # it may be a delegation
        ("ent.contoso.com", "NODATA"),
        ("gone.contoso.com", "NXDOMAIN"),
    ],
)
def test_unmanaged_names_are_left_to_dns_and_all_others_are_not(name: str, expected: object) -> None:
    unmanaged = frozenset({"theirs.contoso.com", "theirs.ent.contoso.com"})
    book = ZoneBook(zone("contoso.com", "ours A 192.0.2.1", "theirs A 192.0.2.2", unmanaged=unmanaged))
    assert said(book.look(name, "A")) == expected


def test_an_unmanaged_wildcard_leaves_the_names_it_makes_up_to_dns() -> None:
    book = ZoneBook(zone("contoso.com", "www A 192.0.2.1", unmanaged=frozenset({"*.contoso.com"})))
    assert (book.look("x.contoso.com", "A"), book.exists("x.contoso.com")) == (None, None)
    assert said(book.look("x.www.contoso.com", "A")) == "NXDOMAIN"


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("a.old.contoso.com", "CNAME", ["a.new.example.org"]),
        ("a.b.old.contoso.com", "CNAME", ["a.b.new.example.org"]),
        ("a.old.contoso.com", "A", "NODATA"),
        ("hidden.old.contoso.com", "A", "NODATA"),
        ("old.contoso.com", "TXT", ["here"]),  # a DNAME speaks of what is below it only (RFC 6672, 2.3)
        ("old.contoso.com", "CNAME", "NODATA"),
        ("notold.contoso.com", "CNAME", "NXDOMAIN"),
    ],
)
def test_a_dname_renames_everything_below_it(name: str, type: str, expected: object) -> None:
    book = ZoneBook(
        zone("contoso.com", "old DNAME New.Example.ORG.", "old TXT here", "hidden.old A 192.0.2.1")
    )
    assert said(book.look(name, type)) == expected


def test_the_same_data_twice_is_one_record_and_other_data_is_another() -> None:
    book = ZoneBook(zone("contoso.com", "@ TXT v=spf1 -all", "@ TXT v=spf1 -all", "@ TXT v=spf1 ~all"))
    assert said(book.look("contoso.com", "TXT")) == ["v=spf1 -all", "v=spf1 ~all"]


@pytest.mark.parametrize(
    ("first", "second", "absent"),
    [("partial", "partial", None), ("partial", "full", "NXDOMAIN"), ("full", "full", "NXDOMAIN")],
)
def test_several_sources_of_one_zone_are_one_zone(first: str, second: str, absent: object) -> None:
    united = books(
        [
            zone("contoso.com", "a A 192.0.2.1", authority=first),
            zone("contoso.com", "b A 192.0.2.2", authority=second, unreadable=frozenset({"c.contoso.com"})),
        ]
    )["contoso.com"]
    assert [said(united.look(f"{owner}.contoso.com", "A")) for owner in "abx"] == [
        ["192.0.2.1"],
        ["192.0.2.2"],
        absent,
    ]
    assert "could not be read" in str(said(united.look("c.contoso.com", "A")))


def test_a_name_outside_the_zone_ends_the_search_for_its_encloser() -> None:
    assert said(MAIL.look("example.org", "A")) == "NXDOMAIN"


def test_many_records_at_one_owner_and_endless_owners_cost_no_time() -> None:
    start = time.perf_counter()
    lines = (*(f"@ TXT {number}" for number in range(20_000)), f"{'a.' * 50_000}b A 192.0.2.1")
    book = ZoneBook(zone("contoso.com", *lines))
    assert (len(book.type_at("contoso.com", "TXT")), book.names) == (20_000, {"contoso.com"})
    assert time.perf_counter() - start < 2
