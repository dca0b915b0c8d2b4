"""A folder of exports as one tenant: which file counts, and what is no export."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Reason
from mfpolicy.sources.tenants import TenantSet, read_tenant
from mfpolicy.sources.tenants._folder import MAX_FILES

NAME = "Get-InboundConnector"
A, B = {"Name": "A"}, {"Name": "B"}
ID, OTHER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"


def read(root: Path, files: dict[str, Any], path: str = "x") -> TenantSet:
    for name, value in files.items():
        (root / "x" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "x" / name).write_text(value if isinstance(value, str) else json.dumps(value))
    return read_tenant(path, Files(root))


def own(day: int, objects: Any = None, id: str = ID) -> dict[str, Any]:
    """tenant.v1 of a day in November; without objects the cmdlet failed."""
    listed = {"cmdlets": {NAME: objects}} if objects is not None else {"failed": [NAME]}
    return {"tenant": 1, "taken": f"2026-11-{day:02}T00:00:00Z", "id": id, **listed}


def page(objects: list[Any], *, last: bool = True) -> dict[str, Any]:
    more = {} if last else {"@odata.nextLink": "https://outlook.office365.com/adminapi/beta/x"}
    return {"@adminapi.warnings": [], **more, "value": objects}


def said(found: TenantSet) -> Any:
    """What is known of the connectors."""
    listing = found.tenant.listings[NAME]
    names = [each.values["Name"] for each in listing.objects]
    return listing.lacking or (names if listing.whole else (names, "and more"))


@pytest.mark.parametrize(
    ("files", "found", "faults"),
    [
        ({"a.json": own(1, [A]), "b.json": own(2, [B])}, ["B"], 0),
        ({"a.json": own(2, [A]), "b.json": own(1, [B])}, ["A"], 0),
        ({"a.json": own(1, [A]), "b.json": own(2)}, ["A"], 0),
        ({"a.json": own(1), "b.json": own(2)}, Reason.EXPORT_FAILED, 0),
        ({"a.json": own(1, [A]), "b.json": own(1, [A])}, ["A"], 0),
        ({"a.json": own(1, [A]), "b.json": own(1, [B])}, (["A", "B"], "and more"), 1),
        ({"a.json": own(1, [A]), f"{NAME}.json": [B]}, ["A"], 0),
        ({"a.json": own(1), f"{NAME}.json": [B]}, ["B"], 0),
        ({f"{NAME}.json": [A], f"{NAME}-2.json": [B]}, (["B", "A"], "and more"), 1),
        ({f"{NAME}-1.json": page([A], last=False), f"{NAME}-2.json": page([B])}, (["A", "B"], "and more"), 2),
        ({f"{NAME}-1.json": page([A], last=False), "a.json": own(1, [B])}, ["B"], 1),
        ({f"{NAME}-1.json": page([A], last=False)}, (["A"], "and more"), 1),
        ({f"{NAME}.json": [A], f"{NAME}-2.json": ""}, ["A"], 1),
    ],
)
def test_of_several_files_one_counts(tmp_path: Path, files: dict[str, Any], found: Any, faults: int) -> None:
    united = read(tmp_path, files)
    assert (said(united), len(united.faults)) == (found, faults)


def test_two_pages_are_one_listing_in_one_file_only(tmp_path: Path) -> None:
    text = json.dumps(page([A], last=False)) + json.dumps(page([B]))
    assert said(read(tmp_path, {f"{NAME}.json": text})) == ["A", "B"]


def test_files_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, {f"{NAME}.json": [A], f"{NAME}-2.json": [B]})
    assert [each.text for each in found.faults] == [
        f"{NAME} stands in several files of one moment, and they differ: x/{NAME}-2.json, x/{NAME}.json; "
        "keep the one that holds, or put the pages of one listing in one file"
    ]


def test_the_ids_of_two_tenants_are_both_kept(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.json": own(1, [A]), "b.json": own(2, [B], OTHER)})
    assert {each.id for each in found.tenant.exports} == {ID, OTHER}


DAY = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        ({"export.json": {"taken": "2026-11-20T00:00:00Z"}, f"{NAME}.json": []}, DAY),
        ({"export.json": {"taken": "2026-11-20T00:00:00"}, f"{NAME}.json": []}, DAY),
        ({"export.json": {"taken": "2026-11-20"}, f"{NAME}.json": []}, DAY),
        ({"export.json": {"taken": "11/20/2026 6:00:00 AM"}, f"{NAME}.json": []}, None),
        ({"export.json": {"taken": "2026-11-20T00:00:00Z"}, f"y/{NAME}.json": []}, DAY),
        ({"y/export.json": {"taken": "2026-11-20T00:00:00Z"}, f"{NAME}.json": []}, None),
        ({"export.json": {"tenant": ID}, f"{NAME}.json": []}, None),
        ({"export.json": {"taken": "2026-11-20T00:00:00Z"}, "a.json": own(1, [])}, DAY.replace(day=1)),
        ({"export.json": {"tenant": ID}, "a.json": own(20, [])}, DAY),
        ({f"{NAME}.json": []}, None),
    ],
)
def test_a_manifest_speaks_for_the_files_that_do_not_say(
    tmp_path: Path, files: dict[str, Any], taken: datetime.datetime | None
) -> None:
    assert read(tmp_path, files).tenant.taken == taken


def test_the_nearest_manifest_speaks(tmp_path: Path) -> None:
    manifests = {
        "export.json": {"tenant": ID, "name": "contoso.onmicrosoft.com"},
        "y/export.json": {"tenant": OTHER},
    }
    found = read(tmp_path, {**manifests, f"y/{NAME}.json": []})
    told = {each.file: (each.id, each.name) for each in found.tenant.exports}
    assert told[f"x/y/{NAME}.json"] == (OTHER, "contoso.onmicrosoft.com")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"taken": "yesterday"}, 'taken is "yesterday"; expected a time such as 2026-11-20T06:00:00Z'),
        (
            {"taken": "2026-11-20", "who": 1},
            "object contains unknown field `who`; it may hold taken, tenant, ",
        ),
    ],
)
def test_a_manifest_that_does_not_fit_is_a_fault(tmp_path: Path, said: dict[str, Any], words: str) -> None:
    [fault] = read(tmp_path, {"export.json": said, f"{NAME}.json": []}).faults
    assert (fault.code, fault.text[: len(words)]) == ("wrong-type", words)


def test_a_time_of_our_own_form_that_is_none_is_explained(tmp_path: Path) -> None:
    [fault, *_] = read(tmp_path, {"a.json": {"tenant": 1, "taken": "11/20/2026"}}).faults
    assert fault.text == "expected a time such as 2026-11-20T06:00:00Z - at `$.taken`"


def test_names_that_differ_in_case_only_contradict_each_other_in_our_own_form_too(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.json": own(1, [{"Name": "A", "Enabled": True, "enabled": False}])})
    assert [each.values for each in found.tenant.listings[NAME].objects] == [{"Name": "A"}]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "notes.txt",
        "run.log",
        "BaselineReports.html",
        "a.csv",
        "b.xlsx",
        "c.PNG",
        "get.ps1",
        ".hidden",
    ]
    + ["TestResults.json", ".git/x.json"],
)
def test_what_lies_beside_an_export_is_left_alone(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, {f"{NAME}.json": [A], name: "[1"})
    assert (found.faults, found.files) == ((), (f"x/{NAME}.json",))


@pytest.mark.parametrize("name", ["a.json", "a.xml", "a.yaml", "a"])
@pytest.mark.parametrize("text", ["[1", "{}", "x", ""])
def test_what_may_be_an_export_and_is_none_is_a_fault(tmp_path: Path, name: str, text: str) -> None:
    found = read(tmp_path, {f"{NAME}.json": [A], name: text})
    assert [each.code for each in found.faults] == ["unreadable-file"]


def test_json_without_a_cmdlet_says_how_to_name_it(tmp_path: Path) -> None:
    assert [each.text for each in read(tmp_path, {"a.json": [A]}).faults] == [
        "is no export of a tenant that this version reads; if one cmdlet gave it, name it after that, "
        "such as Get-InboundConnector.json"
    ]


def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    assert said(read(tmp_path, {f"{NAME}.txt": [A]}, f"x/{NAME}.txt")) == ["A"]


@pytest.mark.parametrize("files", [{"README.md": ""}, {"export.json": {"tenant": ID}}])
def test_a_folder_without_any_export_is_a_fault(tmp_path: Path, files: dict[str, Any]) -> None:
    assert [each.text for each in read(tmp_path, files).faults] == ["x holds no export of a tenant"]


@pytest.mark.parametrize(("count", "faults"), [(MAX_FILES, []), (MAX_FILES + 1, ["too-large"])])
def test_a_folder_with_too_many_files_is_a_fault(tmp_path: Path, count: int, faults: list[str]) -> None:
    files = {f"{at:04}-{NAME}.json": [A] for at in range(count)}
    assert [each.code for each in read(tmp_path, files).faults] == faults


def test_no_more_is_read_than_a_machine_can_hold(tmp_path: Path) -> None:
    large = json.dumps(["," * 3_000_000])
    found = read(tmp_path, {f"{NAME}-1.json": large, f"{NAME}-2.json": large, f"{NAME}-3.json": [A]})
    assert f"x/{NAME}-3.json" not in found.files
    assert [each.text for each in found.faults if each.code == "too-large"] == [
        "x holds more than 1,000 files, or than 256 MiB; the rest is not read"
    ]


def test_a_link_to_the_folder_that_it_lies_in_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    for link in ("x/one", "x/y/two"):
        (tmp_path / link).symlink_to(tmp_path / "x")
    found = read(tmp_path, {f"y/{NAME}.json": [A]})
    assert (found.faults, found.files) == ((), (f"x/y/{NAME}.json",))


def test_a_link_to_itself_hides_no_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "self.json").symlink_to("self.json")
    found = read(tmp_path, {f"{NAME}.json": [A]})
    assert (said(found), [each.code for each in found.faults]) == (["A"], ["unreadable-file"])


def test_links_that_lead_to_each_other_end(tmp_path: Path) -> None:
    for folder, other in (("one", "two"), ("two", "one")):
        (tmp_path / "x" / folder).mkdir(parents=True)
        for name in ("a", "b"):
            (tmp_path / "x" / folder / name).symlink_to(tmp_path / "x" / other)
    assert "too-large" in [each.code for each in read(tmp_path, {f"{NAME}.json": [A]}).faults]
