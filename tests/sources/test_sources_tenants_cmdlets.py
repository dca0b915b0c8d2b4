"""What single cmdlets gave, as PowerShell and the services write it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mfpolicy.model.dns import Reason
from mfpolicy.model.places import Pointer, Span
from mfpolicy.model.tenant import Listing
from mfpolicy.sources.tenants import FORMATS, format_of
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._kinds import by_name, by_path, by_properties
from mfpolicy.sources.tenants._part import Part

A, B = {"Name": "A"}, {"Name": "B"}
FILE = "x/Get-InboundConnector.json"
ADMIN = "https://outlook.office365.com/adminapi/beta/contoso.onmicrosoft.com/$metadata#Collection(Exchange.X)"
GRAPH = "https://graph.microsoft.com/v1.0/$metadata#"
NEXT = {"@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=a"}


def part(text: str, file: str = FILE) -> Part:
    document = Document(file, text)
    told = [each for each in FORMATS if format_of(each).recognises(document)]
    return format_of(told[0]).read(document) if told else Part()


def says(listing: Listing) -> Any:
    if listing.lacking:
        return listing.lacking
    objects = [dict(each.values) for each in listing.objects]
    return objects if listing.whole else (objects, "and more")


def said(text: str, file: str = FILE) -> tuple[dict[str, Any], int]:
    """What each cmdlet gave, and how many faults there are."""
    found = part(text, file)
    return {name: says(each) for name, each in found.listings.items()}, len(found.faults)


@pytest.mark.parametrize(
    ("text", "found", "faults"),
    [
        ("[]", [], 0),
        ('{"Name": "A"}', [A], 0),
        ('[{"Name": "A"}, {"Name": "B"}]', [A, B], 0),
        ('{"value": [{"Name": "A"}], "Count": 1}', [A], 0),
        ('{"value": [], "Count": 0}', [], 0),
        ('{"value": [{"Name": "A"}], "Count": 2}', ([A], "and more"), 0),
        ('{"Name": "A"}\n{"Name": "B"}\n{"Name": "A"}', [A, B], 0),
        ('[{"Name": "A"}]\ufeff[{"Name": "B"}]', [A, B], 0),
        ("", Reason.NOT_EXPORTED, 1),
        ("\ufeff\r\n", Reason.NOT_EXPORTED, 1),
        ("null", Reason.NOT_EXPORTED, 1),
        ("[null]", Reason.NOT_EXPORTED, 1),
        ('[{"Name": "A"}', Reason.CUT_SHORT, 1),
        ('{"Name": "A"}\n{"Name": ', ([A], "and more"), 1),
        ('[{"Name": "A"}, "System.Object"]', ([A], "and more"), 0),
        ("[[]]", Reason.CUT_SHORT, 1),
        ('["@{Name=A}", "System.Object"]', Reason.CUT_SHORT, 1),
    ],
)
def test_a_file_of_one_cmdlet(text: str, found: Any, faults: int) -> None:
    assert said(text) == ({"Get-InboundConnector": found}, faults)


@pytest.mark.parametrize("text", ["[]", '{"value": [], "Count": 0}'])
def test_an_empty_list_of_what_every_tenant_has_is_no_answer(text: str) -> None:
    assert said(text, "Get-AcceptedDomain.json") == ({"Get-AcceptedDomain": Reason.NOT_EXPORTED}, 1)


def test_an_empty_file_says_how_to_export_an_empty_list() -> None:
    assert "`ConvertTo-Json -InputObject @(Get-InboundConnector) -Depth 10`" in part("").faults[0].text


@pytest.mark.parametrize(
    ("file", "cmdlet"),
    [
        ("Get-InboundConnector.json", "Get-InboundConnector"),
        ("x/get-inboundconnector-2026.json", "Get-InboundConnector"),
        ("InboundConnectors.json", "Get-InboundConnector"),
        ("inbound_connectors.json", "Get-InboundConnector"),
        ("20261120 InboundConnector20261120.json", "Get-InboundConnector"),
        ("EXO_Get-AntiPhishPolicy.v2.json", "Get-AntiPhishPolicy"),
        ("AntiPhishPolicies.json", "Get-AntiPhishPolicy"),
        ("Get-AtpPolicyForO365.json", "Get-AtpPolicyForO365"),
        ("Get-Mailbox.json", "Get-EXOMailbox"),
        ("Get-MgBetaUser.json", "Get-MgUser"),
        ("InboundConnector-OutboundConnector.json", None),
        ("connectors.json", None),
        ("domain.json", None),
        (".json", None),
    ],
)
def test_a_file_is_named_after_its_cmdlet(file: str, cmdlet: str | None) -> None:
    found = by_name(file)
    assert (found and found.name) == cmdlet


EOP = {"HostedContentFilterPolicy": "", "AntiPhishPolicy": "", "MalwareFilterPolicy": ""}


@pytest.mark.parametrize(
    ("objects", "cmdlet"),
    [
        ([{"SENDERIPADDRESSES": [], "TlsSenderCertificateName": None}], "Get-InboundConnector"),
        ([EOP], "Get-EOPProtectionPolicyRule"),
        ([{"HostedContentFilterPolicy": "", "Priority": 0}], "Get-HostedContentFilterRule"),
        ([EOP, {"HostedContentFilterPolicy": ""}], "Get-HostedContentFilterRule"),
        ([{"SafeLinksPolicy": "", "SafeAttachmentPolicy": ""}], None),
        ([A], None),
        ([], None),
    ],
)
def test_objects_tell_what_they_are_where_only_one_kind_has_such_properties(
    objects: list[dict[str, Any]], cmdlet: str | None
) -> None:
    found = by_properties(objects)
    assert (found and found.name) == cmdlet


def test_a_file_without_a_name_is_known_by_its_objects() -> None:
    text = json.dumps([{"BulkThreshold": 6, "HighConfidenceSpamAction": "Quarantine"}])
    assert list(said(text, "export-1.json")[0]) == ["Get-HostedContentFilterPolicy"]


@pytest.mark.parametrize(
    ("path", "cmdlet"),
    [
        ("identity/conditionalAccess/policies", "Get-MgIdentityConditionalAccessPolicy"),
        ("policies/authenticationMethodsPolicy", "Get-MgPolicyAuthenticationMethodPolicy"),
        ("authenticationMethodsPolicy", "Get-MgPolicyAuthenticationMethodPolicy"),
        ("userRegistrationDetails", "Get-MgReportAuthenticationMethodUserRegistrationDetail"),
        ("users", "Get-MgUser"),
        ("domains/serviceConfigurationRecords", "Get-MgDomainServiceConfigurationRecord"),
        ("appRoleAssignments", None),
        ("policies", None),
        ("groups", None),
        ("", None),
    ],
)
def test_a_resource_of_graph_has_one_cmdlet(path: str, cmdlet: str | None) -> None:
    found = by_path(path)
    assert (found and found.name) == cmdlet


def admin(**keys: Any) -> str:
    return json.dumps({"@odata.context": ADMIN, "@adminapi.warnings": [], **keys})


@pytest.mark.parametrize(
    ("text", "found", "faults"),
    [
        (admin(value=[A]), [A], 0),
        (admin(value=[]), [], 0),
        (admin(value=[{"Name": "A", "Name@data.type": "System.String", "Used(DateTime])": None}]), [A], 0),
        (admin(value=[A], **NEXT), ([A], "and more"), 1),
        (admin(value=[A], **NEXT) + admin(value=[B]), [A, B], 0),
        (admin(value=[A]) + admin(value=[B]), ([A, B], "and more"), 1),
        (
            admin(value=[A], **{"@adminapi.warnings": ["increase the value for the ResultSize parameter"]}),
            ([A], "and more"),
            1,
        ),
        (admin(value=[A], **{"@adminapi.warnings": ["this cmdlet will be retired"]}), [A], 0),
        (admin(value=None), Reason.NOT_EXPORTED, 1),
        (admin(), Reason.NOT_EXPORTED, 1),
        (admin(error={"code": "BadRequest", "message": "no"}), Reason.EXPORT_FAILED, 0),
        ('{"error": {"code": "Unauthorized", "message": "no"}}', Reason.EXPORT_FAILED, 0),
        (admin(value=[A])[:-2], Reason.CUT_SHORT, 1),
        (admin(value=[A], **NEXT) + admin(value=[B])[:-2], Reason.CUT_SHORT, 1),
    ],
)
def test_an_answer_of_the_admin_api(text: str, found: Any, faults: int) -> None:
    assert said(text) == ({"Get-InboundConnector": found}, faults)


def test_an_answer_of_the_admin_api_does_not_say_which_cmdlet_gave_it() -> None:
    assert [each.text for each in part(admin(value=[A]), "a.json").faults] == [
        "does not say which cmdlet gave it: name it after that, such as Get-InboundConnector.json"
    ]


OWN = {"Get-Mailbox": [A], "get-phishsimoverriderule": [B], "Get-Other": [A]}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, {"Get-EXOMailbox": [A], "Get-ExoPhishSimOverrideRule": [B], "Get-Other": [A]}),
        (
            {"Get-EXOMailbox": [B]},
            {"Get-EXOMailbox": [B], "Get-ExoPhishSimOverrideRule": [B], "Get-Other": [A]},
        ),
    ],
    ids=["other names", "both names: ours counts"],
)
def test_our_own_form_takes_all_names_of_a_cmdlet(more: dict[str, Any], found: dict[str, Any]) -> None:
    for cmdlets in (OWN | more, more | OWN):
        assert said(json.dumps({"tenant": 1, "cmdlets": cmdlets})) == (found, 0)


def graph(path: str, **keys: Any) -> str:
    return json.dumps({"@odata.context": f"{GRAPH}{path}", **keys})


DEFAULTS = "Get-MgPolicyIdentitySecurityDefaultEnforcementPolicy"
POLICY = "policies/identitySecurityDefaultsEnforcementPolicy"


@pytest.mark.parametrize(
    ("text", "cmdlet", "found", "faults"),
    [
        (graph("users", value=[A]), "Get-MgUser", [A], 0),
        (graph("users(id,displayName)", value=[A]), "Get-MgUser", [A], 0),
        (graph("users", value=[A], **NEXT), "Get-MgUser", ([A], "and more"), 1),
        (graph("users", value=[]), "Get-MgUser", Reason.NOT_EXPORTED, 0),
        (graph("users/$entity", displayName="A"), "Get-MgUser", Reason.NOT_EXPORTED, 1),
        (graph("Collection(microsoft.graph.subscribedSku)s", value=[]), "", None, 1),
        (graph(POLICY, isEnabled=True), DEFAULTS, [{"isEnabled": True}], 0),
        (graph(f"{POLICY}/$entity", isEnabled=True), DEFAULTS, [{"isEnabled": True}], 0),
        (graph(POLICY, value=[{"isEnabled": True}]), DEFAULTS, [{"isEnabled": True}], 0),
        (
            graph("authenticationMethodsPolicy", id="a"),
            "Get-MgPolicyAuthenticationMethodPolicy",
            [{"id": "a"}],
            0,
        ),
        (
            graph("policies/authorizationPolicy/$entity", id="a"),
            "Get-MgPolicyAuthorizationPolicy",
            [{"id": "a"}],
            0,
        ),
    ],
)
def test_an_answer_of_graph(text: str, cmdlet: str, found: Any, faults: int) -> None:
    assert said(text, "answer.json") == ({cmdlet: found} if cmdlet else {}, faults)


@pytest.mark.parametrize(
    "text",
    [
        graph("admin/configurationManagement/configurationSnapshots", value=[]),
        graph("x", resources=[]),
        '{"version": 1, "answers": []}',
        '{"a": 1}',
        "1",
        "<Objs/>",
    ],
)
def test_what_is_of_another_format_is_left_alone(text: str) -> None:
    assert part(text, "a.json") == Part()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"Name": "A"}]', Pointer(FILE, "/0")),
        ('{"Name": "A"}', Pointer(FILE, "")),
        ('{"value": [{"Name": "A"}], "Count": 1}', Pointer(FILE, "/value/0")),
        ('{"Name": "A"}\n{"Name": "B"}', Span(FILE, 0, 13)),
        (admin(value=[A]), Pointer(FILE, "/value/0")),
    ],
)
def test_an_object_knows_its_place(text: str, place: object) -> None:
    assert part(text).listings["Get-InboundConnector"].objects[0].place == place
