"""What holds for every format: it is found, it renders whatever there is, and nothing from outside acts."""

from __future__ import annotations

import json as parser
import re
import time
import xml.etree.ElementTree as ET
from functools import cache
from itertools import permutations
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sampled import HOSTILE, KINDS, SAMPLES, hostile, many, run

from mfpolicy.output import formats
from mfpolicy.output.formats import FORMATS, Run, format_of

SCHEMAS = Path(__file__).parent / "schemas"
LOGS = {"text", "github"}
# The runner trims a line before it looks for "::", and finds "##[" anywhere in it; so does Azure's "##vso[".
COMMAND = re.compile(r"^\s*::|##\[|##vso\[", re.IGNORECASE | re.MULTILINE)
CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# What each may take for 30,000 findings. What is longest is told in the docs.
LONGEST = {"text": 4, "json": 30, "github": 0.01, "markdown": 0.061, "sarif": 5, "junit": 8, "gitlab": 5}


@cache
def sample(name: str) -> Run:
    return SAMPLES[name]()


def rendered(name: str, run: Run) -> str:
    return "".join(format_of(name).render(run))


def test_a_format_is_found_because_its_file_exists() -> None:
    files = {path.stem for path in Path(formats.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(FORMATS) == files == set(LONGEST)


def test_only_lines_for_a_log_may_share_standard_output() -> None:
    assert {name for name in FORMATS if format_of(name).LOG} == LOGS


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("each", SAMPLES)
def test_every_format_renders_every_run_the_same_way_each_time(name: str, each: str) -> None:
    shown = rendered(name, sample(each))
    turned = msgspec.structs.replace(sample(each).report, findings=sample(each).report.findings[::-1])
    assert shown == rendered(name, msgspec.structs.replace(sample(each), report=turned))
    assert_sound(name, shown)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_no_text_from_outside_gets_out_of_its_place(name: str, text: str) -> None:
    assert_sound(name, rendered(name, hostile(text)))


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_no_text_at_all_does(text: str) -> None:
    for name in FORMATS:
        assert_sound(name, rendered(name, hostile(text)))


def assert_sound(name: str, shown: str) -> None:
    """The document is of its own grammar, and neither a terminal nor a runner heeds a thing in it."""
    assert not CONTROL.search(shown)
    if name == "github":
        assert all(re.match(r"::(error|warning|notice) ", line) for line in shown.splitlines())
    else:
        assert not COMMAND.search(shown)
    if name in ("json", "sarif", "gitlab"):
        parser.loads(shown)
        assert shown.isascii()
    if name == "junit":
        ET.fromstring(shown)
        assert shown.isascii()
    assert shown == "" or shown.endswith("\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_thirty_thousand_findings_are_bounded_in_size_and_time(name: str) -> None:
    crowd = crowded()
    started = time.perf_counter()
    size = sum(map(len, format_of(name).render(crowd)))
    # The figures are in the docs; here only what nobody would wait for is refused.
    assert (size < LONGEST[name] * 1e6, time.perf_counter() - started < 30) == (True, True)


@cache
def crowded() -> Run:
    return many(30_000)


@pytest.mark.parametrize("each", [*SAMPLES, *(f"hostile {number}" for number in range(len(HOSTILE)))])
def test_sarif_is_what_its_schema_says(each: str) -> None:
    number = each.removeprefix("hostile ")
    given = hostile(HOSTILE[int(number)]) if number != each else sample(each)
    sarif_schema().validate(parser.loads(rendered("sarif", given)))


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(parser.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8")))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    document = parser.loads(rendered("sarif", sample("one fail")))
    document["runs"][0]["results"][0]["kind"] = "unknown"
    assert not sarif_schema().is_valid(document)


@pytest.mark.parametrize("each", SAMPLES)
def test_junit_is_what_jenkins_accepts(each: str) -> None:
    needed = "python -m pip install -e '.[dev]'"
    xmlschema = pytest.importorskip("xmlschema", reason=f"xmlschema is missing: {needed}")
    shown = rendered("junit", sample(each))
    assert [str(error) for error in _junit(xmlschema).iter_errors(shown)] == []


@cache
def _junit(xmlschema: object) -> object:
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")  # type: ignore[attr-defined]


@pytest.mark.parametrize("each", SAMPLES)
def test_gitlab_takes_every_entry(each: str) -> None:
    schema = parser.loads((SCHEMAS / "codeclimate.json").read_text("utf-8"))
    entries = parser.loads(rendered("gitlab", sample(each)))
    for entry in entries:
        jsonschema.validate(entry, schema)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


@pytest.mark.parametrize("name", ["sarif", "junit", "gitlab", "github", "markdown"])
def test_the_worst_comes_first(name: str) -> None:
    order = [KINDS[kind] for kind in ("new", "warning", "note")]
    for found in permutations(order):
        shown = rendered(name, run(*found, base="main"))
        places = [shown.index(f"{kind}.example.org") for kind in ("new", "warn", "note")]
        assert places == sorted(places)
