"""A real authoritative name server on the loopback: NSD, without its rate limit."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

Address = tuple[str, int]
INSTALL = "apt-get install -y nsd"
# Debian puts servers where only root's search path looks.
NSD = shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin")
_CONTROL = shutil.which("nsd-control") or shutil.which("nsd-control", path="/usr/sbin")
_PATIENCE = 60.0
_CONF = """server:
  ip-address: {address}@{port}
  server-count: 1
  tcp-count: 500
  username: ""
  zonesdir: "{folder}/zones"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  database: ""
  rrl-ratelimit: 0
  minimal-responses: yes
  verbosity: 0
remote-control:
  control-enable: yes
  control-interface: "{folder}/control"
"""


class Server(msgspec.Struct, frozen=True):
    """A name server that runs: where it listens and the folder it was started in."""

    address: str
    port: int
    folder: Path

    def questions(self) -> int:
        """How many questions it was asked since the last time this was called."""
        command = [str(_CONTROL), "-c", str(self.folder / "nsd.conf"), "stats"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
        return int(next(line for line in said.splitlines() if line.startswith("num.queries=")).split("=")[1])


@contextmanager
def serving(folder: Path, address: str, port: int) -> Iterator[Server]:
    """NSD over every file of `folder/zones`, ready to answer; it ends with the block."""
    conf = _CONF.format(folder=folder, address=address, port=port)
    for file in sorted((folder / "zones").iterdir()):
        name = "." if file.name == "root" else file.name
        conf += f"zone:\n  name: {name}\n  zonefile: {file.name}\n"
    (folder / "nsd.conf").write_text(conf)
    with (folder / "nsd.log").open("wb") as log:
        process = subprocess.Popen([str(NSD), "-d", "-c", str(folder / "nsd.conf")], stderr=log)
    try:
        wait_for(address, port, process)
        yield Server(address, port, folder)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once something answers there; RuntimeError if its process ends or a minute passes."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if _answers(address, port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer on {address} port {port}")


def _answers(address: str, port: int) -> bool:
    """Whether a question for the root's SOA gets any reply (RFC 1035, 4.1)."""
    asked = bytes.fromhex("0bad 0000 0001 0000 0000 0000 00 0006 0001")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.settimeout(0.2)
        try:
            door.connect((address, port))
            door.send(asked)
            return door.recv(4096)[:2] == asked[:2]
        except OSError:
            return False
