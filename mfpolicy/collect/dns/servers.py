"""Name servers as people write them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import msgspec

_IN_BRACKETS = re.compile(r"\[([^\]]+)\](?::([0-9]{1,5}))?\Z")
_WITH_PORT = re.compile(r"([0-9.]+):([0-9]{1,5})\Z")
PORT = 53


class Server(msgspec.Struct, frozen=True):
    """One name server: an address, and the port it listens on for UDP and TCP."""

    host: str
    port: int = PORT

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def servers_of(texts: Iterable[str]) -> tuple[Server, ...]:
    """Servers from 192.0.2.53, 192.0.2.53:5353, 2001:db8::53 or [2001:db8::53]:5353; else ValueError."""
    return tuple(dict.fromkeys(_server(text.strip()) for text in texts))


def _server(text: str) -> Server:
    found = _IN_BRACKETS.match(text) or _WITH_PORT.match(text)
    host, port = found.groups() if found else (text, None)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(f"{text!r} is not an address such as 192.0.2.53 or [2001:db8::53]:5353") from None
    if "%" in host and not address.is_link_local:
        raise ValueError(f"{text!r}: only a link-local address has a scope, such as fe80::1%eth0")
    number = PORT if port is None else int(port)
    if not 0 < number < 65536:
        raise ValueError(f"{text!r}: a port is a number from 1 to 65535")
    return Server(str(address), number)
