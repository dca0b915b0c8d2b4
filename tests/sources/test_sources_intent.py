"""The intent as people write it: bases, defaults, groups, likeness, senders, and what is refused."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mfpolicy.model.intent import DomainIntent, Intent
from mfpolicy.model.places import Span
from mfpolicy.sources.examples import TextFiles
from mfpolicy.sources.intent import read_intent

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "intent.schema.json").read_text("utf-8"))
SERVICES = ("exchange-online", "mimecast", "mailchimp")


def read(text: str, **files: str) -> tuple[Intent, list[str]]:
    """The intent, and the texts of its faults."""
    intent, faults = read_intent(text, "mailflow.yaml", TextFiles(files), SERVICES)
    return intent, [fault.text for fault in faults]


def sound(text: str, **files: str) -> Intent:
    intent, faults = read("version: 1\n" + text, **files)
    assert faults == []
    return intent


def domains(intent: Intent) -> Mapping[str, DomainIntent]:
    return {each.name: each for each in intent.domains}


def test_defaults_fill_what_a_domain_leaves_unsaid_key_by_key() -> None:
    found = domains(
        sound(
            """
defaults:
  mail: send-and-receive
  senders: [exchange-online]
  dmarc: {policy: reject, rua: ["mailto:a@x.example"]}
domains:
  a.example: {senders: [], dmarc: {policy: quarantine}}
  b.example:
"""
        )
    )
    a, b = found["a.example"], found["b.example"]
    assert (a.senders, a.dmarc.policy, a.dmarc.rua) == ((), "quarantine", ("mailto:a@x.example",))
    assert (b.senders, b.dmarc.policy, b.mail) == (("exchange-online",), "reject", "send-and-receive")


@pytest.mark.parametrize(
    ("mail", "taken"),
    [
        ("none", (None, None, None, "reject")),
        ("send", (("mailchimp",), None, None, "reject")),
        ("receive", (None, "enforce", ("mimecast",), "reject")),
        ("send-and-receive", (("mailchimp",), "enforce", ("mimecast",), "reject")),
    ],
)
def test_a_domain_takes_no_more_than_its_role_needs(mail: str, taken: tuple[object, ...]) -> None:
    text = """
defaults: {senders: [mailchimp], mta_sts: {mode: enforce}, mx: mimecast, dmarc: {policy: reject}}
domains: {a.example: {mail: MAIL}}
"""
    found = domains(sound(text.replace("MAIL", mail)))["a.example"]
    assert (found.senders, found.mta_sts.mode, found.mx, found.dmarc.policy) == taken


def test_a_domain_is_like_another_without_some_senders() -> None:
    found = domains(
        sound(
            """
domains:
  a.example: {senders: [mailchimp, mimecast], dmarc: {policy: reject}, mx: mimecast}
  b.example: {like: a.example, without: [mimecast], mx: [mx.b.example]}
  c.example: {like: b.example}
"""
        )
    )
    assert (found["b.example"].senders, found["b.example"].mx) == (("mailchimp",), ("mx.b.example",))
    assert (found["c.example"].senders, found["c.example"].dmarc.policy) == (("mailchimp",), "reject")


def test_a_group_speaks_for_its_members_and_an_entry_of_their_own_over_it() -> None:
    intent = sound(
        """
groups:
  brands: {domains: {file: lists/brands.txt}, mail: send, senders: [mailchimp]}
domains:
  two.example: {dmarc: {policy: none}}
""",
        **{"lists/brands.txt": "one.example\n\n# a comment\ntwo.example # ours\n*.three.example\n"},
    )
    found = domains(intent)
    assert {name: (each.senders, each.group) for name, each in found.items()} == {
        name: (("mailchimp",), "brands") for name in ("two.example", "one.example", "*.three.example")
    }
    assert found["two.example"].dmarc.policy == "none"
    assert found["one.example"].place == Span("lists/brands.txt", 0, 11)


def test_a_pattern_speaks_for_the_entries_below_it() -> None:
    found = domains(sound('domains: {"*.a.example": {mail: none}, b.a.example: {dmarc: {policy: reject}}}'))
    assert (found["b.a.example"].mail, found["b.a.example"].dmarc.policy) == ("none", "reject")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("{policy: none, until: 2027-02-28}", ("none", datetime.date(2027, 2, 28), "reject")),
        (
            "{policy: none, until: 2027-02-28, then: quarantine}",
            ("none", datetime.date(2027, 2, 28), "quarantine"),
        ),
        ("{rua: []}", ("reject", None, None)),
    ],
)
def test_a_ramp_leads_to_the_policy_that_would_hold_otherwise(own: str, expected: tuple[object, ...]) -> None:
    found = domains(
        sound(f"defaults: {{dmarc: {{policy: reject}}}}\ndomains: {{a.example: {{dmarc: {own}}}}}")
    )
    dmarc = found["a.example"].dmarc
    assert (dmarc.policy, dmarc.until, dmarc.then) == expected


def test_a_policy_of_its_own_ends_the_ramp_of_the_defaults() -> None:
    ramp, own = "{policy: none, until: 2027-01-01}", "{policy: reject}"
    intent = sound(f"defaults: {{dmarc: {ramp}}}\ndomains: {{a.example: {{dmarc: {own}}}}}")
    dmarc = domains(intent)["a.example"].dmarc
    assert (dmarc.policy, dmarc.until) == ("reject", None)


def test_a_base_gives_what_is_not_said_and_its_paths_are_its_own() -> None:
    base = """
