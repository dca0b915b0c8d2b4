"""RFC 1035 zone files: read as name servers read them, and whole whatever is wrong with one record."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype
import dns.rdtypes.txtbase
import dns.zone
import msgspec
import pytest
from nameserver import NEEDS_NSD, nsd

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Answer, Record, Unknown, Zone
from mfpolicy.model.names import normal
from mfpolicy.model.places import Span
from mfpolicy.sources.zones import ZoneSet, read_zones
from mfpolicy.views.zones import ZoneBook


def zones(root: Path, texts: dict[str, str], path: str = "zones") -> ZoneSet:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return read_zones("zone-file", path, Files(root))


def one(root: Path, text: str) -> tuple[Zone, list[str]]:
    """The zone of one file, and what its faults say."""
    found = zones(root, {"example.org.zone": text}, "example.org.zone")
    return found.zones[0], [fault.text for fault in found.faults]


def short(zone: Zone) -> list[str]:
    """The records as `owner TYPE value`, the zone's own name left out."""
    apex = "." + zone.name
    return [f"{('.' + r.name).removesuffix(apex)[1:] or '@'} {r.type} {r.value}" for r in zone.records]


RECORDS = [
    ("www A 192.0.2.1", "www A 192.0.2.1"),
    ("WWW\t300\tIN\tA\t192.0.2.1", "www A 192.0.2.1"),
    ("www in 5m a 192.0.2.1 ; a comment", "www A 192.0.2.1"),
    ("www.example.org. AAAA 2001:DB8::1", "www AAAA 2001:db8::1"),
    ("@ MX 10 mail", "@ MX 10 mail.example.org."),
    ("@ MX 10 mail.example.net.", "@ MX 10 mail.example.net."),
    ("@ MX 0 .", "@ MX 0 ."),
    ("a NS @", "a NS example.org."),
    ("_sip._tcp SRV 1 2 3 Sip", "_sip._tcp SRV 1 2 3 Sip.example.org."),
    ('a TXT "v=spf1 -all"', "a TXT v=spf1 -all"),
    ('a TXT "v=spf1 " "-all"', "a TXT v=spf1 -all"),
    ('a TXT ( "v=DKIM1; "\r\n  "p=abc" ) ; end', "a TXT v=DKIM1; p=abc"),
    ('a TXT "a\\"b\\;c\\100;("', 'a TXT a"b;cd;('),
    ('a TXT "é"', "a TXT \xc3\xa9"),
    ('a TXT ""', "a TXT "),
    ('a TXT "v=spf1 exists:%{i}.example.net"', "a TXT v=spf1 exists:%{i}.example.net"),
    ("a TXT token=1", "a TXT token=1"),
    ("a TXT token ; of the web team", "a TXT token"),
    ('a SPF "v=spf1 -all"', "a SPF v=spf1 -all"),
    ("a TYPE99 \\# 4 03616263", "a SPF abc"),
    ("a CLASS1 TYPE16 \\# 4 03616263", "a TXT abc"),
    ("a TYPE65400 \\# 2 abcd", "a TYPE65400 \\# 2 abcd"),
    ("a ALIAS lb.example.net.", "a ALIAS lb.example.net."),
    ("a ANAME lb", "a ALIAS lb.example.org."),
    (f"a TLSA 3 1 1 ( {'AB' * 16}\n {'cd' * 16} )", f"a TLSA 3 1 1 {'ab' * 16}{'cd' * 16}"),
    ('a CAA 0 issue ";"', 'a CAA 0 issue ";"'),
    ("a\\.b A 192.0.2.1", "a\\.b A 192.0.2.1"),
    ("\\097 A 192.0.2.1", "a A 192.0.2.1"),
    ("$ORIGIN sub\na A 192.0.2.1", "a.sub A 192.0.2.1"),
    ("$ORIGIN .\na.example.org A 192.0.2.1", "a A 192.0.2.1"),
    ('$GENERATE 7-7 h$ MX "${3} mx$"', "h7 MX 10 mx7.example.org."),
    ('$GENERATE 7-7 h$ TXT "\\"a $\\""', "h7 TXT a 7"),
    ("$GENERATE 7-7 h${-2,3,x} A 192.0.2.$", "h005 A 192.0.2.7"),
]


