"""The worst case of an SPF record."""

from __future__ import annotations

import pytest
from dict_view import DictView

from mfpolicy.evaluate.spf_sets import address_sets
from mfpolicy.evaluate.spf_tree import study, walk
from mfpolicy.model.dns import Reason, Unknown

_BASE = {
    ("i.example.org", "TXT"): [
        "v=spf1 a:h.example.org exists:%{i}.example.org -ip4:192.0.2.1 ip4:192.0.2.0/30"
    ],
    ("h.example.org", "A"): ["192.0.2.9"],
    ("u.example.org", "TXT"): Reason.TIMEOUT,
}


@pytest.mark.parametrize(
    ("text", "lookups", "result"),
    [
        ("v=spf1 -all", 0, "valid"),
        ("v=spf1 include:i.example.org -all mx", 3, "valid"),
        ("v=spf1 redirect=i.example.org", 3, "valid"),
        ("v=spf1 redirect=i.example.org -all", 0, "valid"),
        ("v=spf1 " + "include:i.example.org " * 5 + "-all", 15, "valid"),
        ("v=spf1 include:none.example.org -all", 1, "permerror"),
        ("v=spf1 include:example.org -all", 1, "permerror"),
        ("v=spf1 include:%{d}.example.org -all", 1, "valid"),
        ("v=spf1 include:u.example.org mx -all", 2, "unknown"),
    ],
)
def test_every_lookup_is_counted(text: str, lookups: int, result: str) -> None:
    tree = study(DictView(_BASE | {("example.org", "TXT"): [text]}), "example.org")
    assert (tree.known_lookups, tree.result) == (lookups, result)
    assert isinstance(tree.lookups, Unknown) is (result == "unknown")


def test_a_wide_or_cyclic_world_ends() -> None:
    names = [f"n{number}.example.org" for number in range(40)]
    text = "v=spf1 " + " ".join(f"include:{name}" for name in names)
    tree = study(DictView({(name, "TXT"): [text] for name in names}), names[0])
    assert tree.known_lookups > 10 and tree.result == "permerror"
    assert sum(1 for _ in walk(tree)) <= 1000


def test_a_failing_network_inside_an_include_shadows_the_wider_one() -> None:
    world = _BASE | {("example.org", "TXT"): ["v=spf1 include:i.example.org -all"]}
    sets = address_sets(study(DictView(world), "example.org"))
    assert [sets.at(f"192.0.2.{last}").result for last in (0, 1, 2, 9)] == ["pass", "fail", "pass", "pass"]
    assert sets.at("192.0.2.2").after_opaque == (("include:i.example.org", "exists:%{i}.example.org"),)
    assert sets.count(4, "pass") == 4