version: 1
profile: house.yaml
rules: [rules]
senders: {newsletter: {title: News, include: [spf.news.example], dkim: [n1]}}
defaults: {dmarc: {policy: reject, rua: ["mailto:d@house.example"]}, senders: [exchange-online]}
"""
    text = """
extends: ../house/base.yaml
dns: {zones: [{format: records, path: zones.json}]}
defaults: {dmarc: {policy: quarantine}}
senders: {newsletter: {dkim: [n2]}}
domains: {a.example: {}}
"""
    files = TextFiles({"house/base.yaml": base})
    intent, faults = read_intent("version: 1" + text, "tenant/mailflow.yaml", files)
    found = domains(intent)["a.example"]
    assert faults == ()
    assert (intent.profile, intent.rules, intent.zones[0].path) == (
        "house/house.yaml",
        ("house/rules",),
        "tenant/zones.json",
    )
    assert (found.dmarc.policy, found.dmarc.rua, found.senders) == (
        "quarantine",
        ("mailto:d@house.example",),
        ("exchange-online",),
    )
    assert (intent.senders[0].title, intent.senders[0].selectors) == ("News", ("n2",))


def test_a_sender_refers_to_address_sets_and_is_complete() -> None:
    intent = sound(
        """
addresses: {office: [192.0.2.0/28, "2001:db8::/48"]}
senders:
  printers: {ip: office, via: smtp-auth-basic, until: 2026-12-31, owner: Facilities}
  shop: {from: "Shop.{domain}", ip: [office, 198.51.100.7], critical: true, include: [SPF.shop.example]}
"""
    )
    printers, shop = intent.senders
    assert (printers.addresses, printers.via, printers.until, printers.owner) == (
        ("192.0.2.0/28", "2001:db8::/48"),
        "smtp-auth-basic",
        datetime.date(2026, 12, 31),
        "Facilities",
    )
    assert (shop.addresses[-1], shop.from_, shop.critical, shop.includes) == (
        "198.51.100.7/32",
        "shop.{domain}",
        True,
        ("spf.shop.example",),
    )


def test_mx_may_be_a_service_hosts_or_none_at_all() -> None:
    found = domains(
        sound(
            "domains: {a.example: {mx: mimecast}, b.example: {mx: [MX1.b.example.]}, c.example: {mx: none}}"
        )
    )
    assert [each.mx for each in found.values()] == [("mimecast",), ("mx1.b.example",), ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "extends: gone.yaml",
            'extends "gone.yaml", which cannot be taken: gone.yaml: there is no such file',
        ),
        ("extends: mailflow.yaml", "mailflow.yaml extends mailflow.yaml"),
        ("extends: waiving.yaml", "waivers of a base hold nowhere; write them in the intent that extends it"),
        ("extends: list.yaml", "list.yaml is no intent: expected a mapping"),
        ("domains: {a.example: {like: a.example}}", "a.example is like a.example"),
        ("domains: {a.example: {like: b.exmaple}, b.example: {}}", "did you mean b.example?"),
        ("domains: {a.example: {without: [x]}}", 'without names "x", which is not taken'),
        (
            "domains: {a.example: {mail: none, senders: [x]}}",
            "a.example is declared mail: none, and has senders",
        ),
        (
            "domains: {a.example: {mail: send, tls_rpt: {rua: ['mailto:a@b.example']}}}",
            "mail: send, and has tls_rpt",
        ),
        ("domains: {a.example: {dmarc: {policy: none, until: tomorrow}}}", "expected a day such as"),
        ("domains: {a.example: {dmarc: {until: 2027-01-31}}}", "no policy that holds until then"),
        ("domains: {a.example: {dmarc: {rua: [a@b.example]}}}", "expected a URI such as mailto:"),
        ("domains: {a.example: {mta_sts: {max_age: soon}}}", "expected a time such as 7d"),
        ("domains: {a.example: {dane: maybe}}", "expected true or false"),
        ("domains: {a.example: {bimi: {logo: http://a.example/x.svg}}}", "expected an https address"),
        ("domains: {a.example: {mx: 'a b'}}", "expected a service, or host names"),
        ("groups: {g: {mail: none}}", 'the group "g" has no domains'),
        ("groups: {g: {domains: {file: gone.txt}}}", 'the members of "gone.txt" cannot be read'),
        ("groups: {g: {domains: [a b]}}", '"a b" is neither a domain name nor a pattern'),
        ("senders: {s: {ip: office}}", "neither a range nor in addresses"),
        ("senders: {s: {ip: 192.0.2.1/24}}", "is no address range"),
        ("senders: {s: {from: 'a b'}}", "expected a domain such as crm.{domain}"),
        ("senders: {s: {dkim: ['a b']}}", "is no selector"),
        ("senders: {s: {via: carrier-pigeon}}", "expected direct or direct-send or smtp-auth-basic"),
        ("addresses: {office: [office]}", "is no address range"),
        ("paths: {inbound: [mimecats]}", "did you mean mimecast?"),
    ],
)
def test_what_does_not_fit_is_said_once_at_its_place(text: str, expected: str) -> None:
    files = TextFiles({"waiving.yaml": "version: 1\nwaivers: []\n", "list.yaml": "- a\n"})
    _, faults = read_intent("version: 1\n" + text, "mailflow.yaml", files, SERVICES)
    assert [(expected in fault.text, fault.place is not None) for fault in faults] == [(True, True)], faults


def test_a_chain_of_bases_has_an_end() -> None:
    files = {f"{at}.yaml": f"version: 1\nextends: {at + 1}.yaml\n" for at in range(30)}
    _, faults = read("version: 1\nextends: 0.yaml", **files)
    assert faults == ["more than 8 bases, one over the other"]


def test_thousands_of_domains_are_read_quickly_and_say_what_their_group_says() -> None:
    names = "\n".join(f"brand{at}.example" for at in range(5000))
    text = """