@pytest.mark.parametrize(("text", "record"), RECORDS)
def test_a_record_of_every_form_is_read(tmp_path: Path, text: str, record: str) -> None:
    zone, faults = one(tmp_path, f"\ufeff$TTL 300\r\n{text}\r\n")
    assert (short(zone), faults, zone.unreadable, zone.readable) == ([record], [], frozenset(), True)


ODD_TEXTS = [
    ("v=spf1 -all", "v=spf1-all", "served without blanks"),
    ("v=DMARC1; p=reject", "v=DMARC1", "ends at the first semicolon"),
    ("v=DMARC1 ; p=reject", "v=DMARC1", "ends at the first semicolon"),
    ("v=DMARC1\\; p=none", "v=DMARC1;p=none", "served without blanks"),
    (f'"{"x" * 256}"', "x" * 256, "has 256 octets"),
]


@pytest.mark.parametrize(("text", "value", "said"), ODD_TEXTS)
def test_a_text_is_what_servers_serve_and_a_fault_says_so(
    tmp_path: Path, text: str, value: str, said: str
) -> None:
    zone, faults = one(tmp_path, f"a TXT {text}")
    assert ([each.value for each in zone.records], len(faults), zone.unreadable) == ([value], 1, frozenset())
    assert said in faults[0]


def test_a_string_that_is_too_long_is_divided(tmp_path: Path) -> None:
    zone, _ = one(tmp_path, f'a TXT "{"x" * 300}" "y"')
    assert [len(each) for each in zone.records[0].strings] == [255, 45, 1]


BAD_LINES = [
    ("bad A 192.0.2.300", {"bad A"}),
    ("bad A Parked", {"bad A"}),
    ("bad A", {"bad A"}),
    ("bad", {"bad"}),
    ("bad DYNA geoip!text", {"bad"}),
    ("bad OPT x", {"bad"}),
    ("bad CH A 192.0.2.1", {"bad"}),
    ("bad MX ten mail", {"bad MX"}),
    ("bad CNAME a b", {"bad"}),
    ('bad TXT "abc', {"bad"}),
    ('bad TXT "\\300"', {"bad TXT"}),
    ('bad TXT ( "abc"', {"bad"}),
    ("bad A 192.0.2.1 )", {"bad"}),
    ("bad CNAME bücher", {"bad"}),
    ("bad TXT \\# 4 abc", {"bad TXT"}),
    (f'bad TXT "{"x" * 70_000}"', {"bad TXT"}),
    ("bad A {{ address }}", {"bad"}),
    ("bad A ( 192.0.2.1\nhidden A 192.0.2.2 )", {"bad A", "hidden"}),
    ("a A 192.0.2.1\n  www IN A 192.0.2.1", {"a", "www"}),
    ("bücher A 192.0.2.1", {"xn--bcher-kva"}),
    ("a..b A 192.0.2.1", set()),
    ("b\\256 A 192.0.2.1", set()),
    (f"{'x' * 64} A 192.0.2.1", set()),
    ("bad.example.net. A 192.0.2.1", set()),
    ("bad.example.net. A 192.0.2.1", set()),
]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("mail.example.net", ["mail.example.net.example.org"]),
        ("mail.example.net.", []),
        ("mail", []),
        ("mail.dc1", []),
    ],
)
def test_a_target_without_a_final_dot_that_makes_no_name_is_told(
    tmp_path: Path, target: str, told: list[str]
) -> None:
    _, faults = one(tmp_path, f"@ MX 10 {target}\nmail.dc1 A 192.0.2.1\nsub NS ns\n")
    assert [each.rpartition(" is ")[2] for each in faults] == told


