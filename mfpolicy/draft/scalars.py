"""Values as YAML that every reader takes for the same text, whatever stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

WIDTH = 100
_PLAIN = re.compile(r"(?:\.{0,2}/)*[A-Za-z0-9_](?:[A-Za-z0-9 _./@-]*[A-Za-z0-9_./@-])?")
# No number or date of any YAML version has one of these letters (hexadecimal, octal, 1e5 have the others).
_LETTER = re.compile(r"[g-np-wyzG-NP-WYZ]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))


def scalar(text: str) -> str:
    """A text as one scalar of one line: plain where no reader takes it for anything else, else in quotes."""
    return text if _is_plain(text) else quoted(text)


def quoted(text: str) -> str:
    """A double-quoted scalar (YAML 1.2, 7.3.1); what does not print is escaped."""
    return '"' + "".join(map(_escaped, text)) + '"'


def flow(items: Iterable[str]) -> str:
    """A flow list of one line."""
    return f"[{', '.join(map(scalar, items))}]"


def wrapped(items: Iterable[str], indent: int, used: int = 0) -> str:
    """A flow list below a key that stands so far to the right, of which `used` characters are written; a long
    one goes on in lines of its own."""
    texts = [*map(scalar, items)]
    line = f"[{', '.join(texts)}]"
    if indent + used + len(line) <= WIDTH:
        return line
    margin = " " * (indent + 2)
    # Some readers want a closing bracket to stand deeper than its key.
    return "[\n" + "\n".join(margin + each for each in _filled(texts, WIDTH - len(margin))) + "]"


def _filled(texts: list[str], width: int) -> list[str]:
    """The texts with commas between them, as many in a line as it holds."""
    lines = [""]
    for each in texts:
        longer = f"{lines[-1]}, {each}" if lines[-1] else each
        if lines[-1] and len(longer) >= width:
            lines[-1] += ","
            lines.append(each)
        else:
            lines[-1] = longer
    return lines


def comment(text: str) -> str:
    """A text from outside as it may stand in a comment: one line, nothing that a terminal or reader obeys."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _is_plain(text: str) -> bool:
    if _DAY.fullmatch(text) or _RANGE.fullmatch(text):
        return True
    return bool(_PLAIN.fullmatch(text) and _LETTER.search(text)) and text.lower() not in _WORDS


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
