"""The programs that are compared: how each is called, and how one run of it is measured."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import msgspec

from benchmarks.measure import Run, run
from benchmarks.nsd import Address, Server

DNSPERF = shutil.which("dnsperf")
PEERS = {"mail": "checkdmarc, mail records only", "all": "checkdmarc, check_domains"}
# 1 and 3 are what mfpolicy ends in where it finds something; every other code ends the benchmark.
_JUDGED = (0, 1, 3)


def has_checkdmarc() -> bool:
    """Whether the peer is installed (the extra `bench`)."""
    return importlib.util.find_spec("checkdmarc") is not None


def mfpolicy(server: Server, at: Address, timeout: float, recording: Path | None = None) -> Run:
    """The whole program on the whole estate, its report as JSON in `report.json`."""
    dns = ["--dns", "live", "--nameserver", f"{at[0]}:{at[1]}"]
    extra = ["--record-answers", str(recording)] if recording else []
    command = [
        sys.executable,
        "-m",
        "mfpolicy",
        "check",
        str(server.folder),
        *dns,
        "--format",
        "json",
        *extra,
    ]
    return _counted(server, command, server.folder / "report.json", timeout, good=_JUDGED)


def checkdmarc(server: Server, at: Address, part: str, domains: int, timeout: float) -> Run:
    """The peer on the first so many domains, in order. It knows port 53 only."""
    listed = server.folder / "some.txt"
    names = (server.folder / "domains.txt").read_text().split()[:domains]
    listed.write_text("".join(f"{name}\n" for name in names))
    command = [sys.executable, "-m", "benchmarks.checkdmarc_peer", at[0], part]
    return _counted(server, command, server.folder / "peer.txt", timeout, stdin=listed)


def dnsperf(server: Server, at: Address, timeout: float) -> Run:
    """The questions of `questions.txt` alone, 200 in flight, nothing read out of the replies."""
    where = ["-s", at[0], "-p", str(at[1]), "-d", str(server.folder / "questions.txt")]
    command = [str(DNSPERF), *where, "-n", "1", "-q", "200", "-e", "-m", "udp"]
    return _counted(server, command, server.folder / "dnsperf.txt", timeout)


def _counted(
    server: Server,
    command: list[str],
    out: Path,
    timeout: float,
    stdin: Path | None = None,
    good: tuple[int, ...] = (0,),
) -> Run:
    server.questions()
    found = run(command, out, timeout, stdin, good)
    return msgspec.structs.replace(found, questions=float(server.questions()))