def test_what_is_unread_is_unknown_and_the_rest_of_its_owner_is_not(tmp_path: Path) -> None:
    zone, _ = one(tmp_path, '@ A Parked\n@ TXT "v=spf1 -all"\n* MX ten mail\n')
    book = ZoneBook(zone)
    found = {type: book.look("example.org", type) for type in ("A", "TXT", "MX")}
    assert isinstance(found["A"], Unknown) and isinstance(book.look("x.example.org", "MX"), Unknown)
    assert [len(each.records) for each in (found["TXT"], found["MX"]) if isinstance(each, Answer)] == [1, 0]


@pytest.mark.parametrize(("line", "unreadable"), BAD_LINES)
def test_a_bad_record_makes_its_owner_unknown_and_loses_no_other(
    tmp_path: Path, line: str, unreadable: set[str]
) -> None:
    zone, faults = one(tmp_path, f"first A 192.0.2.1\n{line}\nlast TXT ( x ) ; fine\n")
    assert {"first A 192.0.2.1", "last TXT x"} <= set(short(zone))
    lost = {*zone.unreadable, *(f"{each.name} {each.type}" for each in zone.unread)}
    assert ({each.replace(".example.org", "") for each in lost}, len(faults), zone.readable) == (
        unreadable,
        1,
        True,
    )


@pytest.mark.parametrize(
    "line",
    [
        "$INCLUDE absent.zone",
        "$INCLUDE ../outside.zone",
        "$INCLUDE /etc/hostname",
        "$INCLUDE example.org.zone",
        "$INCLUDE",
        "$ORIGIN a..b.",
        "$ORIGIN bücher.example.",
        "$DATE 1",
        "$GENERATE 3-1 h$ A 192.0.2.$",
        "$GENERATE 1-3 h$ A 192.0.2.300",
        "$GENERATE 1-3 h${0,3,n} A 192.0.2.1",
        "$GENERATE 1-3 h${-2} A 192.0.2.1",
        "$GENERATE 1-3 h$ MX 10 mx$",
        "$GENERATE 1-3 h$ A",
        '$GENERATE 1-3 h$ A "',
        "$GENERATE 1-999999999 h$ A 192.0.2.1",
        "{% include 'hosts' %}",
    ],
)
def test_after_a_directive_that_cannot_be_followed_no_name_is_said_to_be_absent(
    tmp_path: Path, line: str
) -> None:
    zone, faults = one(tmp_path, f"a A 192.0.2.1\n{line}\nb.example.org. TXT x\n")
    assert (zone.readable, bool(faults), short(zone)[0]) == (False, True, "a A 192.0.2.1")


TIMES = [
    ("$TTL 1h30m\na A 192.0.2.1", [5400]),
    ("a A 192.0.2.1", [None]),
    ("a 60 A 192.0.2.1\na A 192.0.2.2\nb A 192.0.2.2", [60, 60, 60]),
    ("$TTL 5\na 60 A 192.0.2.1\na A 192.0.2.2", [60, 5]),
    ("@ SOA ns h 1 2 3 4 77\na A 192.0.2.2", [77, 77]),
    ("a 0 A 192.0.2.2", [0]),
    ("a 00000000011 A 192.0.2.2", [11]),
]


@pytest.mark.parametrize(("text", "ttls"), TIMES)
def test_a_time_to_live_left_out_is_the_last_that_was_said(
    tmp_path: Path, text: str, ttls: list[int | None]
) -> None:
    zone, faults = one(tmp_path, text)
    assert ([each.ttl for each in zone.records], faults) == (ttls, [])


@pytest.mark.parametrize("ttl", ["2147483648", "9" * 40, "1x", "1h30"])
def test_a_time_to_live_that_is_none_is_not_known(tmp_path: Path, ttl: str) -> None:
    zone, faults = one(tmp_path, f"$TTL {ttl}\na A 192.0.2.1")
    assert ([each.ttl for each in zone.records], len(faults)) == ([None], 1)


def test_a_cname_record_and_others_beside_it_are_both_kept(tmp_path: Path) -> None:
    zone, faults = one(tmp_path, "a CNAME b\na 60 TXT x\na 90 TXT x\n")
    assert ([each.ttl for each in zone.records], faults) == ([None, 60, 90], [])


