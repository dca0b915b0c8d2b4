"""ScubaGear's own cases, judged by the rules that serve the same control.

A case holds the part of an export that its test sets; all else counts as collected and unremarkable. What
`scuba_config` excepts is what an intent declares. Where we judge otherwise, `scuba_deviations.yaml` says why.
"""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mfpolicy import pipeline
from mfpolicy.judging import judged
from mfpolicy.model.findings import Verdict
from mfpolicy.rules.compile import Judge
from mfpolicy.sources.answers import read_answers
from mfpolicy.sources.estate import Estate, Said, declaring
from mfpolicy.sources.examples import TextFiles
from mfpolicy.sources.intent import read_intent
from mfpolicy.sources.tenants._cmdlets import CMDLETS

CASES = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "scuba"
DEVIATIONS = Path(__file__).with_name("scuba_deviations.yaml")
TODAY = datetime.date(2026, 11, 23)
COMMANDS = sorted(each.name for each in CMDLETS)
# What every tenant has at least one of, where a case says nothing of it.
UNREMARKABLE: dict[str, list[dict[str, Any]]] = {
    "accepted_domains": [{"DomainName": "example.com", "DomainType": "Authoritative", "Default": True}],
}
_Shipped = pipeline.shipped()


def cases() -> list[dict[str, Any]]:
    """Every case of every file, in their order."""
    files = sorted(CASES.glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text("utf-8"))]


def export(case: dict[str, Any]) -> str:
    """The case as ScubaGear would export it."""
    empty = {each.keys[0]: [] for each in CMDLETS if each.keys and not each.some}
    said = {key: value for key, value in case["input"].items() if key != "scuba_config"}
    about = {
        "module_version": "1.8.0",
        "timestamp_zulu": f"{TODAY}T00:00:00Z",
        "exo_successful_commands": COMMANDS,
        "exo_unsuccessful_commands": [],
    }
    return json.dumps({**about, **empty, **UNREMARKABLE, **said})


def intent(case: dict[str, Any]) -> str:
    """What the case excepts, as somebody would declare it; no intent at all where it excepts nothing."""
    excepted = [
        policy for product in case["input"].get("scuba_config", {}).values() for policy in product.values()
    ]
    domains = [name for policy in excepted for name in policy.get("AllowedForwardingDomains", [])]
    exempt = [
        name for policy in excepted for names in policy.get("CapExclusions", {}).values() for name in names
    ]
    if not (domains or exempt):
        return ""
    return yaml.safe_dump(
        {
            "version": 1,
            "protection": {"preset": "standard"},
            "forwarding": {"domains": domains},
            "identity": {"mfa": "required", "exempt": exempt},
        }
    )


def answers(case: dict[str, Any]) -> tuple[str, list[str]]:
    """What ScubaGear recorded of DNS, as answers, and the domains that it asked for."""
    found: list[dict[str, Any]] = []
    names: list[str] = []
    for key, owner in (
        ("spf_records", "{}"),
        ("dkim_records", "selector1._domainkey.{}"),
        ("dmarc_records", "_dmarc.{}"),
    ):
        for each in case["input"].get(key, []):
            names.append(each["domain"])
            if "rdata" in each:
                entry = {"name": owner.format(each["domain"]), "type": "TXT", "records": each["rdata"]}
                found.append({**entry, "rcode": "NOERROR" if each["rdata"] else "NXDOMAIN"})
    return json.dumps({"version": 1, "answers": found}), list(dict.fromkeys(names))


@cache
def judge(control: str) -> tuple[tuple[Any, ...], Judge]:
    """The rules that serve a control, in the strictest profile."""
    rules = tuple(each for each in _Shipped.rules if control in each.controls.get("scuba", ()))
    bare = Estate(profile=_Shipped.profiles["hardened"], rules=rules)
    return rules, pipeline.judge_of(bare)


def verdict(case: dict[str, Any]) -> str:
    """What the rules of the case's control say: fail, else unknown, else pass."""
    control = case["policy_id"].rpartition("v")[0]
    rules, judging = judge(control)
    text, names = answers(case)
    recorded, wrong = read_answers(text, "answers.json")
    assert wrong == ()
    files = TextFiles({"export/ProviderSettingsExport.json": export(case), "mailflow.yaml": intent(case)})
    said = Said()
    if files.texts["mailflow.yaml"]:
        found, faults = read_intent(files.texts["mailflow.yaml"], "mailflow.yaml", files)
        assert faults == ()
        said = Said(found)
    bare = Estate(answers=recorded, profile=_Shipped.profiles["hardened"], rules=rules)
    estate = declaring(bare, files, said, (), _Shipped, "export")
    assert estate.faults == ()
    rows = judged(estate, judging, TODAY, names).ledger
    verdicts = {each for row in rows for each in row.verdicts}
    return next(
        str(each) for each in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS) if each in verdicts | {"pass"}
    )


def deviations() -> dict[str, str]:
    """Case -> why we judge otherwise."""
    found: dict[str, str] = yaml.safe_load(DEVIATIONS.read_text("utf-8")) or {}
    return found


needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason="the cases are not here: ../shared/conformance/scuba"
)


@needs_cases
def test_we_judge_as_scubagear_does_or_say_why_not() -> None:
    otherwise = {
        case["id"]: verdict(case)
        for case in cases()
        if verdict(case) != ("pass" if case["requirement_met"] else "fail")
    }
    assert sorted(otherwise) == sorted(deviations()), otherwise


@needs_cases
def test_at_least_97_of_100_cases_agree() -> None:
    assert len(deviations()) <= 0.03 * len(cases())


@needs_cases
def test_every_control_of_a_case_has_a_rule() -> None:
    controls = {case["policy_id"].rpartition("v")[0] for case in cases()}
    assert {each for each in controls if not judge(each)[0]} == set()


def test_every_deviation_gives_a_reason() -> None:
    assert [case for case, why in deviations().items() if len(why.split()) < 5] == []


def test_an_intent_is_written_only_where_a_case_excepts_something() -> None:
    assert intent({"input": {}}) == ""
