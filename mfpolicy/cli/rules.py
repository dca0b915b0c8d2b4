"""`mfpolicy rules`: the catalogue, one rule, and the examples of one's own rules."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.show import show
from mfpolicy.model.spelling import meant
from mfpolicy.model.unusable import Unusable
from mfpolicy.output import rules as output
from mfpolicy.output.escape import page, visible
from mfpolicy.output.json import dumped
from mfpolicy.pipeline import catalogue, try_examples
from mfpolicy.rules.trial import Trial

_format = click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group("rules", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int | None:
    """The rule catalogue. Without a word it lists."""
    return None if context.invoked_subcommand else context.invoke(list_rules, format="text")


@command.command("list")
@_format
def list_rules(format: str) -> int:
    """Every rule, a line each."""
    show((output.list_json if format == "json" else output.list_text)(catalogue()))
    return Exit.CLEAN


@command.command("show")
@click.argument("rule")
@_format
def show_rule(rule: str, format: str) -> int:
    """One RULE by id or slug: why, how to fix, examples."""
    rules = catalogue()
    found = next((each for each in rules if rule in (each.id, each.slug)), None)
    if found is None:
        names = [name for each in rules for name in (each.id, each.slug)]
        raise Unusable(f"there is no rule {rule!r}{meant(rule, names)}")
    show((output.show_json if format == "json" else output.show_text)(found))
    return Exit.CLEAN


@command.command("test")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@_format
def test_rules(folder: str, format: str) -> int:
    """Type-check the rules in FOLDER and run every example in them."""
    tried = list(try_examples(catalogue(os.getcwd(), [folder])))
    show(_trials_json(tried) if format == "json" else _trials_text(tried))
    if not tried:
        return Exit.NOTHING
    return Exit.CLEAN if all(each.passed for each in tried) else Exit.FINDINGS


def _trials_text(tried: Sequence[Trial]) -> str:
    failed = sum(not each.passed for each in tried)
    lines = [visible(line) for each in tried for line in each.line().split("\n")]
    return page([*lines, f"{len(tried) - failed} examples as they should be, {failed} not"])


def _trials_json(tried: Sequence[Trial]) -> str:
    """`{"trials": [...]}`, one example each; `why` is empty where it came out as it should."""
    return dumped(
        {
            "trials": [
                {"rule": each.rule.id, "kind": each.kind, "example": each.example, "why": each.why}
                for each in tried
            ]
        }
    )
