"""Recorded answers, `answers.v1`: what DNS said, so that a run repeats offline."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from mfpolicy.model.dns import Answers, Question, Rcode, Reply
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import decoded, entry, is_octets
from mfpolicy.sources.shape import ascii_name, shown


class AnswersFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file; entries are read one by one, so that a faulty one is left out alone."""

    version: Literal[1]
    answers: list[Any] = []
    otherwise: Literal["NXDOMAIN"] | None = None


class AnswerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reply as it stands in a file."""

    name: str
    type: str
    rcode: Rcode
    ttl: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    records: tuple[str | tuple[str, ...], ...] = ()


def read_answers(text: str, file: str) -> tuple[Answers, tuple[Fault, ...]]:
    """The replies in a JSON text; an entry that does not fit is left out, with a fault that points at it.

    Faults: unreadable-file, wrong-type, duplicate-key (the last entry for a question is kept). Never raises.
    """
    document = decoded(text, file, AnswersFile)
    if isinstance(document, Fault):
        return Answers(), (document,)
    replies: dict[Question, Reply] = {}
    faults: list[Fault] = []
    for index, value in enumerate(document.answers):
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
    return Answers(replies, document.otherwise is not None), tuple(faults)


def write_answers(answers: Answers) -> str:
    """The same as JSON text: one reply a line, sorted by question, records in their order."""
    lines = [
        _line(question, reply)
        for question, reply in sorted(answers.replies.items(), key=lambda item: item[0])
    ]
    otherwise = '"otherwise": "NXDOMAIN", ' if answers.closed else ""
    return f'{{"version": 1, {otherwise}"answers": [\n' + ",\n".join(lines) + "\n]}\n"


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


def _line(question: Question, reply: Reply) -> str:
    line = AnswerEntry(question.name, question.type, reply.rcode, reply.ttl, reply.records)
    fields = {key: value for key, value in msgspec.to_builtins(line).items() if value is not None}
    return msgspec.json.encode(fields).decode()
