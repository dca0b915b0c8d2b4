from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from mfpolicy.facts.tenant import values
from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import TenantObject

UTC = datetime.UTC


def read(how: Callable[..., Any], value: Any) -> Any:
    """What a function makes of one property: its value, or the reason why there is none."""
    found = how(TenantObject("Get-X", {"Prop": value}), "prop")
    return found.because[0].reason if isinstance(found, Unknown) else found


def of(name: str) -> TenantObject:
    return TenantObject("Get-X", {"Name": "a", name: None}, Pointer("x.json", "/0"))


CUT = Reason.CUT_SHORT


@pytest.mark.parametrize(
    ("how", "value", "expected"),
    [
        (values.flag, True, True),
        (values.flag, "False", False),
        (values.flag, "$true", True),
        (values.flag, None, CUT),
        (values.flag, 1, CUT),
        (values.number, 6, 6),
        (values.number, "-1", -1),
        (values.number, True, CUT),
        (values.number, None, CUT),
        (values.number, "9" * 40, CUT),
        (values.text, None, ""),
        (values.text, 5, "5"),
        (values.text, ["a"], CUT),
        (values.text, "System.Collections.ArrayList", CUT),
        (values.text, "System.Object[]", CUT),
        (values.text, "@{Domain=example.org}", CUT),
        (values.text, "the System.Object of desire", "the System.Object of desire"),
        (values.texts, None, ()),
        (values.texts, [], ()),
        (values.texts, {}, ()),
        (values.texts, "", ()),
        (values.texts, "a", ("a",)),
        (values.texts, ["a", None, 1], ("a", "1")),
        (values.texts, [{"Domain": "a"}], CUT),
        (values.texts, ["@{Domain=example.org}"], CUT),
        (values.texts, "System.Collections.Generic.List`1[System.String]", CUT),
        (values.time, "/Date(1777879881000)/", datetime.datetime(2026, 5, 4, 7, 31, 21, tzinfo=UTC)),
        (values.time, "Date(1712118555000)", datetime.datetime(2024, 4, 3, 4, 29, 15, tzinfo=UTC)),
        (values.time, "2026-05-04T17:15:48", datetime.datetime(2026, 5, 4, 17, 15, 48, tzinfo=UTC)),
        (values.time, "2026-05-04T17:15:48.3070000Z", datetime.datetime(2026, 5, 4, 17, 15, 48, 307000, UTC)),
        (values.time, "10/17/2022 9:24:27 AM", CUT),
        (values.time, "/Date(999999999999999)/", CUT),
        (values.time, None, None),
    ],
)
def test_a_property_is_read_as_its_type_or_is_unknown(how: Any, value: Any, expected: Any) -> None:
    assert read(how, value) == expected


def test_the_names_of_properties_compare_without_case() -> None:
    assert values.text(TenantObject("Get-X", {"EFSkipLastIP": "x"}), "efSkipLastIp") == "x"


def test_a_property_that_was_not_exported_is_no_empty_one() -> None:
    found = values.texts(TenantObject("Get-X", {}), "Allowed")
    assert isinstance(found, Unknown)
    assert (found.because[0].question.name, found.because[0].reason) == (
        "Get-X Allowed",
        Reason.NOT_EXPORTED,
    )


def test_a_number_for_a_word_is_read_only_where_the_words_are_known() -> None:
    of_number = TenantObject("Get-X", {"Mode": 1})
    assert values.word(of_number, "Mode", ("Audit", "Enforce")) == "Enforce"
    assert isinstance(values.word(of_number, "Mode"), Unknown)
    assert isinstance(values.word(of_number, "Mode", ("Audit",)), Unknown)


def test_parts_are_objects_with_places_of_their_own() -> None:
    whole = TenantObject("Get-X", {"Conditions": {"Users": {"Include": ["All"]}}}, Pointer("x.json", "/0"))
    users = values.part(values.part(whole, "conditions"), "users")
    assert isinstance(users, TenantObject)
    assert (users.place, values.texts(users, "include")) == (
        Pointer("x.json", "/0/Conditions/Users"),
        ("All",),
    )


@pytest.mark.parametrize("how", [values.part, values.parts])
def test_a_part_that_was_cut_short_is_unknown(how: Any) -> None:
    assert read(how, "@{Users=}") == CUT


def test_what_is_unknown_of_an_object_is_unknown_of_its_properties() -> None:
    why = TenantObject("Get-X", {}).lacks("All")
    found = [each(why, "P") for each in (values.flag, values.number, values.text, values.texts, values.parts)]
    assert found == [why] * 5
