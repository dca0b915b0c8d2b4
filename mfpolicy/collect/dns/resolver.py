"""Asks many questions together, no faster than the servers answer."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import takewhile
from typing import Any

import pycares

from mfpolicy.collect.dns.channel import Channel
from mfpolicy.collect.dns.patience import Patience
from mfpolicy.collect.dns.replies import CODES, error_reply, replies_of, rows_of
from mfpolicy.collect.dns.servers import Server, servers_of
from mfpolicy.collect.dns.window import Window
from mfpolicy.model.call import Progress
from mfpolicy.model.dns import Question, Reply, Silence
from mfpolicy.model.names import fits

TIMEOUT = 2.0
TRIES = 2
LONGEST = 900.0
# An answer that tells of no CNAME record before it, though there may be one.
_HIDING = ("NXDOMAIN", "SERVFAIL")
# Names that the client refuses; and a reply that cannot be read fails all questions under way beside its own.
_AGAIN = (pycares.errno.ARES_EBADNAME, pycares.errno.ARES_EBADRESP)
_UNHEARD = ("TIMEOUT", "UNREACHABLE")
_TURN = 0.1
# Every server says something to a name that no zone can have, if only that it refuses (RFC 6761, 6.4).
_NOWHERE = "{}.invalid"


class Resolver:
    """One run's asking. A question is sent once; `Silence` ends it where nobody is there."""

    def __init__(
        self,
        servers: Sequence[Server] = (),
        *,
        timeout: float = TIMEOUT,
        tries: int = TRIES,
        longest: float = LONGEST,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """`servers` in order of preference, the system's where none is given. `timeout` is the seconds of
        the first of `tries` tries, each twice as long as the one before; `longest` those of all asking
        together. A packet that seems lost is sent again sooner."""
        self._channel = Channel(servers, timeout, tries)
        self.servers = tuple(servers) or servers_of(self._channel.servers)
        self._timeout, self._tries = timeout, tries
        self._patience = Patience(timeout, tries, len(self.servers), longest)
        self._progress = progress
        self._window = Window()
        self._known: set[Question] = set()
        self._waiting: deque[Question] = deque()
        self._flying: dict[Question, float] = {}
        self._landed: deque[tuple[Question, Any, int | None]] = deque()
        self._refused: list[Question] = []
        self.replies: dict[Question, Reply] = {}
        self._replies: dict[Question, Reply] = {}
        self._answered = self._probes = 0
        self._told = 0.0
        self._over = self._is_resolver = False
        self._there: set[str] = set()

    def __enter__(self) -> Resolver:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.__exit__(None, None, None)

    def ask(self, questions: Iterable[Question]) -> dict[Question, Reply]:
        """Replies to all that was not asked before, and what else was learned on the way.

        A name that is an alias has its CNAME reply in place of its own; the records at the end of a chain
        are found under their owner if they came along. `replies` keeps those of the whole run. Raises
        `Silence`.
        """
        fresh = [each for each in dict.fromkeys(questions) if each not in self._known]
        self._known.update(fresh)
        self._replies = {each: reply for each in fresh if (reply := _beforehand(each.name))}
        fresh = [each for each in fresh if each not in self._replies]
        self._waiting.extend(each for each in fresh if each.type in CODES)
        self._refused = [each for each in fresh if each.type not in CODES]
        if self._over:
            self._give_up()
        self._run()
        self._exchange()
        self._look_twice()
        self.replies |= self._replies
        return self._replies

    def _run(self) -> None:
        """Everything that pycares can ask."""
        self._patience.begin(time.monotonic())
        while self._waiting or self._flying or self._patience.in_doubt:
            while self._waiting and len(self._flying) < self._window.size:
                self._send(self._waiting.popleft())
            if not self._landed:
                self._channel.turn(_TURN)
            while self._landed:
                self._take(*self._landed.popleft())
            self._tell()
            self._keep_patience()

    def _send(self, question: Question) -> None:
        self._flying[question] = time.monotonic()
        try:
            # Nothing may be raised inside the callback: it would be lost. So it only keeps what came.
            self._channel.send(question.name, CODES[question.type], partial(self._land, question))
        except pycares.AresError as error:
            # The callback may have been told too; what lands twice is taken once.
            self._land(question, None, error.args[0])

    def _land(self, question: Question, result: Any, status: int | None) -> None:
        self._landed.append((question, result, status))

    def _take(self, question: Question, result: Any, status: int | None) -> None:
        sent = self._flying.pop(question, None)
        if sent is None:
            return
        now = time.monotonic()
        if status in _AGAIN:
            if status == pycares.errno.ARES_EBADRESP:
                self._patience.hear(now)
            self._refused.append(question)
            return
        self._answered += 1
        reply = None if status is None else error_reply(status)
        self._note(reply, sent, now)
        self._keep(question, replies_of(question, rows_of(result)) if reply is None else {question: reply})

    def _note(self, reply: Reply | None, sent: float, now: float) -> None:
        """What one answer, or its absence, tells of the server."""
        if reply is None or reply.rcode not in _UNHEARD:
            self._patience.hear(now)
        timed_out = reply is not None and reply.rcode == "TIMEOUT"
        if timed_out:
            self._patience.miss()
        # An answer that took longer than one try came to the second packet: the first was lost.
        if timed_out or now - sent >= self._timeout:
            self._window.missed(sent, now)
        else:
            self._window.answered()

    def _keep(self, question: Question, replies: dict[Question, Reply]) -> None:
        """Keep what came, and ask for the CNAME record that an error may hide."""
        self._replies.update(replies)
        reply, alias = replies.get(question), Question(question.name, "CNAME")
        if reply is None:
            return
        if question == alias and reply.records:
            self._disown(question.name)
        elif reply.rcode in _HIDING and alias not in self._known:
            self._known.add(alias)
            self._waiting.append(alias)

    def _disown(self, name: str) -> None:
        """The errors met at an alias are those of the name that it leads to."""
        for type in CODES:
            reply = self._replies.get(Question(name, type))
            if reply is not None and reply.rcode in _HIDING:
                del self._replies[Question(name, type)]

    def _exchange(self) -> None:
        """What pycares does not carry: types that it does not know, and names that are no host's."""
        if self._refused:
            from mfpolicy.collect.dns.exchange import exchange

            until = self._patience.end_of_few(len(self._refused), time.monotonic())
            found = exchange(self._refused, self.servers, self._timeout, self._tries, until)
            if any(each.rcode not in _UNHEARD for each in found.values()):
                self._patience.hear(time.monotonic())
            self._answered += len(self._refused)
            self._replies |= found
        if self._answered and not self._patience.heard:
            raise Silence(f"{_named(self.servers)} cannot be reached")

    def _look_twice(self) -> None:
        """Where a name has nothing but empty answers, see whether they are answers at all.

        pycares does not show it: a server that is no resolver refers to others below a delegation, and
        that would read as if nothing were there.
        """
        # What stands at a delegation itself, the parent's DS records, says nothing of what is below.
        self._there.update(
            each.name for each, reply in self._replies.items() if reply.records and each.type != "DS"
        )
        doubtful = {} if self._is_resolver else self._without_records()
        if not doubtful or self._over:
            return
        from mfpolicy.collect.dns.exchange import exchange, offers_recursion

        self._is_resolver = offers_recursion(next(iter(doubtful.values())), self.servers, self._timeout)
        if self._is_resolver:
            return
        until = self._patience.end_of_few(len(doubtful), time.monotonic())
        found = exchange([*doubtful.values()], self.servers, self._timeout, self._tries, until)
        failed = {
            each.name: reply for each, reply in found.items() if reply.rcode not in ("NOERROR", "NXDOMAIN")
        }
        for question, reply in self._replies.items():
            # Of DS the parent's side answers, which refers to nobody.
            if question.type in CODES and _is_empty(reply) and question.name in failed:
                self._replies[question] = failed[question.name]

    def _without_records(self) -> dict[str, Question]:
        """The names that have shown no record of any type, each with a question that was answered by none."""
        return {
            question.name: question
            for question, reply in self._replies.items()
            if question.type in CODES and _is_empty(reply) and question.name not in self._there
        }

    def _tell(self) -> None:
        now = time.monotonic()
        if self._progress is None or now - self._told < _TURN:
            return
        self._told = now
        first = next(iter(self._flying), None)
        self._progress(
            Progress(
                asked=self._answered + len(self._flying) + len(self._waiting),
                answered=self._answered,
                rate=self._answered / max(self._patience.age(now), 0.001),
                awaiting=f"{first.name} {first.type}" if first else "",
            )
        )

    def _keep_patience(self) -> None:
        """Silence ends the run, a server that stops or too long a run what is left of it."""
        now = time.monotonic()
        self._give_up_late(now)
        if self._patience.is_probe_due(now):
            self._probe()
        if self._patience.has_ended(now):
            raise Silence(
                f"{_named(self.servers)} did not answer within {self._patience.age(now):.0f} seconds"
            )
        self._over = self._patience.is_over(now)
        if self._over:
            self._give_up()

    def _probe(self) -> None:
        """Ask something that any server answers: names that nobody answers for are no dead server."""
        self._probes += 1
        with suppress(pycares.AresError):
            self._channel.send(_NOWHERE.format(self._probes), CODES["A"], self._note_life)

    def _note_life(self, result: Any, status: int | None) -> None:
        if status is None or error_reply(status).rcode not in _UNHEARD:
            self._patience.hear(time.monotonic())

    def _give_up_late(self, now: float) -> None:
        # The oldest come first.
        late = takewhile(lambda each: now - each[1] > self._patience.of_question, self._flying.items())
        for question, _ in list(late):
            self._take(question, None, pycares.errno.ARES_ETIMEOUT)

    def _give_up(self) -> None:
        """All that is left timed out, also what the client lost."""
        self._channel.cancel()
        self._landed.clear()
        for question in (*self._flying, *self._waiting, *self._refused):
            self._replies[question] = Reply("TIMEOUT")
        self._flying.clear()
        self._waiting.clear()
        self._refused.clear()


def _is_empty(reply: Reply) -> bool:
    return reply.rcode == "NOERROR" and not reply.records


def _beforehand(name: str) -> Reply | None:
    """The reply to a name that no question can carry: too long for DNS, or not in octets."""
    if not fits(name):
        return Reply("NXDOMAIN")
    return None if name.isascii() else Reply("BADREPLY")


def _named(servers: Sequence[Server]) -> str:
    plural = "s" if len(servers) > 1 else ""
    return f"the name server{plural} {' and '.join(str(server) for server in servers)}"
