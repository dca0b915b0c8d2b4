"""Export-Clixml: what one cmdlet gave, in PowerShell's own XML.

Which cmdlet that was, the objects' .NET types tell, else the name of the file. Export-Clixml cuts off what
lies deeper than its -Depth (2 by itself) and writes how it is shown in its place. Of no object it writes
nothing, as it does when the cmdlet failed: only a list that was exported as one says that there is none.
"""

from __future__ import annotations

import re

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Line
from mfpolicy.model.tenant import Export, Listing, TenantObject
from mfpolicy.sources.tenants._clixml_tree import Item, items
from mfpolicy.sources.tenants._cmdlets import BY_NAME, Cmdlet
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._listing import lacking
from mfpolicy.sources.tenants._part import Part

_ROOT = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<Objs\s[^>]{0,500}>", re.IGNORECASE)
# Types that are called otherwise than what lists them; those of Graph begin with MicrosoftGraph.
_TYPES = {
    "mailbox": "get-exomailbox",
    "tenantinboundconnector": "get-inboundconnector",
    "tenantoutboundconnector": "get-outboundconnector",
    "transportconfigcontainer": "get-transportconfig",
    "adorganizationconfig": "get-organizationconfig",
    "domaincontentconfig": "get-remotedomain",
    "conditionalaccesspolicy": "get-mgidentityconditionalaccesspolicy",
    "userregistrationdetails": "get-mgreportauthenticationmethoduserregistrationdetail",
    "identitysecuritydefaultsenforcementpolicy": "get-mgpolicyidentitysecuritydefaultenforcementpolicy",
    "authenticationmethodspolicy": "get-mgpolicyauthenticationmethodpolicy",
}
_NAMELESS = "tells neither by its types nor by its name which cmdlet gave it; call it Get-X.xml"
_SILENT = (
    "says nothing: a {0} that failed leaves the same file as one that found none; write "
    "`Export-Clixml -InputObject @({0}) -Depth 10 {0}.xml`, which holds an empty list where there is none"
)
_WORDS = re.compile(r"[A-Za-z]+-?[A-Za-z0-9]+")


def recognises(document: Document) -> bool:
    """Whether a file is PowerShell's XML."""
    return bool(_ROOT.match(document.text[:2000]))


def read(document: Document) -> Part:
    """The objects in it; where it breaks off, not all are known."""
    found, error = items(document.text)
    export = Export(document.file, "Export-Clixml")
    faults = [Fault("unreadable-file", str(error), Line(document.file, error.line))] if error else []
    cmdlet = _cmdlet_of([each for one in found for each in _flat(one)], document.file)
    if cmdlet is None:
        return Part(export=export, faults=(*faults, _fault(document, _NAMELESS)))
    if not error and all(each.value is None for each in found):
        silent = _fault(document, _SILENT.format(cmdlet.name))
        return Part({cmdlet.name: lacking(document.file)}, export, (silent,))
    return Part({cmdlet.name: _listing(cmdlet, found, document.file, error is None)}, export, tuple(faults))


def _fault(document: Document, words: str) -> Fault:
    return Fault("unreadable-file", words, Line(document.file, 1))


def _flat(item: Item) -> list[Item]:
    """A list that was exported as one object is what is in it; null is no object."""
    if isinstance(item.value, list):
        return [Item(each, (), item.line) for each in item.value]
    return [] if item.value is None else [item]


def _cmdlet_of(objects: list[Item], file: str) -> Cmdlet | None:
    types = [name for each in objects[:1] for name in each.types]
    names = [_folded(each) for each in types] + _named(file)
    return next((BY_NAME[each] for each in names if each in BY_NAME), None)


def _folded(type: str) -> str:
    """The cmdlet that a type's last word speaks of."""
    word = re.split(r"[.+]", type)[-1].lower().rstrip("0123456789")
    name = word.removeprefix("microsoftgraph")
    return _TYPES.get(name, f"get-{name}" if name == word else f"get-mg{name}")


def _named(file: str) -> list[str]:
    """`Get-X.xml`, `X.clixml`, `20261120-Get-X.xml`."""
    words = _WORDS.findall(file.rpartition("/")[2])
    return [each.lower() for each in words] + [f"get-{each.lower()}" for each in words]


def _listing(cmdlet: Cmdlet, found: list[Item], file: str, whole: bool) -> Listing:
    objects = [each for one in found for each in _flat(one)]
    plain = [each for each in objects if isinstance(each.value, dict)]
    if not plain and (objects or cmdlet.some or not whole):
        return lacking(file, Reason.CUT_SHORT)
    listed = tuple(TenantObject(cmdlet.name, each.value, Line(file, each.line)) for each in plain)
    return Listing(listed, file=file, whole=whole and len(plain) == len(objects))