def test_a_place_covers_the_data_of_a_record(tmp_path: Path) -> None:
    text = '\ufeffa TXT ( "v=DMARC1; " ; one\r\n "p=none" )\r\n  MX 10 mail\r\n'
    zone, _ = one(tmp_path, text)
    places = [each.place for each in zone.records]
    assert all(isinstance(each, Span) and each.file == "example.org.zone" for each in places)
    slices = [text[each.start : each.end] for each in places if isinstance(each, Span)]
    assert slices == ['"v=DMARC1; " ; one\r\n "p=none"', "10 mail"]


def test_a_fault_stands_at_the_bad_record(tmp_path: Path) -> None:
    text = "a A 192.0.2.1\nb A x ; comment\n"
    found = zones(tmp_path, {"example.org.zone": text}, "example.org.zone")
    assert [fault.place for fault in found.faults] == [Span("example.org.zone", 14, 19)]


NAMES = [
    ("example.org.txt", "a A 192.0.2.1", "example.org"),
    ("db.example.org", "a A 192.0.2.1", "example.org"),
    ("example.org.db", "a A 192.0.2.1", "example.org"),
    ("example.org", "a A 192.0.2.1", "example.org"),
    ("Example.ORG.zone", "@ SOA ns h 1 2 3 4 5", "example.org"),
    ("x.zone", "$TTL 5\n$ORIGIN example.org.\na A 192.0.2.1", "example.org"),
    ("x.zone", "a A 192.0.2.1\n$ORIGIN example.org.\n", None),
    ("x.zone", "example.org. IN SOA ns h 1 2 3 4 5", "example.org"),
    ("x.zone", "$ORIGIN org.\nexample 60 IN SOA ns h 1 2 3 4 5", "example.org"),
    ("x.zone", "$ORIGIN .\nexample.org 60 IN SOA ns h 1 2 3 4 5", "example.org"),
    ("example.org.zone", "$ORIGIN org.\nexample A 192.0.2.1", "example.org"),
    ("example.net.zone", "$ORIGIN example.org.\na A 192.0.2.1", "example.org"),
    ("export.txt", ";;\n;; Domain:     example.org.\na.example.org. 1 IN A 192.0.2.1", "example.org"),
    ("example.org.zone", "a.example.org. TXT SOA", "example.org"),
    ("zone.txt", "a A 192.0.2.1", None),
    ("db.192.0.2", "1 PTR a", None),
    ("empty.example.org.zone", "", "empty.example.org"),
]


@pytest.mark.parametrize(("file", "text", "name"), NAMES)
def test_the_zone_is_told_by_its_soa_its_origin_a_header_or_the_file(
    tmp_path: Path, file: str, text: str, name: str | None
) -> None:
    found = zones(tmp_path, {file: text}, file)
    assert [each.name for each in found.zones] == [name] * (name is not None)
    assert [fault.code for fault in found.faults] == ["unreadable-file"] * (name is None)


def test_a_folder_gives_its_zones_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    record = "www 300 IN A 192.0.2.1\n"
    read = ["a.test.zone", "b.test.db", "c.test.dns", "db.d.test", "e.test.txt", "f.test"]
    left = {
        "README.md": f"```\n$ORIGIN example.org.\n{record}```\n",
        "brands.txt": "example.org\nexample.net\n",
        "g.test.txt": "A list of\nwords\n",
        "robots": "www A 192.0.2.1\n",
        "b.test.db.jnl": record,
        "a.test.zone.signed": record,
        ".hidden.zone": "x",
        "db.h.test~": record,
        "mailflow.yaml": "version: 1\n",
        "sub/i.test.zone": record,
    }
    found = zones(
        tmp_path, {f"zones/{name}": text for name, text in (dict.fromkeys(read, record) | left).items()}
    )
    assert [each.name for each in found.zones] == ["a.test", "b.test", "c.test", "d.test", "e.test", "f.test"]
    assert (found.faults, found.files) == ((), tuple(f"zones/{each}" for each in sorted(read)))


