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

from mfpolicy import loading
from mfpolicy.judging import judged
from mfpolicy.model.call import TenantPaths
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
# What stands for "unremarkable" where a case says nothing of it.
UNREMARKABLE: dict[str, list[dict[str, Any]]] = {
    "accepted_domains": [{"DomainName": "contoso.com", "DomainType": "Authoritative", "Default": True}],
    "external_in_outlook": [{"Identity": "contoso.com", "Enabled": False, "AllowList": []}],
}
ANTI_PHISH = (
    "EnableFirstContactSafetyTips",
    "EnableViaTag",
    "EnableUnauthenticatedSender",
    "EnableSimilarUsersSafetyTips",
    "EnableSimilarDomainsSafetyTips",
    "EnableUnusualCharactersSafetyTips",
)
# As Microsoft's presets have them (Microsoft 365, "Recommended settings for EOP and Defender").
SAFE_LINKS: dict[str, Any] = {
    **dict.fromkeys(("EnableSafeLinksForEmail", "EnableSafeLinksForTeams", "EnableSafeLinksForOffice"), True),
    **dict.fromkeys(("EnableForInternalSenders", "ScanUrls", "DeliverMessageAfterScan", "TrackClicks"), True),
    **dict.fromkeys(("AllowClickThrough", "DisableUrlRewrite"), False),
}
# No version of ScubaGear exports these.
BESIDE = {
    "export/Get-MgPolicyIdentitySecurityDefaultEnforcementPolicy.json": '{"isEnabled": false}',
    "export/export.json": json.dumps({"taken": f"{TODAY}T00:00:00Z"}),
}
_Shipped = loading.shipped()


def cases() -> list[dict[str, Any]]:
    """Every case of every file, in their order."""
    files = sorted(CASES.glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text("utf-8"))]


def export(case: dict[str, Any]) -> str:
    """The case as ScubaGear would export it."""
    said = {key: value for key, value in case["input"].items() if key != "scuba_config"}
    silent = [each.keys for each in CMDLETS if each.keys and not each.some and not {*each.keys} & {*said}]
    about = {
        "module_version": "1.8.0",
        "timestamp_zulu": f"{TODAY}T00:00:00Z",
        "exo_successful_commands": COMMANDS,
        "exo_unsuccessful_commands": [],
    }
    empty: dict[str, Any] = {keys[0]: [] for keys in silent}
    return json.dumps({**about, **empty, **UNREMARKABLE, **implied(said), **said, **of_microsoft(said)})


def implied(said: dict[str, Any]) -> dict[str, Any]:
    """What a case rests on without saying it: domains that it has records of, or rules for, are accepted, a
    preset has a half for Defender too, and Defender is licensed unless the case says that it is not."""
    rules = [rule for key, rules in said.items() if key.endswith("_rules") for rule in rules]
    names = [each["domain"] for each in said.get("spf_records", [])]
    names += [name for rule in rules for name in rule.get("RecipientDomainIs") or []]
    domains = [{"DomainName": name, "DomainType": "Authoritative"} for name in dict.fromkeys(names)]
    plans = [{"ServicePlanName": "ATP_ENTERPRISE", "ProvisioningStatus": "Success"}]
    sku = {"SkuPartNumber": "E5", "ServicePlans": plans if said.get("defender_license", True) else []}
    return {
        "license_information": [sku],
        "atp_policy_rules": said.get("protection_policy_rules", []),
        **({"accepted_domains": domains} if domains else {}),
    }


def of_microsoft(said: dict[str, Any]) -> dict[str, Any]:
    """Policies that are in every tenant, where a case lists none: the default one against phishing, and those
    of the presets for links."""
    found: dict[str, Any] = {}
    if said.get("anti_phish_policies") == []:
        off = dict.fromkeys(ANTI_PHISH, False)
        found["anti_phish_policies"] = [{"Identity": "Office365 AntiPhish Default", "IsDefault": True, **off}]
    if said.get("safe_links_policies") == []:
        everybody = ("SentTo", "SentToMemberOf", "RecipientDomainIs")
        rules = [each for each in said["protection_policy_rules"] if each["State"] == "Enabled"]
        presets = [each["Identity"] for each in rules if not any(each[key] for key in everybody)]
        found["safe_links_policies"] = [{"Identity": name, **SAFE_LINKS} for name in presets]
    return found


def intent(case: dict[str, Any]) -> str:
    """Microsoft's Standard, and what the case excepts, as somebody would declare it."""
    excepted = [
        policy for product in case["input"].get("scuba_config", {}).values() for policy in product.values()
    ]
    domains = [name for policy in excepted for name in policy.get("AllowedForwardingDomains", [])]
    exclusions = [policy.get("CapExclusions", {}) for policy in excepted]
    exempt = [name for each in exclusions for names in each.values() for name in names]
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
            if "does not fail unapproved senders" in each.get("message", ""):
                each = {**each, "rdata": ["v=spf1 ?all"]}
            if "rdata" in each:
                entry = {"name": owner.format(each["domain"]), "type": "TXT", "records": each["rdata"]}
                found.append({**entry, "rcode": "NOERROR" if each["rdata"] else "NXDOMAIN"})
    return json.dumps({"version": 1, "otherwise": "NXDOMAIN", "answers": found}), list(dict.fromkeys(names))


@cache
def judge(control: str) -> tuple[tuple[Any, ...], Judge]:
    """The rules that serve a control, in the strictest profile."""
    rules = tuple(each for each in _Shipped.rules if control in each.controls.get("scuba", ()))
    bare = Estate(profile=_Shipped.profiles["hardened"], rules=rules)
    return rules, loading.judge_of(bare)


def verdict(case: dict[str, Any]) -> str:
    """What the rules of the case's control say: fail, else unknown, else pass."""
    control = case["policy_id"].rpartition("v")[0]
    rules, judging = judge(control)
    text, names = answers(case)
    recorded, wrong = read_answers(text, "answers.json")
    assert wrong == ()
    files = TextFiles({**BESIDE, "export/ProviderSettingsExport.json": export(case)})
    found, faults = read_intent(intent(case), "mailflow.yaml", files)
    assert faults == ()
    said = Said(found)
    bare = Estate(answers=recorded, profile=_Shipped.profiles["hardened"], rules=rules)
    estate = declaring(bare, files, said, (), _Shipped, TenantPaths("export"))
    assert estate.faults == ()
    rows = judged(estate, judging, TODAY, names).ledger
    verdicts = {each for row in rows for each in row.verdicts}
    return next((str(each) for each in (Verdict.FAIL, Verdict.UNKNOWN) if each in verdicts), "pass")


def deviations() -> dict[str, str]:
    """Case -> why we judge otherwise."""
    found: dict[str, str] = yaml.safe_load(DEVIATIONS.read_text("utf-8")) or {}
    return found


needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason="the cases are not here: ../shared/conformance/scuba"
)


@needs_cases
def test_we_judge_as_scubagear_does_or_say_why_not() -> None:
    wanted = {case["id"]: "pass" if case["requirement_met"] else "fail" for case in cases()}
    found = {case["id"]: verdict(case) for case in cases()}
    otherwise = {name: found[name] for name, said in wanted.items() if found[name] != said}
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
