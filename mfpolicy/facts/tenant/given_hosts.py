"""The host that Microsoft gives a domain for its mail; since July 2026 it is none that its name tells.

https://learn.microsoft.com/graph/api/domain-list-serviceconfigurationrecords and, once DNSSEC is switched on
for it, https://learn.microsoft.com/powershell/module/exchange/get-dnssecstatusforverifieddomain
"""

from __future__ import annotations

from mfpolicy.facts.tenant.optional import optional_part
from mfpolicy.facts.tenant.values import part, text, word
from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.names import normal
from mfpolicy.model.tenant import EXPORT, TenantObject

STATUS = "Get-DnssecStatusForVerifiedDomain"
RECORDS = "Get-MgDomainServiceConfigurationRecord"
# No domain moves to a host of the older form; records may still name it after DNSSEC was switched on.
_OLDER = ".mail.protection."


def status_of(of: TenantObject) -> str | Unknown:
    """Whether DNSSEC is on for its host. A live object has the word in an object of its own, and does not say
    of which domain it is: whoever exports it adds DomainName
    (MicrosoftDocs/office-docs-powershell, Get-DnssecStatusForVerifiedDomain)."""
    inner = part(of, "DnssecFeatureStatus")
    return word(of, "DnssecFeatureStatus") if isinstance(inner, Unknown) else word(inner, "Value")


def given_hosts(
    name: str, status: TenantObject | Unknown | None, records: tuple[TenantObject, ...] | Unknown
) -> tuple[str, ...] | Unknown:
    """The hosts of a domain by its status and by all records that the tenant names; one of both is enough."""
    expected = status if status is None or isinstance(status, Unknown) else _by_status(status)
    named = _by_records(name, records)
    known = [each for each in (expected, named) if isinstance(each, tuple)]
    if not known:
        return expected if isinstance(expected, Unknown) else named
    return tuple(dict.fromkeys(host for each in known for host in each if _OLDER not in host))


def _by_status(of: TenantObject) -> tuple[str, ...] | Unknown:
    """The host of the record that Exchange Online expects, `@ 60 IN MX 10 contoso-com.e-v1.mx.microsoft`."""
    expected = part(of, "ExpectedMxRecord")
    record = text(expected, "Record") if isinstance(expected, Unknown) or expected.values else ""
    if isinstance(record, Unknown):
        record = text(of, "ExpectedMxRecord")
    return record if isinstance(record, Unknown) else tuple(normal(each) for each in record.split()[-1:])


def _by_records(name: str, found: tuple[TenantObject, ...] | Unknown) -> tuple[str, ...] | Unknown:
    """The hosts of the MX records that a domain should have. Every domain with mail has one, so that none at
    all is no answer."""
    if isinstance(found, Unknown):
        return found
    own = [each for each in found if _is_mx_of(each, name)]
    hosts = [_host(each) for each in own]
    unsure = next((each for each in hosts if isinstance(each, Unknown)), None)
    if not own or unsure:
        return unsure or unknown(RECORDS, EXPORT, Reason.CUT_SHORT)
    return tuple(normal(each) for each in hosts if isinstance(each, str))


def _is_mx_of(record: TenantObject, name: str) -> bool:
    kind, label = word(record, "RecordType"), text(record, "Label")
    return isinstance(label, str) and normal(label) == name and str(kind).lower() == "mx"


def _host(record: TenantObject) -> str | Unknown:
    """Graph PowerShell keeps what only MX records have in a part of its own."""
    more = optional_part(record, "AdditionalProperties")
    return text(record if record.has("mailExchange") else more, "mailExchange")
