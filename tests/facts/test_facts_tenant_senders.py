"""Lists of senders as exports write them."""

from __future__ import annotations

from typing import Any

import pytest

from mfpolicy.facts.tenant.values import senders
from mfpolicy.model.dns import Unknown
from mfpolicy.model.tenant import TenantObject


def read(value: Any) -> tuple[str, ...] | Unknown:
    return senders(TenantObject("policy", {"AllowedSenders": value}), "AllowedSenders")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ([], ()),
        ("Contoso.com", ("contoso.com",)),
        (["a.example.com", {"Domain": "B.example.com"}], ("a.example.com", "b.example.com")),
        ([{"Sender": {"Address": "ada@contoso.com", "Length": 15}}], ("ada@contoso.com",)),
        ([{"sender": "ada@contoso.com"}], ("ada@contoso.com",)),
        ("@{Domain=contoso.com}", ("contoso.com",)),
        (["@{Address=ada@contoso.com; Length=15}"], ("ada@contoso.com",)),
    ],
)
def test_a_sender_is_read_from_every_form(value: Any, expected: tuple[str, ...]) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    "value",
    ["System.Object[]", [{"Length": 15}], [7], ["@{Length=15}"], [{"Domain": {"Domain": "System.Object[]"}}]],
)
def test_what_was_cut_short_is_unknown_and_not_empty(value: Any) -> None:
    assert isinstance(read(value), Unknown)


def test_a_list_that_is_not_in_the_export_is_unknown() -> None:
    assert isinstance(senders(TenantObject("policy", {}), "AllowedSenders"), Unknown)


def test_an_object_that_nests_without_end_is_unknown() -> None:
    deep: Any = "contoso.com"
    for _ in range(5000):
        deep = {"Domain": deep}
    assert isinstance(read([deep]), Unknown)
