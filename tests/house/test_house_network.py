"""The walls of the suite hold."""

from __future__ import annotations

import socket

import pycares
import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 53), ("2001:db8::1", 53, 0, 0), ("dns.example.org", 53)])
def test_an_outside_address_is_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as door, pytest.raises(RuntimeError, match="may not reach"):
        door.connect(address)


def test_an_outside_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"may not reach 'example\.org'"):
        socket.getaddrinfo("example.org", 443)


def test_the_loopback_is_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert socket.getaddrinfo("127.0.0.1", 80)


@pytest.mark.parametrize(
    "servers", [None, [], ["192.0.2.1"], ["127.0.0.1", "[2001:db8::1]:53"], [b"192.0.2.1:53"]]
)
def test_dns_is_not_asked_outside(servers: list[str | bytes] | None) -> None:
    with pytest.raises(RuntimeError, match=r"may not (reach|ask)"):
        pycares.Channel(servers=servers)


@pytest.mark.parametrize("server", ["192.0.2.1", "2001:db8::1", "dns://192.0.2.1", ""])
def test_dns_is_not_asked_outside_later(server: str) -> None:
    channel = pycares.Channel(servers=["127.0.0.1"])
    with pytest.raises(RuntimeError, match="may not reach"):
        channel.servers = [server]


def test_dns_on_the_loopback_is_left_alone() -> None:
    channel = pycares.Channel(servers=["127.0.0.1:5353", "[::1]:5353"])
    assert channel.servers == ["127.0.0.1:5353", "[::1]:5353"]
