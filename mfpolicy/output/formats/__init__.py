"""How a run is given out: one module per format, found because it exists.

A module has `render(run)`, the document in pieces, and `LOG`: whether it is lines for a log, so that it may
share standard output with others of that kind, and need not be there where nothing was judged.
"""

from __future__ import annotations

import importlib
import pkgutil
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

import msgspec

from mfpolicy.model.call import INTENT
from mfpolicy.model.findings import Finding, Report
from mfpolicy.model.gate import Gate
from mfpolicy.model.places import Place
from mfpolicy.output.escape import clipped
from mfpolicy.output.place import Location, resolve, where
from mfpolicy.output.words import word

_RANKS = ("error", "warning", "note", "unknown", "waived", "waiting", "fixed")
_Controls = Callable[[], Mapping[str, Mapping[str, Any]]]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A judged run, and how it is to be shown.

    `texts`: file -> what was read. `folder` is where paths begin, `root` where the repository does, both
    absolute and with `/` between their parts. `intent` stands in for a place where a finding has none.
    `controls` and `waived_controls` make their tables when they are called. `with_waived`: also where waived
    findings are usually left out.
    """

    report: Report
    texts: Mapping[str, str] = {}
    gate: Gate = Gate()
    folder: str = "/"
    root: str = "/"
    intent: str = ""
    controls: _Controls = dict
    waived_controls: _Controls = dict
    colour: bool = False
    with_waived: bool = False

    def located(self, finding: Finding) -> Location:
        """Where a finding is, by a path from the root of the repository: its own place, else where the intent
        speaks of its domain, else the intent."""
        return self.resolved(finding.place or self._declared(finding))

    def inside(self, finding: Finding) -> tuple[Location, str]:
        """The same and the message, for who knows nothing but the repository: a place outside of it is told
        in the message, and the finding stands at the intent."""
        at, said = self.located(finding), clipped(finding.said)
        if self.is_inside(at):
            return at, said
        intent = self.resolved(None)
        return intent if self.is_inside(intent) else Location(INTENT), f"{said} (at {where(at)})"

    @staticmethod
    def is_inside(at: Location) -> bool:
        """Whether a place lies in the repository."""
        return not at.file.startswith("../")

    def worst_first(self, findings: Iterable[Finding]) -> list[Finding]:
        """What fails the run, then by severity, what is new before what is old, then by file and line."""
        return sorted(findings, key=self._rank)

    def _rank(self, finding: Finding) -> tuple[Any, ...]:
        at, rank = self.located(finding), _RANKS.index(word(finding))
        identity = (finding.rule.id, finding.subject, finding.key, finding.message)
        fails, is_old = self.gate.fails(finding), finding.status == "existing"
        return not fails, rank, is_old, at.file, at.line, at.column, *identity

    def resolved(self, place: Place | None) -> Location:
        """A place by a path from the root of the repository; without one, the intent."""
        at = Location(self.intent or INTENT) if place is None else resolve(place, self.texts)
        file = posixpath.relpath(posixpath.join(self.folder, at.file), self.root)
        return msgspec.structs.replace(at, file=file)

    def _declared(self, finding: Finding) -> Place | None:
        said = self.report.declared.get(finding.subject.name.rpartition("._domainkey.")[2])
        return said.place if said else None


class Format(Protocol):
    """What a module here has to offer."""

    LOG: bool

    def render(self, run: Run) -> Iterator[str]:
        """The document, in pieces."""
        ...


FORMATS = tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.name.startswith("_")))


def format_of(name: str) -> Format:
    """The module of a format in FORMATS."""
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))
