from __future__ import annotations

import json

import msgspec

from mfpolicy.model.places import Line
from mfpolicy.model.rules import Example, Examples, Rule
from mfpolicy.output.rules import list_json, list_text, show_json, show_text

RULE = Rule(
    id="SPF002",
    slug="lookup-limit-exceeded",
    title="SPF record needs more than ten DNS lookups",
    severity="error",
    controls={"scuba": ["MS.EXO.2.2"], "cis-m365": ["2.1.8", "2.1.9"]},
    about="domain",
    when="domain.spf.present",
    assert_="domain.spf.lookups <= params.limit",
    params={"limit": 10},
    message="{domain.name}: too many",
    rationale="Receivers stop at ten.",
    remedy="Flatten.",
    references=["RFC 7208, section 4.6.4"],
    waivable=False,
    examples=Examples(good=[Example("ten")], bad=[Example("eleven", message="example.org: too many")]),
    place=Line("policies/spf/SPF002.yaml", 1),
)
MX = msgspec.structs.replace(RULE, id="MX1", slug="mx-dangling", severity="warning", title="\x1b[2J")
SHOWN = """\
SPF002 lookup-limit-exceeded: SPF record needs more than ten DNS lookups

severity    error, cannot be waived
profile     baseline
about       domain
when        domain.spf.present
assert      domain.spf.lookups <= params.limit
params      limit = 10
message     {domain.name}: too many
controls    cis-m365 2.1.8, 2.1.9; scuba MS.EXO.2.2
references  RFC 7208, section 4.6.4
since       0.1

why: Receivers stop at ten.
fix: Flatten.

left alone: ten
found: eleven (example.org: too many)
"""
LISTED = """\
MX1     warning  baseline  mx-dangling            \\x1b[2J
SPF002  error    baseline  lookup-limit-exceeded  SPF record needs more than ten DNS lookups

mfpolicy rules show ID tells more of one
"""


def test_the_catalogue_is_one_line_a_rule_by_id() -> None:
    assert list_text([RULE, MX]) == LISTED


def test_an_empty_catalogue_is_no_fault() -> None:
    assert list_text([]) == "\nmfpolicy rules show ID tells more of one\n"


def test_a_rule_is_shown_whole() -> None:
    assert show_text(RULE) == SHOWN


def test_the_catalogue_for_programs_leaves_examples_and_places_out() -> None:
    rules = json.loads(list_json([RULE, MX]))["rules"]
    assert [rule["id"] for rule in rules] == ["MX1", "SPF002"]
    assert not {"examples", "place"} & set(rules[0]) and rules[1]["assert"] == RULE.assert_


def test_a_rule_for_programs_is_its_file() -> None:
    read = json.loads(show_json(RULE))
    assert msgspec.convert(read, Rule) == msgspec.structs.replace(RULE, place=None)