domains: {a.example: {senders: [mailchimp]}}
groups: {brands: {domains: {file: b.txt}, like: a.example}}
"""
    intent = sound(text, **{"b.txt": names})
    assert len(intent.domains) == 5001
    assert {each.senders for each in intent.domains} == {("mailchimp",)}


def example_of(schema: Mapping[str, Any]) -> Any:
    """A value that a part of the schema gives for an example, or one that its words allow."""
    if "$ref" in schema:
        return whole(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return example_of(next(each for each in schema["anyOf"] if each.get("type") != "null"))
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [example_of(schema["items"])]
    return {"boolean": True, "string": "x", "object": {}}[schema["type"]]


def whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: example_of(each) for key, each in schema["properties"].items()}


@pytest.mark.parametrize("part", sorted(SCHEMA["$defs"]))
def test_every_key_of_the_schema_is_described(part: str) -> None:
    bare = {
        key
        for key, each in SCHEMA["$defs"][part]["properties"].items()
        if not ({"description", "$ref"} & each.keys())
    }
    assert bare == set()


def test_the_examples_of_the_schema_are_read_without_a_fault() -> None:
    part = whole(SCHEMA["$defs"]["DomainPart"]) | {
        "like": "b.example",
        "without": [],
        "senders": ["printers"],
    }
    document = {
        "version": 1,
        "organization": "Contoso",
        "profile": "recommended",
        "dns": {"zones": [{"format": "octodns", "path": "zones"}]},
        "addresses": {"datacentre": ["203.0.113.0/28"]},
        "paths": {"inbound": ["mimecast", "exchange-online"], "outbound": ["exchange-online", "datacentre"]},
        "senders": {"printers": whole(SCHEMA["$defs"]["SenderPart"])},
        "defaults": whole(SCHEMA["$defs"]["DefaultsPart"]) | {"mail": "send-and-receive"},
        "domains": {"b.example": {}, "a.example": part | {"mail": "send-and-receive"}},
        "groups": {"g": {"domains": ["fabrikam.com"]}},
        "waivers": [whole(SCHEMA["$defs"]["WaiverPart"]) | {"expires": "2027-01-31"}],
    }
    text = yaml.safe_dump(document, sort_keys=False)
    assert list(Draft202012Validator(SCHEMA).iter_errors(json.loads(json.dumps(document)))) == []
    assert read(text)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "domains: {a.example: {senderz: []}}",
        "defaults: {like: a.example}",
        "domains: {a.example: {mail: sometimes}}",
        "groups: {g: {mail: none}}",
        "senders: {s: {via: x}}",
        "tenant: {}",
        "domains: {a.example: {dmarc: {policy: quarantaine}}}",
        "dns: {zones: [{path: x}]}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    document = yaml.safe_load("version: 1\n" + text)
    assert list(Draft202012Validator(SCHEMA).iter_errors(document))
    assert read("version: 1\n" + text)[1]
