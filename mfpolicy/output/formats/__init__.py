"""How a run is given out: one module per format, found because it exists.

A module has `render(run)`, the document in pieces, and `LOG`: whether it is lines for a log, so that it may
share standard output with others of that kind, and need not be there where nothing was judged.
"""

from __future__ import annotations

import importlib
import pkgutil
import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, cast

import msgspec

from mfpolicy.model.call import INTENT
from mfpolicy.model.findings import Finding, Report
from mfpolicy.model.gate import Gate
from mfpolicy.model.places import Place
from mfpolicy.output.place import Location, resolve

_Controls = Callable[[], Mapping[str, Mapping[str, Any]]]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A judged run, and how it is to be shown.

    `texts`: file -> what was read. `folder` is where paths begin, seen from the root of the repository.
    `intent` stands in for a place where a finding has none. `controls` and `waived_controls` make their
    tables when they are called. `with_waived`: also where waived findings are usually left out.
    """

    report: Report
    texts: Mapping[str, str] = {}
    gate: Gate = Gate()
    folder: str = ""
    intent: str = ""
    controls: _Controls = dict
    waived_controls: _Controls = dict
    colour: bool = False
    with_waived: bool = False

    def located(self, finding: Finding) -> Location:
        """Where a finding is, by a path from the root of the repository: its own place, else where the intent
        speaks of its domain, else the intent."""
        return self.resolved(finding.place or self._declared(finding))

    def resolved(self, place: Place | None) -> Location:
        """A place by a path from the root of the repository; without one, the intent."""
        at = Location(self.intent or INTENT) if place is None else resolve(place, self.texts)
        return msgspec.structs.replace(at, file=posixpath.normpath(posixpath.join(self.folder, at.file)))

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
