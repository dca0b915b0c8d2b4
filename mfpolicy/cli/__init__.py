"""Arguments in, exit code out: the only room that prints, exits or asks the clock."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.model.spelling import meant

COMMANDS = {
    "check": "Judge an estate, zones alone, or a domain.",
    "diff": "Tell what a change means for mail.",
    "spf": "Explain the SPF record of a name.",
    "dmarc": "Explain the DMARC policy of a name.",
    "record": "Ask DNS, and write down what it said.",
    "init": "Draft an intent from what is published.",
    "waive": "Write a waiver into the intent.",
    "tenant": "Check or normalise a tenant's export.",
    "rules": "The rule catalogue; show or test rules.",
}


class _Lazy(click.Group):
    """Loads a command's module only when it is called: start-up is what a hook pays at every commit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            hint = meant(name, COMMANDS)
            return ctx.fail(f"no such command {name!r}{hint}") if hint else None
        command: click.Command = importlib.import_module(f"mfpolicy.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mfpolicy", message="%(prog)s %(version)s")
def cli() -> None:
    """mfpolicy judges a mail-flow change before it ships.

    It reads how your mail should flow (mailflow.yaml), the DNS records your repository proposes and what DNS
    answers, and says with file and line which prevention rules are breached.

    \b
    Try:  mfpolicy check example.org
          mfpolicy check --zones octodns:zones --dns offline
          mfpolicy spf example.org
          mfpolicy rules show lookup-limit-exceeded

    \b
    Exit codes: 0 clean, 1 findings, 2 wrong call or unusable file, 3 incomplete,
                4 nothing to judge, 70 a bug of ours.
    """


def main() -> None:
    """The console script."""
    # Nothing that a run makes is garbage: looking for it takes a seventh of a short run, most at its end.
    gc.disable()
    try:
        _run()
    finally:
        gc.freeze()


def _run() -> None:
    _open_closed_streams()
    from mfpolicy.model.dns import Silence
    from mfpolicy.model.unusable import Unusable

    _show_all_characters()
    try:
        sys.exit(_called())
    except click.exceptions.Abort:
        print("mfpolicy: stopped", file=sys.stderr)
        sys.exit(Exit.UNUSABLE)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        print(_visible(shown.getvalue()), file=sys.stderr)
        sys.exit(Exit.UNUSABLE)
    except Unusable as error:
        from mfpolicy.output.text import refusal

        print(refusal(error.faults, str(error), error.texts), file=sys.stderr)
        sys.exit(Exit.UNUSABLE)
    except Silence as silence:
        print(
            f"mfpolicy: {silence}; check the network, name another --nameserver, or stay --dns offline",
            file=sys.stderr,
        )
        sys.exit(Exit.INCOMPLETE)
    except Exception as error:  # noqa: BLE001 - the one place where our own bugs end, in words
        report_bug(error)
        sys.exit(Exit.BUG)


def _called() -> int:
    """The exit code of the command; what is printed after it stands in a line of its own."""
    from mfpolicy.cli.progress import wipe

    try:
        return cli.main(standalone_mode=False) or 0
    finally:
        wipe()


def _open_closed_streams() -> None:
    """A stream that the caller closed takes what is written to it, so that no file comes by its number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _show_all_characters() -> None:
    """What a terminal's encoding lacks is shown as an escape; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def report_bug(error: Exception) -> None:
    """Say that it is our fault, and what to send."""
    import traceback

    print(_visible("".join(traceback.format_exception(error))), file=sys.stderr)
    print("mfpolicy: this is a bug of ours; please report it with the lines above", file=sys.stderr)


def _visible(text: str) -> str:
    """A text of several lines that may hold what the caller gave, such as the names of files."""
    from mfpolicy.output.escape import visible

    return "\n".join(map(visible, text.splitlines()))
