"""The real command over a real name server: judged live, judged again from its recording, and told apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from called import Call, Called, caller
from hostile import Hostile, by_type, says, silent
from nameserver import NEEDS_NSD, nsd, with_apex

pytestmark = NEEDS_NSD
ROOT = Path(__file__).resolve().parents[2]
QUICK = ("--timeout", "1", "--tries", "2")
INTENT = """version: 1
dns: {zones: [{format: octodns, path: zones}]}
defaults: {mail: send-and-receive}
domains:
  example.org: {senders: [exchange-online, sendgrid], dmarc: {policy: reject}}
  shop.example.org: {senders: [sendgrid]}
  example.com: {mail: none, senders: []}
"""
ORG = """"":
  - {type: MX, value: {exchange: MX.Example.NET, preference: 10}}
  - {type: TXT, values: ["v=spf1 include:_spf.example.net include:n1.example.net ip4:192.0.2.0/28 -all", x]}
_dmarc: {type: TXT, value: "v=DMARC1; p=reject; rua=mailto:d@example.net"}
s1._domainkey: {type: CNAME, value: s1.dkim.example.net.}
s2._domainkey: {type: CNAME, value: gone.dkim.example.net.}
selector1._domainkey: {type: TXT, value: v=DKIM1; p=}
new: {type: TXT, value: v=spf1 -all}
shop:
  - {type: MX, value: {exchange: mx.example.net., preference: 10}}
  - {type: TXT, value: v=spf1 a:flat.example.org redirect=deep.example.net}
