"""What the facts ask an export for, and what its readers can name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from mfpolicy.sources.tenants._cmdlets import CMDLETS

FACTS = Path(__file__).resolve().parents[2] / "mfpolicy/facts"
CMDLET = re.compile(r"Get-[A-Za-z0-9]+")


def asked() -> set[str]:
    """Every text of the code that is the name of a cmdlet, and nothing else."""
    trees = (ast.parse(path.read_text("utf-8")) for path in FACTS.rglob("*.py"))
    values = (each.value for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Constant))
    return {each for each in values if isinstance(each, str) and CMDLET.fullmatch(each)}


def test_readers_can_name_every_cmdlet_that_facts_ask_for() -> None:
    assert asked() - {each.name for each in CMDLETS} == set()


def test_facts_ask_for_cmdlets_by_name() -> None:
    assert "Get-AcceptedDomain" in asked()
