"""Recorded answers, `answers.v1`: what DNS and the policy hosts said, so that a run repeats offline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from mfpolicy.model.dns import (
    Answers,
    CertificateFailure,
    CertificateOutcome,
    Failure,
    HostCertificate,
    Outcome,
    PolicyFile,
    Question,
    Rcode,
    Reply,
)
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import decoded, entry, is_octets
from mfpolicy.sources.shape import ascii_name, domain_name, shown


class AnswersFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file; entries are read one by one, so that a faulty one is left out alone."""

    version: Literal[1]
    answers: list[Any] = []
    otherwise: Literal["NXDOMAIN"] | None = None
    policies: list[Any] = []
    certificates: list[Any] = []


class AnswerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reply as it stands in a file."""

    name: str
    type: str
    rcode: Rcode
    ttl: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    records: tuple[str | tuple[str, ...], ...] = ()


class PolicyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stood at a domain's MTA-STS policy address."""

    name: str
    outcome: Outcome | Failure
    text: str = ""
    detail: str = ""


class CertificateEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a host showed to who asked for STARTTLS: its certificate is DER in base64."""

    name: str
    outcome: CertificateOutcome | CertificateFailure
    certificate: str = ""
    distrust: str = ""
    detail: str = ""


_Named = TypeVar("_Named", PolicyEntry, CertificateEntry)


def read_answers(text: str, file: str) -> tuple[Answers, tuple[Fault, ...]]:
    """The replies in a JSON text; an entry that does not fit is left out, with a fault that points at it.

    Faults: unreadable-file, wrong-type, duplicate-key (the last entry for a question, for the policy of a
    domain or the certificate of a host, is kept). Never raises.
    """
    document = decoded(text, file, AnswersFile)
    if isinstance(document, Fault):
        return Answers(), (document,)
    replies, faults = _replies(document.answers, file)
    policies, more = _policies(document.policies, file)
    certificates, others = _certificates(document.certificates, file)
    closed = document.otherwise is not None
    return Answers(replies, closed, policies, certificates), (*faults, *more, *others)


def write_answers(answers: Answers) -> str:
    """The same as JSON text: one reply a line, sorted by question, records in their order; then the
    policies and the certificates, one a line, sorted by name."""
    replies = sorted(answers.replies.items(), key=lambda item: item[0])
    lines = _joined(_line(question, reply) for question, reply in replies)
    otherwise = '"otherwise": "NXDOMAIN", ' if answers.closed else ""
    policies = _joined(_policy_line(*item) for item in sorted(answers.policies.items()))
    certificates = _joined(_certificate_line(*item) for item in sorted(answers.certificates.items()))
    after = f', "policies": [{policies}]' if answers.policies else ""
    after += f', "certificates": [{certificates}]' if answers.certificates else ""
    return f'{{"version": 1, {otherwise}"answers": [{lines}]{after}}}\n'


def _replies(values: Sequence[object], file: str) -> tuple[dict[Question, Reply], list[Fault]]:
    replies: dict[Question, Reply] = {}
    faults: list[Fault] = []
    for index, value in enumerate(values):
        pointer = Pointer(file, f"/answers/{index}")
        found = _reply(value, pointer)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        question, reply = found
        if question in replies:
            faults.append(
                Fault("duplicate-key", f"{question.name} {question.type} is answered twice", pointer)
            )
        replies[question] = reply
    return replies, faults


def _policies(values: Sequence[object], file: str) -> tuple[dict[str, PolicyFile], list[Fault]]:
    found, faults = _by_name(values, file, "policies", PolicyEntry, "a domain name")
    return {name: PolicyFile(each.outcome, each.text, each.detail) for name, each in found.items()}, faults


def _certificates(values: Sequence[object], file: str) -> tuple[dict[str, HostCertificate], list[Fault]]:
    found, faults = _by_name(values, file, "certificates", CertificateEntry, "the name of a host")
    made = {
        name: HostCertificate(each.outcome, each.certificate, each.distrust, each.detail)
        for name, each in found.items()
    }
    return made, faults


def _by_name(
    values: Sequence[object], file: str, key: str, kind: type[_Named], what: str
) -> tuple[dict[str, _Named], list[Fault]]:
    """Entries of which each has a name of its own, which is `what`, by that name; the last one counts."""
    known: dict[str, _Named] = {}
    faults: list[Fault] = []
    for index, value in enumerate(values):
        pointer = Pointer(file, f"/{key}/{index}")
        found = entry(value, pointer, kind)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        name = domain_name(found.name)
        if name is None:
            words = f"{pointer.pointer}: {shown(found.name)} is not {what}"
            faults.append(Fault("wrong-type", words, pointer))
            continue
        if name in known:
            faults.append(Fault("duplicate-key", f"{name} is there twice under {key}", pointer))
        known[name] = found
    return known, faults


def _reply(value: object, pointer: Pointer) -> tuple[Question, Reply] | Fault:
    found = entry(value, pointer, AnswerEntry)
    if isinstance(found, Fault):
        return found
    name = ascii_name(found.name)
    if name is None or len(name) > 1000 or not found.type.isascii():
        return Fault("wrong-type", f"{pointer.pointer}: {shown(found.name)} is not a name", pointer)
    type = found.type.upper()
    if type == "TXT" and not all(is_octets("".join(each)) for each in found.records):
        return Fault("wrong-type", f"{pointer.pointer}: a character above U+00FF is not one octet", pointer)
    return Question(name, type), Reply(found.rcode, found.ttl, found.records)


def _joined(lines: Iterable[str]) -> str:
    return "\n" + ",\n".join(lines) + "\n"


def _policy_line(name: str, policy: PolicyFile) -> str:
    line = PolicyEntry(name, policy.outcome, policy.text, policy.detail)
    fields = {key: value for key, value in msgspec.to_builtins(line).items() if value}
    return msgspec.json.encode(fields).decode()


def _certificate_line(name: str, shown: HostCertificate) -> str:
    line = CertificateEntry(name, shown.outcome, shown.certificate, shown.distrust, shown.detail)
    fields = {key: value for key, value in msgspec.to_builtins(line).items() if value}
    return msgspec.json.encode(fields).decode()


def _line(question: Question, reply: Reply) -> str:
    line = AnswerEntry(question.name, question.type, reply.rcode, reply.ttl, reply.records)
    fields = {key: value for key, value in msgspec.to_builtins(line).items() if value is not None}
    return msgspec.json.encode(fields).decode()
