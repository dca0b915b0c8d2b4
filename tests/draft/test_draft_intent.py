"""A drafted intent declares what is published, and judging finds nothing by it alone."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.collect.files import Files
from mfpolicy.draft.shared import Entry, Layered, layered
from mfpolicy.draft.text import Sending, text
from mfpolicy.drafting import draft
from mfpolicy.model.call import Check
from mfpolicy.model.findings import Report
from mfpolicy.model.intent import DomainIntent, Intent, ZoneSource
from mfpolicy.pipeline import check
from mfpolicy.sources.intent import read_intent

ROOT = Path(__file__).parents[2]
CONTOSO = ROOT / "examples" / "contoso"
ONE_DOMAIN = ROOT / "examples" / "one-domain"
CORPORA = ROOT.parent / "shared" / "corpora"
TODAY = datetime.date(2026, 11, 23)
SENDING_ROLES = ("send", "send-and-receive")


def call(folder: Path, zones: str = "zones", answers: str = "", names: tuple[str, ...] = ()) -> Check:
    sources = (ZoneSource("octodns", zones),) if zones else ()
    return Check(
        folder=str(folder),
        roots=(str(folder),),
        zones=sources,
        answers=answers,
        names=names,
        profile="hardened",
        today=TODAY,
    )


def drafted(asked: Check) -> str:
    return draft(asked, asked.zones)


def intent_of(text: str) -> Intent:
    intent, faults = read_intent(text, "mailflow.yaml", Files("."), ["exchange-online"])
    assert not faults
    return intent


def estate(folder: Path, zones: Mapping[str, str], dns: Mapping[str, Any] | None = None) -> Check:
    """An estate of octoDNS texts, over a DNS that holds these records and no others."""
    (folder / "zones").mkdir()
    for name, content in zones.items():
        (folder / "zones" / f"{name}.yaml").write_text(content)
    entries = [
        {"name": key.split()[0], "type": key.split()[1], "rcode": "NOERROR", "records": value}
        for key, value in (dns or {}).items()
    ]
    document = {"version": 1, "otherwise": "NXDOMAIN", "answers": entries}
    (folder / "answers.json").write_text(json.dumps(document))
    return call(folder, "zones" if zones else "", "answers.json")


def identities(report: Report) -> set[tuple[str, str, tuple[str, ...]]]:
    """What was found, and what did not answer; what nobody asked is no finding."""
    found = (each for each in report.findings if each.unknown is None or not each.unknown.not_asked)
    return {(each.rule.id, each.subject.name, each.key) for each in found}


def found_by_the_draft_alone(asked: Check, folder: Path) -> set[tuple[str, str, tuple[str, ...]]]:
    """What judging the zones finds with a draft of them and not without, or without it and not with it."""
    without = identities(check(asked)[0])
    path = folder / "mailflow.yaml"
    path.write_text(drafted(asked))
    with_draft = msgspec.structs.replace(asked, intent=str(path), names=(), roots=(*asked.roots, str(folder)))
    return identities(check(with_draft)[0]) ^ without


DMARC_RECORD = '_dmarc: {type: TXT, value: "v=DMARC1\\\\; p=reject\\\\; rua=mailto:d@example.org"}\n'
ZONE = """
"": [{type: MX, value: {preference: 10, exchange: "MX"}}, {type: TXT, value: "SPF"}]
_dmarc: {type: TXT, value: "v=DMARC1\\\\; p=reject\\\\; rua=mailto:d@example.org"}
"""
MAIL = "mail.example.net."


@pytest.mark.parametrize(
    ("mx", "spf", "role"),
    [
        (".", "v=spf1 -all", "none"),
        (MAIL, "v=spf1 -all", "receive"),
        (MAIL, "v=spf1 ip4:192.0.2.1 -all", "send-and-receive"),
        (".", "v=spf1 ip4:192.0.2.1 -all", "send"),
        # Whoever shuts out nobody, or leads elsewhere, has not said what the domain is for.
        (MAIL, "v=spf1 ~all", None),
        (MAIL, "v=spf1 redirect=example.net", None),
        (MAIL, "v=spf1 nonsense -all", None),
    ],
)
def test_mx_and_spf_tell_what_a_domain_is_for(tmp_path: Path, mx: str, spf: str, role: str | None) -> None:
    zone = ZONE.replace('"MX"', mx).replace("SPF", spf)
    (domain,) = intent_of(drafted(estate(tmp_path, {"example.org": zone}))).domains
    assert domain.mail == role


def test_a_service_is_named_where_its_selectors_are_there_and_by_its_include_where_not(
    tmp_path: Path,
) -> None:
    spf = '{type: TXT, value: "v=spf1 include:spf.protection.outlook.com -all"}'
    keys = "".join(
        f"selector{each}._domainkey: {{type: CNAME, value: s{each}.test.onmicrosoft.com.}}\n"
        for each in (1, 2)
    )
    zones = {"a.test": f'"": {spf}\n{DMARC_RECORD}{keys}', "b.test": f'"": {spf}\n{DMARC_RECORD}'}
    written = drafted(estate(tmp_path, zones))
    senders = {each.name: each.senders for each in intent_of(written).domains}
    assert senders["a.test"] == ("exchange-online",)
    assert senders["b.test"] == ("exchange-online-by-spf",)
    assert (
        "exchange-online-by-spf: {title: Exchange Online, include: [spf.protection.outlook.com]}" in written
    )


def test_an_include_of_nobody_known_is_a_sender_of_the_estate_with_a_comment(tmp_path: Path) -> None:
    zone = '"": {type: TXT, value: "v=spf1 include:_spf.post.example.net -all"}\n' + DMARC_RECORD
    written = drafted(estate(tmp_path, {"a.test": zone}, {"_spf.post.example.net TXT": ["v=spf1 -all"]}))
    assert "# Nobody knows who this is" in written
    assert "post-example-net: {include: [_spf.post.example.net]}" in written


def test_a_record_of_the_estate_itself_is_no_stranger(tmp_path: Path) -> None:
    zones = {
        "a.test": '"": {type: TXT, value: "v=spf1 include:_spf.b.test -all"}\n' + DMARC_RECORD,
        "b.test": '_spf: {type: TXT, value: "v=spf1 ip4:192.0.2.1 -all"}\n',
    }
    written = drafted(estate(tmp_path, zones))
    assert "# Records of your own" in written and "# Nobody knows" not in written


def test_what_did_not_answer_is_left_out_and_said(tmp_path: Path) -> None:
    asked = estate(tmp_path, {"example.org": '_dmarc: {type: CNAME, value: "d.example.net."}\n'})
    offline = msgspec.structs.replace(asked, answers="")
    written = drafted(offline)
    assert intent_of(written).domains[0].dmarc.policy is None
    assert "DMARC was not asked or did not answer, so no policy is declared: example.org" in written


def test_a_policy_of_none_is_written_as_it_is_and_asks_until_when(tmp_path: Path) -> None:
    zone = '"": {type: TXT, value: "v=spf1 ip4:192.0.2.1 -all"}\n' + DMARC_RECORD.replace("reject", "none")
    asked = estate(tmp_path, {"example.org": zone})
    written = drafted(asked)
    assert "policy: none" in written and "# a ramp? say until when" in written
    assert intent_of(written).domains[0].dmarc.until is None
    assert "DMA005" in {rule for rule, *_ in identities(check(asked)[0])}


HOSTILE = """
"": {type: TXT, value: "v=spf1 include:a}.b.test include:%{i}.c.test -all"}
'x: y]._domainkey': {type: TXT, value: "v=DKIM1\\\\; p="}
_dmarc: {type: TXT, value: "v=DMARC1\\\\; p=reject\\\\; rua=mailto:a#b@example.org,mailto:{d}@example.org"}
'a"b\\nversion: 2': {type: TXT, value: "v=spf1 -all"}
"""


def test_what_a_zone_says_cannot_leave_its_scalar(tmp_path: Path) -> None:
    written = drafted(estate(tmp_path, {"example.org": HOSTILE}))
    (domain,) = (each for each in intent_of(written).domains if each.name == "example.org")
    assert domain.dmarc.rua == ("mailto:a#b@example.org", "mailto:{d}@example.org")
    # Nobody can write these senders and selectors, so nothing is said of who sends.
    assert domain.senders is None and domain.dkim is None
    assert "so senders are left out: example.org" in " ".join(written.split())


def test_what_a_rule_would_find_by_the_draft_alone_is_left_out_with_its_name(tmp_path: Path) -> None:
    # Nobody missed a DMARC policy as long as nobody said that the domain sends.
    asked = estate(tmp_path, {"example.org": '"": {type: TXT, value: "v=spf1 ip4:192.0.2.1 -all"}\n'})
    assert found_by_the_draft_alone(asked, tmp_path) == set()
    written = (tmp_path / "mailflow.yaml").read_text()
    assert "check would find, or could not judge, dmarc-missing:" in " ".join(written.split())
    assert intent_of(written).domains[0].mail is None


def test_who_signs_is_said_where_only_the_keys_were_not_asked_for(tmp_path: Path) -> None:
    spf = '"": {type: TXT, value: "v=spf1 include:spf.protection.outlook.com -all"}\n'
    keys = "".join(
        f"selector{each}._domainkey: {{type: CNAME, value: s{each}.test.onmicrosoft.com.}}\n"
        for each in (1, 2)
    )
    asked = estate(tmp_path, {"example.org": spf + DMARC_RECORD + keys})
    written = drafted(msgspec.structs.replace(asked, answers=""))
    (domain,) = intent_of(written).domains
    assert (domain.mail, domain.senders) == ("send", ("exchange-online",))


def test_an_estate_without_domains_gives_no_draft(tmp_path: Path) -> None:
    assert drafted(estate(tmp_path, {})) == ""


def test_the_draft_of_contoso_is_as_it_was_read_by_a_person() -> None:
    golden = Path(__file__).with_name("contoso.draft.yaml")
    assert drafted(call(CONTOSO, answers="answers.json")) == golden.read_text()


@pytest.mark.parametrize("answers", ["answers.json", ""])
def test_a_draft_of_contoso_is_found_nothing_by(tmp_path: Path, answers: str) -> None:
    assert found_by_the_draft_alone(call(CONTOSO, answers=answers), tmp_path) == set()


def test_a_draft_of_a_name_alone_is_found_nothing_by(tmp_path: Path) -> None:
    asked = call(ONE_DOMAIN, zones="", answers="answers.json", names=("fabrikam.com",))
    assert found_by_the_draft_alone(asked, tmp_path) == set()
    written = (tmp_path / "mailflow.yaml").read_text()
    (domain,) = intent_of(written).domains
    assert domain.senders == ("exchange-online-by-spf", "servers-example-net")
    # The other selector is an alias of nothing, which nobody would find who did not ask for it.
    assert domain.dkim == ("selector1",)
    assert "less is said" not in written
    assert "DNS cannot list DKIM selectors" in written


def test_a_name_that_is_not_in_dns_is_not_drafted(tmp_path: Path) -> None:
    asked = estate(tmp_path, {}, {"here.test MX": ["10 mail.example.net."]})
    assert drafted(msgspec.structs.replace(asked, names=("gone.test",))) == ""
    assert "here.test" in drafted(msgspec.structs.replace(asked, names=("gone.test", "here.test")))


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_a_draft_of_four_hundred_zones_is_short_and_found_nothing_by(tmp_path: Path) -> None:
    asked = call(CORPORA, zones="moj-dns/hostedzones")
    assert found_by_the_draft_alone(asked, tmp_path) == set()
    assert len((tmp_path / "mailflow.yaml").read_text()) < 40_000


# --- what many domains share is said once

POLICIES = st.sampled_from(["none", "quarantine", "reject"])
RUA = st.sampled_from([("mailto:a@example.org",), ("mailto:b@example.org", "mailto:c@example.org")])
DMARC = st.fixed_dictionaries(
    {"dmarc.policy": POLICIES}, optional={"dmarc.rua": RUA, "dmarc.subdomains": POLICIES}
)
SENDING = st.fixed_dictionaries(
    {},
    optional={
        "senders": st.sampled_from([(), ("exchange-online",), ("exchange-online", "post")]),
        "spf.all": st.sampled_from(["fail", "softfail"]),
        "dkim": st.sampled_from([("k1",), ("k1", "k2")]),
    },
)
RECEIVING = st.fixed_dictionaries(
    {},
    optional={
        "mx": st.sampled_from([("exchange-online",), ("mx1.example.net", "mx2.example.net")]),
        "mta_sts.mode": st.sampled_from(["enforce", "testing"]),
        "mta_sts.max_age": st.sampled_from(["7d", "100s"]),
        "tls_rpt.rua": RUA,
    },
)
ROLES = {
    "none": (DMARC,),
    "send": (DMARC, SENDING),
    "receive": (DMARC, RECEIVING),
    "send-and-receive": (DMARC, SENDING, RECEIVING),
    "": (DMARC, SENDING, RECEIVING),
}
PARTS = {"dmarc": "policy", "spf": "all"}


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    return [draw(entry(f"d{number}.example.org")) for number in range(draw(st.integers(1, 9)))]


@st.composite
def entry(draw: st.DrawFn, name: str) -> Entry:
    role = draw(st.sampled_from(sorted(ROLES)))
    said: dict[str, Any] = {"mail": role} if role else {}
    for part in ROLES[role]:
        said |= draw(part) if draw(st.booleans()) else {}
    implied = {} if "dmarc.policy" in said else draw(DMARC) if draw(st.booleans()) else {}
    return Entry(name, said, {key: value for key, value in implied.items() if key != "dmarc.subdomains"})


def as_said(domain: DomainIntent) -> dict[str, Any]:
    """A domain as it was read, in the words of a draft."""
    values = {key: getattr(domain, key) for key in ("mail", "senders", "mx", "dkim")}
    for section in ("spf", "dmarc", "mta_sts", "tls_rpt"):
        part = getattr(domain, section)
        values |= {f"{section}.{key}": getattr(part, key) for key in part.__struct_fields__ if key != "place"}
    seconds = values["mta_sts.max_age"]
    values["mta_sts.max_age"] = (
        None if seconds is None else "100s" if seconds == 100 else f"{seconds // 86400}d"
    )
    return {key: value for key, value in values.items() if value is not None and value != ""}


@given(entries())
def test_layers_add_up_to_what_each_domain_says(drawn: list[Entry]) -> None:
    sending = Sending(unknown={"post": "_spf.example.net"})
    intent = intent_of(text(layered(drawn), sending, (), ()))
    read = {each.name: as_said(each) for each in intent.domains}
    for each in drawn:
        # What is implied holds as well, so that a default may say it.
        more = {key: value for key, value in read[each.name].items() if key not in each.said}
        assert {**read[each.name]} == {**each.said, **more}
        assert more.items() <= each.implied.items()


def test_what_all_say_is_a_default_and_what_many_say_a_group() -> None:
    reject = {"dmarc.policy": "reject"}
    found = layered(
        [
            Entry("a.test", {"mail": "none", **reject}),
            Entry("b.test", {"mail": "none", **reject}),
            Entry("c.test", {"mail": "send", **reject}),
        ]
    )
    assert isinstance(found, Layered)
    assert found.defaults == reject
    assert [(each.name, each.said, each.members) for each in found.groups] == [
        ("parked", {"mail": "none"}, ("a.test", "b.test"))
    ]
    assert [(each.name, each.said) for each in found.domains] == [("c.test", {"mail": "send"})]


def test_a_domain_that_says_nothing_of_it_keeps_a_value_out_of_the_defaults() -> None:
    reject = {"dmarc.policy": "reject"}
    alone = Entry("c.test", {"mail": "send"})
    found = layered([Entry("a.test", reject), Entry("b.test", {"mail": "none", **reject}), alone])
    assert found.defaults == {}
    implied = msgspec.structs.replace(alone, implied=reject)
    assert layered([Entry("a.test", reject), Entry("b.test", {"mail": "none", **reject}), implied]).defaults


def test_every_line_of_the_draft_of_contoso_fits_a_screen() -> None:
    golden = Path(__file__).with_name("contoso.draft.yaml").read_text()
    assert all(len(re.sub("  # a ramp.*", "", line)) <= 120 for line in golden.splitlines())
