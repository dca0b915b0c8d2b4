"""What `dnscontrol print-ir` writes: read in every version's shape, and never passed silently in another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from zone_writers.dnscontrol import document

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Answers, Question, Reply, Shared, Unknown, Zone
from mfpolicy.model.places import Line, Pointer
from mfpolicy.sources.zones import ZoneSet, read_zones
from mfpolicy.views.overlay import Overlay


def read(root: Path, text: str, **files: str) -> ZoneSet:
    (root / "ir.json").write_bytes(text.encode())
    for name, content in files.items():
        (root / name.replace("_", ".")).write_text(content)
    return read_zones("dnscontrol", "ir.json", Files(root))


def domain(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    filled = [{"type": "A", "name": "@", **each} for each in records]
    return {"name": "example.org", "registrar": "none", "dnsProviders": {}, "records": filled, **more}


def one(root: Path, *records: dict[str, Any], **more: Any) -> Zone:
    return read(root, document([domain(*records, **more)])).zones[0]


def texts(found: ZoneSet) -> list[str]:
    return [fault.text for fault in found.faults]


RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"target": "192.0.2.1"}, "A 192.0.2.1"),
    ({"type": "MX", "mxpreference": 10, "target": "mail"}, "MX 10 mail.example.org."),
    ({"type": "MX", "mxpreference": 10, "target": "@"}, "MX 10 example.org."),
    ({"type": "MX", "name": "sub", "subdomain": "sub", "target": "mail"}, "MX 0 mail.sub.example.org."),
    ({"type": "MX", "target": "."}, "MX 0 ."),
    ({"type": "CNAME", "name": "w", "target": "bücher.example.com."}, "CNAME xn--bcher-kva.example.com."),
    ({"type": "TXT", "target": 'a "b" \\c; d'}, 'TXT a "b" \\c; d'),
    ({"type": "TXT", "target": "v=spf1", "txtstrings": ["v=spf1", " -all"]}, "TXT v=spf1 -all"),
    ({"type": "TXT", "target": "é"}, "TXT \xc3\xa9"),
    ({"type": "TXT", "rdata": '"a \\"b\\" \\100"'}, 'TXT a "b" d'),
    ({"type": "TXT", "rdata": '""'}, "TXT "),
    ({"type": "CAA", "caatag": "issue", "caaflag": 128, "target": ";"}, 'CAA 128 issue ";"'),
    ({"type": "SSHFP", "sshfpalgorithm": 4, "sshfpfingerprint": 2, "target": "AB" * 32}, "SSHFP 4 2 ab"),
    ({"type": "NAPTR", "naptrflags": "U", "target": "."}, 'NAPTR 0 0 "U" "" "" .'),
    ({"type": "HTTPS", "rdata": '1 . alpn="h3,h2"'}, 'HTTPS 1 . alpn="h3,h2"'),
    ({"type": "SVCB", "svcpriority": 1, "target": ".", "svcparams": "alpn=h2"}, 'SVCB 1 . alpn="h2"'),
    (
        {"type": "DS", "dskeytag": 1, "dsalgorithm": 8, "dsdigesttype": 2, "dsdigest": "AB" * 32},
        "DS 1 8 2 ab",
    ),
    ({"type": "ALIAS", "target": "lb.example.net."}, "ALIAS lb.example.net."),
    ({"type": "ANAME", "target": "lb"}, "ALIAS lb.example.org."),
    ({"type": "R53_ALIAS", "target": "lb.example.net.", "r53_alias": {"type": "A"}}, "ALIAS lb.example.net."),
    ({"type": "R53_ALIAS", "rdata": 'A lb.example.net. false ""'}, "ALIAS lb.example.net."),
    (
        {
            "type": "R53_ALIAS",
            "target": "Z2FTEDLFRTF",
            "rdata": {"Target": "lb.example.net."},
            "comparablev3": "AAAA lb.example.net. false Z2FTEDLFRTF",
            "r53_alias": {"type": "AAAA", "zone_id": "Z2FTEDLFRTF"},
        },
        "ALIAS lb.example.net.",
    ),
    (
        {"type": "AZURE_ALIAS", "target": "/subscriptions/x", "azure_alias": {"type": "A"}},
        "ALIAS /subscriptions/x.",
    ),
    ({"type": "LOC", "target": "42 21 54.000 N 71 06 18.000 W -24m 30m 0m 0m"}, "LOC"),
]


@pytest.mark.parametrize(("record", "expected"), RECORDS)
def test_a_record_is_read(tmp_path: Path, record: dict[str, Any], expected: str) -> None:
    found = read(tmp_path, document([domain(record)]))
    spelt = [f"{each.type} {each.value}" for each in found.zones[0].records]
    assert (texts(found), [each[: len(expected)] for each in spelt]) == ([], [expected])


UNREAD: list[tuple[dict[str, Any], str, bool]] = [
    ({"type": "MX", "target": "mail.example.net"}, "no final dot, which DNSControl refuses", False),
    ({"type": "MX", "target": ""}, "the MX record is not understood", False),
    ({"type": "MX", "rdata": {"Mx": "mail.", "Preference": 1}}, "perhaps of a newer DNSControl", False),
    ({"type": "MX", "fields": {"Mx": "mail."}, "target": "mail."}, "perhaps of a newer DNSControl", False),
    ({"type": "CNAME", "name": "x", "target": "a b."}, "the CNAME record is not understood", True),
    ({"type": "R53_ALIAS", "target": "a.", "r53_alias": {"type": "TXT"}}, "which is not followed", True),
    ({"type": "LUA", "luartype": "A", "target": "x"}, '"LUA" is no type of record', True),
    ({"type": "UNKNOWN", "unknown_type_name": "X", "target": "x"}, '"UNKNOWN" is no type', True),
    ({"target": "192.0.2.1", "weight": 5}, "unknown field `weight`", True),
    ({"target": 5}, "expected `str`, got `int`", True),
    ({"target": "192.0.2.1", "ttl": -1}, "expected `int` >= 0", True),
    ({"target": "192.0.2.1\n"}, "the A record is not understood", False),
    ({"type": "TXT", "rdata": '"open'}, "the TXT record is not understood", False),
    ({"type": "TXT", "target": "x" * 70_000}, "more than a record can hold", False),
]


@pytest.mark.parametrize(("record", "words", "whole"), UNREAD)
def test_a_record_of_another_shape_is_unknown_not_absent(
    tmp_path: Path, record: dict[str, Any], words: str, whole: bool
) -> None:
    found = read(tmp_path, document([domain({"type": "TXT", "name": "other", "target": "x"}, record)]))
    owner = f"{record['name']}.example.org" if "name" in record else "example.org"
    zone = found.zones[0]
    said = Overlay([zone], Answers(closed=True)).ask(owner, record.get("type", "A"))
    assert (len(found.faults), words in texts(found)[0], zone.readable) == (1, True, True)
    assert (isinstance(said, Unknown) or owner in zone.unreadable, owner in zone.unreadable) == (True, whole)


LOST: list[tuple[dict[str, Any], str]] = [
    (domain({"name": 5}), "a record has no name"),
    (domain({"name": "www.example.com."}), "makes no domain name"),
    (domain({"name": "a" * 64}), "makes no domain name"),
    (domain(records="x"), "records is no list"),
    (domain(keepunknown="false"), "keepunknown is not true or false"),
    (domain(shelved=[{"type": "A"}]), 'the key "shelved" is not known here'),
    (domain(rawrecords=[{"type": "MX"}]), "a record of rawrecords is not read"),
    (domain(unmanaged=[5]), "expected `object`, got `int`"),
    (domain(unmanaged=[{"label_pattern": "[a"}]), "a pattern that is not understood"),
    (domain(unmanaged=[{"label_pattern": "{a,b" * 9}]), "a pattern that is not understood"),
    (domain(unmanaged=[{"label_pattern": "{a,b}" * 9}]), "a pattern that is not understood"),
    (domain(unmanaged=[{"label_pattern": f"a{at}"} for at in range(1_001)]), "more than 1,000 IGNORE"),
    (domain({"type": "IMPORT_TRANSFORM", "target": "example.com"}), "print the IR without it"),
]


@pytest.mark.parametrize(("value", "words"), LOST)
def test_a_domain_of_another_shape_is_not_readable(tmp_path: Path, value: dict[str, Any], words: str) -> None:
    found = read(tmp_path, document([value]))
    assert (found.zones[0].readable, words in texts(found)[0]) == (False, True)


def test_a_raw_record_makes_its_owner_unreadable(tmp_path: Path) -> None:
    zone = one(tmp_path, rawrecords=[{"type": "MX", "args": ["a", 10, "mail"], "filepos": ""}])
    assert (zone.readable, zone.unreadable) == (True, {"a.example.org"})


@pytest.mark.parametrize("key", ["auto_dnssec", "nameservers", "meta", "shelved"])
def test_a_key_that_says_nothing_is_left_alone(tmp_path: Path, key: str) -> None:
    assert texts(read(tmp_path, document([domain(**{key: None})]))) == []


NO_IR = [
    ("", "not JSON"),
    ('{"registrars": [], "dns_prov', "not JSON"),
    ("[]", "this is no IR of DNSControl that is known here; `dnscontrol print-ir --out ir.json` makes one"),
    ("5", "this is no IR"),
    ('{"version": 1, "records": []}', "this is no IR"),
    ('{"domains": []}', "this is no IR"),
    (document([], surprises=[1]), "this is no IR"),
    (document([]), "this IR of DNSControl has no domain"),
    (document([]).replace("[]}", "null}"), "this IR of DNSControl has no domain"),
    ('{"registrars": [], "dns_providers": [], "domains": ' + "[" * 100_000, "nested too deeply"),
    (document([domain()]).replace("example.org", "a..b"), "the domain has no name that DNS has"),
    (document([5]).replace("[5]", "[5, null, []]"), "the domain has no name that DNS has"),
]


@pytest.mark.parametrize(("text", "words"), NO_IR)
def test_what_is_no_ir_is_a_fault(tmp_path: Path, text: str, words: str) -> None:
    found = read(tmp_path, text)
    assert (found.zones, words in texts(found)[0]) == ((), True)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert [each.code for each in read_zones("dnscontrol", "no.json", Files(tmp_path)).faults] == [
        "unreadable-file"
    ]


def test_what_a_provider_does_in_place_of_dns_is_left_alone(tmp_path: Path) -> None:
    found = read(tmp_path, document([domain({"type": "CF_REDIRECT", "target": "a,b"}, {"type": "URL301"})]))
    assert (found.faults, found.zones[0].records, found.zones[0].readable) == ((), (), True)


@pytest.mark.parametrize(("keep", "authority"), [(True, "partial"), (False, "full"), (None, "full")])
def test_no_purge_leaves_other_names_to_dns(tmp_path: Path, keep: bool | None, authority: str) -> None:
    assert one(tmp_path, keepunknown=keep).authority == authority


def test_what_shall_be_absent_is_absent_under_no_purge(tmp_path: Path) -> None:
    gone = {"type": "TXT", "name": "_dmarc", "target": "v=DMARC1; p=none", "ensure_absent": True}
    zone = one(tmp_path, keepunknown=True, recordsabsent=[gone])
    assert zone.absent == {Question("_dmarc.example.org", "TXT")}


POSITIONS = [
    ("[line:3:5]", Line("dnsconfig.js", 3)),
    ("at <anonymous>:3:5", Line("dnsconfig.js", 3)),
    ("[dnsconfig.js:3:5]", Line("dnsconfig.js", 3)),
    ("[/etc/passwd:3:5]", Pointer("ir.json", "/domains/0/records/0")),
    ("[../other.js:3:5]", Pointer("ir.json", "/domains/0/records/0")),
    ("[missing.js:3:5]", Pointer("ir.json", "/domains/0/records/0")),
    ("[line:0:5]", Pointer("ir.json", "/domains/0/records/0")),
    ("\x1b[31m", Pointer("ir.json", "/domains/0/records/0")),
    ("", Pointer("ir.json", "/domains/0/records/0")),
]


@pytest.mark.parametrize(("position", "place"), POSITIONS)
def test_a_record_stands_where_dnscontrol_says(tmp_path: Path, position: str, place: object) -> None:
    found = read(
        tmp_path, document([domain({"target": "192.0.2.1", "filepos": position})]), dnsconfig_js="x\n" * 9
    )
    assert found.zones[0].records[0].place == place


def test_without_the_main_script_a_record_stands_in_the_ir(tmp_path: Path) -> None:
    zone = one(tmp_path, {"target": "192.0.2.1", "filepos": "[line:3:5]"})
    assert zone.records[0].place == Pointer("ir.json", "/domains/0/records/0")


def tagged(behind: str, text: str, **more: Any) -> dict[str, Any]:
    return {**domain({"type": "TXT", "target": text}), "name": f"example.org{behind}", **more}


HORIZONS = [
    ([tagged("", "out"), tagged("!inside", "in")], "out"),
    ([tagged("!inside", "in"), tagged("!outside", "out")], "out"),
    ([tagged("", "in"), tagged("!Public", "out")], "out"),
    ([tagged("", "in", tag="lan"), tagged("", "out", tag="external")], "out"),
    ([tagged("", "in", meta={"dnscontrol_tag": "lan"}), tagged("!", "out")], "out"),
    ([tagged("!only", "out")], "out"),
]


@pytest.mark.parametrize(("domains", "text"), HORIZONS)
def test_of_several_horizons_the_public_one_is_read(
    tmp_path: Path, domains: list[dict[str, Any]], text: str
) -> None:
    found = read(tmp_path, document(domains))
    assert (found.faults, [each.value for each in found.zones[0].records]) == ((), [text])


def test_where_no_horizon_is_public_what_differs_is_unread(tmp_path: Path) -> None:
    both = {"type": "TXT", "name": "same", "target": "x"}
    a, b = domain(both, {"target": "192.0.2.1"}), domain(both, {"target": "192.0.2.2"})
    found = read(tmp_path, document([{**a, "tag": "east"}, {**b, "tag": "west"}]))
    zone = found.zones[0]
    assert ([each.name for each in zone.records], zone.unread) == (
        ["same.example.org"],
        {Question("example.org", "A")},
    )
    assert 'stands here 2 times (tags "east", "west")' in texts(found)[0]


IGNORED: list[tuple[dict[str, str], set[str], list[Shared]]] = [
    ({"label_pattern": "foo"}, {"foo.example.org"}, []),
    ({"label_pattern": "@", "rType_pattern": "*", "target_pattern": "*"}, {"example.org"}, []),
    (
        {"label_pattern": "foo", "rType_pattern": "A, TXT"},
        set(),
        [Shared("foo.example.org", frozenset({"A", "TXT"}))],
    ),
    ({"label_pattern": "**.foo"}, set(), [Shared("*.foo.example.org")]),
    ({"label_pattern": "\\*.foo"}, set(), [Shared("[*].foo.example.org")]),
    ({"label_pattern": "{a,b}"}, {"a.example.org", "b.example.org"}, []),
    (
        {"rType_pattern": "MX"},
        set(),
        [Shared("example.org", frozenset({"MX"})), Shared("*.example.org", frozenset({"MX"}))],
    ),
    (
        {"target_pattern": "*.aws."},
        set(),
        [Shared("example.org", targets="*.aws."), Shared("*.example.org", targets="*.aws.")],
    ),
]


@pytest.mark.parametrize(("rule", "unmanaged", "shared"), IGNORED)
def test_ignored_names_are_left_to_others(
    tmp_path: Path, rule: dict[str, str], unmanaged: set[str], shared: list[Shared]
) -> None:
    zone = one(tmp_path, unmanaged=[rule])
    assert (set(zone.unmanaged), list(zone.shared)) == (unmanaged, shared)


def test_version_3_ignores_names_and_targets_too(tmp_path: Path) -> None:
    more = {
        "ignored_names": ["a", {"pattern": "b", "types": "A"}],
        "ignored_targets": [{"pattern": "c.", "type": "A"}],
    }
    zone = one(tmp_path, **more)
    assert (set(zone.unmanaged), [each.owners for each in zone.shared]) == (
        {"a.example.org"},
        ["b.example.org", "example.org", "*.example.org"],
    )


LIVE = Answers(
    {
        Question("foo.example.org", "TXT"): Reply("NOERROR", 300, (("live",),)),
        Question("cert.example.org", "CNAME"): Reply("NOERROR", 300, ("x.acm.example.com.",)),
        Question("key.example.org", "CNAME"): Reply("NOERROR", 300, ("x.dkim.example.com.",)),
    },
    closed=True,
)
SERVED: list[tuple[dict[str, str], str, str, list[str]]] = [
    ({"label_pattern": "f*", "rType_pattern": "TXT"}, "foo.example.org", "TXT", ["live"]),
    ({"label_pattern": "f*", "rType_pattern": "MX"}, "foo.example.org", "TXT", []),
    ({"label_pattern": "g*"}, "foo.example.org", "TXT", []),
    (
        {"rType_pattern": "CNAME", "target_pattern": "*.acm.*"},
        "cert.example.org",
        "CNAME",
        ["x.acm.example.com."],
    ),
    ({"rType_pattern": "CNAME", "target_pattern": "*.acm.*"}, "key.example.org", "CNAME", []),
    ({"label_pattern": "*"}, "ours.example.org", "TXT", ["ours"]),
]


@pytest.mark.parametrize(("rule", "name", "type", "values"), SERVED)
def test_what_is_ignored_comes_from_dns_and_the_rest_is_gone(
    tmp_path: Path, rule: dict[str, str], name: str, type: str, values: list[str]
) -> None:
    ours = {"type": "TXT", "name": "ours", "target": "ours"}
    zone = one(tmp_path, ours, unmanaged=[rule], unmanaged_disable_safety_check=True)
    said = Overlay([zone], LIVE).ask(name, type)
    assert not isinstance(said, Unknown)
    assert [each.value for each in said.records] == values


def test_what_others_do_not_keep_a_wildcard_makes_up(tmp_path: Path) -> None:
    wildcard = {"type": "TXT", "name": "*", "target": "made up"}
    view = Overlay([one(tmp_path, wildcard, unmanaged=[{"label_pattern": "n*"}])], LIVE)
    said = view.ask("new.example.org", "TXT")
    assert not isinstance(said, Unknown)
    assert ([each.value for each in said.records], view.exists("new.example.org")) == (["made up"], True)


def test_whether_a_shared_name_exists_is_for_dns_to_say(tmp_path: Path) -> None:
    view = Overlay([one(tmp_path, unmanaged=[{"label_pattern": "f*", "rType_pattern": "TXT"}])], LIVE)
    assert [view.exists(f"{name}.example.org") for name in ("foo", "far", "key")] == [True, False, False]


def test_names_of_external_dns_are_told_as_not_known(tmp_path: Path) -> None:
    found = read(tmp_path, document([domain(ignore_external_dns=True)]))
    assert [(each.code, "external-dns" in each.text) for each in found.faults] == [("unknown-key", True)]


def test_faults_are_bounded(tmp_path: Path) -> None:
    found = read(tmp_path, document([domain(*({"target": at} for at in range(1_500)))]))
    assert (len(found.faults), found.faults[-1].code) == (1_001, "too-large")


def test_one_fault_spoils_nothing_else(tmp_path: Path) -> None:
    text = document(
        [
            domain({"target": 5}, {"type": "TXT", "name": "a", "target": "x"}),
            {**domain(), "name": "example.net"},
        ]
    )
    zones = read(tmp_path, text).zones
    assert [(each.name, len(each.records)) for each in zones] == [("example.org", 1), ("example.net", 0)]


def test_any_json_in_place_of_any_part_is_no_crash(tmp_path: Path) -> None:
    odd: list[Any] = [None, True, 5, -1.5, "", "x", [], [[]], {}, {"a": {}}, "\x00", "\ud800", 10**30]
    whole = domain({"target": "192.0.2.1"}, unmanaged=[{}], rawrecords=[{}], recordsabsent=[{}], tag="")
    for key in whole:
        for value in odd:
            for put in ({key: value}, {key: [value]}, {key: [{key: value}]}):
                text = json.dumps({"registrars": [], "dns_providers": [], "domains": [{**whole, **put}]})
                found = read(tmp_path, text)
                assert found.zones or found.faults
