"""A network of its own, with nothing but a loopback: what runs in it reaches nothing outside.

Some DNS code ignores the resolver that it is given, and much of it knows port 53 only. Linux alone has such
namespaces; root makes one, and so do users where the kernel lets them.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence

_INSIDE = "BENCHMARK_NAMESPACE"
_SIOCSIFFLAGS = 0x8914
_UP_AND_RUNNING = 0x41


def is_inside() -> bool:
    """Whether this process was started by `again`."""
    return _INSIDE in os.environ


def available() -> bool:
    """Whether this machine lets us make one."""
    command = [*_command(), "true"]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0


def again(module: str, arguments: Sequence[str]) -> int:
    """Run a module of ours anew, inside; its exit code. It is ended, and may tidy up, if we are."""
    command = [*_command(), sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, env={**os.environ, _INSIDE: "1"})
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait(timeout=60)


def raise_loopback() -> None:
    """A new namespace has its loopback down (netdevice(7))."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        fcntl.ioctl(door, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))


def _command() -> list[str]:
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
