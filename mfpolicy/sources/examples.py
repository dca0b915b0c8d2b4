"""An example of a rule as an estate: the same readers, over text that stands in the rule's file."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import yaml
from yaml import CSafeDumper

from mfpolicy.model.call import TenantPaths
from mfpolicy.model.documents import Fault
from mfpolicy.model.intent import ZoneSource
from mfpolicy.model.places import Pointer, Span
from mfpolicy.model.rules import Example, Rule
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.answers import read_answers
from mfpolicy.sources.estate import Estate, Said, Shipped, declaring
from mfpolicy.sources.intent import read_intent
from mfpolicy.sources.shape import date, shown

_CLOUD, _PREMISES = "tenant.json", "on-premises.json"


class TextFiles:
    """Files that stand in memory, path -> text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def text(self, path: str, limit: int = 0, marked: bool = False) -> str | Fault:
        """See `Files.text`."""
        missing = Fault("unreadable-file", f"{path}: there is no such file", Span(path, 0, 0))
        return self.texts.get(path, missing)

    def data(self, path: str, limit: int = 0) -> bytes | Fault:
        """See `Files.data`."""
        text = self.text(path)
        return text if isinstance(text, Fault) else text.encode()

    def listing(self, folder: str) -> list[str]:
        """See `Files.listing`."""
        start = f"{folder}/"
        return sorted(path for path in self.texts if path.startswith(start))

    def inside(self, path: str) -> bool:
        """See `Files.inside`."""
        return any(each == path or each.startswith(f"{path}/") for each in self.texts)


def read_example(rule: Rule, example: Example, ours: Shipped) -> Estate:
    """The estate of one example, judged by its own rule in the profile that holds it."""
    tenants = _tenants(example.tenant, example.on_premises, example.today)
    files = TextFiles(example.files | tenants | _zone_files(example.zones))
    said = _said(files, example.intent, ours)
    profile = said.intent.profile if said.intent.profile != "baseline" else rule.profile
    answers, wrong = read_answers(_answers(example), "answers.json")
    if wrong:
        raise _unusable(rule, example, f"{_key_of(wrong[0])}: {wrong[0].text}")
    if profile not in ours.profiles:
        raise _unusable(rule, example, f"there is no profile {shown(profile)}")
    bare = Estate(answers=answers, profile=ours.profiles[profile], rules=(rule,))
    return declaring(bare, files, said, _sources(example.zones, said), ours, _paths(tenants))


def read_example_base(example: Example, head: Estate, ours: Shipped) -> Estate | None:
    """The estate that an example is compared with; None where it is judged by itself."""
    base = example.base
    if base is None:
        return None
    tenant = example.tenant if base.tenant is None else base.tenant
    tenants = _tenants(tenant, base.on_premises or example.on_premises, example.today)
    own = example.files if base.files is None else base.files
    files = TextFiles(own | tenants | _zone_files(base.zones))
    said = _said(files, example.intent if base.intent is None else base.intent, ours)
    return declaring(head, files, said, _sources(base.zones, said), ours, _paths(tenants))


def _zone_files(zones: Mapping[str, Any]) -> dict[str, str]:
    return {f"zones/{zone}.yaml": _text(each) for zone, each in zones.items()}


def _tenants(tenant: Mapping[str, Any], premises: Mapping[str, Any] | None, today: str) -> dict[str, str]:
    """Both organisations, those of which anything is said."""
    said = {_CLOUD: tenant, _PREMISES: premises}
    return {path: _tenant(each, today) for path, each in said.items() if each}


def _paths(tenants: Mapping[str, str]) -> TenantPaths:
    cloud, premises = (each if each in tenants else "" for each in (_CLOUD, _PREMISES))
    return TenantPaths(cloud, premises=premises)


def _tenant(said: Mapping[str, Any], today: str) -> str:
    """`tenant.v1` from its short form: cmdlet -> its objects, or FAILED."""
    cmdlets = {name: each for name, each in said.items() if "-" in name}
    document = {
        "tenant": 1,
        "taken": f"{today}T00:00:00Z",
        **{key: each for key, each in said.items() if key not in cmdlets},
        "cmdlets": {name: each for name, each in cmdlets.items() if each != "FAILED"},
        "failed": [name for name, each in cmdlets.items() if each == "FAILED"],
    }
    return msgspec.json.encode(document).decode()


def _said(files: TextFiles, intent: Mapping[str, Any] | str, ours: Shipped) -> Said:
    if not intent:
        return Said()
    names = [each.name for each in ours.senders]
    return Said(*read_intent(_text(intent), "mailflow.yaml", files, names))


def _sources(zones: Mapping[str, Any], said: Said) -> tuple[ZoneSource, ...]:
    return (*((ZoneSource("octodns", "zones"),) if zones else ()), *said.intent.zones)


def example_day(rule: Rule, example: Example) -> datetime.date:
    """The day that an example is judged for; `Unusable` where it is none."""
    day = date(example.today)
    if day is None:
        raise _unusable(rule, example, f"today is {shown(example.today)}; expected a day such as 2026-11-23")
    return day


def _unusable(rule: Rule, example: Example, text: str) -> Unusable:
    return Unusable([Fault("wrong-type", f"the example {shown(example.name)}: {text}", rule.place)])


def _text(content: Any) -> str:
    """A file as it is written, or as YAML writes the mapping that stands for it."""
    return (
        content
        if isinstance(content, str)
        else yaml.dump(content, Dumper=CSafeDumper, sort_keys=False, width=10_000)
    )


def _answers(example: Example) -> str:
    """`answers.v1` from the short forms: "NAME TYPE" -> a record, records, or a response code; domain -> the
    text of its policy, host -> its certificate, or an outcome."""
    document: dict[str, Any] = {
        "version": 1,
        "answers": [],
        "policies": list(_policies(example.policies)),
        "certificates": list(_certificates(example.certificates)),
    }
    for question, said in example.dns.items():
        if question == "otherwise":
            document["otherwise"] = said
            continue
        name, _, type = question.partition(" ")
        code = said if isinstance(said, str) and said.isupper() and said.isalpha() else "NOERROR"
        records = [] if code != "NOERROR" or said == "NOERROR" else [said] if isinstance(said, str) else said
        document["answers"].append({"name": name, "type": type, "rcode": code, "records": records})
    return msgspec.json.encode(document).decode()


def _key_of(fault: Fault) -> str:
    """Which key of the example a fault of its answers is about."""
    place = fault.place
    key = place.pointer.split("/")[1:2] if isinstance(place, Pointer) else []
    return key[0] if key and key[0] in ("policies", "certificates") else "dns"


def _policies(policies: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, said in policies.items():
        yield {"name": name} | (
            {"outcome": said} if _is_outcome(said) else {"outcome": "FETCHED", "text": said}
        )


def _certificates(certificates: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, said in certificates.items():
        shown, _, distrust = said.partition(" ")
        found = {"outcome": "SHOWN", "certificate": shown, "distrust": distrust}
        yield {"name": name} | ({"outcome": said} if _is_outcome(said) else found)


def _is_outcome(said: str) -> bool:
    return said.isupper() and said.replace("-", "").isalpha()
