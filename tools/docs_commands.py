"""The pages of the command line: what each command takes, and what its exit code says."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import click
from docs_markdown import code, fenced, page, table, text

from mfpolicy.cli import cli, exits
from mfpolicy.cli.exits import Exit


def commands() -> bytes:
    """`reference/commands.md`."""
    blocks = ["Look up what a command takes. `mfpolicy COMMAND --help` prints the same."]
    for name, command in _walk("mfpolicy", cli):
        blocks += [f"## {name}", *_command(name, command)]
    return page("Commands", "the commands in mfpolicy/cli/", blocks)


def _walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            if inner is not None:
                yield from _walk(f"{name} {each}", inner)


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield fenced(" ".join([name, *_pieces(command)]))
    yield from _paragraphs(command.help or "")
    options = [each for each in command.params if isinstance(each, click.Option)]
    if options:
        yield table(["option", "what it does", "unless given"], [_option(each) for each in options])


def _pieces(command: click.Command) -> Iterator[str]:
    """The call in one line, without what depends on the version of the library that prints --help."""
    if any(isinstance(each, click.Option) for each in command.params):
        yield "[OPTIONS]"
    for each in command.params:
        if isinstance(each, click.Argument):
            yield each.metavar or (each.name or "").upper()
    if isinstance(command, click.Group):
        yield "[COMMAND]" if command.invoke_without_command else "COMMAND"


def _paragraphs(help: str) -> Iterator[str]:
    """Help as it is written: a paragraph that starts with \\b keeps its lines."""
    for each in inspect.cleandoc(help).split("\n\n"):
        yield fenced(each.lstrip("\b").strip("\n")) if each.startswith("\b") else text(each)


def _option(option: click.Option) -> list[str]:
    names = ", ".join(option.opts) + ("" if option.is_flag else f" {_value(option)}")
    default = "" if option.is_flag or not option.show_default else str(option.default)
    return [code(names), text(option.help or ""), code(default)]


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(str(each) for each in option.type.choices)
    return option.metavar or {"integer range": "NUMBER"}.get(option.type.name, "TEXT")


def exit_codes() -> bytes:
    """`reference/exit-codes.md`, from the words that stand under each member of the enum."""
    said = dict(_member_words())
    rows = [[str(each.value), text(said[each.name])] for each in Exit]
    blocks = [
        "Know what a run's end means to a hook, a pipeline or a script. Every command ends in one of these.",
        table(["code", "means"], rows),
        "Findings win: a run that found an error and could not look up something else ends in 1. What was"
        " not asked because the run is offline is counted once in the report, and never ends in 3. A"
        " waived finding does not count. Drift between the zones and live DNS changes no code.",
        "`--fail-on warning` or `--fail-on note` lowers the severity that ends in 1. `--allow-unknown`"
        " turns 3 into 0 where DNS was asked about a name and did not answer; where no name server could"
        " be reached at all, it stays 3. `--allow-silence` turns that into 0 too: it is for a hook, whose"
        " change a pipeline judges again.",
    ]
    return page("Exit codes", "mfpolicy/cli/exits.py", blocks)


def _member_words() -> Iterator[tuple[str, str]]:
    """Member -> the string below its assignment: Python keeps none for the members of an enum."""
    body = ast.parse(inspect.getsource(exits.Exit)).body[0]
    assert isinstance(body, ast.ClassDef)
    for name, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(name, ast.Assign)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            target = name.targets[0]
            assert isinstance(target, ast.Name)
            yield target.id, str(below.value.value)