@pytest.mark.parametrize("texts", [{"zones/README.md": "x"}, {"zones/sub/a.test.zone": "x A 192.0.2.1"}, {}])
def test_a_folder_without_a_zone_is_a_fault(tmp_path: Path, texts: dict[str, str]) -> None:
    found = zones(tmp_path, texts)
    assert (found.zones, [fault.code for fault in found.faults]) == ((), ["unreadable-file"])


def test_a_file_that_is_no_text_is_a_zone_that_is_not_readable(tmp_path: Path) -> None:
    (tmp_path / "example.org.zone").write_bytes(b"a TXT \xff")
    found = read_zones("zone-file", "example.org.zone", Files(tmp_path))
    assert [(each.name, each.readable) for each in found.zones] == [("example.org", False)]


def test_two_files_of_one_zone_are_told_of(tmp_path: Path) -> None:
    texts = {"zones/a.test.zone": "a A 192.0.2.1", "zones/a.test.db": "b A 192.0.2.1"}
    assert [fault.code for fault in zones(tmp_path, texts).faults] == ["duplicate-key"]


def test_an_include_is_read_from_its_folder_with_its_origin_and_is_no_zone(tmp_path: Path) -> None:
    texts = {
        "zones/example.org.zone": "$TTL 60\na A 192.0.2.1\n$INCLUDE parts/sub.zone sub\n A 192.0.2.9\n"
        '$INCLUDE "common.zone"\n',
        "zones/parts/sub.zone": "@ A 192.0.2.2\n$ORIGIN deep\n$TTL 5\nb A 192.0.2.3\nb A bad\n",
        "zones/common.zone": "c A 192.0.2.4\n",
    }
    found = zones(tmp_path, texts)
    assert [short(each) for each in found.zones] == [
        ["a A 192.0.2.1", "sub A 192.0.2.2", "b.deep.sub A 192.0.2.3", "a A 192.0.2.9", "c A 192.0.2.4"]
    ]
    assert [each.ttl for each in found.zones[0].records] == [60, 60, 5, 60, 60]
    assert [fault.place.file for fault in found.faults if fault.place] == ["zones/parts/sub.zone"]
    assert found.files == tuple(sorted(texts))


def test_includes_end_at_a_depth(tmp_path: Path) -> None:
    texts = {f"{n}.inc": f"$INCLUDE {n + 1}.inc\na{n} A 192.0.2.1\n" for n in range(30)}
    found = zones(tmp_path, texts | {"example.org.zone": "$INCLUDE 0.inc\n"}, "example.org.zone")
    assert [(each.readable, "too-large" in {f.code for f in found.faults}) for each in found.zones] == [
        (False, True)
    ]


def test_an_export_that_flattens_has_an_alias_at_the_apex(tmp_path: Path) -> None:
    record = "@ CNAME shop.example.net.\nwww CNAME shop.example.net.\n"
    zone, _ = one(tmp_path, ";; Domain: example.org.\n" + record)
    assert [each.type for each in zone.records] == ["ALIAS", "CNAME"]
    assert [each.type for each in one(tmp_path, record)[0].records] == ["CNAME", "CNAME"]


EXPORTED = [
    (
        "k._domainkey.example.org. 1 IN CNAME k.example.net. ; cf_tags=cf-proxied:true",
        "k._domainkey ALIAS",
        300,
    ),
    ("a.example.org.\t1\tIN\tCNAME\tb.example.net. ; key cf_tags=cf-proxied:true", "a ALIAS", 300),
    ("a.example.org. 60 IN CNAME b.example.net. ; cf_tags=x,cf-flatten-cname", "a ALIAS", 60),
    ("a.example.org. 60 IN CNAME b.example.net. ; cf_tags=cf-proxied:false", "a CNAME", 60),
    ("a.example.org. 60 IN CNAME b.example.net.\n; cf_tags=cf-proxied:true", "a CNAME", 60),
    ("mail.example.org. 1 IN A 192.0.2.1 ; cf_tags=cf-proxied:true", "mail A", 300),
    ("example.org\t1\tIN\tMX\t10 mail.example.net.", "@ MX", 300),
    ("Example.org 1 IN CNAME b.example.net.", "@ ALIAS", 300),
    ("www 1 IN A 192.0.2.1", "www A", 300),
]


