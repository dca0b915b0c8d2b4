"""One pycares channel, turned by hand: no thread, no event loop of anybody else's."""

from __future__ import annotations

import math
import selectors
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import pycares

from mfpolicy.collect.dns.servers import Server

# 200 answers of 1,232 octets at once, with the kernel's own bookkeeping, are more than the usual 208 KiB.
_RECEIVE_BUFFER = 4 * 1024 * 1024
# The least time that the client gives a try, once answers were quick.
_SHORTEST_TRY = 0.25
Landed = Callable[[Any, int | None], None]


class Channel:
    """Sends questions and hands back what came, by callback. Its answers are cached while it lives."""

    def __init__(self, servers: Sequence[Server], timeout: float, tries: int) -> None:
        self._poll = selectors.DefaultSelector()
        self._closed = False
        # Without flags= the channel keeps EDNS, and goes on with TCP where an answer was truncated.
        self._channel = pycares.Channel(
            servers=[str(server) for server in servers] or None,
            timeout=timeout,
            tries=_tries_of_client(timeout, tries),
            sock_state_cb=self._watch,
            socket_receive_buffer_size=_RECEIVE_BUFFER,
        )

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The client closes its sockets later, in a thread of its own, and still tells of each.
        self._closed = True
        self._channel.close()
        self._poll.close()

    @property
    def servers(self) -> list[str]:
        """The servers in use, the system's where none were given."""
        return self._channel.servers

    def send(self, name: str, type: int, landed: Landed) -> None:
        """Ask. `landed(result, status)` may be called at once (a cached answer); it must not raise.

        A name that cannot be put into a message raises pycares.AresError, ValueError or UnicodeError.
        """
        self._channel.query(name, type, callback=landed)

    def turn(self, longest: float) -> None:
        """Wait for at most so many seconds, and let everything that is due happen."""
        due: float = self._channel.timeout(longest)  # type: ignore[no-untyped-call]
        events = self._poll.select(min(longest, due))
        for key, mask in events:
            self._channel.process_fd(
                key.fd if mask & selectors.EVENT_READ else pycares.ARES_SOCKET_BAD,
                key.fd if mask & selectors.EVENT_WRITE else pycares.ARES_SOCKET_BAD,
            )
        if not events:
            self._channel.process_fd(pycares.ARES_SOCKET_BAD, pycares.ARES_SOCKET_BAD)

    def cancel(self) -> None:
        """Give up all questions under way; each lands with ARES_ECANCELLED."""
        self._channel.cancel()

    def _watch(self, socket: int, readable: bool, writable: bool) -> None:
        if self._closed:
            return
        mask = selectors.EVENT_READ * readable | selectors.EVENT_WRITE * writable
        known = socket in self._poll.get_map()
        if not mask:
            if known:
                self._poll.unregister(socket)
        elif known:
            self._poll.modify(socket, mask)
        else:
            self._poll.register(socket, mask)


def _tries_of_client(timeout: float, tries: int) -> int:
    """So many that the client does not give up before us.

    After quick answers its first try may last no longer than 250 ms, whatever it is told, and each further
    one up to twice as long; a name that a resolver has to look for would never be waited for.
    """
    return tries + max(0, math.ceil(math.log2(timeout / _SHORTEST_TRY))) + 1
