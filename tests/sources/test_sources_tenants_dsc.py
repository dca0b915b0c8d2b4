"""Configurations of Microsoft365DSC: what they declare is read, and nothing in them is run or guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Line
from mfpolicy.model.tenant import Tenant
from mfpolicy.sources.tenants import dsc
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._dsc_parser import declarations
from mfpolicy.sources.tenants._dsc_tokens import DscError, Unread
from mfpolicy.sources.tenants._part import Part

EXTRACTED = "# Generated with Microsoft365DSC version 1.26.218.1\n"
HEAD = "Configuration M365TenantConfig\n{\n    Import-DscResource -ModuleName 'Microsoft365DSC'\n"


def configuration(*resources: str, extracted: bool = True, around: str = "Node localhost") -> str:
    body = "\n".join(resources)
    return f"{EXTRACTED if extracted else ''}{HEAD}    {around}\n    {{\n{body}\n    }}\n}}\n"


def resource(type: str, *lines: str, title: str = "'x'") -> str:
    return f"        {type} {title}\n        {{\n" + "\n".join(lines) + "\n        }"


def read(text: str) -> Part:
    document = Document("c.ps1", text)
    assert dsc.recognises(document)
    return dsc.read(document)


def values(part: Part, cmdlet: str) -> list[dict[str, Any]]:
    return [dict(each.values) for each in part.listings[cmdlet].objects]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$True", True),
        ("$false", False),
        ("$null", None),
        ("5", 5),
        ("-5", -5),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("'it''s $x'", "it's $x"),
        ('"a `"b`" ""c"" `$d 5$"', 'a "b" "c" $d 5$'),
        ('"a`nb`tc`u{263a}``"', "a\nb\tc\u263a`"),
        ("\u201ctypographic\u201d", "typographic"),
        ('"two\nlines"', "two\nlines"),
        ("@'\nit's \"here\"\n\n'@", 'it\'s "here"\n'),
        ('@"\n`$a "b"\n"@', '$a "b"'),
        ('@"\n"@', ""),
        ("@()", []),
        ('@("a","b")', ["a", "b"]),
        ("@('a'\n 'b';\n # no\n 3)", ["a", "b", 3]),
        ("'a', 'b'", ["a", "b"]),
        ("MSFT_X{\nA = 1\nB = @('b')\n}", {"A": 1, "B": ["b"]}),
        ("@(MSFT_X{ A = 1 }\nMSFT_X\n{ A = 2; })", [{"A": 1}, {"A": 2}]),
        ("@{ A = 'b' }", {"A": "b"}),
        ("<# no #> 5 # no", 5),
    ],
)
def test_a_value_is_read_as_powershell_would(written: str, value: Any) -> None:
    text = configuration(resource("EXOInboundConnector", f"Before = 1;\nKey = {written}\nAfter = 2"))
    [found] = declarations(text, {"exoinboundconnector"})
    assert found.values == {"Before": 1, "Key": value, "After": 2}


@pytest.mark.parametrize(
    "written",
    [
        "$Credscredential",
        "$ConfigurationData.NonNodeData.X",
        '"user@$OrganizationName"',
        '"a $(Get-X "b" \') }\' (c)) d"',
        '@("a", "b@$OrganizationName")',
        '"a" + "b"',
        "(Get-X)",
        "[string]'x'",
        "New-Object X ('a', (ConvertTo-SecureString -String 'p'))",
        "Word",
        "12345678-1234-1234-1234-123456789012",
    ],
)
def test_what_only_running_it_would_tell_is_not_guessed(written: str) -> None:
    text = configuration(resource("EXOInboundConnector", f"Before = 1\nKey = {written}\nAfter = 2"))
    [found] = declarations(text, {"exoinboundconnector"})
    assert isinstance(found.values.pop("Key"), Unread)
    assert found.values == {"Before": 1, "After": 2}


def test_strings_and_comments_open_no_resource() -> None:
    text = configuration(
        "# EXOInboundConnector 'a' {", "$x = 'EXOInboundConnector \"b\" {'", "<# EXOInboundConnector c { #>"
    )
    assert list(declarations(text, {"exoinboundconnector"})) == []


def test_an_extraction_lists_what_stands_in_it_whole_and_nothing_else() -> None:
    text = configuration(
        resource("EXOInboundConnector", 'Identity = "In";', "Enabled = $True;", 'Ensure = "Present";'),
        resource("EXOInboundConnector", 'Identity = "In 2";'),
        resource("TeamsMeetingPolicy", 'Identity = "Global";'),
    )
    part = read(text)
    tenant = Tenant(part.listings, (part.export,))
    found = tenant.objects("Get-InboundConnector")
    assert not isinstance(found, Unknown)
    assert [each.value("Name") for each in found] == ["In", "In 2"]
    assert [each.place for each in found] == [Line("c.ps1", 7), Line("c.ps1", 13)]
    assert isinstance(tenant.objects("Get-OutboundConnector"), Unknown)
    assert (set(part.listings), part.export.tool) == ({"Get-InboundConnector"}, "Microsoft365DSC 1.26.218.1")


CONNECTOR = resource("EXOInboundConnector", 'Identity = "In"')


@pytest.mark.parametrize(
    "text",
    [
        configuration(CONNECTOR, extracted=False),
        configuration(CONNECTOR, "### L1|every connector needs a reason"),
        configuration(CONNECTOR, resource("EXOInboundConnector", 'Identity = "Out"', 'Ensure = "Absent"')),
        configuration(CONNECTOR, "if ($x)\n{", CONNECTOR, "}"),
        configuration(CONNECTOR) + '"',
    ],
    ids=["written by hand", "a blueprint", "one failed", "one under a condition", "it breaks off"],
)
def test_a_file_that_may_leave_objects_out_does_not_list_them_whole(text: str) -> None:
    listing = read(text).listings["Get-InboundConnector"]
    assert ([each.value("Name") for each in listing.objects], listing.whole) == (["In"], False)


def test_a_setting_that_every_tenant_has_once_is_whole_in_any_file() -> None:
    text = configuration(
        resource("EXOTransportConfig", "SmtpClientAuthenticationDisabled = $True"), extracted=False
    )
    part = read(text)
    found = Tenant(part.listings).one("Get-TransportConfig")
    assert not isinstance(found, Unknown)
    assert found.value("SmtpClientAuthenticationDisabled") is True


def test_a_kind_of_which_every_object_failed_is_not_empty() -> None:
    part = read(configuration(resource("EXOInboundConnector", 'Ensure = "Absent"')))
    assert part.listings["Get-InboundConnector"].lacking is Reason.EXPORT_FAILED


@pytest.mark.parametrize(
    ("type", "lines", "cmdlet", "given"),
    [
        (
            "EXOAcceptedDomain",
            ["Identity = 'contoso.com'"],
            "Get-AcceptedDomain",
            {"DomainName": "contoso.com"},
        ),
        (
            "EXODkimSigningConfig",
            ["Identity = 'contoso.com'"],
            "Get-DkimSigningConfig",
            {"Domain": "contoso.com"},
        ),
        ("EXOTransportRule", ["Name = 'r'", "Enabled = $True"], "Get-TransportRule", {"State": "Enabled"}),
        ("EXOTransportRule", ["Name = 'r'"], "Get-TransportRule", {"SetSCL": None, "Identity": "r"}),
        ("EXOSafeLinksRule", ["Enabled = $False"], "Get-SafeLinksRule", {"State": "Disabled"}),
        ("EXOAntiPhishPolicy", ["MakeDefault = $True"], "Get-AntiPhishPolicy", {"IsDefault": True}),
        (
            "EXOJournalRule",
            ["RuleScope = 'Global'", "Enabled = $True"],
            "Get-JournalRule",
            {"Scope": "Global", "Enabled": True},
        ),
    ],
)
def test_properties_have_the_names_of_the_cmdlet(
    type: str, lines: list[str], cmdlet: str, given: dict[str, Any]
) -> None:
    [found] = values(read(configuration(resource(type, *lines))), cmdlet)
    assert {name: found.get(name, "absent") for name in given} == given


def test_what_a_file_written_by_hand_leaves_out_is_not_known_to_be_null() -> None:
    [found] = values(
        read(configuration(resource("EXOTransportRule", "Name = 'r'"), extracted=False)), "Get-TransportRule"
    )
    assert found == {"Name": "r", "Identity": "r"}


def test_an_object_whose_name_holds_a_variable_is_still_told_apart() -> None:
    text = resource(
        "EXOAcceptedDomain", 'Identity = "$OrganizationName"', title='"EXOAcceptedDomain-$OrganizationName"'
    )
    [found] = values(read(configuration(text)), "Get-AcceptedDomain")
    assert found == {"Name": "EXOAcceptedDomain-$OrganizationName"}


def test_how_a_resource_signs_in_is_none_of_its_properties() -> None:
    signs = ["Credential = $C", 'TenantId = "contoso.onmicrosoft.com"', "ManagedIdentity = $True"]
    part = read(
        configuration(resource("EXOTransportConfig", *signs, "AddressBookPolicyRoutingEnabled = $True"))
    )
    [found] = values(part, "Get-TransportConfig")
    assert (found, part.export.name) == (
        {"AddressBookPolicyRoutingEnabled": True, "Name": "x"},
        "contoso.onmicrosoft.com",
    )


ACCESS = resource(
    "AADConditionalAccessPolicy",
    'DisplayName = "MFA"; State = "enabled"; IncludeUsers = @("All"); ExcludeUsers = @()',
    'BuiltInControls = @("mfa"); GrantControlOperator = "OR"; ClientAppTypes = @("all")',
    'IncludePlatforms = @(); IncludeApplications = @("All"); SignInFrequencyIsEnabled = $False',
)


def test_a_conditional_access_policy_has_the_shape_of_graph() -> None:
    [found] = values(read(configuration(ACCESS)), "Get-MgIdentityConditionalAccessPolicy")
    assert found == {
        "displayName": "MFA",
        "state": "enabled",
        "conditions": {
            "users": {"includeUsers": ["All"], "excludeUsers": []},
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
            "platforms": None,
            "locations": None,
            "devices": None,
            "authenticationFlows": None,
        },
        "grantControls": {"builtInControls": ["mfa"], "operator": "OR", "authenticationStrength": None},
        "sessionControls": None,
    }


def test_a_role_that_a_policy_is_for_has_the_id_of_graph() -> None:
    text = resource("AADConditionalAccessPolicy", 'IncludeRoles = @("Global Administrator", "Another")')
    [found] = values(read(configuration(text)), "Get-MgIdentityConditionalAccessPolicy")
    assert found["conditions"]["users"] == {
        "includeRoles": ["62e90394-69f5-4237-9190-012177145e10", "Another"]
    }


def test_what_people_may_do_for_themselves_has_the_names_of_the_cmdlets() -> None:
    roles = resource(
        "EXORoleAssignmentPolicy", 'Name = "Default"; IsDefault = $True; Roles = @("My Custom Apps")'
    )
    [found] = values(read(configuration(roles)), "Get-RoleAssignmentPolicy")
    assert found == {
        "Name": "Default",
        "Identity": "Default",
        "IsDefault": True,
        "AssignedRoles": ["My Custom Apps"],
    }


def test_what_a_policy_written_by_hand_leaves_out_is_not_known_to_be_null() -> None:
    [found] = values(read(configuration(ACCESS, extracted=False)), "Get-MgIdentityConditionalAccessPolicy")
    assert "locations" not in found["conditions"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (configuration() + "'open", 10, "a text that begins here has no end"),
        (configuration() + '"a $("', 10, "a text that begins here has no end"),
        (configuration() + "<# open", 10, "a comment that begins here has no end"),
        (configuration(resource("EXOInboundConnector", "X = 1"))[:-20], 9, "the file ends inside a resource"),
        (
            configuration(resource("EXOInboundConnector", "X = @(1"))[:-20],
            9,
            "the file ends inside a resource",
        ),
        (configuration(CONNECTOR)[:-9], 10, "the file ends inside a block"),
        (
            configuration(resource("EXOInboundConnector", "X = " + "@(" * 99)),
            9,
            "a resource is nested too deeply",
        ),
        (configuration() + '"$(' * 99, 10, "a text that begins here is nested too deeply"),
    ],
)
def test_a_file_that_breaks_off_says_where(text: str, line: int, why: str) -> None:
    assert read(text).faults == (Fault("unreadable-file", why, Line("c.ps1", line)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "<Objs ></Objs>",
        "Get-InboundConnector",
        "Configuration X\n{\n}\n",
        "'# Generated with Microsoft365DSC version 1'",
    ],
)
def test_other_files_are_none_of_ours(text: str) -> None:
    assert not dsc.recognises(Document("c.ps1", text))


def written(value: Any) -> str:
    """A value as ReverseDSC writes it."""
    if value is None or isinstance(value, bool):
        return {None: "$null", True: "$True", False: "$False"}[value]
    if isinstance(value, list):
        return "@(" + ",".join(map(written, value)) + ")"
    if isinstance(value, dict):
        return (
            "MSFT_X{\r\n" + "\r\n".join(f"{key} = {written(each)}" for key, each in value.items()) + "\r\n}"
        )
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(f"`{each}" if each in '"`$\u201c\u201d\u201e' else each for each in value) + '"'


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, VALUES))
def test_what_is_written_is_read_again(given_values: dict[str, Any]) -> None:
    lines = [f"{name} = {written(each)};" for name, each in given_values.items()]
    [found] = declarations(configuration(resource("EXOInboundConnector", *lines)), {"exoinboundconnector"})
    assert found.values == given_values


PIECES = st.sampled_from(
    [*"{}()[]@$\"'`;,=#<>.+-\n ", "@(", "@{", "$(", "<#", "#>", '@"\n', "\n\"@", "@'\n", "\n'@", "'x'",
     "EXOInboundConnector", "Key", "$True", "5", "MSFT_X", "if", "\u201c", "\r\n", "Ensure", "Node"]
)  # fmt: skip


@given(st.lists(PIECES | TEXTS, max_size=60).map("".join))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    part = dsc.read(Document("c.ps1", configuration(text)))
    assert all(isinstance(each, Fault) for each in part.faults)
    try:
        assert all(each.line >= 1 for each in declarations(text, {"exoinboundconnector"}))
    except DscError as error:
        assert error.line >= 1


@pytest.mark.parametrize(
    "piece", ['"', "'", "`", '"$(', "@(", "{", "a-", "$", "1.", '@"\n', "<#", "#", "@{a="]
)
def test_reading_takes_time_in_proportion(piece: str) -> None:
    part = dsc.read(Document("c.ps1", configuration(piece * 100_000)))
    assert len(part.faults) <= 1
