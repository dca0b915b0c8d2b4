"""Microsoft365DSC: the PowerShell that Export-M365DSCConfiguration writes, and that people write by hand.

Source: microsoft/Microsoft365DSC, Modules/Microsoft365DSC/Modules; ReverseDSC writes the values and leaves
out those that are null. It has no date; what signs in are variables, and so may be the tenant's own domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Line
from mfpolicy.model.tenant import Export
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._dsc_parser import Declared, declarations
from mfpolicy.sources.tenants._dsc_resources import RESOURCES, Resource, listings, unsure
from mfpolicy.sources.tenants._dsc_tokens import DscError
from mfpolicy.sources.tenants._part import Part

MAX_CHARACTERS = 32 * 2**20  # an export of all that a large tenant has takes about 20 MB
_START = 10_000  # characters in which a file tells what it is
_EXTRACTED = re.compile(r"^#[ \t]*Generated with Microsoft365DSC version ([\d.]{1,30})", re.MULTILINE)
_CONFIGURATION = re.compile(r"^[ \t]*Configuration[ \t]", re.MULTILINE | re.IGNORECASE)
_MODULE = re.compile(r"Import-DscResource[^\r\n]{0,200}Microsoft365DSC", re.IGNORECASE)
# What Assert-M365DSCBlueprint reads is a choice of what people ask for, made from an extraction.
_BLUEPRINT = re.compile(r"###[ \t]*L[1-3][ \t]*\|")


def recognises(document: Document) -> bool:
    """Whether a file is a configuration of Microsoft365DSC."""
    start = document.text[:_START]
    if start.lstrip()[:1] in ("", "{", "[", "<") and not start.lstrip().startswith("<#"):
        return False
    return bool(_CONFIGURATION.search(start) and (_EXTRACTED.search(start) or _MODULE.search(start)))


def read(document: Document) -> Part:
    """What it declares; of a kind that the file ends in before its end, not all is known."""
    if len(document.text) > MAX_CHARACTERS:
        fault = Fault("too-large", f"larger than {MAX_CHARACTERS // 2**20} MiB", Line(document.file, 1))
        return Part(export=Export(document.file, _tool(document)), faults=(fault,))
    found: list[Declared] = []
    faults: list[Fault] = []
    try:
        found.extend(declarations(document.text, RESOURCES))
    except DscError as error:
        faults.append(Fault("unreadable-file", str(error), Line(document.file, error.line)))
    resources = [_resource(document, each) for each in found]
    if document.proposed:
        faults += unsure(resources)
    extracted = not faults and not document.proposed and _is_extraction(document)
    said = next(_told(found), "")
    name, id = (said, "") if "." in said else ("", said)
    export = Export(document.file, _tool(document), id=id, name=name)
    listed = listings(resources, document.file, extracted, document.proposed)
    return Part(listed, export, tuple(faults))


def _resource(document: Document, found: Declared) -> Resource:
    return Resource(found.type, found.values, Line(document.file, found.line), found.title, found.sure)


def _tool(document: Document) -> str:
    found = _EXTRACTED.search(document.text, 0, _START)
    return f"Microsoft365DSC {found[1]}" if found else "Microsoft365DSC"


def _is_extraction(document: Document) -> bool:
    return bool(_EXTRACTED.search(document.text, 0, _START)) and not _BLUEPRINT.search(document.text)


def _told(found: list[Declared]) -> Iterator[str]:
    """The tenant's id or name, where a resource has it as a plain value."""
    for each in found:
        for name, value in each.values.items():
            if name.lower() == "tenantid" and isinstance(value, str):
                yield value
