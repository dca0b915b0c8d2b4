"""The sender catalogue: every fact names the page where it was found and the day it was read."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mfpolicy.sources.senders import read_senders

FILE = Path(__file__).resolve().parents[2] / "policies" / "senders.yaml"
TEXT = FILE.read_text()
WRITTEN = datetime.date(2026, 11, 23)
LISTS = ("include", "dkim", "dkim_usual", "dkim_targets", "aligns", "mx")
WORDS: dict[str, set[Any]] = {
    "dkim_record": {"cname", "txt", "both"},
    "envelope": {"own", "customer", "subdomain"},
    "aligns": {"dkim", "spf"},
    "shared": {True, False},
}
FACTS = (*LISTS, "dkim_record", "envelope", "shared")
FIRST = [
    *("exchange-online", "google-workspace", "amazon-ses", "sendgrid", "mailchimp", "mailgun", "postmark"),
    *("brevo", "salesforce", "zendesk", "hubspot", "mimecast", "proofpoint", "atlassian", "shopify"),
]
LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})+")
SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Strict(yaml.SafeLoader):
    """Plain YAML in which a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        twice = [key for key, times in Counter(key.value for key, _ in node.value).items() if times > 1]
        if twice:
            raise ValueError(f"stands twice: {', '.join(twice)}")
        return super().construct_mapping(node, deep)


def load(text: str) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = yaml.load(text, Strict)
    return entries


def is_pattern(text: str) -> bool:
    return NAME.fullmatch(text.removeprefix("*.")) is not None


def shape(entry: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the keys and values of one entry."""
    if strange := set(entry) - {"title", "sources", *FACTS}:
        yield f"unknown: {sorted(strange)}"
    if not isinstance(entry.get("title"), str):
        yield "no title"
    for key in set(LISTS) & set(entry):
        if not entry[key] or len(entry[key]) != len(set(entry[key])):
            yield f"{key} is empty or repeats"
    for key in set(WORDS) & set(entry):
        said = entry[key] if isinstance(entry[key], list) else [entry[key]]
        if not set(said) <= WORDS[key]:
            yield f"{key}: {said}"


def names(entry: dict[str, Any]) -> Iterator[str]:
    """The names, selectors and patterns of one entry that are none."""
    yield from (each for each in entry.get("include", ()) if not NAME.fullmatch(each))
    yield from (
        each for key in ("dkim", "dkim_usual") for each in entry.get(key, ()) if not SELECTOR.fullmatch(each)
    )
    patterns = [*entry.get("dkim_targets", ()), *entry.get("mx", ())]
    yield from (each for each in patterns if not is_pattern(each))


def sources(entry: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the sources of one entry; first of all a fact that has none."""
    said = entry.get("sources", [])
    sourced = {fact for source in said for fact in source["of"]}
    yield from (f"{fact} has no source" for fact in FACTS if fact in entry and fact not in sourced)
    yield from (f"a source of {fact}, which is absent" for fact in sourced - set(entry))
    for source in said:
        if set(source) != {"of", "url", "read"} or not source["of"]:
            yield f"not a source: {source}"
        if not re.fullmatch(r"https://[a-z0-9.-]+/\S*", source["url"]):
            yield f"not https: {source['url']}"
        if not isinstance(source["read"], datetime.date) or source["read"] > WRITTEN:
            yield f"read on {source['read']}"


def faults(text: str) -> list[str]:
    found = []
    for key, entry in load(text).items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
            found.append(f"{key}: not a name")
        found += [f"{key}: {fault}" for look in (shape, names, sources) for fault in look(entry)]
    return found


def in_common(text: str, field: str) -> dict[str, set[str]]:
    """The names of a field that several services have, each with their keys."""
    by_name: dict[str, set[str]] = {}
    for key, entry in load(text).items():
        for name in entry.get(field, ()):
            by_name.setdefault(name, set()).add(key)
    return {name: keys for name, keys in by_name.items() if len(keys) > 1}


GOOD = """
news:
  title: News
  include: [_spf.example.net]
  dkim: [n1, "2026"]
  dkim_record: cname
  dkim_targets: ["*.example.net"]
  sources:
  - {of: [include, dkim], url: "https://docs.example.net/spf", read: 2026-11-23}
  - {of: [dkim_record, dkim_targets], url: "https://docs.example.net/dkim", read: 2026-11-23}
"""


def test_nothing_is_wrong_with_the_catalogue() -> None:
    assert faults(TEXT) == []


def test_a_good_entry_is_left_alone() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("instead", "of", "fault"),
    [
        ("[include]", "[include, dkim]", "news: dkim has no source"),
        ("[include, dkim, mx]", "[include, dkim]", "news: a source of mx, which is absent"),
        (
            "http://docs.example.net/spf",
            "https://docs.example.net/spf",
            "news: not https: http://docs.example.net/spf",
        ),
        ("2026-11-24", "2026-11-23", "news: read on 2026-11-24"),
        ("[N1]", '[n1, "2026"]', "news: N1"),
        ("_spf..example.net", "_spf.example.net", "news: _spf..example.net"),
        ("*example.net", "*.example.net", "news: *example.net"),
        ("cnames", "cname", "news: dkim_record: ['cnames']"),
        ("[]", "[_spf.example.net]", "news: include is empty or repeats"),
        ("ips", "title", "news: unknown: ['ips']"),
    ],
)
def test_a_fault_is_found(instead: str, of: str, fault: str) -> None:
    assert fault in faults(GOOD.replace(of, instead, 1) if of != "2026-11-23" else GOOD.replace(of, instead))


def test_a_service_that_stands_twice_is_found() -> None:
    with pytest.raises(ValueError, match="stands twice: news"):
        load(GOOD + GOOD)


def test_the_fifteen_come_first_and_the_others_by_name() -> None:
    keys = list(load(TEXT))
    assert keys == FIRST + sorted(keys[len(FIRST) :])


# A service that sends through another one leaves these to that one: a record names nobody else.
@pytest.mark.parametrize("field", ["include", "dkim_targets", "mx"])
def test_what_names_a_service_names_no_other(field: str) -> None:
    assert in_common(TEXT, field) == {}


def test_an_include_of_two_services_is_found() -> None:
    text = GOOD + GOOD.replace("news:", "copy:")
    assert in_common(text, "include") == {"_spf.example.net": {"news", "copy"}}


def test_every_entry_is_read() -> None:
    services, wrong = read_senders(TEXT, "senders.yaml")
    assert (tuple(service.name for service in services), wrong) == (tuple(load(TEXT)), ())
