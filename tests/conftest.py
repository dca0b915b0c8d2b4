"""The walls around every test: no network beyond this machine, and the same examples at every run."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("house")

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
        yield