@pytest.mark.parametrize(("record", "expected", "ttl"), EXPORTED)
def test_an_export_of_cloudflare_is_read_as_it_is_served(
    tmp_path: Path, record: str, expected: str, ttl: int
) -> None:
    zone, faults = one(tmp_path, f";; Domain:     example.org.\n{record}\n")
    told = [" ".join(each.split()[:2]) for each in short(zone)]
    assert (faults, told, [each.ttl for each in zone.records]) == ([], [expected], [ttl])


@pytest.mark.parametrize(
    "record", ["example.org 1 IN MX 10 mail.example.net.", "a 1 IN CNAME b.example.net."]
)
def test_any_other_zone_file_is_read_by_the_letter(tmp_path: Path, record: str) -> None:
    zone, _ = one(tmp_path, record)
    name = record.split()[0] + ".example.org"
    assert [(each.name, each.type, each.ttl) for each in zone.records] == [(name, record.split()[3], 1)]


def test_an_origin_that_lacks_its_dot_is_told_of(tmp_path: Path) -> None:
    zone, faults = one(tmp_path, "$ORIGIN example.org\nwww A 192.0.2.1\n")
    assert (short(zone), len(faults)) == (["www.example.org A 192.0.2.1"], 1)


def test_a_zone_is_the_same_in_octodns_and_as_a_zone_file(tmp_path: Path) -> None:
    text = """$TTL 300
@ MX 10 mail.example.org.
  TXT "v=spf1 mx -all"
_dmarc 60 TXT "v=DMARC1; " "p=reject"
www CNAME web.example.net.
lb ALIAS web.example.net.
mail A 192.0.2.25
  AAAA 2001:db8::25
_25._tcp.mail TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
@ CAA 0 issue "ca.example.net"
"""
    yaml = """
"":
- {type: MX, ttl: 300, value: {exchange: mail.example.org., preference: 10}}
- {type: TXT, ttl: 300, value: '"v=spf1 mx -all"'}
- {type: CAA, ttl: 300, value: {flags: 0, tag: issue, value: ca.example.net}}
_dmarc: {type: TXT, ttl: 60, value: '"v=DMARC1\\; " "p=reject"'}
www: {type: CNAME, ttl: 300, value: web.example.net.}
lb: {type: ALIAS, ttl: 300, value: web.example.net.}
mail: [{type: A, ttl: 300, value: 192.0.2.25}, {type: AAAA, ttl: 300, value: "2001:db8::25"}]
_25._tcp.mail: {type: TLSA, ttl: 300, value: {certificate_usage: 3, selector: 1, matching_type: 1,
  certificate_association_data: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}}
"""
    (tmp_path / "example.org.yaml").write_text(yaml)
    theirs = read_zones("octodns", "example.org.yaml", Files(tmp_path))
    zone, faults = one(tmp_path, text)
    assert (_placeless(zone), faults) == (_placeless(theirs.zones[0]), [])


def _placeless(zone: Zone) -> set[Record]:
    return {msgspec.structs.replace(each, place=None) for each in zone.records}


