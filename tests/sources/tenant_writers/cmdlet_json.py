"""One file per cmdlet."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from tenant_writers import OBJECTS, Variants, Written, manifest, text


def _folder(name: Callable[[str], str], write: Callable[[list[Any]], bytes]) -> Written:
    files = {name(cmdlet): write(objects) for cmdlet, objects in OBJECTS.items()}
    return {f"x/{file}": data for file, data in (files | manifest()).items()}, "x"


def _loose(objects: list[Any]) -> bytes:
    return text(objects[0] if len(objects) == 1 else objects)


def _of_windows(objects: list[Any]) -> bytes:
    """PowerShell 5.1: UTF-16 with its mark, CRLF, a wrapped list."""
    wrapped = text({"value": objects, "Count": len(objects)}).decode().replace("\n", "\r\n")
    return codecs.BOM_UTF16_LE + wrapped.encode("utf-16-le")


def _appended(objects: list[Any]) -> bytes:
    """Out-File -Append: one document after the other, each with a byte order mark; one of them twice."""
    return b"".join(b"\xef\xbb\xbf" + text(each) + b"\r\n" for each in (*objects, *objects[:1])) or b"[]"


VARIANTS: Variants = {
    "lists": lambda: _folder(lambda name: f"{name}.json", text),
    "nouns": lambda: _folder(lambda name: f"2026-11-20_{name.removeprefix('Get-')}s.json", text),
    "small letters": lambda: _folder(lambda name: f"{name.lower()}-2026.json", text),
    "single objects": lambda: _folder(lambda name: f"{name}.json", _loose),
    "PowerShell 5.1": lambda: _folder(lambda name: f"{name}.json", _of_windows),
    "appended": lambda: _folder(lambda name: f"{name}.json", _appended),
}
