"""NSD, an authoritative name server, on a free port of the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import dns.exception
import dns.message
import dns.query
import pytest

NSD = shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin")
NEEDS_NSD = [
    pytest.mark.slow,
    pytest.mark.skipif(NSD is None, reason="no nsd here: apt-get install -y nsd"),
]
HEAD = "$TTL 300\n$ORIGIN {name}.\n@ SOA ns.example.org. h.example.org. 1 2 3 4 5\n@ NS ns.example.org.\n"
Test = TypeVar("Test", bound=Callable[..., None])
LOOPBACK = ("127.0.0.1",)
_KINDS = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
# NSD would answer no more than 200 questions a second.
_CONF = """server:
{addresses}
  port: {port}
  server-count: 1
  username: ""
  zonesdir: "{folder}"
  database: ""
  logfile: "{folder}/log"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""


def needs_nsd(test: Test) -> Test:
    """Marks one test, where `pytestmark = NEEDS_NSD` marks a module."""
    for mark in NEEDS_NSD:
        test = mark(test)
    return test


@contextmanager
def nsd(folder: Path, zones: Mapping[str, str], hosts: Sequence[str] = LOOPBACK) -> Iterator[int]:
    """The port of a server of zones (name -> zone text), which answers for all of them when it is handed out.

    It keeps its files in `folder`. Raises RuntimeError with the server's log where it serves less.
    """
    port = free_port(hosts)
    conf = _CONF.format(
        addresses="\n".join(f"  ip-address: {host}" for host in hosts), folder=folder, port=port
    )
    for number, (name, text) in enumerate(zones.items()):
        (folder / f"{number}.zone").write_text(text)
        conf += f"zone:\n  name: {name}\n  zonefile: {number}.zone\n"
    (folder / "nsd.conf").write_text(conf)
    with subprocess.Popen([str(NSD), "-d", "-c", str(folder / "nsd.conf")]) as server:
        try:
            if not _serves(server, port, zones, hosts):
                raise RuntimeError(f"nsd does not serve: {(folder / 'log').read_text()}")
            yield port
        finally:
            server.terminate()


def with_apex(name: str, *lines: str) -> str:
    """A zone with its SOA and NS records, and these lines."""
    return HEAD.format(name=name) + "\n".join(lines) + "\n"


def free_port(hosts: Sequence[str] = LOOPBACK) -> int:
    """A port that neither UDP nor TCP uses on any of these addresses."""
    for _ in range(50):
        with socket.socket(_family(hosts[0]), socket.SOCK_DGRAM) as door:
            door.bind((hosts[0], 0))
            port: int = door.getsockname()[1]
        if all(_is_free(host, port, kind) for host in hosts for kind in _KINDS):
            return port
    raise RuntimeError("no free port")


def has_ipv6() -> bool:
    """Whether this machine has the address ::1."""
    try:
        return bool(free_port(["::1"]))
    except OSError:
        return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(_family(host), kind) as door:
        try:
            door.bind((host, port))
        except OSError:
            return False
    return True


def _serves(
    server: subprocess.Popen[bytes], port: int, zones: Mapping[str, str], hosts: Sequence[str]
) -> bool:
    """Whether every zone is answered at every address, once the server has had five seconds to start."""
    patience = time.monotonic() + 5
    return all(_answers(server, host, port, zone, patience) for host in hosts for zone in zones)


def _answers(server: subprocess.Popen[bytes], host: str, port: int, zone: str, patience: float) -> bool:
    message = dns.message.make_query(zone, "SOA")
    while server.poll() is None and time.monotonic() < patience:
        try:
            return bool(dns.query.udp(message, host, timeout=0.1, port=port).answer)
        except (dns.exception.Timeout, OSError):
            time.sleep(0.02)
    return False
