"""A name server on the loopback that misbehaves, over UDP and TCP, as it is told for each name."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from nameserver import free_port

_UDP_SIZE = 1232  # what the client offers by EDNS
_TTL = 300


class Asked(NamedTuple):
    """One packet that came: `over` is udp or tcp, `nth` counts the packets of one question from 1."""

    message: dns.message.Message
    name: str
    type: str
    over: str
    nth: int


class Said(NamedTuple):
    """What goes back after `delay` seconds. Over TCP each packet is announced `missing` octets too long."""

    packets: tuple[bytes, ...] = ()
    delay: float = 0.0
    missing: int = 0


Behaviour = Callable[[Asked], Said]


def silent(asked: Asked) -> Said:
    """Nothing; over TCP, a connection that stays open."""
    return Said()


def says(*lines: str, rcode: str = "NOERROR", asks: str = "") -> Behaviour:
    """A whole answer section such as "www.example.org A 192.0.2.1"; `asks` is another question's name.

    One that is too long for UDP is cut there, and whole over TCP.
    """
    parts = (line.split(" ", 2) for line in lines)
    answers = [dns.rrset.from_text(f"{owner}.", _TTL, "IN", type, value) for owner, type, value in parts]

    def behave(asked: Asked) -> Said:
        message = dns.message.make_response(asked.message)
        message.set_rcode(dns.rcode.from_text(rcode))
        message.answer = list(answers)
        if asks:
            message.question = [dns.rrset.from_text(f"{asks}.", 0, "IN", asked.type)]
        wire = message.to_wire(max_size=65535)
        return truncated(asked) if asked.over == "udp" and len(wire) > _UDP_SIZE else Said((wire,))

    return behave


def truncated(asked: Asked) -> Said:
    """An empty answer that says to ask over TCP."""
    message = dns.message.make_response(asked.message)
    message.flags |= dns.flags.TC
    return Said((message.to_wire(),))


def over_tcp(then: Behaviour) -> Behaviour:
    """Truncates over UDP."""
    return lambda asked: truncated(asked) if asked.over == "udp" else then(asked)


def late(seconds: float, then: Behaviour) -> Behaviour:
    """The same, later."""
    return lambda asked: then(asked)._replace(delay=seconds)


def short(octets: int, then: Behaviour) -> Behaviour:
    """The same, but a TCP message is announced longer than it is."""
    return lambda asked: then(asked)._replace(missing=octets)


def again(then: Behaviour, nth: int = 2) -> Behaviour:
    """Answers only when it is asked for the nth time."""
    return lambda asked: then(asked) if asked.nth >= nth else Said()


def dropping(then: Behaviour, one_in: int = 5, seed: int = 1) -> Behaviour:
    """Loses some packets, the same ones whatever the order in which they come."""

    def behave(asked: Asked) -> Said:
        dice = random.Random(f"{seed} {asked.name} {asked.type} {asked.nth}")
        return then(asked) if dice.randrange(one_in) else Said()

    return behave


def mangled(change: Callable[[bytes], bytes], then: Behaviour) -> Behaviour:
    """The same with other octets."""
    return lambda asked: then(asked)._replace(packets=tuple(map(change, then(asked).packets)))


def doubled(first: Behaviour, second: Behaviour) -> Behaviour:
    """Two packets, the first of which may be a forgery."""
    return lambda asked: Said(first(asked).packets + second(asked).packets)


def shuffled(*lines: str) -> Behaviour:
    """The lines in another order each time."""
    return lambda asked: says(*random.Random(asked.nth).sample(lines, len(lines)))(asked)


def endless(asked: Asked) -> Said:
    """Every name is an alias of the next: n1 of n2, n2 of n3."""
    label, _, rest = asked.name.partition(".")
    return says(f"{asked.name} CNAME n{int(label[1:]) + 1}.{rest}.")(asked)


def by_type(**types: Behaviour) -> Behaviour:
    """A behaviour for each type, and an empty answer for those left out."""
    return lambda asked: types.get(asked.type, says())(asked)


def quoted(octets: bytes) -> str:
    """Octets as one character-string of a TXT record (at most 255 of them)."""
    return '"' + "".join(f"\\{octet:03d}" for octet in octets) + '"'


class Hostile:
    """The server, in a thread of its own, while the `with` block lasts.

    `seen` counts the packets of each question, `most` the questions that waited for their answer together.
    Without `tcp`, connections are refused.
    """

    def __init__(
        self,
        names: Mapping[str, Behaviour] | None = None,
        otherwise: Behaviour = silent,
        *,
        tcp: bool = True,
        host: str = "127.0.0.1",
    ) -> None:
        self.host, self.port = host, free_port([host])
        self.seen: Counter[tuple[str, str]] = Counter()
        self.most = 0
        self._flying, self._ended = 0, False
        self._names, self._otherwise, self._tcp = names or {}, otherwise, tcp
        self._loop = asyncio.new_event_loop()
        self._open: list[asyncio.BaseTransport | asyncio.Server] = []
        self._failed: list[object] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Hostile:
        self._listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        if self._failed:
            raise RuntimeError(f"the server itself failed: {self._failed}")

    def _listen(self) -> None:
        door = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_DGRAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        door.setblocking(False)
        door.bind((self.host, self.port))
        udp = self._loop.create_datagram_endpoint(lambda: _Datagrams(self, door), sock=door)
        self._loop.run_until_complete(udp)
        if self._tcp:
            tcp = self._loop.create_server(lambda: _Stream(self), self.host, self.port)
            self.opened(self._loop.run_until_complete(tcp))

    def _run(self) -> None:
        self._loop.set_exception_handler(lambda loop, context: self._failed.append(context))
        self._loop.run_forever()
        self._ended = True
        for each in self._open:
            each.close()
        self._loop.run_until_complete(asyncio.sleep(0.001))
        self._loop.close()

    def opened(self, door: asyncio.BaseTransport | asyncio.Server) -> None:
        """Have something closed at the end."""
        self._open.append(door)

    def hear(self, wire: bytes, over: str, send: Callable[[bytes, int], object]) -> None:
        """Take one packet, and have `send(packet, missing)` called for what goes back."""
        try:
            message = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return
        question = message.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        type = dns.rdatatype.to_text(question.rdtype)
        self.seen[name, type] += 1
        asked = Asked(message, name, type, over, self.seen[name, type])
        said = self._names.get(name, self._otherwise)(asked)
        if said.packets:
            self._flying += 1
            self.most = max(self.most, self._flying)
            self._loop.call_later(said.delay, self._say, said, send)

    def _say(self, said: Said, send: Callable[[bytes, int], object]) -> None:
        self._flying -= 1
        for packet in () if self._ended else said.packets:
            send(packet, said.missing)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: Hostile, door: socket.socket) -> None:
        self._server, self._door = server, door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.opened(transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        # Not through the transport, which sends no empty datagram.
        self._server.hear(data, "udp", lambda packet, missing: self._door.sendto(packet, addr))


class _Stream(asyncio.Protocol):
    def __init__(self, server: Hostile) -> None:
        self._server, self._came = server, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.opened(transport)
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        while len(self._came) >= 2 and len(self._came) >= (size := 2 + int.from_bytes(self._came[:2])):
            wire, self._came = self._came[2:size], self._came[size:]
            self._server.hear(wire, "tcp", self._send)

    def _send(self, packet: bytes, missing: int) -> None:
        self._transport.write((len(packet) + missing).to_bytes(2) + packet)
