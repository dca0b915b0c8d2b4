"""What a silence means: a lost packet, a name that nobody answers for, or a server that is not there.

Times are seconds of time.monotonic(), handed in.
"""

from __future__ import annotations

_STOP = 10.0


class Patience:
    """Of one run with some servers: `timeout` and `tries` as in `Resolver`, `longest` for all of it."""

    def __init__(self, timeout: float, tries: int, servers: int, longest: float) -> None:
        self._timeout = timeout
        self._longest = longest
        # Each try is twice as long as the one before, and every server has its turn.
        self.of_question: float = (2**tries - 1) * timeout * servers
        self._of_first = 3 * timeout * servers
        self._of_next: float = 2**tries * timeout * servers + _STOP
        self.heard = False
        self._missed = False
        self._began = self._moved = self._probed = 0.0

    def begin(self, now: float) -> None:
        """Questions go out; before anything was heard, patience begins anew with them."""
        self._moved = now
        self._began = self._began if self.heard else now

    def hear(self, now: float) -> None:
        """A server said something, whatever it was."""
        self.heard, self._moved = True, now

    def miss(self) -> None:
        """A question timed out."""
        self._missed = True

    @property
    def in_doubt(self) -> bool:
        """Whether all that is known is that nothing came in time: of the names, or of the server?"""
        return self._missed and not self.heard

    def is_probe_due(self, now: float) -> bool:
        """Whether it is time, once more, to ask a quiet server for a sign of life."""
        due = min(now - self._moved, now - self._probed) > self._timeout
        self._probed = now if due else self._probed
        return due

    def has_ended(self, now: float) -> bool:
        """Whether a server should have been heard by now, and none was."""
        return not self.heard and self.age(now) > self._of_first

    def is_over(self, now: float) -> bool:
        """Whether a server that was there has stopped, or the run has taken too long."""
        return now - self._moved > self._of_next or self.age(now) > self._longest

    def age(self, now: float) -> float:
        """The seconds since the first question."""
        return now - self._began

    def end_of_few(self, questions: int, now: float) -> float:
        """The time until which some questions are waited for that go few at a time: ten times one question's
        patience and a twentieth of a second each, and no longer than the run."""
        return min(self._began + self._longest, now + 10 * self.of_question + questions / 20)
