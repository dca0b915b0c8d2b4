"""Route 53's exports and change batches: what is, what was before, and what cannot be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Answer, Answers, Question, Reply, Unknown, Zone
from mfpolicy.sources.zones import ZoneSet, read_zones
from mfpolicy.views.overlay import Overlay

SOA = "ns-1.example.com. hostmaster.example.com. 1 7200 900 1209600 86400"
NOT_APEX = "there is no SOA record, so this is not a whole zone"


def rrset(name: str, type: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type, "TTL": 300, "ResourceRecords": [{"Value": v} for v in values], **more}


APEX = rrset("example.org.", "SOA", SOA)


def read(root: Path, document: object, path: str = "zone.json") -> ZoneSet:
    text = document if isinstance(document, str) else json.dumps(document)
    (root / path).write_bytes(text.encode())
    return read_zones("route53", path, Files(root))


def export(root: Path, *sets: object, **more: Any) -> ZoneSet:
    return read(root, {"ResourceRecordSets": [APEX, *sets], **more})


def batch(root: Path, *changes: tuple[str, object], path: str = "zone.json") -> ZoneSet:
    told = [{"Action": action, "ResourceRecordSet": found} for action, found in changes]
    return read(root, {"Comment": "x", "Changes": told}, path)


def spelt(zone: Zone) -> list[str]:
    return [f"{each.name} {each.type} {each.value}" for each in zone.records if each.type != "SOA"]


def texts(found: ZoneSet) -> list[str]:
    return [fault.text for fault in found.faults]


ALIAS = {"HostedZoneId": "Z1", "DNSName": "lb.example.net.", "EvaluateTargetHealth": False}
SETS: list[tuple[dict[str, Any], list[str]]] = [
    (rrset("example.org.", "MX", "10 mail.example.org", "0 ."), ["MX 10 mail.example.org.", "MX 0 ."]),
    (rrset("\\052.example.org.", "TXT", '"v=spf1 -all"'), ["*.TXT v=spf1 -all"]),
    (rrset("a\\100b.example.org.", "TXT", '"x"'), ["a@b.TXT x"]),
    (rrset("EXAMPLE.ORG", "TXT", '"a""b" "c"'), ["TXT abc"]),
    (rrset("example.org.", "TXT", '"say \\"hi\\" \\134 \\303\\244; x"'), ['TXT say "hi" \\ \xc3\xa4; x']),
    (rrset("example.org.", "SPF", '"v=spf1 -all"'), ["SPF v=spf1 -all"]),
    (rrset("example.org.", "CAA", '0 issue ";"'), ['CAA 0 issue ";"']),
    ({"Name": "example.org.", "Type": "A", "AliasTarget": ALIAS}, ["ALIAS lb.example.net."]),
]


@pytest.mark.parametrize(("found", "expected"), SETS)
def test_a_record_set_is_read(tmp_path: Path, found: dict[str, Any], expected: list[str]) -> None:
    read = export(tmp_path, found)
    short = [
        each.removeprefix("example.org ").replace("example.org TXT", "TXT") for each in spelt(read.zones[0])
    ]
    assert (read.faults, short) == ((), expected)


def test_an_export_is_whole(tmp_path: Path) -> None:
    found = export(tmp_path, rrset("example.org.", "MX", "0 ."))
    assert [(each.name, each.authority, each.readable) for each in found.zones] == [
        ("example.org", "full", True)
    ]


UNREAD: list[tuple[dict[str, Any], str, bool]] = [
    (rrset("x.example.org.", "TXT", "v=spf1 -all"), "its text is not in quotes", False),
    (rrset("x.example.org.", "TXT", f'"{"a" * 300}"'), "one string of the TXT record has 300 octets", False),
    (rrset("x.example.org.", "TXT", '"open'), "the TXT record is not understood", False),
    (rrset("x.example.org.", "TXT", '"\\777"'), "an escape that is no octet", False),
    (rrset("x.example.org.", "MX", "mail"), "the MX record is not understood", False),
    (rrset("x.example.org.", "MX"), "has neither values nor an alias", False),
    (rrset("x.example.org.", "CNAME", "a\nb."), "the CNAME record is not understood", True),
    (rrset("x.example.org.", "MX", "0 .", Weights=1), "unknown field `Weights`", False),
    (rrset("x.example.org.", "MX", "0 .", TTL="300"), "expected `int | null`, got `str`", False),
    (rrset("x.example.org.", "TXT", ResourceRecords=[5]), "expected `object`, got `int`", False),
    ({"Name": "x.example.org.", "Type": "TXT", "AliasTarget": ALIAS}, "which is not followed", False),
    ({"Name": "x.example.org.", "Type": "CNAME", "AliasTarget": ALIAS}, "which is not followed", True),
    ({"Name": "x.example.org.", "Type": "A", "AliasTarget": {}}, "required field `DNSName`", False),
]


@pytest.mark.parametrize(("value", "words", "whole"), UNREAD)
def test_a_record_set_of_another_shape_is_unknown_not_absent(
    tmp_path: Path, value: dict[str, Any], words: str, whole: bool
) -> None:
    found = export(tmp_path, value)
    zone = found.zones[0]
    assert (len(found.faults), words in texts(found)[0], zone.readable) == (1, True, True)
    assert (Question("x.example.org", value["Type"]) in zone.unread, "x.example.org" in zone.unreadable) == (
        True,
        whole,
    )


LOST: list[tuple[dict[str, Any], str]] = [
    ({"ResourceRecordSets": [APEX, 5]}, "the record set has no name"),
    ({"ResourceRecordSets": [APEX, {"Type": "A"}]}, "the record set has no name"),
    (
        {"ResourceRecordSets": [APEX, rrset("a..example.org.", "A", "192.0.2.1")]},
        "the record set has no name",
    ),
    ({"ResourceRecordSets": [APEX], "IsTruncated": True}, "the export is cut off"),
    ({"ResourceRecordSets": [APEX], "NextToken": "x"}, "the export is cut off"),
    ({"ResourceRecordSets": [rrset("example.org.", "MX", "0 .")]}, NOT_APEX),
]


@pytest.mark.parametrize(("document", "words"), LOST)
def test_an_export_with_a_hole_is_not_readable(tmp_path: Path, document: dict[str, Any], words: str) -> None:
    found = read(tmp_path, document)
    assert ([(each.name, each.readable) for each in found.zones], words in texts(found)[0]) == (
        [("example.org", False)],
        True,
    )


NOT_OURS = [
    ("", "not JSON"),
    ('{"ResourceRecordSets": [', "not JSON"),
    ("[]", "expected `object`"),
    ("{}", "this is neither an export of Route 53 nor a change batch; `aws route53"),
    ('{"HostedZones": []}', "this is neither"),
    ('{"ResourceRecordSets": [], "Changes": []}', "this is neither"),
    ('{"ResourceRecordSets": {}}', "expected `array | null`"),
    ('{"ResourceRecordSets": []}', NOT_APEX),
    ('{"ChangeBatch": []}', "expected `object | null`"),
    ('{"ChangeBatch": {"Changes": []}}', "which zone these record sets belong to cannot be told"),
    ('{"Changes": ' + "[" * 100_000, "nested too deeply"),
]


@pytest.mark.parametrize(("text", "words"), NOT_OURS)
def test_what_is_neither_export_nor_batch_is_a_fault(tmp_path: Path, text: str, words: str) -> None:
    found = read(tmp_path, text)
    assert (found.zones, words in texts(found)[0]) == ((), True)


def test_a_name_outside_the_zone_is_a_fault(tmp_path: Path) -> None:
    found = export(tmp_path, rrset("www.example.net.", "A", "192.0.2.1"))
    assert texts(found) == ["www.example.net lies outside example.org"]


def variants(type: str, *values: str, **more: Any) -> list[dict[str, Any]]:
    return [rrset("x.example.org.", type, each, SetIdentifier=each, **more) for each in values]


def test_a_type_that_is_not_known_makes_its_owner_unreadable(tmp_path: Path) -> None:
    zone = export(tmp_path, rrset("x.example.org.", "MYSTERY", "x")).zones[0]
    assert (zone.readable, zone.unreadable) == (True, {"x.example.org"})


VARIANTS: list[tuple[list[dict[str, Any]], list[str], int]] = [
    (variants("A", "192.0.2.1", "192.0.2.2", Weight=1), ["A 192.0.2.1", "A 192.0.2.2"], 0),
    (variants("TXT", '"v=spf1 -all"', '"v=spf1 ?all"', Region="x"), [], 1),
    (variants("TXT", '"a"', '"b"', MultiValueAnswer=True), ["TXT a", "TXT b"], 0),
    ([rrset("x.example.org.", "TXT", '"a"', SetIdentifier=name) for name in "pq"], ["TXT a"], 0),
    (variants("MX", "10 a.example.com.", "10 b.example.com.", Failover="PRIMARY"), [], 1),
    (variants("CNAME", "a.example.com.", "b.example.com.", Weight=1), [], 0),
]


@pytest.mark.parametrize(("sets", "expected", "faults"), VARIANTS)
def test_variants_that_differ_are_unread(
    tmp_path: Path, sets: list[dict[str, Any]], expected: list[str], faults: int
) -> None:
    found = export(tmp_path, *sets)
    zone = found.zones[0]
    assert (spelt(zone), len(found.faults)) == ([f"x.example.org {each}" for each in expected], faults)
    assert bool(zone.unread) == (not expected)


def test_an_alias_that_differs_hides_every_other_type(tmp_path: Path) -> None:
    zone = export(tmp_path, *variants("CNAME", "a.example.com.", "b.example.com.")).zones[0]
    assert isinstance(Overlay([zone], Answers(closed=True)).ask("x.example.org", "TXT"), Unknown)


SPF = rrset("example.org.", "TXT", '"v=spf1 -all"')
OLD = rrset("example.org.", "TXT", '"v=spf1 ?all"')
HEAD = ["example.org TXT v=spf1 -all"]
FORMER = ["example.org TXT v=spf1 ?all"]
KEY = {Question("example.org", "TXT")}
NONE: set[Question] = set()
CHANGES: list[tuple[list[tuple[str, object]], list[str], set[Question], list[str], set[Question]]] = [
    ([("CREATE", SPF)], HEAD, NONE, [], KEY),
    ([("UPSERT", SPF)], HEAD, NONE, [], NONE),
    ([("DELETE", OLD)], [], KEY, FORMER, NONE),
    ([("DELETE", OLD), ("CREATE", SPF)], HEAD, NONE, FORMER, NONE),
]


@pytest.mark.parametrize(("changes", "head", "gone", "before", "new"), CHANGES)
def test_a_change_batch_tells_before_and_after(
    tmp_path: Path,
    changes: list[tuple[str, object]],
    head: list[str],
    gone: set[Question],
    before: list[str],
    new: set[Question],
) -> None:
    found = batch(tmp_path, *changes)
    assert found.former is not None
    told = [(spelt(each), set(each.absent), each.authority) for each in (*found.zones, *found.former)]
    assert (found.faults, told) == ((), [(head, gone, "partial"), (before, new, "partial")])


def test_a_batch_may_stand_in_the_input_of_the_command(tmp_path: Path) -> None:
    change = {"Action": "CREATE", "ResourceRecordSet": SPF}
    found = read(tmp_path, {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [change]}})
    assert spelt(found.zones[0]) == HEAD


def test_what_is_deleted_is_gone_although_dns_still_says_it(tmp_path: Path) -> None:
    live = Answers({Question("example.org", "TXT"): Reply("NOERROR", 300, (("v=spf1 ?all",),))})
    view = Overlay(batch(tmp_path, ("DELETE", OLD)).zones, live)
    assert view.ask("example.org", "TXT") == Answer("example.org")


def test_what_is_created_was_not_there_unless_dns_says_it(tmp_path: Path) -> None:
    former = batch(tmp_path, ("CREATE", SPF)).former or ()
    live = Answers({Question("example.org", "TXT"): Reply("NOERROR", 300, ("v=spf1 ?all",))})
    (seen, unasked) = (Overlay(former, answers).ask("example.org", "TXT") for answers in (live, Answers()))
    assert isinstance(seen, Answer) and [each.value for each in seen.records] == ["v=spf1 ?all"]
    assert unasked == Answer("example.org")


def test_one_variant_of_a_batch_leaves_its_record_set_unread(tmp_path: Path) -> None:
    for action in ("CREATE", "DELETE"):
        found = batch(tmp_path, (action, {**SPF, "SetIdentifier": "a", "Weight": 1}))
        zone = found.zones[0]
        assert (spelt(zone), set(zone.unread), set(zone.absent)) == ([], KEY, NONE)
        assert '"a" is one of several TXT record sets' in texts(found)[0]


NAMED = [
    (
        [rrset("sub.example.org.", "SOA", SOA), rrset("a.sub.example.org.", "A", "192.0.2.1")],
        "zone.json",
        "sub.example.org",
    ),
    ([rrset("a.b.example.org.", "A", "192.0.2.1")], "example.org.json", "example.org"),
    ([rrset("a.b.example.org.", "A", "192.0.2.1")], "other.net.json", "a.b.example.org"),
    (
        [rrset("b.example.org.", "NS", "a."), rrset("a.b.example.org.", "A", "192.0.2.1")],
        "zone.json",
        "b.example.org",
    ),
    (
        [rrset("b.example.org.", "NS", "a."), rrset("c.example.org.", "A", "192.0.2.1")],
        "zone.json",
        "example.org",
    ),
    ([rrset("_dmarc.example.org.", "TXT", '"x"')], "zone.json", "example.org"),
    ([rrset("s1._domainkey.example.org.", "TXT", '"x"')], "zone.json", "example.org"),
    ([rrset("\\052._report._dmarc.example.org.", "TXT", '"x"')], "zone.json", "example.org"),
    (
        [rrset("a.example.org.", "A", "192.0.2.1"), rrset("b.example.org.", "A", "192.0.2.1")],
        "zone.json",
        "example.org",
    ),
]


@pytest.mark.parametrize(("sets", "path", "zone"), NAMED)
def test_a_batch_tells_its_zone(tmp_path: Path, sets: list[dict[str, Any]], path: str, zone: str) -> None:
    found = batch(tmp_path, *(("UPSERT", each) for each in sets), path=path)
    assert (found.faults, [each.name for each in found.zones]) == ((), [zone])


BROKEN: list[tuple[object, str]] = [
    (
        {"Action": "PURGE", "ResourceRecordSet": SPF},
        '/Changes/0: a change has "PURGE"; expected CREATE, UPSERT, DELETE',
    ),
    ({"Action": 5, "ResourceRecordSet": SPF}, "a change has no Action"),
    ({"Action": "CREATE"}, "the record set has no name"),
    (5, "a change has no Action"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_a_change_that_is_not_understood_makes_its_zone_unreadable(
    tmp_path: Path, change: object, words: str
) -> None:
    whole = {"Action": "CREATE", "ResourceRecordSet": SPF}
    found = read(tmp_path, {"Changes": [change, whole]})
    assert ([each.readable for each in found.zones], words in texts(found)[0]) == ([False], True)


def test_names_of_two_zones_have_no_zone(tmp_path: Path) -> None:
    found = batch(tmp_path, ("CREATE", SPF), ("CREATE", rrset("example.com.", "TXT", '"x"')))
    assert (found.zones, "name the file such as example.org.json" in texts(found)[0]) == ((), True)


def test_faults_are_bounded(tmp_path: Path) -> None:
    found = export(tmp_path, *range(1_500))
    assert (len(found.faults), found.faults[-1].code) == (1_001, "too-large")


def test_any_json_in_place_of_any_part_is_no_crash(tmp_path: Path) -> None:
    odd: list[Any] = [None, True, 5, -1.5, "", "x", [], [[]], {}, {"a": {}}, "\x00", "\ud800", 10**30]
    for key in (*SPF, "AliasTarget", "SetIdentifier", "MultiValueAnswer"):
        for value in odd:
            wrong = [{**SPF, key: put} for put in (value, [value], {key: value})]
            changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in wrong]
            for document in ({"ResourceRecordSets": [APEX, *wrong]}, {"Changes": changes}):
                found = read(tmp_path, document)
                assert found.zones or found.faults