flat: {type: ALIAS, value: www.example.net.}
child: {type: NS, values: [ns.example.net.]}
"*.wild": {type: MX, value: {exchange: mx.example.net., preference: 5}}
"""
COM = '"":\n  - {type: TXT, value: v=spf1 -all}\n  - {type: MX, value: {exchange: ., preference: 0}}\n'
ESTATE = {"mailflow.yaml": INTENT, "zones/example.org.yaml": ORG, "zones/example.com.yaml": COM}
# What is live: the estate as somebody deployed it some time ago, and the world outside.
LIVE = {
    ".": with_apex(""),
    "example.org": with_apex(
        "example.org",
        "@ MX 10 mx.example.net.",
        '@ TXT "x"',
        '@ TXT "v=spf1 include:_spf.example.net include:n1.example.net " "ip4:192.0.2.0/28 -all"',
        '_dmarc TXT "v=DMARC1; p=none"',
        "s1._domainkey CNAME S1.dkim.example.net.",
        "s2._domainkey CNAME gone.dkim.example.net.",
        'selector1._domainkey TXT "v=DKIM1; p="',
        "shop MX 10 mx.example.net.",
        "shop MX 20 mx2.example.net.",
        'shop TXT "v=spf1 a:flat.example.org redirect=deep.example.net"',
        "flat A 192.0.2.80",
        "flat AAAA 2001:db8::80",
        "*.wild MX 5 mx.example.net.",
    ),
    "example.com": with_apex("example.com", '@ TXT "v=spf1 -all"', "@ MX 0 ."),
    "example.net": with_apex(
        "example.net",
        'n1 TXT "v=spf1 include:n2.example.net ~all"',
        'n2 TXT "v=spf1 exists:%{i}.n3.example.net a:www.example.net mx:example.net ?all"',
        '_spf TXT "v=spf1 ip4:192.0.2.16/28 ip4:192.0.2.32/28 -all"',
        '_spf TXT "unrelated"',
        'deep TXT "v=spf1 a:a.long.way.down.example.net -all"',
        "a.long.way.down A 192.0.2.9",
        "www A 192.0.2.80",
        "www AAAA 2001:db8::80",
        "mx A 192.0.2.25",
        "@ MX 10 mx.example.net.",
        's1.dkim TXT "v=DKIM1; k=rsa; p=nonsense"',
        'example.org._report._dmarc TXT "v=DMARC1"',
    ),
    "example.edu": with_apex(
        "example.edu",
        "@ MX 10 example-edu.mail.protection.outlook.com.",
        '@ TXT "v=spf1 include:_spf.example.net -all"',
        '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.edu"',
        "s1._domainkey CNAME s1.dkim.example.net.",
        "k2._domainkey CNAME gone.dkim.example.net.",
        'xn--bcher-kva TXT "v=spf1 -all"',
        "empty.non.terminal A 192.0.2.1",
    ),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with nsd(tmp_path_factory.mktemp("nsd"), LIVE) as number:
        yield number


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def asking(port: int, *how: str) -> tuple[str, ...]:
    return ("--nameserver", f"127.0.0.1:{port}", *(how or QUICK))


def repeats(call: Call, folder: Path, server: Sequence[str], *arguments: str) -> Called:
    """A run that says the same live, live again, and from its own recording; the last, as JSON."""
    runs, recordings = [], []
    for _ in range(2):
        keeping = (*server, "--record-answers", "kept.json")
        runs.append([call({}, *arguments, *keeping, "--format", form) for form in ("json", "text")])
        recordings.append((folder / "kept.json").read_bytes())
    runs.append([call({}, *arguments, "--dns", "kept.json", "--format", form) for form in ("json", "text")])
    assert recordings[0] == recordings[1]
    assert runs[0] == runs[1] == runs[2]
    return runs[2][0]


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def drifted(called: Called) -> dict[str, tuple[list[str], list[str]]]:
    """ "NAME TYPE" -> what the repository and what live DNS holds."""
    found = called.document["drift"]
    return {f"{each['name']} {each['type']}": (each["repository"], each["live"]) for each in found}


CALLS = {
    "an estate": ("check",),
    "zones alone": ("check", "--zones", "octodns:zones"),
    "a name": ("check", "example.edu"),
    "a name in its own letters": ("check", "b\u00fccher.example.edu"),
    "a name that does not exist": ("check", "no.such.example.edu"),
    "a name above which there is something": ("check", "non.terminal.example.edu"),
    "an SPF record": ("spf", "n1.example.net"),
    "an SPF record and one client": ("spf", "example.edu", "--ip", "192.0.2.17"),
    "a DMARC policy far above": ("dmarc", "a.b.c.d.e.f.g.h.i.j.example.edu"),
    "a DMARC policy and its reports": ("dmarc", "example.org"),
    "everything, hardened": ("check", "--all", "--profile", "hardened"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_run_repeats_from_its_recording(call: Call, tmp_path: Path, port: int, name: str) -> None:
    write(tmp_path, ESTATE)
    if name == "zones alone":
        (tmp_path / "mailflow.yaml").unlink()
    repeats(call, tmp_path, asking(port), *CALLS[name])


HOSTILE = {
    "example.org": by_type(TXT=silent, MX=says("example.org MX 10 mx.example.net.")),
    "_spf.example.net": says(rcode="SERVFAIL"),
    "n1.example.net": says("n1.example.net CNAME n1.example.net."),
    "deep.example.net": says("deep.example.net A 192.0.2.1"),
    "_dmarc.example.org": says(rcode="FORMERR"),
    "s1._domainkey.example.org": says("s1._domainkey.example.org CNAME s1.dkim.example.net."),
    "s1.dkim.example.net": silent,
    "s2._domainkey.example.org": says('s2._domainkey.example.org TXT "v=DKIM1; p=\\001\\255"'),
}


@pytest.mark.parametrize("name", ["an estate", "a name", "an SPF record", "a DMARC policy and its reports"])
def test_a_failing_world_repeats_from_its_recording(call: Call, tmp_path: Path, name: str) -> None:
    write(tmp_path, ESTATE)
    with Hostile(HOSTILE, says(rcode="NXDOMAIN")) as server:
        arguments = [each.replace("example.edu", "example.org") for each in CALLS[name]]
        repeats(call, tmp_path, asking(server.port, "--timeout", "0.1", "--tries", "1"), *arguments)


def test_the_example_estate_repeats_from_its_recording(
    call: Call, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shutil.copytree(ROOT / "examples" / "contoso", tmp_path, dirs_exist_ok=True)
    said = json.loads((tmp_path / "answers.json").read_text())["answers"]
    lines = [line for each in said for line in as_zone_lines(each)]
    with nsd(tmp_path_factory.mktemp("contoso"), {".": with_apex("", *lines)}) as port:
        called = repeats(call, tmp_path, asking(port), "check", "--today", "2026-11-23")
    offline = call({}, "check", "--today", "2026-11-23", "--dns", "answers.json", "--format", "json")
    # Where the recording is silent, this server says that there is nothing.
    assert failed(called) >= failed(offline) != set()
    # Nothing of the estate itself is live here.
    assert all(live == [] for _, live in drifted(called).values())


def as_zone_lines(reply: dict[str, Any]) -> Iterator[str]:
    """A recorded reply in the master file format (RFC 1035, 5)."""
    for value in reply["records"]:
        strings = [value] if isinstance(value, str) else value
        pieces = [each[at : at + 200] for each in strings for at in range(0, len(each), 200)]
        text = " ".join(f'"{each}"' for each in pieces) if reply["type"] == "TXT" else value
        yield f"{reply['name']}. {reply['type']} {text}"


def failed(called: Called) -> set[tuple[str, str]]:
    fails = (each for each in called.document["findings"] if each["verdict"] == "fail")
    return {(each["slug"], each["subject"]["name"]) for each in fails}


def test_drift_is_told_beside_the_findings(call: Call, tmp_path: Path, port: int) -> None:
    write(tmp_path, ESTATE)
    called = call({}, "check", *asking(port), "--format", "json")
    assert drifted(called) == {
        "_dmarc.example.org TXT": (
            ["TXT v=DMARC1; p=reject; rua=mailto:d@example.net"],
            ["TXT v=DMARC1; p=none"],
        ),
        "new.example.org TXT": (["TXT v=spf1 -all"], []),
        "shop.example.org MX": (
            ["MX 10 mx.example.net"],
            ["MX 10 mx.example.net", "MX 20 mx2.example.net"],
        ),
    }


def test_drift_changes_no_exit_code(call: Call, port: int) -> None:
    for text, sets in ((COM, 0), (COM.replace("preference: 0", "preference: 5"), 1)):
        files = {"zones/example.com.yaml": text, "mailflow.yaml": INTENT.partition("domains")[0]}
        called = call(files, "check", *asking(port), "--format", "json")
        offline = call({}, "check", "--dns", "offline")
        assert (len(drifted(called)), called.code) == (sets, offline.code)


def test_partial_zones_drift_only_where_they_say_something(call: Call, port: int) -> None:
    records = [
        {"zone": "shop.example.org", "name": "shop.example.org", "type": "TXT", "values": ["v=spf1 -all"]}
    ]
    document = json.dumps({"version": 1, "authority": "partial", "records": records})
    arguments = ("check", "--zones", "records:r.json", *asking(port), "--format", "json")
    assert drifted(call({"r.json": document}, *arguments)) == {
        "shop.example.org TXT": (
            ["TXT v=spf1 -all"],
            ["TXT v=spf1 a:flat.example.org redirect=deep.example.net"],
        )
    }


def test_a_name_is_judged_as_it_is(call: Call, port: int) -> None:
    called = call({}, "check", "example.edu", *asking(port))
    assert called.code == 1
    for words in ("(Exchange Online)", "s1 (not a key", "reject; reports to d@example.edu", "error[DKM002"):
        assert words in called.out
    # Where a selector leads to nothing, nobody said that the sender is in use.
    assert "k2" not in called.out


def test_a_name_in_its_own_letters_is_asked_in_those_of_dns(call: Call, port: int) -> None:
    called = call({}, "check", "B\u00dcCHER.example.edu.", *asking(port))
    assert (called.code, called.out.splitlines()[0]) == (0, "xn--bcher-kva.example.edu")


def test_a_name_that_does_not_exist_is_told(call: Call, port: int) -> None:
    called = call({}, "check", "exmaple.edu", *asking(port))
    assert (called.code, called.out.splitlines()[0]) == (
        4,
        "exmaple.edu does not exist in DNS, and no file here has that name",
    )


def test_a_word_that_is_no_name_and_no_file_is_told_as_such(call: Call, port: int) -> None:
    called = call({}, "check", "exmaple", *asking(port))
    assert (called.code, called.out) == (2, "")
    assert called.err == "mfpolicy: exmaple: there is no such file or folder, and it is no domain name\n"


def test_a_file_of_that_name_wins(call: Call, port: int) -> None:
    called = call({"example.edu": INTENT, **ESTATE}, "check", "example.edu", *asking(port))
    assert "mailflow.yaml" not in called.out
    assert "example.edu:5:3" in called.out


def test_two_servers_may_disagree_and_the_first_is_believed(call: Call, port: int) -> None:
    with Hostile(otherwise=says(rcode="NXDOMAIN")) as server:
        servers = [("--nameserver", f"127.0.0.1:{each}") for each in (port, server.port)]
        called = call({}, "spf", "example.com", *servers[0], *servers[1])
    assert called.code == 0
    assert "-all" in called.out
    assert not server.seen


def test_an_empty_non_terminal_is_there(call: Call, port: int) -> None:
    called = call({}, "dmarc", "non.terminal.example.edu", "--format", "json", *asking(port))
    assert called.document["exists"] is True
