"""Export-Clixml: typed values become what JSON would hold, and a hostile file stays small."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Line
from mfpolicy.sources.tenants import clixml
from mfpolicy.sources.tenants._clixml_tree import items
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._part import Part

ROOT = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
CONNECTOR = "Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantInboundConnector"


def file(*objects: str) -> str:
    return ROOT + "\n".join(("", *objects)) + "\n</Objs>"


NONE = '<Obj RefId="0"><TN RefId="0"><T>System.Object[]</T></TN><LST /></Obj>'


def connector(props: str, ref: int = 0, shown: str = "In") -> str:
    types = f'<TN RefId="{ref}"><T>{CONNECTOR}</T><T>Deserialized.System.Object</T></TN>'
    return f'<Obj RefId="{ref}">{types}<ToString>{shown}</ToString><Props>{props}</Props></Obj>'


def read(text: str, name: str = "tenant/connectors.xml") -> Part:
    document = Document(name, text)
    assert clixml.recognises(document)
    return clixml.read(document)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('<B N="X">true</B>', True),
        ('<B N="X">false</B>', False),
        ('<I32 N="X">-5</I32>', -5),
        ('<I64 N="X">9007199254740993</I64>', 9007199254740993),
        ('<U64 N="X">18446744073709551615</U64>', "18446744073709551615"),
        ('<Db N="X">1.5</Db>', 1.5),
        ('<Db N="X">NaN</Db>', "NaN"),
        ('<S N="X">a_x000A_b &lt; _x005F_x000A_ _xD83D__xDE00_</S>', "a\nb < _x000A_ \U0001f600"),
        ('<S N="X" />', ""),
        ('<C N="X">65</C>', "A"),
        ('<DT N="X">2026-11-20T08:00:00.1234567Z</DT>', "2026-11-20T08:00:00.1234567Z"),
        ('<TS N="X">P1D</TS>', "1.00:00:00"),
        ('<TS N="X">PT4H0.5S</TS>', "04:00:00.5"),
        ('<TS N="X">-PT90M</TS>', "-01:30:00"),
        ('<G N="X">12345678-1234-1234-1234-123456789012</G>', "12345678-1234-1234-1234-123456789012"),
        ('<Nil N="X" />', None),
        ('<Obj N="X" RefId="1"><LST><S>a</S><I32>1</I32><Nil/></LST></Obj>', ["a", 1, None]),
        ('<Obj N="X" RefId="1"><LST /></Obj>', []),
        ('<Obj N="X" RefId="1"><DCT><En><S N="Key">k</S><B N="Value">true</B></En></DCT></Obj>', {"k": True}),
        (
            '<Obj N="X" RefId="1"><TN RefId="1"><T>Deserialized.Microsoft.Exchange.Data.SmtpDomain</T></TN>'
            '<ToString>contoso.com</ToString><Props><S N="Domain">contoso.com</S></Props></Obj>',
            "contoso.com",
        ),
        (
            '<Obj N="X" RefId="1"><TN RefId="1"><T>Contoso.Set</T></TN><ToString>Contoso.Set</ToString>'
            '<Props><S N="A">a</S></Props></Obj>',
            {"A": "a"},
        ),
        (
            '<Obj N="X" RefId="1"><TN RefId="1"><T>System.Management.Automation.PSCustomObject</T></TN>'
            '<ToString>@{A=a}</ToString><MS><S N="A">a</S></MS></Obj>',
            {"A": "a"},
        ),
        (
            '<Obj N="X" RefId="1"><TN RefId="1"><T>Deserialized.TenantConnectorType</T>'
            "<T>Deserialized.System.Enum</T></TN><ToString>Partner</ToString><I32>1</I32></Obj>",
            "Partner",
        ),
    ],
)
def test_a_typed_value_becomes_what_json_would_hold(written: str, value: Any) -> None:
    part = read(file(connector(written)))
    [found] = part.listings["Get-InboundConnector"].objects
    assert (found.values, part.faults) == ({"X": value}, ())


def test_a_secret_is_left_behind() -> None:
    part = read(file(connector('<S N="Name">In</S><SS N="Password">01000000d08c</SS>')))
    assert part.listings["Get-InboundConnector"].objects[0].values == {"Name": "In"}


def test_objects_know_their_lines_and_an_earlier_one_may_be_named_again() -> None:
    part = read(file(connector("<B N='Enabled'>true</B>"), '<Ref RefId="0" />'))
    found = part.listings["Get-InboundConnector"].objects
    assert [(each.values, each.place) for each in found] == [
        ({"Enabled": True}, Line("tenant/connectors.xml", 2)),
        ({"Enabled": True}, Line("tenant/connectors.xml", 3)),
    ]


def test_a_list_that_was_exported_as_one_is_its_objects() -> None:
    inner = connector("<I32 N='A'>1</I32>")
    listed = f'<Obj RefId="9"><TN RefId="9"><T>System.Object[]</T></TN><LST>{inner}</LST></Obj>'
    part = read(file(listed), "Get-InboundConnector.xml")
    assert [each.values for each in part.listings["Get-InboundConnector"].objects] == [{"A": 1}]


@pytest.mark.parametrize(
    ("name", "cmdlet"),
    [
        ("Get-TransportRule.xml", "Get-TransportRule"),
        ("tenant/TransportRule.clixml", "Get-TransportRule"),
        ("tenant/20261120_Get-TransportRule.xml", "Get-TransportRule"),
    ],
)
def test_an_empty_list_is_of_the_cmdlet_that_the_name_of_its_file_tells(name: str, cmdlet: str) -> None:
    part = read(file(NONE), name)
    assert (part.listings[cmdlet].objects, part.listings[cmdlet].whole, part.faults) == ((), True, ())


def test_none_of_what_every_tenant_has_is_no_answer() -> None:
    found = read(file(NONE), "Get-AcceptedDomain.xml")
    assert found.listings["Get-AcceptedDomain"].lacking is Reason.CUT_SHORT


@pytest.mark.parametrize("content", ["", "<Nil />"])
def test_a_file_without_an_object_may_be_of_a_cmdlet_that_failed(content: str) -> None:
    part = read(file(content), "Get-TransportRule.xml")
    assert part.listings["Get-TransportRule"].lacking is Reason.NOT_EXPORTED
    assert "-InputObject @(Get-TransportRule)" in part.faults[0].text


def test_an_object_without_properties_is_one() -> None:
    part = read(file('<Obj RefId="0"><MS /></Obj>'), "Get-TransportRule.xml")
    assert [each.values for each in part.listings["Get-TransportRule"].objects] == [{}]


@pytest.mark.parametrize(
    ("type", "cmdlet"),
    [
        ("Deserialized.Microsoft.Exchange.MessagingPolicies.Rules.Tasks.TransportRule", "Get-TransportRule"),
        ("Deserialized.Microsoft.Exchange.Data.Directory.Management.CASMailbox", "Get-CASMailbox"),
        (
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphConditionalAccessPolicy",
            "Get-MgIdentityConditionalAccessPolicy",
        ),
        ("Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser1", "Get-MgUser"),
    ],
)
def test_the_type_of_an_object_tells_its_cmdlet(type: str, cmdlet: str) -> None:
    part = read(file(connector("<S N='Name'>x</S>").replace(CONNECTOR, type)), "Get-InboundConnector.xml")
    assert list(part.listings) == [cmdlet]


def test_objects_of_no_known_kind_are_nobodys() -> None:
    part = read(file("<S>Get-Date</S>"), "x.xml")
    assert (dict(part.listings), [each.code for each in part.faults]) == ({}, ["unreadable-file"])


def test_objects_that_were_cut_off_are_not_all() -> None:
    listing = read(file(connector("<S N='Name'>x</S>"), "<S>Contoso.Connector</S>")).listings[
        "Get-InboundConnector"
    ]
    assert (len(listing.objects), listing.whole) == (1, False)


def bomb(levels: int) -> str:
    first = '<Obj RefId="0"><LST>' + "<S>x</S>" * 10 + "</LST></Obj>"
    rest = (
        f'<Obj RefId="{each}"><LST>' + f'<Ref RefId="{each - 1}" />' * 10 + "</LST></Obj>"
        for each in range(1, levels)
    )
    return file(first, *rest)


def ladder(levels: int) -> str:
    return file(
        *(f'<Obj RefId="{each}"><LST><Ref RefId="{each - 1}" /></LST></Obj>' for each in range(levels))
    )


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (file(connector(""))[:-8] + "<S>", 2, "not XML: no element found"),
        ('<?xml version="1.0"?><!DOCTYPE x>' + file(), 1, "a document type has no place in an export"),
        (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + file("<S>&b;</S>"),
            1,
            "a document type has no place in an export",
        ),
        (file("<S>&nbsp;</S>"), 2, "not XML: undefined entity"),
        (file('<Obj RefId="0"><LST>' * 60), 2, "nested too deeply"),
        (ladder(60), 51, "nested too deeply"),
        (bomb(10), 8, "too large, or it names its own parts too often"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_says_why(text: str, line: int, why: str) -> None:
    _, error = items(text)
    assert error is not None
    assert (str(error), error.line) == (why, line)


def test_where_it_breaks_off_not_all_is_known() -> None:
    part = read(file(connector("<S N='Name'>x</S>"))[:-8] + "<S>")
    listing = part.listings["Get-InboundConnector"]
    assert (len(listing.objects), listing.whole, len(part.faults)) == (1, False, 1)


def test_an_object_that_holds_itself_holds_nothing_there() -> None:
    part = read(file(connector('<S N="Name">x</S><Ref N="Me" RefId="0" />')))
    assert part.listings["Get-InboundConnector"].objects[0].values == {"Name": "x", "Me": None}


def test_an_encoding_that_the_file_names_no_longer_counts() -> None:
    part = read('<?xml version="1.0" encoding="utf-16"?>' + file(connector("<S N='Name'>\u00e4</S>")))
    assert part.listings["Get-InboundConnector"].objects[0].values == {"Name": "\u00e4"}


@pytest.mark.parametrize("text", ["", "{}", "<html></html>", "#< CLIXML", "Objs"])
def test_other_files_are_none_of_ours(text: str) -> None:
    assert not clixml.recognises(Document("x.xml", text))


TAGS = st.sampled_from(
    [
        "Obj",
        "TN",
        "T",
        "TNRef",
        "ToString",
        "Props",
        "MS",
        "LST",
        "DCT",
        "En",
        "S",
        "I32",
        "B",
        "Nil",
        "SS",
        "TS",
        "C",
        "Db",
        "Ref",
    ]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> str:
    tag = draw(TAGS)
    name = draw(st.sampled_from(["", 'N="Key"', 'N="Value"', 'N="x"', 'RefId="0"', 'RefId="1"']))
    text = draw(st.text("a1_x0-P", max_size=6))
    inner = "".join(draw(st.lists(elements(depth - 1), max_size=3))) if depth else ""
    return f"<{tag} {name}>{text}{inner}</{tag}>"


@given(st.lists(elements(), max_size=4))
def test_no_tree_makes_it_fail_otherwise(trees: list[str]) -> None:
    _, error = items(file(*trees))
    assert error is None


@given(
    st.text()
    | st.lists(st.sampled_from([ROOT, "<", ">", "/", "Obj", "&", "x", '"', "\0", "]]>", "<![CDATA["])).map(
        "".join
    )
)
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    part = clixml.read(Document("x.xml", ROOT + text))
    assert all(isinstance(each, Fault) for each in part.faults)
