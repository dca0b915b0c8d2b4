"""A random zone is answered as NSD, an authoritative name server, answers it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zone_text import said, zone

from mfpolicy.model.dns import Answer, Answers, Unknown
from mfpolicy.views.overlay import Overlay

NSD = shutil.which("nsd")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NSD is None, reason="no nsd here: apt-get install -y nsd"),
]

_VALUES = {"A": "192.0.2.1", "TXT": "text", "MX": "0 a.{zone}", "NS": "ns.example.org"}
_LABELS = st.sampled_from(["a", "b", "*", "_dmarc"])
_OWNERS = st.lists(_LABELS, min_size=1, max_size=3).map(".".join)
_RECORDS = st.dictionaries(
    _OWNERS,
    st.one_of(
        st.sets(st.sampled_from(["A", "TXT", "MX"]), min_size=1).map(tuple),
        st.sampled_from([("NS",), ("CNAME a",), ("CNAME b.a",), ("CNAME x.b",)]),
    ),
    max_size=6,
)
_SUITES = st.lists(_RECORDS, min_size=40, max_size=40)
_ASKED = ["a", "b", "x", "_dmarc", "*"]
_NAMES = [*_ASKED, *(f"{one}.{two}" for one in _ASKED for two in _ASKED), "x.b.a", "a.a.a", "_dmarc.x.b", "x.*.a"]


def _lines(owners: dict[str, tuple[str, ...]], name: str) -> list[str]:
    """What a server may load: nothing of the file's own below a delegation or NS at a wildcard."""
    lines = []
    for owner, types in owners.items():
        if owner.startswith("*") and "NS" in types:
            continue
        for each in types:
            type, _, to = each.partition(" ")
            value = f"{to}.{name}" if to else _VALUES[type].format(zone=name)
            lines.append(f"{owner} {type} {value}")
    return lines


class _Server:
    """One NSD on a free port, with one zone file for every zone."""

    def __init__(self, folder: Path, texts: dict[str, list[str]]) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        zones = "".join(f"zone:\n  name: {name}\n  zonefile: {folder}/{name}\n" for name in texts)
        for name, lines in texts.items():
            (folder / name).write_text(_file(name, lines))
        (folder / "nsd.conf").write_text(_CONF.format(folder=folder, port=self.port) + zones)
        command = [str(NSD), "-d", "-c", str(folder / "nsd.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(next(iter(texts)))

    def ask(self, name: str, type: str) -> dns.message.Message:
        return dns.query.udp(dns.message.make_query(name, type), "127.0.0.1", port=self.port, timeout=2)

    def _wait(self, name: str) -> None:
        for _ in range(50):
            try:
                dns.query.udp(dns.message.make_query(name, "SOA"), "127.0.0.1", port=self.port, timeout=0.1)
                return
            except (dns.exception.Timeout, OSError):
                time.sleep(0.05)
        raise RuntimeError("nsd did not start")


_CONF = """server:
  ip-address: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""


def _file(name: str, lines: list[str]) -> str:
    head = f"$TTL 300\n$ORIGIN {name}.\n@ SOA ns.example.org. h.example.org. 1 2 3 4 5\n@ NS ns.example.org.\n"
    dots = ("MX", "CNAME", "NS")
    return head + "".join(f"{line}{'.' if line.split()[1] in dots else ''}\n" for line in lines)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, object]]:
    running: list[_Server] = []

    def serve(texts: dict[str, list[str]]) -> _Server:
        running.append(_Server(tmp_path, texts))
        return running[-1]

    yield {"serve": serve}
    for server in running:
        server.process.terminate()
        server.process.wait(5)


def _by_server(reply: dns.message.Message) -> object:
    """The final records, or the rcode; None where the server only refers to another."""
    if any(each.rdtype == dns.rdatatype.NS for each in reply.authority) and not reply.answer:
        return None
    if reply.rcode() == dns.rcode.NXDOMAIN:
        return "NXDOMAIN"
    wanted = reply.question[0].rdtype
    values = [str(item) for each in reply.answer if each.rdtype == wanted for item in each]
    return values or "NODATA"


@settings(max_examples=1, suppress_health_check=list(HealthCheck))
@given(suite=_SUITES)
def test_a_random_zone_is_answered_as_nsd_answers_it(suite: object, served: dict[str, object]) -> None:
    """See the module."""
