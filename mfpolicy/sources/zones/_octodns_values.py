"""One value of an octoDNS record as presentation format, or as a TXT record's text."""

from __future__ import annotations

from mfpolicy.model.documents import Mapping, Node, Scalar
from mfpolicy.sources.interchange import octets
from mfpolicy.sources.shape import Reader, is_empty, kind

# The keys that make up a value, in presentation order; the second spelling is octoDNS' older one.
_FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "MX": (("preference", "priority"), ("exchange", "value")),
    "SRV": (("priority",), ("weight",), ("port",), ("target",)),
    "TLSA": (("certificate_usage",), ("selector",), ("matching_type",), ("certificate_association_data",)),
    "CAA": (("flags",), ("tag",), ("value",)),
    "SSHFP": (("algorithm",), ("fingerprint_type",), ("fingerprint",)),
    "DS": (("key_tag",), ("algorithm",), ("digest_type",), ("digest",)),
}
_NUMBERS = frozenset(
    (
        "preference",
        "priority",
        "weight",
        "port",
        "certificate_usage",
        "selector",
        "matching_type",
        "flags",
        "key_tag",
        "algorithm",
        "digest_type",
        "fingerprint_type",
    )
)
_DEFAULTS = {"flags": "0"}


def text_value(node: Node, escaped: bool, reader: Reader) -> tuple[str, tuple[str, ...]] | None:
    r"""A TXT record's text and character-strings, as octoDNS makes them.

    `\;` stands for `;` where the provider has it escaped. A value that starts with a quote loses its first
    and last character, and `" "` divides strings; any other quote, `""` too, is published as it is.
    """
    if not isinstance(node, Scalar) or is_empty(node):
        reader.wrong(node.place, f"a TXT value is {kind(node)}; expected a text")
        return None
    text = node.text.replace("\\;", ";") if escaped else node.text
    text = octets(text)
    if not text.startswith('"') or len(text) < 2:
        return text, ()
    strings = tuple(text[1:-1].split('" "'))
    return "".join(strings), strings


def value(node: Node, type: str, zone: str, reader: Reader) -> str | None:
    """A value of any other type; None, with a fault, where it has another shape."""
    if type == "ALIAS" and isinstance(node, Mapping):
        return _alias(node, zone, reader)
    if type in _FIELDS:
        return _structured(node, type, reader)
    if isinstance(node, Mapping):
        return " ".join(each.value.text for each in node.entries if isinstance(each.value, Scalar))
    return reader.text(node, f"the value of {type}")


def _alias(node: Mapping, zone: str, reader: Reader) -> str | None:
    """A provider's alias names its target in `name`; an empty one is the zone itself."""
    found = next((entry.value for entry in node.entries if entry.key == "name"), None)
    if found is None:
        reader.missing(node.place, "the alias", "name")
        return None
    if isinstance(found, Scalar) and found.text == "":
        return zone + "."
    return reader.text(found, "name")


def _structured(node: Node, type: str, reader: Reader) -> str | None:
    fields = _FIELDS[type]
    if not isinstance(node, Mapping):
        return _presentation(node, type, reader)
    found = reader.fields(node, f"the {type} value", [key for keys in fields for key in keys])
    parts: list[str] = []
    for keys in fields:
        key = next((key for key in keys if key in found), None)
        if key is None and keys[0] not in _DEFAULTS:
            reader.missing(node.place, f"the {type} value", keys[0])
            return None
        part = _DEFAULTS[keys[0]] if key is None else _part(found[key].value, key, type, reader)
        if part is None:
            return None
        parts.append(part)
    return " ".join(parts)


def _part(node: Node, key: str, type: str, reader: Reader) -> str | None:
    if key not in _NUMBERS:
        text = reader.text(node, key)
        quoted = type == "CAA" and key == "value"
        return '"' + text.replace('"', '\\"') + '"' if quoted and text is not None else text
    number = node.text if isinstance(node, Scalar) else ""
    if number.isascii() and number.isdigit() and len(number) <= 5 and int(number) <= 65535:
        return str(int(number))
    reader.wrong(node.place, f"{key} is {kind(node)}; expected a number from 0 to 65535")
    return None


def _presentation(node: Node, type: str, reader: Reader) -> str | None:
    """Newer octoDNS takes the presentation format too: as many words as there are keys, a number first."""
    words = node.text.split() if isinstance(node, Scalar) else []
    if len(words) >= len(_FIELDS[type]) and words[0].isdigit():
        return " ".join(words)
    keys = ", ".join(each[0] for each in _FIELDS[type])
    reader.wrong(node.place, f"the {type} value is {kind(node)}; expected a mapping of {keys}")
    return None
