"""The walls around every test: no network beyond this machine, and the same examples at every run."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pycares
import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("house")

# What a hook or a workflow says of the run that it starts; the suite is the same under all of them.
_TOLD = (
    "PRE_COMMIT",
    "GITHUB_EVENT",
    "GITHUB_STEP",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
)
_SERVERS = pycares.Channel.servers
_LOCAL = {"", "localhost", "ip6-localhost", socket.gethostname()}


def _is_local(host: object) -> bool:
    """Whether a host is this machine; None and "" bind here, an unknown name would be asked outside."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if text is None or text in _LOCAL:
        return True
    try:
        return ipaddress.ip_address(str(text).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if not _is_local(host):
        raise RuntimeError(f"a test may not reach {host!r}: answers are data")


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """A socket method that refuses an address off the loopback; its address is the last argument."""

    def guard(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse(arguments[-1][0])
        return method(self, *arguments)

    return guard


def _host(server: str | bytes) -> str:
    """The host of a server as pycares takes it: 127.0.0.1, 127.0.0.1:5353, ::1 or [::1]:5353."""
    text = server.decode("ascii", "replace") if isinstance(server, bytes) else server
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text if text.count(":") > 1 else text.partition(":")[0]


class LoopbackChannel(pycares.Channel):
    """A channel that asks this machine only: its sockets are made in C, where no guard of ours sees them."""

    def __init__(self, *, servers: Iterable[str | bytes] | None = None, **how: Any) -> None:
        listed = list(servers or ())
        super().__init__(servers=listed, **how)
        if not listed:
            raise RuntimeError("a test may not ask the system's name servers: answers are data")

    @property
    def servers(self) -> list[str]:
        listed: list[str] = _SERVERS.__get__(self)
        return listed

    @servers.setter
    def servers(self, servers: Iterable[str | bytes]) -> None:
        listed = list(servers)
        for each in listed:
            _refuse(_host(each) or "a server without an address")
        _SERVERS.__set__(self, listed)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection and every name lookup that would leave this machine."""
    lookup = socket.getaddrinfo

    def guarded_lookup(host: object, *arguments: Any, **named: Any) -> Any:
        _refuse(host)
        return lookup(host, *arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        patch.setattr(pycares, "Channel", LoopbackChannel)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_event() -> Iterator[None]:
    """Nothing tells the command, or git, what started this run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith(_TOLD)]:
            patch.delenv(name)
        yield
