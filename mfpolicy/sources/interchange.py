"""Our JSON documents: a version, and a long list whose entries are judged one by one."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer

MAX_CHARACTERS = 1024 * 1024 * 1024
T = TypeVar("T", bound=msgspec.Struct)


def decoded(text: str, file: str, type: type[T]) -> T | Fault:
    """The document as a type, or the Fault unreadable-file (no JSON) or wrong-type (another shape)."""
    if len(text) > MAX_CHARACTERS:
        return Fault("too-large", "larger than 1 GiB", Pointer(file, ""))
    try:
        return msgspec.json.decode(text.removeprefix("\ufeff"), type=type)
    except msgspec.ValidationError as error:
        return Fault("wrong-type", lowered(error), Pointer(file, ""))
    except (msgspec.DecodeError, UnicodeError) as error:
        return Fault("unreadable-file", f"not JSON: {error}", Pointer(file, ""))
    except RecursionError:
        return Fault("too-large", "nested too deeply", Pointer(file, ""))


def entry(value: object, pointer: Pointer, type: type[T]) -> T | Fault:
    """One entry of the list, or the Fault wrong-type that points at it."""
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        return Fault("wrong-type", f"{pointer.pointer}: {lowered(error)}", pointer)


def lowered(said: Exception | str) -> str:
    """The words of a library inside a sentence of ours; JSON and NaN stay what they are."""
    words = str(said)
    return words[:1].lower() + words[1:] if words.split(" ")[0][1:].islower() else words


def is_octets(text: str) -> bool:
    """Whether every character stands for one octet, as in a TXT record's text."""
    return text.isascii() or max(text) <= "\xff"


def octets(text: str) -> str:
    """A text as DNS carries it, in UTF-8, one character an octet."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")
