"""Recorded answers as a picture of DNS."""

from __future__ import annotations

import re

from mfpolicy.model.dns import (
    CERTIFICATE,
    POLICY,
    Answer,
    Answers,
    HostCertificate,
    PolicyFile,
    Question,
    Reason,
    Record,
    Reply,
    Unknown,
    unknown,
)
from mfpolicy.model.names import ancestors, normal

_TOP = re.compile(r"(?:^|\.)[a-z0-9-]*\Z")
_FAILURES = {
    "SERVFAIL": Reason.SERVFAIL,
    "REFUSED": Reason.REFUSED,
    "FORMERR": Reason.FORMERR,
    "NOTIMP": Reason.NOTIMP,
    "BADREPLY": Reason.BADREPLY,
    "UNREACHABLE": Reason.UNREACHABLE,
    "TIMEOUT": Reason.TIMEOUT,
}


class AnswerBook:
    """Looks replies up by name and type; one step, CNAME records not followed."""

    def __init__(self, answers: Answers) -> None:
        self._closed = answers.closed
        self._replies: dict[Question, Reply] = {}
        self._policies: dict[str, PolicyFile] = {}
        self._certificates: dict[str, HostCertificate] = {}
        self._there: set[str] = set()
        self._denying: set[str] = set()
        self._failing: set[str] = set()
        self.learn(answers)

    @property
    def answers(self) -> Answers:
        """Everything that is known by now."""
        return Answers(dict(self._replies), self._closed, dict(self._policies), dict(self._certificates))

    def learn(self, more: Answers) -> None:
        """Take in what was answered since."""
        self._replies.update(more.replies)
        self._policies.update(more.policies)
        self._certificates.update(more.certificates)
        for question, reply in more.replies.items():
            if reply.rcode == "NXDOMAIN":
                self._denying.add(question.name)
            else:
                _add_with_ancestors(question.name, self._there if reply.rcode == "NOERROR" else self._failing)

    def look(self, name: str, type: str) -> Answer | Unknown:
        """The recorded answer at exactly this name."""
        reply = self._replies.get(Question(name, type))
        if reply is None:
            return self._unlisted(name, type)
        if reply.rcode in _FAILURES:
            return unknown(name, type, _FAILURES[reply.rcode])
        if reply.rcode == "NXDOMAIN":
            return Answer(name, exists=False)
        return Answer(name, records_of(name, type, reply))

    def is_alias(self, name: str) -> bool:
        """Whether a CNAME record is recorded at exactly this name."""
        reply = self._replies.get(Question(name, "CNAME"))
        return reply is not None and reply.rcode == "NOERROR" and bool(reply.records)

    def exists(self, name: str) -> bool | Unknown:
        """Whether a name answered, or has something below it (RFC 8020), else its A is what to ask."""
        if name in self._there:
            return True
        if self._denied(name):
            return False
        reply = self._replies.get(Question(name, "A"))
        if reply is not None:
            return unknown(name, "A", _FAILURES[reply.rcode])
        return name in self._failing if self._closed else unknown(name, "A", Reason.NOT_ASKED)

    def policy(self, domain: str) -> PolicyFile | Unknown:
        """The policy file of a domain as it was fetched."""
        return self._policies.get(domain) or unknown(domain, POLICY, Reason.NOT_ASKED)

    def certificate(self, host: str) -> HostCertificate | Unknown:
        """What a host showed."""
        return self._certificates.get(host) or unknown(host, CERTIFICATE, Reason.NOT_ASKED)

    def _denied(self, name: str) -> bool:
        """RFC 8020: below a name that does not exist there is nothing either. An empty non-terminal of a
        careless server, and a CNAME record whose target is missing, say both: such a name is there."""
        for each in ancestors(name):
            # Above a name that is there all are there.
            if each in self._there:
                return False
            if each in self._denying:
                return True
        return False

    def _unlisted(self, name: str, type: str) -> Answer | Unknown:
        if name not in self._there and self._denied(name):
            return Answer(name, exists=False)
        if self._closed:
            return Answer(name, exists=name in self._there or name in self._failing)
        # The root holds names of hosts only (RFC 3696, 2): a text taken for a name is known not to be there.
        if not _TOP.search(name):
            return Answer(name, exists=False)
        return unknown(name, type, Reason.NOT_ASKED)


def _add_with_ancestors(name: str, names: set[str]) -> None:
    """A name that is there makes those above it be there; where one is known, so are those above it."""
    for each in ancestors(name):
        if each in names:
            return
        names.add(each)


def records_of(name: str, type: str, reply: Reply) -> tuple[Record, ...]:
    """The records of one reply; a TXT record's character-strings are joined."""
    return tuple(
        Record(name, type, value, reply.ttl)
        if isinstance(value, str)
        else Record(name, type, "".join(value), reply.ttl, strings=value)
        for value in reply.records
    )


def target(record: Record) -> str:
    """The name that a CNAME, ALIAS, DNAME or NS record points to."""
    return normal(record.value.strip())
