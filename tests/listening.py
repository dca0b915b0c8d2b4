"""A server on the loopback that a test talks to, each connection in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading


class Listener:
    """Takes connections until it is closed, and counts them; what is said in one is the subclass's."""

    def __init__(self, backlog: int = 256) -> None:
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        for each in (self.listener, *self.open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                self.open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self.serve(connection)
