"""How many questions may wait for an answer at one time.

Resolvers of offices and providers limit the rate of a client, and drop what is above it; so the window
opens while answers come, and halves where one is lost, as TCP does it (RFC 5681, 3.1).
"""

from __future__ import annotations

START = 50
LARGEST = 200
SMALLEST = 20


class Window:
    """Begins with START, and never lets through more than LARGEST or fewer than SMALLEST."""

    def __init__(self) -> None:
        self._size = float(START)
        self._lost = False
        self._halved_at = 0.0

    @property
    def size(self) -> int:
        """The questions that may be under way."""
        return int(self._size)

    def answered(self) -> None:
        """One answer came: twice the size in each round trip, and after a loss one more in each."""
        self._size = min(LARGEST, self._size + (1 / self._size if self._lost else 1))

    def missed(self, sent: float, now: float) -> None:
        """A question sent at one time (seconds) was lost by another; those lost together count once."""
        if sent < self._halved_at:
            return
        self._lost = True
        self._halved_at = now
        self._size = max(SMALLEST, self._size / 2)
