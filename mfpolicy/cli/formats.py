"""Where a run goes, and in which formats: standard output, files, the summary of a step in GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec

from mfpolicy.cli.show import show
from mfpolicy.collect.files import append
from mfpolicy.model.spelling import meant
from mfpolicy.output.escape import visible
from mfpolicy.output.formats import FORMATS, Run, format_of

_SUMMARY = "GITHUB_STEP_SUMMARY"


class Document(msgspec.Struct, frozen=True):
    """A format, and the file that it goes to; standard output without one."""

    format: str
    file: str = ""


def format_option(function: Any) -> Any:
    """`--format NAME[=FILE]`; the command gets `documents`."""
    option = click.option(
        "--format",
        "documents",
        multiple=True,
        callback=_documents,
        metavar="NAME[=FILE]",
        help=f"{', '.join(FORMATS)}; into FILE, or on standard output, which has text where no other format "
        "wants it. Repeatable.",
    )
    return option(function)


def is_brief(documents: Sequence[Document]) -> bool:
    """Whether nobody wants a document even where nothing was judged."""
    return all(format_of(each.format).LOG for each in documents)


def give(run: Run, documents: Sequence[Document]) -> None:
    """Write every document: those with a file first, so that they are there when a reader has left."""
    from mfpolicy.pipeline import save  # by now it is loaded anyway

    plain = msgspec.structs.replace(run, colour=False)
    for each in documents:
        if each.file:
            save(each.file, "".join(format_of(each.format).render(plain)))
    summarise(format_of("markdown").render(plain) if _summary() else ())
    for each in documents:
        if not each.file:
            show(format_of(each.format).render(run))


def summarise(pieces: Iterable[str]) -> None:
    """Add Markdown to the summary of a step, where GitHub Actions asks for one."""
    text, path = "".join(pieces), _summary()
    if not (text and path):
        return
    try:
        # Whoever wrote there before may not have ended a paragraph.
        append(path, f"\n{text}")
    except OSError as error:
        # What was judged is judged, whoever cannot read it here.
        said = f"{visible(path)}: cannot be written: {error.strerror or error}"
        print(f"mfpolicy: {_SUMMARY} names {said}", file=sys.stderr)


def _summary() -> str:
    return os.environ.get(_SUMMARY, "")


def _documents(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[Document, ...]:
    found = tuple(dict.fromkeys(map(_document, given)))
    shared = [each for each in found if not each.file]
    if len(shared) > 1 and not is_brief(shared):
        names = " and ".join(each.format for each in shared)
        raise click.BadParameter(f"{names} cannot share standard output; say {shared[-1].format}=FILE")
    twice = {each.file for each in found if sum(other.file == each.file for other in found) > 1} - {""}
    if twice:
        raise click.BadParameter(f"{min(twice)!r} cannot hold two formats")
    return found if shared else (*found, Document("text"))


def _document(text: str) -> Document:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        known = f"there are {', '.join(FORMATS)}{meant(name, FORMATS)}"
        raise click.BadParameter(f"there is no format {name!r}; {known}")
    if equals and not file:
        raise click.BadParameter(f"{text!r} names no file; say {name}=FILE, or {name} alone")
    return Document(name, file)
