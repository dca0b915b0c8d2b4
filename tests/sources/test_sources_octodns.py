from __future__ import annotations

from pathlib import Path

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Zone
from mfpolicy.sources.zones import ZoneSet, read_zones, reads_elsewhere

CORPUS = Path(__file__).parents[3] / "shared/corpora/moj-dns"


def zones(root: Path, texts: dict[str, str], path: str = "zones") -> ZoneSet:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return read_zones("octodns", path, Files(root))


def one(root: Path, text: str) -> tuple[Zone, list[str]]:
    found = zones(root, {"zones/example.org.yaml": text})
    return found.zones[0], [fault.code for fault in found.faults]


@pytest.mark.parametrize(
    ("record", "type", "value"),
    [
        (r"{type: TXT, value: 'v=DMARC1\; p=none'}", "TXT", "v=DMARC1; p=none"),
        ('{type: TXT, value: \'"a" "b"\'}', "TXT", "ab"),
        ("{type: TXT, value: 'a\"\"b'}", "TXT", 'a""b'),
        ("{type: TXT, value: é}", "TXT", "\xc3\xa9"),
        ("{type: MX, value: {exchange: mail, preference: 0}}", "MX", "0 mail"),
        ("{type: MX, values: [{value: mail., priority: 5}]}", "MX", "5 mail."),
        ("{type: X/ALIAS, value: {name: a.example., type: A}}", "ALIAS", "a.example."),
        ("{type: CAA, value: {flags: 0, tag: issue, value: ;}}", "CAA", '0 issue ";"'),
        ("{type: SRV, values: {port: 1, priority: 2, weight: 3, target: t}}", "SRV", "2 3 1 t"),
        ("[{type: A, ttl: 60, values: [192.0.2.1]}]", "A", "192.0.2.1"),
    ],
)
def test_a_record_of_every_form_is_read(tmp_path: Path, record: str, type: str, value: str) -> None:
    zone, faults = one(tmp_path, f"www: {record}")
    assert [(r.name, r.type, r.value) for r in zone.records] == [("www.example.org", type, value)]
    assert faults == []


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("{type: txt, value: x}", "wrong-type"),
        ("{value: x}", "missing-key"),
        ("{type: MX, value: {exchange: a, preference: many}}", "wrong-type"),
        ("{type: TXT, value: {a: b}}", "wrong-type"),
        ("{type: TXT, values: []}", "wrong-type"),
        ("just text", "wrong-type"),
    ],
)
def test_a_record_of_another_shape_makes_its_owner_unreadable(tmp_path: Path, record: str, code: str) -> None:
    zone, faults = one(tmp_path, f"www: {record}\nok: {{type: A, value: 192.0.2.1}}")
    assert (zone.unreadable, faults, len(zone.records)) == (frozenset({"www.example.org"}), [code], 1)


def test_an_ignored_record_leaves_its_owner_unmanaged(tmp_path: Path) -> None:
    zone, faults = one(tmp_path, "www: {type: A, value: 192.0.2.1, octodns: {ignored: true}}")
    assert (zone.unmanaged, zone.records, faults) == (frozenset({"www.example.org"}), (), [])


def test_a_file_that_is_no_yaml_is_a_zone_that_is_not_readable(tmp_path: Path) -> None:
    zone, faults = one(tmp_path, "a: 'x")
    assert (zone.name, zone.readable, faults) == ("example.org", False, ["unreadable-file"])


@pytest.mark.parametrize("target", ["../../outside.yaml", "example.org.yaml", "absent.yaml"])
def test_an_include_that_cannot_be_followed_leaves_the_zone_unknown(tmp_path: Path, target: str) -> None:
    zone, faults = one(tmp_path, f"<<: !include {target}\nwww: {{type: A, value: 192.0.2.1}}")
    assert (zone.readable, faults[0]) == (False, "unreadable-file")


def test_an_include_is_merged_and_the_included_file_is_no_zone(tmp_path: Path) -> None:
    texts = {"zones/a.example.yaml": "<<: !include base.yaml", "zones/base.yaml": "'': {type: TXT, value: x}"}
    found = zones(tmp_path, texts)
    assert [(zone.name, len(zone.records)) for zone in found.zones] == [("a.example", 1)]
    assert found.faults == ()


@pytest.mark.parametrize("path", ["zones", "config.yaml"])
def test_the_configuration_says_how_semicolons_are_written(tmp_path: Path, path: str) -> None:
    config = "providers: {y: {class: a.YamlProvider, directory: ./zones, %s}}"
    config %= "escaped_semicolons: false, default_ttl: 60"
    texts = {"config.yaml": config, "zones/example.org.yaml": r"'': {type: TXT, value: 'a\;b'}"}
    record = zones(tmp_path, texts, path).zones[0].records[0]
    assert (record.value, record.ttl) == (r"a\;b", 60)


def test_a_split_folder_is_one_zone(tmp_path: Path) -> None:
    texts = {f"zones/example.org./{each}.yaml": f"{each}: {{type: A, value: 192.0.2.1}}" for each in "ab"}
    found = zones(tmp_path, texts)
    assert [(zone.name, len(zone.records)) for zone in found.zones] == [("example.org", 2)]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the public corpus is not beside this repository")
def test_none_of_405_public_zones_is_lost() -> None:
    found = read_zones("octodns", "hostedzones", Files(CORPUS))
    counts = (len(found.zones), sum(len(zone.records) for zone in found.zones))
    assert (counts, found.faults) == ((405, 6549), ())


@pytest.mark.parametrize(
    ("format", "path", "expected"),
    [
        ("octodns", "zones", False),
        ("octodns", "split", False),
        ("octodns", "settings", True),
        ("octodns", "settings/config.yaml", True),
        ("octodns", "absent", True),
        ("zone-file", "zones", False),
        ("records", "settings", False),
    ],
)
def test_only_a_configuration_may_say_where_the_zones_are(
    format: str, path: str, expected: bool, tmp_path: Path
) -> None:
    config = "providers:\n  p: {class: octodns.provider.yaml.YamlProvider, directory: ./zones}\n"
    files = {
        "zones/example.org.yaml": "",
        "zones/octodns.yaml": config,
        "split/example.org./a.yaml": "",
        "settings/config.yaml": config,
    }
    zones(tmp_path, files)
    assert reads_elsewhere(format, path, Files(tmp_path)) is expected
