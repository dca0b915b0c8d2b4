"""Plans: what each provider's resources say, before and after, and what no plan tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_plans import ZONE, Values, aws, aws_change, aws_zone, change, data, google_zone, plan

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Zone
from mfpolicy.output.place import resolve
from mfpolicy.sources.zones import ZoneSet, read_zones
from mfpolicy.views.zones import ZoneBook

ORG = "example.org"
HERE = Path(__file__).parent / "terraform"


def read(root: Path, text: str | bytes) -> ZoneSet:
    (root / "plan.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_zones("terraform", "plan.json", Files(root))


def faults(found: ZoneSet) -> list[tuple[str, str]]:
    return [(each.code, each.text) for each in found.faults]


def short(zones: tuple[Zone, ...] | None) -> list[str]:
    """Everything that zones say, each as one line."""
    lines = []
    for zone in zones or ():
        lines += [f"{each.name} {each.type} {each.value}" for each in zone.records]
        for said in ("absent", "awaited", "unread"):
            lines += sorted(f"{said} {each.name} {each.type}" for each in getattr(zone, said))
        lines += ["all names"] if zone.authority == "full" else []
    return lines


def created(root: Path, *after: Values, held: list[Values] | None = None) -> ZoneSet:
    changes = [aws_change(f"r{number}", None, each) for number, each in enumerate(after)]
    return read(root, plan(*changes, held=[aws_zone()] if held is None else held))


AWS = [
    ("www", "A", ["192.0.2.1"], "www.example.org A 192.0.2.1"),
    ("WWW.Example.org.", "A", ["192.0.2.1"], "www.example.org A 192.0.2.1"),
    ("", "MX", ["10 mail.example.net"], "example.org MX 10 mail.example.net"),
    ("@", "A", ["192.0.2.1"], "@.example.org A 192.0.2.1"),  # to Route 53 a label like any other
    ("*", "CNAME", ["a.example.net"], "*.example.org CNAME a.example.net"),
    (r"\052.a", "A", ["192.0.2.1"], "*.a.example.org A 192.0.2.1"),
    ("a.two", "A", ["192.0.2.1"], "a.two.example.org A 192.0.2.1"),
    ("notexample.org", "A", ["192.0.2.1"], "notexample.org.example.org A 192.0.2.1"),
    ("t", "TXT", ["v=spf1 -all"], "t.example.org TXT v=spf1 -all"),
    ("t", "TXT", ['one""two'], "t.example.org TXT onetwo"),
    ("t", "TXT", ['one" "two'], "t.example.org TXT onetwo"),
    ("t", "TXT", [r"say \"hi\" \\ \050o\051"], 't.example.org TXT say "hi" \\ (o)'),
    ("t", "TXT", ['"quoted already"'], "t.example.org TXT quoted already"),
    ("t", "TXT", ["é"], "t.example.org TXT \xc3\xa9"),
    ("t", "SPF", ["v=spf1 -all"], "t.example.org SPF v=spf1 -all"),
    ("t", "CAA", ['0 issue "ca.example.net"'], 't.example.org CAA 0 issue "ca.example.net"'),
]


@pytest.mark.parametrize(("name", "type", "records", "expected"), AWS)
def test_route_53_is_read_as_it_serves(
    tmp_path: Path, name: str, type: str, records: list[str], expected: str
) -> None:
    found = created(tmp_path, aws(name, type, records))
    assert (short(found.zones)[0], found.faults) == (expected, ())


def test_an_alias_of_route_53_answers_with_addresses(tmp_path: Path) -> None:
    alias = [{"name": "LB.example.net", "zone_id": "Z35", "evaluate_target_health": False}]
    found = created(tmp_path, aws("", "A", None, alias=alias), aws("www", "AAAA", None, alias=alias))
    assert short(found.zones) == [
        "example.org ALIAS lb.example.net.",
        "www.example.org ALIAS lb.example.net.",
    ]


TXT_OVER_255 = 'Route 53 refuses a string of over 255 octets in a TXT record; put \\"\\" into it'


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        (aws("t", "TXT", ["x" * 256]), "text-not-as-written", TXT_OVER_255),
        (aws("t", "TXT", ['a"b']), "wrong-type", "the quotes in a text do not match"),
        (aws("t", "A", []), "wrong-type", "neither records nor an alias is set"),
        (aws("t", "A", [5]), "wrong-type", "records holds something else than texts"),  # type: ignore[list-item]
        (aws("a..b", "A", ["192.0.2.1"]), "wrong-type", '"a..b" is not a name in the zone example.org'),
    ],
)
def test_what_route_53_refuses_is_told(tmp_path: Path, values: Values, code: str, text: str) -> None:
    assert faults(created(tmp_path, values)) == [(code, f"aws_route53_record.r0: {text}")]


def weighted(name: str, type: str, value: str, label: str, **more: Any) -> Values:
    policy = [{"weight": 10}]
    return aws(name, type, [value], set_identifier=label, weighted_routing_policy=policy, **more)


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        # All addresses are somebody's.
        ([weighted("w", "A", "192.0.2.1", "a"), weighted("w", "A", "192.0.2.2", "b")],
         ["w.example.org A 192.0.2.1", "w.example.org A 192.0.2.2"]),
        # What is the same for all is no choice.
        ([weighted("w", "TXT", "v=spf1 -all", "a"), weighted("w", "TXT", "v=spf1 -all", "b")],
         ["w.example.org TXT v=spf1 -all", "w.example.org TXT v=spf1 -all"]),
        # Of two policies a receiver gets one: they are not two SPF records.
        ([weighted("w", "TXT", "v=spf1 -all", "a"), weighted("w", "TXT", "v=spf1 +all", "b")],
         ["awaited w.example.org TXT"]),
        ([weighted("w", "MX", "10 a", "a", multivalue_answer_routing_policy=True),
          weighted("w", "MX", "20 b", "b", multivalue_answer_routing_policy=True)],
         ["w.example.org MX 10 a", "w.example.org MX 20 b"]),
    ],
)  # fmt: skip
def test_a_receiver_gets_one_set_of_a_routing_policy(
    tmp_path: Path, sets: list[Values], expected: list[str]
) -> None:
    assert short(created(tmp_path, *sets).zones) == expected


def test_a_routing_policy_that_stays_is_left_to_dns(tmp_path: Path) -> None:
    sets = [weighted("w", "TXT", f"v=spf1 {end}", end, there=ORG) for end in ("-all", "+all")]
    assert (
        short(read(tmp_path, plan(*(aws_change(each["set_identifier"], each, each) for each in sets))).zones)
        == []
    )


def exclusive(*sets: Values) -> Values:
    return {"zone_id": ZONE, "resource_record_set": list(sets), "timeouts": None}


def record_set(name: str, type: str, *values: str) -> Values:
    return {"name": name, "type": type, "ttl": 300, "resource_records": [{"value": each} for each in values]}


def test_exclusive_records_are_all_names_of_their_zone(tmp_path: Path) -> None:
    spf, mx = record_set("example.org.", "TXT", '"v=spf1 -all"'), record_set("example.org", "MX", "0 .")
    changes = change("aws_route53_records_exclusive", "z", exclusive(spf, mx), exclusive(spf))
    found = read(tmp_path, plan(changes, held=[aws_zone()]))
    assert short(found.zones) == ["example.org TXT v=spf1 -all", "absent example.org MX", "all names"]
    # Its deletion deletes nothing (records_exclusive.go, WithNoOpDelete).
    gone = read(
        tmp_path, plan(change("aws_route53_records_exclusive", "z", exclusive(spf), None), held=[aws_zone()])
    )
    assert short(gone.zones)[0] == "example.org TXT v=spf1 -all"


def cloudflare(name: str, type: str, content: str | None, **more: Any) -> Values:
    """The attributes of a `cloudflare_dns_record` that is not there yet."""
    found = {
        "comment": None,
        "content": content,
        "data": None,
        "name": name,
        "priority": None,
        "proxied": False,
    }
    return {**found, "ttl": 1, "type": type, "zone_id": "0a1b", **more}


CF_ZONE = data("cloudflare_zone", "org", {"id": "0a1b", "zone_id": "0a1b", "name": ORG})
_CF_NEW = {"id": True, "created_on": True, "modified_on": True, "meta": True, "settings": True}
CLOUDFLARE = [
    (cloudflare("@", "A", "192.0.2.1"), "example.org A 192.0.2.1"),
    (cloudflare("www", "A", "192.0.2.1"), "www.example.org A 192.0.2.1"),
    (cloudflare("www.example.org", "A", "192.0.2.1", proxied=True), "www.example.org A 192.0.2.1"),
    (cloudflare("@", "MX", "mail.example.net", priority=10), "example.org MX 10 mail.example.net."),
    (cloudflare("@", "MX", ".", priority=0), "example.org MX 0 ."),
    (cloudflare("t", "TXT", "v=spf1 -all"), "t.example.org TXT v=spf1 -all"),
    (cloudflare("t", "TXT", '"v=spf1 -all"'), "t.example.org TXT v=spf1 -all"),
    (cloudflare("t", "TXT", '"one" "two"'), "t.example.org TXT onetwo"),
    (cloudflare("t", "TXT", 'say "hi"'), 't.example.org TXT say "hi"'),
    (cloudflare("@", "CNAME", "a.example.net"), "example.org ALIAS a.example.net."),
    (cloudflare("a", "CNAME", "b.example.net"), "a.example.org CNAME b.example.net."),
    (cloudflare("a", "CNAME", "b.example.net", proxied=True), "a.example.org ALIAS b.example.net."),
    (cloudflare("a", "CNAME", "b.example.net", settings={"flatten_cname": True}),
     "a.example.org ALIAS b.example.net."),
    (cloudflare("_25._tcp.a", "TLSA", None,
                data={"usage": 3, "selector": 1, "matching_type": 1.0, "certificate": "ab"}),
     "_25._tcp.a.example.org TLSA 3 1 1 ab"),
    (cloudflare("_imaps._tcp", "SRV", None, priority=5,
                data={"weight": 0, "port": 993, "target": "m.example.net"}),
     "_imaps._tcp.example.org SRV 5 0 993 m.example.net."),
    (cloudflare("@", "CAA", None, data=[{"flags": "0", "tag": "issue", "value": "ca.example.net"}]),
     'example.org CAA 0 issue "ca.example.net"'),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), CLOUDFLARE)
def test_cloudflare_is_read_as_it_serves(tmp_path: Path, values: Values, expected: str) -> None:
    entry = change("cloudflare_dns_record", "r", None, values, _CF_NEW)
    found = read(tmp_path, plan(entry, held=[CF_ZONE]))
    assert (short(found.zones)[0], found.faults) == (expected, ())
    assert found.zones[0].records[0].ttl == 300  # "automatic"


def test_who_sets_the_content_at_cloudflare_leaves_the_old_value_to_be_computed(tmp_path: Path) -> None:
    values = {"name": "t", "type": "TXT", "content": "x", "zone_id": "0a1b", "data": [], "ttl": 300}
    unknown = {"value": True, "hostname": True, "id": True}
    found = read(tmp_path, plan(change("cloudflare_record", "r", None, values, unknown), held=[CF_ZONE]))
    assert short(found.zones) == ["t.example.org TXT x"]


def test_records_of_one_set_at_cloudflare_are_one_set_and_others_may_have_more(tmp_path: Path) -> None:
    one, two = (cloudflare(ORG, "MX", f"mx{number}.example.net", priority=10) for number in (1, 2))
    found = read(
        tmp_path,
        plan(
            change("cloudflare_dns_record", "one", one, one),
            change("cloudflare_dns_record", "two", two, None),
            held=[CF_ZONE],
        ),
    )
    assert short(found.zones) == ["example.org MX 10 mx1.example.net."]  # one resource of the set is left
    assert [(each.name, each.type) for each in found.zones[0].partly] == [(ORG, "MX")]


def azure(type: str, name: str, **values: Any) -> Values:
    whole = {"name": name, "zone_name": ORG, "resource_group_name": "dns", "ttl": 300, "tags": None, **values}
    return change(f"azurerm_dns_{type}_record", "r", None, whole, {"fqdn": True, "id": True})


AZURE = [
    (azure("a", "@", records=["192.0.2.1"], target_resource_id=None), "example.org A 192.0.2.1"),
    # Names are relative, whatever they end in.
    (azure("a", "www.example.org", records=["192.0.2.1"]), "www.example.org.example.org A 192.0.2.1"),
    (azure("mx", "@", record=[{"preference": "10", "exchange": "m.example.net."}]),
     "example.org MX 10 m.example.net."),
    (azure("txt", "t", record=[{"value": 'a "b" \\ c'}]), 't.example.org TXT a "b" \\ c'),
    (azure("txt", "t", record=[{"value": "x" * 600}]), "t.example.org TXT " + "x" * 600),
    (azure("cname", "c", record="d.example.net", target_resource_id=None),
     "c.example.org CNAME d.example.net"),
    (azure("srv", "s", record=[{"priority": 1, "weight": 0, "port": 25, "target": "m.example.net"}]),
     "s.example.org SRV 1 0 25 m.example.net"),
    (azure("caa", "@", record=[{"flags": 0, "tag": "issue", "value": "ca.example.net"}]),
     'example.org CAA 0 issue "ca.example.net"'),
    # What leads to a resource of Azure has its addresses only once that is there.
    (azure("a", "@", records=[], target_resource_id="/subscriptions/0/x"), "awaited example.org A"),
    (azure("a", "@", records=["192.0.2.1"], target_resource_id=""), "example.org A 192.0.2.1"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "expected"), AZURE)
def test_azure_is_read_as_it_serves(tmp_path: Path, entry: Values, expected: str) -> None:
    found = read(tmp_path, plan(entry))
    assert (expected in short(found.zones), found.faults) == (True, ())


def google(name: str, type: str, rrdatas: list[str], zone: str = "example-org", **more: Any) -> Values:
    found = {"managed_zone": zone, "name": name, "project": "example", "routing_policy": [], "ttl": 300}
    whole = {**found, "rrdatas": rrdatas, "type": type, **more}
    return change("google_dns_record_set", "r", None, whole, {"id": True})


WRR = [{"wrr": [{"weight": 1.0, "rrdatas": ["192.0.2.1"]}, {"weight": 1.0, "rrdatas": ["192.0.2.2"]}]}]
TWO = [{"geo": [{"location": "a", "rrdatas": ["10 a."]}, {"location": "b", "rrdatas": ["10 b."]}]}]
UNQUOTED = "the text of a TXT record is not in quotes, so it is served without blanks"
GOOGLE = [
    (google("example.org.", "MX", ["10 m.example.net."]), ["example.org MX 10 m.example.net."], []),
    (google("t.example.org.", "TXT", ['"v=spf1 -all"']), ["t.example.org TXT v=spf1 -all"], []),
    (google("t.example.org.", "TXT", ['"one" "two"']), ["t.example.org TXT onetwo"], []),
    (google("t.example.org.", "TXT", ["word"]), ["t.example.org TXT word"], []),
    (google("t.example.org.", "TXT", ["v=spf1 -all"]), ["t.example.org TXT v=spf1-all"], [UNQUOTED]),
    (google("t.example.org.", "A", ["192.0.2.1"], zone="projects/example/managedZones/example-org"),
     ["t.example.org A 192.0.2.1"], []),
    (google("t.example.org.", "A", [], routing_policy=WRR),
     ["t.example.org A 192.0.2.1", "t.example.org A 192.0.2.2"], []),
    (google("t.example.org.", "MX", [], routing_policy=TWO), ["awaited t.example.org MX"], []),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "expected", "said"), GOOGLE)
def test_cloud_dns_is_read_as_it_serves(
    tmp_path: Path, entry: Values, expected: list[str], said: list[str]
) -> None:
    found = read(tmp_path, plan(entry, held=[google_zone()]))
    assert (short(found.zones), [text.partition(": ")[2] for _, text in faults(found)]) == (expected, said)


# Before and after.

MX = aws("", "MX", ["10 mail.example.net"], there=ORG)
OTHER_MX = {**MX, "records": ["10 mx.example.net"]}
NAMES_OF_MX = "example.org MX"


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        pytest.param(aws_change("r", MX, MX), [f"{NAMES_OF_MX} 10 mail.example.net"],
                     [f"{NAMES_OF_MX} 10 mail.example.net"], id="nothing happens"),
        pytest.param(aws_change("r", MX, None), [f"{NAMES_OF_MX} 10 mail.example.net"],
                     [f"absent {NAMES_OF_MX}"], id="taken away"),
        pytest.param(aws_change("r", None, aws("", "MX", ["10 mx.example.net"])), [f"absent {NAMES_OF_MX}"],
                     [f"{NAMES_OF_MX} 10 mx.example.net"], id="created"),
        pytest.param(aws_change("r", None, aws("", "MX", ["10 mx.example.net"], allow_overwrite=True)), [],
                     [f"{NAMES_OF_MX} 10 mx.example.net"], id="created over whatever is there"),
        pytest.param(aws_change("r", MX, OTHER_MX, actions=["delete", "create"]),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"{NAMES_OF_MX} 10 mx.example.net"],
                     id="replaced"),
        pytest.param(aws_change("r", MX, OTHER_MX, actions=["create", "delete"]),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"{NAMES_OF_MX} 10 mx.example.net"],
                     id="replaced the other way round"),
        pytest.param(aws_change("r", MX, None, deposed="deadbeef"), [f"{NAMES_OF_MX} 10 mail.example.net"],
                     [f"absent {NAMES_OF_MX}"], id="what an earlier run left over"),
        pytest.param(aws_change("r", MX, MX, previous_address="aws_route53_record.was"),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"{NAMES_OF_MX} 10 mail.example.net"],
                     id="moved"),
        pytest.param(aws_change("r", MX, None, actions=["forget"]), [f"{NAMES_OF_MX} 10 mail.example.net"],
                     [f"{NAMES_OF_MX} 10 mail.example.net"], id="forgotten, so it stays"),
        pytest.param(aws_change("r", MX, {**MX, "records": None}, {"records": True}),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"awaited {NAMES_OF_MX}"],
                     id="known after apply"),
        pytest.param(aws_change("r", MX, {**MX, "records": ["10 a", None]}, {"records": [False, True]}),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"awaited {NAMES_OF_MX}"], id="known in part"),
        pytest.param(aws_change("r", MX, {**MX, "ttl": None}, {"ttl": True}),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"{NAMES_OF_MX} 10 mail.example.net"],
                     id="only the time to live is known after apply"),
        pytest.param(aws_change("r", MX, {**MX, "type": "TXT", "records": ["x"]}),
                     [f"{NAMES_OF_MX} 10 mail.example.net", "absent example.org TXT"],
                     ["example.org TXT x", f"absent {NAMES_OF_MX}"], id="another type in place"),
        pytest.param(aws_change("r", MX, {**MX, "name": None}, {"name": True, "fqdn": True}),
                     [f"{NAMES_OF_MX} 10 mail.example.net"], [f"awaited {NAMES_OF_MX}"],
                     id="nobody knows whether it stays"),
    ],
)  # fmt: skip
def test_a_plan_tells_before_and_after(
    tmp_path: Path, entry: Values, before: list[str], after: list[str]
) -> None:
    found = read(tmp_path, plan(entry, held=[aws_zone()]))
    assert (short(found.former), short(found.zones)) == (before, after)


def test_a_name_that_is_known_after_apply_is_told_and_the_rest_is_judged(tmp_path: Path) -> None:
    dkim = {key: value for key, value in aws("", "CNAME", ["a"]).items() if key not in ("name", "records")}
    entry = aws_change("dkim[0]", None, dkim, {"name": True, "records": True})
    found = read(tmp_path, plan(entry, aws_change("mx", MX, MX)))
    text = "aws_route53_record.dkim[0] is not judged: its name is known only after apply"
    assert (faults(found), short(found.zones)) == (
        [("name-known-after-apply", text)],
        [f"{NAMES_OF_MX} 10 mail.example.net"],
    )


def test_what_is_deferred_is_not_known(tmp_path: Path) -> None:
    deferred = {"reason": "provider_config_unknown", "resource_change": aws_change("r", MX, OTHER_MX)}
    found = read(tmp_path, plan(deferred_changes=[deferred], complete=False))
    assert short(found.zones) == [f"awaited {NAMES_OF_MX}"]


def test_a_zone_that_is_deleted_takes_its_names_along(tmp_path: Path) -> None:
    zone = {"zone_id": ZONE, "id": ZONE, "name": ORG, "vpc": [], "force_destroy": True}
    gone = change("aws_route53_zone", "z", zone, None)
    assert short(read(tmp_path, plan(gone, aws_change("r", MX, None))).zones) == [
        f"absent {NAMES_OF_MX}",
        "all names",
    ]
    # Another zone of that name may be the one that DNS leads to.
    stays = change(
        "aws_route53_zone", "y", {**zone, "zone_id": "Z2", "id": "Z2"}, {**zone, "zone_id": "Z2", "id": "Z2"}
    )
    assert short(read(tmp_path, plan(gone, stays, aws_change("r", MX, None))).zones) == [
        f"absent {NAMES_OF_MX}"
    ]


# Zones.


def child(*resources: Values) -> Values:
    """The resources in a module of a module."""
    inner = {"address": "module.a.module.b", "resources": list(resources)}
    return {"root_module": {"child_modules": [{"address": "module.a", "child_modules": [inner]}]}}


ZONE_VALUES = {"zone_id": ZONE, "id": ZONE, "name": ORG, "vpc": []}
WWW = aws("www", "A", ["192.0.2.1"])
WWW_LATER, LATER = {**WWW, "zone_id": None}, {"zone_id": True}


def made(label: str, name: str, **more: Any) -> Values:
    """A zone that has no id before it is there."""
    values = {"name": name, "vpc": []}
    return change("aws_route53_zone", label, None, values, {"id": True, "zone_id": True}, **more)


TELLING: dict[str, tuple[list[Values], dict[str, Any]]] = {
    "a data source": ([aws_change("r", None, WWW)], {"held": [aws_zone("example.org.")]}),
    "a data source that is read in the plan": (
        [change("aws_route53_zone", "z", None, ZONE_VALUES, mode="data", actions=["read"]),
         aws_change("r", None, WWW)], {},
    ),
    "a zone in the plan": (
        [change("aws_route53_zone", "z", ZONE_VALUES, ZONE_VALUES), aws_change("r", None, WWW)], {},
    ),
    "planned values in a module of a module": (
        [aws_change("r", None, WWW)], {"planned_values": child(aws_zone())},
    ),
    "a relative name beside the whole one": (
        [aws_change("r", None, WWW), aws_change("s", aws("m", "A", ["192.0.2.2"], there=ORG), None)], {},
    ),
    "whole names alone": (
        [aws_change("r", None, WWW),
         aws_change("t", aws("_dmarc.example.org", "TXT", ["x"], there=ORG), None),
         aws_change("u", aws("*.example.org", "TXT", ["x"], there=ORG), None)], {},
    ),
    "names that cannot be relative": (
        [aws_change("r", None, aws("www.example.org", "A", ["192.0.2.1"])),
         aws_change("s", None, aws("example.org", "A", ["192.0.2.2"]))], {},
    ),
    "a zone that is made": ([aws_change("r", None, WWW_LATER, LATER), made("org", ORG)], {}),
    "a data source that is read at apply": (
        [aws_change("r", None, WWW_LATER, LATER), {**made("org", ORG), "mode": "data"}], {},
    ),
    "the closest one above of those that are made": (
        [aws_change("r", None, {**WWW_LATER, "name": "www.example.org"}, LATER),
         made("org", ORG), made("com", "example.com")], {},
    ),
    "the only one that is made in its module": (
        [aws_change("r", None, WWW_LATER, LATER, module_address="module.a"),
         made("org", ORG, module_address="module.a"), made("com", "example.com", module_address="module.b")],
        {},
    ),
    "the one that is made for the same key": (
        [aws_change("r", None, WWW_LATER, LATER, index="o"),
         made("all[o]", ORG, index="o"), made("all[c]", "example.com", index="c")], {},
    ),
    "no alias is an apex": ([aws_change("r", None, aws("www.example.org", "CNAME", ["a"]))], {}),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "more"), TELLING.values(), ids=TELLING)
def test_the_name_of_a_zone_is_told_by(tmp_path: Path, changes: list[Values], more: dict[str, Any]) -> None:
    found = read(tmp_path, plan(*changes, **more))
    assert ([zone.name for zone in found.zones], found.faults) == ([ORG], ())
    assert short(found.zones)[0].startswith("www.example.org ")


@pytest.mark.parametrize(
    "names", [["www"], ["_dmarc"], ["www.example.org", "www"], ["a.example.org", "b.example.com"]]
)
def test_a_zone_without_a_name_is_told_and_not_guessed(tmp_path: Path, names: list[str]) -> None:
    found = created(tmp_path, *(aws(name, "A", ["192.0.2.1"]) for name in names), held=[])
    some = "1 resource" if len(names) == 1 else "2 resources"
    text = (
        f'nothing in the plan tells which domain the zone "{ZONE}" is, so {some} in it cannot be judged; '
        "add a data source aws_route53_zone that reads this zone"
    )
    assert (faults(found), found.zones) == ([("missing-key", text)], ())


@pytest.mark.parametrize("zones", [[], [made("org", ORG), made("com", "example.com")]])
def test_a_zone_that_is_known_after_apply_is_told_and_not_guessed(
    tmp_path: Path, zones: list[Values]
) -> None:
    found = read(tmp_path, plan(aws_change("r", None, WWW_LATER, LATER), *zones))
    text = (
        "aws_route53_record.r is not judged: its zone_id is known only after apply, and nothing tells which "
        "domain that is; apply the zones first, and plan the records then"
    )
    assert (faults(found), found.zones) == ([("missing-key", text)], ())


PRIVATE: dict[str, list[Values]] = {
    "that is made": [
        aws_change("r", None, WWW_LATER, LATER),
        change(
            "aws_route53_zone",
            "z",
            None,
            {"name": ORG, "vpc": [{"vpc_id": "v"}]},
            {"id": True, "zone_id": True, "vpc": [{}]},
        ),
    ],
    "of AWS, by its data source": [aws_change("r", None, WWW)],
    "of Google": [google("www.example.org.", "A", ["192.0.2.1"])],
    "of Azure": [
        change("azurerm_private_dns_a_record", "r", None, {"name": "www", "records": ["192.0.2.1"]})
    ],
}


@pytest.mark.parametrize("changes", PRIVATE.values(), ids=PRIVATE)
def test_a_private_zone_is_left_alone(tmp_path: Path, changes: list[Values]) -> None:
    held = [aws_zone(private=True), google_zone(visibility="private")]
    found = read(tmp_path, plan(*changes, held=held))
    assert (found.zones, [code for code, _ in faults(found)]) == ((), ["plan-without-records"])


def test_a_zone_with_a_network_is_private(tmp_path: Path) -> None:
    zone = change("aws_route53_zone", "z", None, {**ZONE_VALUES, "vpc": [{"vpc_id": "vpc-1"}]})
    found = read(tmp_path, plan(zone, aws_change("r", None, WWW)))
    assert found.zones == ()


def test_drift_and_data_sources_are_not_the_plans_doing(tmp_path: Path) -> None:
    read_only = change("aws_route53_record", "d", None, WWW, mode="data", actions=["read"])
    drifted = aws_change("r", MX, OTHER_MX)
    found = read(tmp_path, plan(read_only, resource_drift=[drifted], held=[aws_zone()]))
    assert (found.zones, [code for code, _ in faults(found)]) == ((), ["plan-without-records"])


# Other providers, and other files.

OTHERS = [
    "dns_txt_record_set",
    "digitalocean_record",
    "ovh_domain_zone_record",
    "gandi_livedns_record",
    "dnsimple_zone_record",
    "ns1_record",
    "hetznerdns_record",
    "powerdns_record",
    "linode_domain_record",
    "oci_dns_rrset",
    "openstack_dns_recordset_v2",
    "namecheap_domain_records",
    "inwx_nameserver_record",
    "infoblox_mx_record",
]
NO_RECORDS = [
    "azurerm_dns_soa_record",
    "dns_ptr_record",
    "azurerm_private_dns_txt_record",
    "digitalocean_domain",
    "aws_route53_health_check",
    "kafka_record",
    "x_record",
]


@pytest.mark.parametrize("type", OTHERS)
def test_records_of_other_providers_are_told(tmp_path: Path, type: str) -> None:
    same = change(type, "c", {}, {}, actions=["no-op"])
    found = read(tmp_path, plan(change(type, "a", {}, {"x": 1}), change(type, "b", {}, None), same))
    text = f"2 resources of type {type} are changed and not judged: that provider is not read"
    assert faults(found) == [("record-not-judged", text)]


@pytest.mark.parametrize("type", NO_RECORDS)
def test_other_resources_are_left_alone(tmp_path: Path, type: str) -> None:
    found = read(tmp_path, plan(change(type, "a", {}, {"x": 1})))
    assert [code for code, _ in faults(found)] == ["plan-without-records"]


MAKE = "make the file with `terraform plan -out plan.out && terraform show -json plan.out > plan.json`"
POWERSHELL = f"{MAKE} (in Windows PowerShell with `| Out-File -Encoding utf8 plan.json`)"
LOG = '{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}\n'
UNREADABLE: list[tuple[str | bytes, str]] = [
    ('{"format_version": "1.0", "values": {}}', f"this is a state, not a plan; {MAKE}"),
    ('{"format_version": "1.0"}', f"this is a state, not a plan; {MAKE}"),
    ('{"version": 4, "serial": 7, "lineage": "a", "resources": []}', f"this is a state, not a plan; {MAKE}"),
    ("{}", f"this is not a plan; {MAKE}"),
    (LOG, f"these are the log lines of `terraform plan -json`, which do not hold the plan; {MAKE}"),
    ("Terraform will perform the following actions:\n", f"this is not JSON; {MAKE}"),
    (b"PK\x03\x04\x14\x00\x08\x00\xff", f"byte 8 (0xFF) is not UTF-8; {POWERSHELL}"),
    (plan().encode("utf-16"), f"byte 0 (0xFF) is not UTF-8; {POWERSHELL}"),
    (plan()[:200], "not JSON: Input data was truncated"),
    (
        '{"format_version": "2.0", "resource_changes": []}',
        'the plan\'s format_version is "2.0"; 1.0 and the later minor versions of 1 are understood, and '
        "a newer mfpolicy may know it",
    ),
    (
        '{"resource_changes": []}',
        "the plan's format_version is missing; 1.0 and the later minor versions of 1 are understood",
    ),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_what_is_no_plan_is_told_with_what_makes_one(tmp_path: Path, text: str | bytes, said: str) -> None:
    found = read(tmp_path, text)
    assert (faults(found), found.zones) == ([("unreadable-file", said)], ())


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.17"])
def test_minor_versions_only_add(tmp_path: Path, version: str) -> None:
    found = read(tmp_path, plan(aws_change("r", MX, MX), format_version=version, novelty={"a": 1}))
    assert (len(found.zones), found.faults) == (1, ())


def test_a_plan_that_ended_in_an_error_is_told_and_read_as_far_as_it_goes(tmp_path: Path) -> None:
    found = read(tmp_path, plan(aws_change("r", MX, MX), errored=True, complete=False, applyable=False))
    text = "the plan ended in an error, so it does not tell everything; mend what stopped it, and plan again"
    assert (faults(found), len(found.zones)) == ([("unreadable-file", text)], 1)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = '{"format_version": "1.2", "planned_values": {"root_module": %s}}'
    modules = '{"child_modules": [' * 5000 + "]}" * 5000
    assert [code for code, _ in faults(read(tmp_path, deep % modules))] == ["too-large"]


# Places.


def test_every_record_points_at_its_value(tmp_path: Path) -> None:
    text = plan(aws_change("other", MX, MX), aws_change("r", MX, {**MX, "records": ["10 a", "20 b"]}))
    found = read(tmp_path, text)
    pointed = [
        each.place for each in (*found.zones[0].records, *(found.former or ())[0].records) if each.place
    ]
    shown = [resolve(each, {"plan.json": text}) for each in pointed]
    assert [each.excerpt[each.start : each.start + each.length] for each in shown] == [
        '"10 mail.example.net"', '"10 a"', '"20 b"', '"10 mail.example.net"', '"10 mail.example.net"',
    ]  # fmt: skip


def test_no_place_quotes_what_terraform_would_not_show(tmp_path: Path) -> None:
    key = aws("k._domainkey", "TXT", ["v=DKIM1; p=secret"], there=ORG)
    entry = aws_change("r", key, key, before_sensitive={"records": True}, after_sensitive={"records": True})
    text = plan(entry)
    found = read(tmp_path, text)
    places = [each.place for each in (*found.zones[0].records, *(found.former or ())[0].records)]
    excerpts = [resolve(place, {"plan.json": text}).excerpt for place in places if place]
    assert (len(excerpts), [each for each in excerpts if "secret" in each]) == (2, [])
    assert found.zones[0].records[0].value == "v=DKIM1; p=secret"


@pytest.mark.parametrize("path", sorted(HERE.glob("*.json")), ids=lambda path: path.stem)
def test_a_whole_plan_is_read(tmp_path: Path, path: Path) -> None:
    found = read(tmp_path, path.read_bytes())
    expected = json.loads(path.with_suffix(".expected").read_text("utf-8"))
    assert {
        "faults": [text for _, text in faults(found)],
        "before": short(found.former),
        "after": short(found.zones),
    } == expected


# Whatever stands under the keys that are read, nothing raises, and zones can be looked into.

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_WORDS = st.sampled_from(["example.org", "www", "", "@", "MX", "TXT", '"', "a\\052", "10 a", "1", "p/z"])
_ANY = st.recursive(
    _LEAVES | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
_KEYS = [
    "zone_id",
    "zone_name",
    "dns_zone_id",
    "managed_zone",
    "project",
    "name",
    "type",
    "ttl",
    "records",
    "record",
    "rrdatas",
    "routing_policy",
    "wrr",
    "geo",
    "alias",
    "alias_target",
    "set_identifier",
    "content",
    "value",
    "data",
    "priority",
    "proxied",
    "settings",
    "fqdn",
    "hostname",
    "id",
    "zone",
    "visibility",
    "dns_name",
    "resource_record_set",
    "resource_records",
    "target_resource_id",
    "zones",
    "result",
    "vpc",
    "private_zone",
]
_OBJECT = st.dictionaries(
    st.sampled_from(_KEYS), _ANY | st.dictionaries(st.sampled_from(_KEYS), _ANY), max_size=8
)
_TYPES = [
    "aws_route53_record",
    "aws_route53_records_exclusive",
    "aws_route53_zone",
    "azurerm_dns_mx_record",
    "azurerm_dns_txt_record",
    "azurerm_dns_cname_record",
    "azurerm_dns_zone",
    "cloudflare_record",
    "cloudflare_dns_record",
    "cloudflare_zones",
    "google_dns_record_set",
    "google_dns_managed_zone",
    "dns_txt_record_set",
]
_CHANGES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(_TYPES),
        "address": st.text(max_size=5),
        "mode": st.sampled_from(["managed", "data"]),
        "change": st.fixed_dictionaries(
            {"before": _OBJECT | _ANY, "after": _OBJECT | _ANY, "after_unknown": _OBJECT | _ANY},
            optional={"actions": st.lists(st.sampled_from(["no-op", "forget", "delete"])) | _ANY},
        ),
    }
)


@given(st.lists(_CHANGES, max_size=4), st.lists(_OBJECT | _ANY, max_size=2))
def test_any_json_under_the_known_keys_is_read(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Any], held: list[Any]
) -> None:
    states = [{"type": "aws_route53_zone", "values": each} for each in held]
    found = read(tmp_path_factory.getbasetemp(), plan(*changes, held=states))
    looked = [
        ZoneBook(zone).look(each.name, each.type)
        for zone in (*found.zones, *(found.former or ()))
        for each in zone.records
    ]
    assert None not in looked


@given(
    st.dictionaries(
        st.sampled_from(["format_version", "resource_changes", "planned_values", "prior_state"]), _ANY
    )
)
def test_any_json_for_the_known_keys_is_read(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    assert read(tmp_path_factory.getbasetemp(), json.dumps(document)).faults
