"""Names have one spelling, and their labels are what DNS sees."""

from __future__ import annotations

import time

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.names import ancestors, fits, is_within, join, labels, normal, parent


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Contoso.COM.", "contoso.com"),
        ("contoso.com", "contoso.com"),
        (".", ""),
        ("", ""),
        ("É.example", "É.example"),  # ASCII case only; IDNA is the reader's work
        (r"a\.b.example", r"a\.b.example"),
        (r"a\046b.example", r"a\.b.example"),
        (r"\097.example", "a.example"),
        (r"\065.example", "a.example"),
        (r"\@.example", "@.example"),
        (r"a\032b.example", r"a\032b.example"),
        (r"a\ b.example", r"a\032b.example"),
        ("a b.example", r"a\032b.example"),
        ("a\nb.example", r"a\010b.example"),
        (r"\200.example", r"\200.example"),
        (r"\999.example", "999.example"),
        (r"example\.", r"example\."),
        (r"example\\.", r"example\\"),  # an escaped backslash, then the root's dot
        ("example\\", r"example\\"),
    ],
)
def test_a_name_has_one_spelling(name: str, spelling: str) -> None:
    assert (normal(name), normal(spelling)) == (spelling, spelling)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", ()),
        ("com", ("com",)),
        ("_dmarc.contoso.com", ("_dmarc", "contoso", "com")),
        ("a..b", ("a", "", "b")),
        (r"a\.b.example", (r"a\.b", "example")),
        (r"a\\.b.example", (r"a\\", "b", "example")),
        (r"a\..b", (r"a\.", "b")),
        (r"a\...b", (r"a\.", "", "b")),
    ],
)
def test_labels_end_at_dots_that_nothing_escapes(name: str, expected: tuple[str, ...]) -> None:
    assert (labels(name), parent(name)) == (expected, ".".join(expected[1:]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.b.c", ["a.b.c", "b.c", "c"]),
        ("", []),
        (r"a\.b.c", [r"a\.b.c", "c"]),
        ("." * 3, ["...", "..", "."]),
        ("x" * 300, []),
    ],
)
def test_ancestors_start_at_the_name_and_stop_before_the_root(name: str, expected: list[str]) -> None:
    assert list(ancestors(name)) == expected


@pytest.mark.parametrize(
    ("name", "ancestor", "within"),
    [
        ("mail.contoso.com", "contoso.com", True),
        ("contoso.com", "contoso.com", True),
        ("contoso.com", "", True),
        ("notcontoso.com", "contoso.com", False),  # a whole label, not a suffix
        ("com", "contoso.com", False),
        (r"a\.contoso.com", "contoso.com", False),  # that dot is inside a label
        (r"a\\.contoso.com", "contoso.com", True),
    ],
)
def test_a_name_is_within_its_ancestors_only(name: str, ancestor: str, within: bool) -> None:
    assert is_within(name, ancestor) is within


@pytest.mark.parametrize(
    ("owner", "zone", "name"),
    [("www", "a.test", "www.a.test"), ("@", "a.test", "a.test"), ("", "a.test", "a.test"), ("a", "", "a")],
)
def test_an_owner_is_relative_to_its_zone(owner: str, zone: str, name: str) -> None:
    assert join(owner, zone) == name


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("contoso.com", True),
        ("", True),
        ("x" * 63 + ".test", True),
        ("x" * 64 + ".test", False),
        (".".join(["x" * 49] * 5) + ".xyz", True),  # 253 characters
        (".".join(["x" * 49] * 5) + ".wxyz", False),
        ("a..b", False),
        (".a", False),
        (r"\200" * 63 + ".test", True),  # 63 octets in 252 characters
        (r"\200" * 64 + ".test", False),
    ],
)
def test_dns_carries_labels_of_63_octets_and_names_of_255(name: str, carried: bool) -> None:
    assert fits(name) is carried


@given(st.lists(st.binary(min_size=1, max_size=5), max_size=5))
def test_every_name_that_dnspython_writes_keeps_its_labels(octets: list[bytes]) -> None:
    written = dns.name.Name([*octets, b""]).to_text()
    name = normal(written)
    assert (len(labels(name)), fits(name)) == (len(octets), True)
    assert dns.name.from_text(name + ".") == dns.name.Name([*octets, b""])


@given(st.text(alphabet="aB.\\0129 é\n", max_size=12))
def test_a_spelling_is_final(text: str) -> None:
    once = normal(text)
    assert normal(once + ".") == once or once == ""


@pytest.mark.parametrize("text", ["." * 200_000, "\\." * 100_000, "\\" * 200_000, "a\\" * 100_000])
def test_a_hostile_name_costs_no_time(text: str) -> None:
    start = time.perf_counter()
    name = normal(text)
    assert (list(ancestors(name)), fits(name), len(labels(name)) > 0) == ([], False, True)
    assert time.perf_counter() - start < 1
