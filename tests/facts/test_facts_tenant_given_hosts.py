"""The host that a tenant names for the mail of a domain."""

from __future__ import annotations

from typing import Any

import pytest

from mfpolicy.facts.tenant.given_hosts import RECORDS, STATUS, given_hosts, status_of
from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject

NAME = "contoso.com"
NEW = "contoso-com.e-v1.mx.microsoft"
OLD = "contoso-com.mail.protection.outlook.com"
LINE = f"@ 60 IN MX 10 {NEW}"
SHOWN = "Microsoft.Exchange.Management.ProvisioningTasks.ExpectedMxRecordInfo"


def lacks(cmdlet: str, reason: Reason = Reason.NOT_EXPORTED) -> Unknown:
    return unknown(cmdlet, EXPORT, reason)


def status(**values: Any) -> TenantObject:
    return TenantObject(STATUS, values)


def records(*hosts: str, **more: Any) -> tuple[TenantObject, ...]:
    found = [{"label": "Contoso.com", "recordType": "Mx", "mailExchange": each, **more} for each in hosts]
    return tuple(TenantObject(RECORDS, each) for each in found)


@pytest.mark.parametrize(
    ("status", "records", "hosts"),
    [
        (status(ExpectedMxRecord={"Record": LINE}), lacks(RECORDS), (NEW,)),
        (status(ExpectedMxRecord={"Record": f"{LINE}."}), lacks(RECORDS), (NEW,)),
        (status(expectedMxRecord=LINE), lacks(RECORDS), (NEW,)),
        (status(ExpectedMxRecord={"Record": LINE}), records(NEW), (NEW,)),
        (status(ExpectedMxRecord={"Record": LINE}), records(OLD), (NEW,)),
        (status(ExpectedMxRecord={"Record": ""}), lacks(RECORDS), ()),
        (status(ExpectedMxRecord=None), lacks(RECORDS), ()),
        (status(ExpectedMxRecord=None), records(NEW), (NEW,)),
        (
            status(ExpectedMxRecord=SHOWN),
            lacks(RECORDS),
            lacks(f"{STATUS} ExpectedMxRecord", Reason.CUT_SHORT),
        ),
        (status(ExpectedMxRecord=SHOWN), records(NEW), (NEW,)),
        (status(), lacks(RECORDS), lacks(f"{STATUS} ExpectedMxRecord")),
        (lacks(STATUS), lacks(RECORDS), lacks(STATUS)),
        (lacks(STATUS), records(OLD), ()),
        (lacks(STATUS), records(NEW), (NEW,)),
        (None, lacks(RECORDS), lacks(RECORDS)),
        (None, (), lacks(RECORDS, Reason.CUT_SHORT)),
        (None, records(NEW, label="fabrikam.com"), lacks(RECORDS, Reason.CUT_SHORT)),
        (None, records(NEW, recordType="Txt"), lacks(RECORDS, Reason.CUT_SHORT)),
    ],
)
def test_the_hosts_of_a_domain_by_what_is_exported(
    status: TenantObject | Unknown | None, records: Any, hosts: Any
) -> None:
    assert given_hosts(NAME, status, records) == hosts


def test_graph_powershell_keeps_the_host_in_a_part_of_its_own() -> None:
    inside = {"Label": NAME, "RecordType": "Mx", "AdditionalProperties": {"mailExchange": f"{NEW}."}}
    assert given_hosts(NAME, None, (TenantObject(RECORDS, inside),)) == (NEW,)


def test_a_record_without_its_host_says_nothing() -> None:
    bare = TenantObject(RECORDS, {"Label": NAME, "RecordType": "Mx"})
    assert given_hosts(NAME, None, (bare,)) == lacks(f"{RECORDS} AdditionalProperties mailExchange")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Enabled", "Enabled"),
        ({"Value": "Disabled"}, "Disabled"),
        (None, lacks(f"{STATUS} DnssecFeatureStatus Value")),
    ],
)
def test_the_status_is_a_word_or_holds_one(value: Any, word: Any) -> None:
    assert status_of(status(DnssecFeatureStatus=value)) == word
