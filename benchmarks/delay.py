"""A proxy that holds every answer back: 20 ms of distance on a machine whose kernel has none.

python -m benchmarks.delay ADDRESS PORT SERVER SERVER_PORT MILLISECONDS
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.nsd import Address, wait_for

_BUFFER = 4 * 1024 * 1024
_BURST = 64


class Datagrams:
    """One socket to the clients, one to the server; the id of each question is ours on the way there."""

    def __init__(self, listen: Address, server: Address, delay: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._delay = delay
        self._clients, self._server = _datagram_socket(), _datagram_socket()
        self._clients.bind(listen)
        self._server.connect(server)
        self._asked: dict[int, tuple[bytes, Address]] = {}
        self._next = 0
        self._held: deque[tuple[float, bytes, Address]] = deque()
        self._loop.add_reader(self._clients, self._forward)
        self._loop.add_reader(self._server, self._hold)

    def _forward(self) -> None:
        """Questions to the server. One whose id comes round again was never answered."""
        for _ in range(_BURST):
            try:
                asked, client = self._clients.recvfrom(4096)
            except OSError:
                return
            self._next = (self._next + 1) & 0xFFFF
            self._asked[self._next] = (asked[:2], client)
            self._server.send(self._next.to_bytes(2, "big") + asked[2:])

    def _hold(self) -> None:
        """Answers into the queue; all wait equally long, so the first in is the first out."""
        due = self._loop.time() + self._delay
        for _ in range(_BURST):
            try:
                reply = self._server.recv(65535)
            except OSError:
                return
            known = self._asked.pop(int.from_bytes(reply[:2], "big"), None)
            if known is None:
                continue
            if not self._held:
                self._loop.call_at(due, self._release)
            self._held.append((due, known[0] + reply[2:], known[1]))

    def _release(self) -> None:
        now = self._loop.time()
        while self._held and self._held[0][0] <= now:
            _, reply, client = self._held.popleft()
            self._clients.sendto(reply, client)
        if self._held:
            self._loop.call_at(self._held[0][0], self._release)


async def run(listen: Address, server: Address, delay: float) -> None:
    """Hold answers back, over UDP and TCP, until the process is ended."""
    Datagrams(listen, server, delay)

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _stream(reader, writer, server, delay)

    async with await asyncio.start_server(stream, *listen) as streams:
        await streams.serve_forever()


async def _stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Address, delay: float
) -> None:
    """One TCP connection, a question at a time (RFC 7766)."""
    there, back = await asyncio.open_connection(*server)
    try:
        while True:
            back.write(await _message(reader))
            reply = await _message(there)
            await asyncio.sleep(delay)
            writer.write(reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        back.close()
        writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One message with its length before it (RFC 1035, 4.2.2)."""
    size = await reader.readexactly(2)
    return size + await reader.readexactly(int.from_bytes(size, "big"))


def _datagram_socket() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.setblocking(False)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    return found


@contextmanager
def delaying(listen: Address, server: Address, milliseconds: int) -> Iterator[None]:
    """The proxy in a process of its own; it ends with the block."""
    words = [listen[0], str(listen[1]), server[0], str(server[1]), str(milliseconds)]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.delay", *words])
    try:
        wait_for(*listen, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    address, port, server, server_port, milliseconds = sys.argv[1:]
    asyncio.run(run((address, int(port)), (server, int(server_port)), int(milliseconds) / 1000))
