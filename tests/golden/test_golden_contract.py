"""A real document of every interchange format fits its published shape."""

from __future__ import annotations

import shutil
from pathlib import Path

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

from mfpolicy.cli import cli
from mfpolicy.output.report_v1 import ReportV1

ROOT = Path(__file__).resolve().parents[2]
ESTATE = ["examples/contoso", "--dns", "examples/contoso/answers.json", "--today", "2026-11-23"]
ESTATE += ["--base", "none"]  # whatever is not committed yet


def test_a_report_is_a_report_v1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    output = CliRunner().invoke(cli, ["check", *ESTATE, "--format", "json"], standalone_mode=False).output
    assert msgspec.json.decode(output, type=ReportV1).tool.name == "mfpolicy"
    jsonschema.validate(msgspec.json.decode(output), schema("report.v1"))


def test_a_change_is_a_diff_v1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/contoso", tmp_path / "now")
    shutil.copytree(ROOT / "examples/contoso", tmp_path / "was")
    intent = tmp_path / "now" / "mailflow.yaml"
    intent.write_text(
        intent.read_text("utf-8").replace("waivers:", "waivers:\n  - {rule: SPF001}", 1), "utf-8"
    )
    (tmp_path / "now" / "zones" / "contoso.com.yaml").write_text("{}\n", "utf-8")
    monkeypatch.chdir(tmp_path / "now")
    call = ["diff", "../was", "--dns", "answers.json", "--today", "2026-11-23", "--format", "json"]
    document = msgspec.json.decode(CliRunner().invoke(cli, call, standalone_mode=False).output)
    jsonschema.validate(document, schema("diff.v1"))
    assert (len(document["changes"]) > 0, len(document["waivers_added"])) == (True, 1)


def test_the_recorded_answers_fit_their_schema() -> None:
    document = msgspec.json.decode((ROOT / "examples/contoso/answers.json").read_bytes())
    jsonschema.validate(document, schema("answers.v1"))


def test_an_answer_without_a_code_does_not_fit() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {"version": 1, "answers": [{"name": "example.org", "type": "A"}]}, schema("answers.v1")
        )


def schema(name: str) -> object:
    return msgspec.json.decode((ROOT / "schemas" / f"{name}.schema.json").read_bytes())
