"""What comes with the program, from its generated catalogue or from the rule files behind it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mfpolicy.model.intent import Sender
from mfpolicy.model.rules import Examples, Profile, Rule
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.estate import Shipped
from mfpolicy.sources.profiles import read_profile
from mfpolicy.sources.rules import read_rule
from mfpolicy.sources.senders import read_senders


class Catalogue(msgspec.Struct, frozen=True):
    """The generated form: quick to load, without examples, with the digest of the files it was made from."""

    digest: str
    shipped: Shipped


def decode(text: bytes) -> Shipped:
    """The catalogue as it is packaged; the suite compares it with the files."""
    return msgspec.json.decode(text, type=Catalogue).shipped


def encode(texts: Mapping[str, str]) -> bytes:
    """The catalogue of these files (path below policies/ -> text), one rule a line, in a stable order."""
    shipped = read_shipped(texts)
    bare = msgspec.structs.replace(
        shipped,
        rules=tuple(msgspec.structs.replace(rule, examples=Examples(), place=None) for rule in shipped.rules),
        senders=tuple(msgspec.structs.replace(sender, place=None) for sender in shipped.senders),
    )
    return msgspec.json.format(msgspec.json.encode(Catalogue(digest(texts), bare)), indent=1) + b"\n"


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over every file's path and text."""
    import hashlib  # slow to load, and no run needs it

    whole = hashlib.sha256()
    for path, text in sorted(texts.items()):
        whole.update(f"{path}\0{text}\0".encode())
    return whole.hexdigest()


def read_shipped(texts: Mapping[str, str]) -> Shipped:
    """The rules, profiles and senders of these files, examples and all; a fault in ours is `Unusable`."""
    rules: list[Rule] = []
    profiles: list[Profile] = []
    senders: list[Sender] = []
    for path, text in sorted(texts.items()):
        if path == "senders.yaml":
            found, faults = read_senders(text, path)
            senders += found
        elif path.startswith("frameworks/"):
            continue  # for readers: what rules serve stands in the rules
        elif path.startswith("profiles/"):
            profile, faults = read_profile(text, path)
            profiles += [profile] if profile else []
        else:
            rule, faults = read_rule(text, path)
            rules += [rule] if rule else []
        if faults:
            raise Unusable(faults)
    rules.sort(key=lambda rule: rule.id)
    return Shipped(tuple(rules), {each.name: each for each in profiles}, tuple(senders))
