"""What a plain scalar means: by the YAML 1.2 core schema, and where YAML 1.1 readers differ."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMERIC = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
_OCTAL = re.compile(r"0o[0-7]{1,99}")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,99}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]{1,99}|(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{0,99})?)(?:[eE][-+]?[0-9]{1,9})?"
)

# No reader in use takes a lone y or n for a boolean, though YAML 1.1 lists them.
_YAML_1_1 = {
    **dict.fromkeys(("yes", "on", "true"), "true"),
    **dict.fromkeys(("no", "off", "false"), "false"),
    **dict.fromkeys(("null", "~"), "null"),
}


def core_value(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar. A number with a leading zero stays text: its readers disagree."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC or len(text) > 300:
        return text
    return _number(text)


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


@lru_cache(maxsize=65536)
def reads_otherwise(key: str) -> str | None:
    """What a YAML 1.1 reader makes of a plain key, if that is not its text; None where it agrees."""
    word = _YAML_1_1.get(key.lower()) if len(key) <= 5 else None
    if word is not None:
        return word
    if not key or key[0] not in _NUMERIC or len(key) > 60:
        return None
    return _otherwise_number(key)


def _otherwise_number(key: str) -> str | None:
    loader: Any = yaml.SafeLoader("")
    node = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, key, (True, False)), key)
    try:
        value = str(loader.construct_object(node))
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return None if value == key else value