HOSTILE = [
    "a TXT " + "(" * 250_000,
    "a TXT (\n" * 60_000,
    "a TXT " + "()" * 60_000,
    '"' * 120_000,
    'a TXT "' + "x" * 600_000,
    'a TXT "' + "\\a" * 60_000 + '"',
    "\\" * 120_000,
    "a. " * 40_000,
    "a." * 60_000 + " A 192.0.2.1",
    "a " + "1h" * 60_000 + " A 192.0.2.1",
    "\n" * 120_000,
    "a\n" * 60_000,
    "$X\n" * 40_000,
    "\0" * 120_000,
    "$GENERATE 1-65000 h$ TXT " + "${0,255}" * 100,
    "a " + "1" * 49 + "x A 192.0.2.1\n" * 5_000,
    "".join(f'h{n} 300 IN TXT "v=spf1 -all" ; {n}\n' for n in range(8_000)),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_a_hostile_file_costs_little_and_few_words(tmp_path: Path, text: str) -> None:
    start = time.process_time()
    _, faults = one(tmp_path, text)
    assert len(faults) <= 1_002
    assert time.process_time() - start < 2


def _random_zone(seed: int, name: str = "example.org") -> str:
    """Lines that are right, written in as many ways as the RFC has."""
    dice = random.Random(seed)
    type = ""
    lines = ["$TTL 5m", "@ IN SOA ns h ( 1 2h 3 ; serial", "  4w 5 )", "\tIN\tNS ns"]
    for _ in range(60):
        # Nothing may stand beside a CNAME record, so no line after one leaves its owner out.
        owners = _OWNERS[: 9 if type == "CNAME" else None]
        type, values = dice.choice(_DATA)
        owner = dice.choice(owners).format(name=name) if type != "CNAME" else f"c{len(lines)}"
        lead = dice.choice(["", "IN ", "60 ", "1H in ", "CLASS1\t7 "])
        value = dice.choice(values)
        if " " in value and '"' not in value and dice.random() < 0.3:
            value = "( " + value.replace(" ", "\n  ", 1) + " )"
        lines.append(f"{owner}\t{lead}{type} {value}{dice.choice(['', ' ; x (', '   '])}")
        if dice.random() < 0.1:
            lines.append(
                dice.choice([f"$ORIGIN sub.{name}.", f"$ORIGIN {name}.", "$TTL 99", "", "; c", "  "])
            )
    return dice.choice(["\n", "\r\n"]).join(lines) + "\n"


_OWNERS = ("a", "B", "*", "@", "x.y", "www.{name}.", "_dmarc", "a\\.b", "\\099d", " ", "\t")
_DATA = [
    ("A", ["192.0.2.1", "192.0.2.2"]),
    ("aaaa", ["2001:DB8::1", "::ffff:192.0.2.1"]),
    ("MX", ["10 mx", "0 .", "20 Mx.example.net."]),
    ("TXT", ['"v=spf1 -all"', '"a" "b;c"', "plain", '"\\"q\\" \\200"', '"é"', '""', '( "a"\n "b" )']),
    ("CNAME", ["@", "a.b", "web.example.net."]),
    ("SRV", ["1 2 3 t", "0 0 0 ."]),
    ("CAA", ['0 issue "ca.example.net"', "128 iodef mailto:a@example.org"]),
    ("TLSA", ["3 1 1 " + "0f" * 32, "3 1 1 " + " ".join(["0f" * 16] * 2), "3 1 2 " + "ab" * 64]),
    ("NAPTR", ['1 2 "s" "SIP+D2U" "" _sip._udp']),
    ("SSHFP", ["1 1 00112233445566778899aabbccddeeff00112233"]),
    ("TYPE65400", ["\\# 2 abcd"]),
]


@pytest.mark.parametrize(
    "text", ["a" * 200_000, " " * 200_000, "a 1" + "1 " * 200_000, "IN " * 200_000], ids=len
)
def test_a_hostile_text_beside_zones_is_left_alone_fast(tmp_path: Path, text: str) -> None:
    texts = {"zones/example.org.zone": "a A 192.0.2.1", "zones/example.net.txt": text}
    start = time.process_time()
    found = zones(tmp_path, texts)
    assert ([each.name for each in found.zones], found.faults) == (["example.org"], ())
    assert time.process_time() - start < 2


@pytest.mark.parametrize("seed", range(60))
def test_a_garbled_zone_is_read_without_guessing(tmp_path: Path, seed: int) -> None:
    """What is missing is told of, at a place in the file."""
    dice, text = random.Random(seed), list(_random_zone(seed))
    for _ in range(dice.randint(1, 20)):
        text[dice.randrange(len(text))] = dice.choice('"();\\\n $@.\0é{%')
    whole = "".join(text)
    found = zones(tmp_path, {"example.org.zone": whole}, "example.org.zone")
    places = [each.place for each in (*found.faults, *(r for zone in found.zones for r in zone.records))]
    assert all(isinstance(each, Span) and 0 <= each.start < each.end <= len(whole) for each in places)
    assert found.faults or not any(zone.unreadable or not zone.readable for zone in found.zones)


LOOPS = [
    "$GENERATE 1-5/2 h$ A 192.0.2.$",
    "$GENERATE 8-12 h${2,3,d}x 60 IN A 192.0.2.${-8,0,d}",
    "$GENERATE 1-3 h$ CNAME h.$.example.net.",
]


@pytest.mark.parametrize("line", LOOPS)
def test_a_loop_makes_what_an_independent_reader_makes(tmp_path: Path, line: str) -> None:
    assert _ours(one(tmp_path, f"$TTL 300\n{line}\n")[0]) == _theirs(f"$TTL 300\n{line}\n")


Sets = dict[tuple[str, str], tuple[int | None, frozenset[str]]]


def _sets(records: Iterator[tuple[str, str, int | None, str]]) -> Sets:
    """Record sets with the lowest of their times to live."""
    found: dict[tuple[str, str], list[tuple[int | None, str]]] = {}
    for name, type, ttl, value in records:
        found.setdefault((name, type), []).append((ttl, value))
    return {
        key: (min(ttl or 0 for ttl, _ in each), frozenset(value for _, value in each))
        for key, each in found.items()
    }


def _value(rdata: dns.rdata.Rdata) -> str:
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("latin-1")
    return rdata.to_text(chunksize=0).lower()


def _ours(zone: Zone) -> Sets:
    return _sets(
        (each.name, each.type, each.ttl, each.value if each.type == "TXT" else each.value.lower())
        for each in zone.records
    )


def _theirs(text: str) -> Sets:
    """What dnspython's own reader makes of a text."""
    zone = dns.zone.from_text(text, "example.org.", relativize=False, check_origin=False)
    return _sets(
        (normal(name.to_text()), dns.rdatatype.to_text(rdata.rdtype), ttl, _value(rdata))
        for name, ttl, rdata in zone.iterate_rdatas()
    )


def _refused(faults: Sequence[str]) -> list[str]:
    """All but relative targets of several labels: those are read as they stand, and asked about."""
    return [each for each in faults if "has no final dot" not in each]


@pytest.mark.parametrize("seed", range(60))
def test_a_random_zone_is_read_as_an_independent_reader_reads_it(tmp_path: Path, seed: int) -> None:
    text = _random_zone(seed)
    zone, faults = one(tmp_path, text)
    assert (_ours(zone), _refused(faults)) == (_theirs(text.replace("\r", "")), [])


def _served(port: int, name: str, type: str) -> frozenset[str]:
    query = dns.message.make_query(name, type)
    reply = dns.query.udp(query, "127.0.0.1", port=port, timeout=2)
    return frozenset(_value(item) for each in reply.answer for item in each)


class TestServed:
    pytestmark = NEEDS_NSD

    def test_a_random_zone_is_served_by_nsd_as_it_is_read(self, tmp_path: Path) -> None:
        texts = {f"z{seed}.test": _random_zone(seed, f"z{seed}.test") for seed in range(100, 110)}
        found = zones(tmp_path, {f"zones/{name}.zone": text for name, text in texts.items()})
        (tmp_path / "nsd").mkdir()
        with nsd(tmp_path / "nsd", texts) as port:
            for zone in found.zones:
                ours = {key: values for key, (_, values) in _ours(zone).items()}
                assert {key: _served(port, *key) for key in ours} == ours
        assert (len(found.zones), _refused([each.text for each in found.faults])) == (10, [])
