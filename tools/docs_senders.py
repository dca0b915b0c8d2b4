"""The page of the sender catalogue, with the source of every fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import yaml
from docs_markdown import code, listed, page, properties, table, text

from mfpolicy.sources.senders import CatalogueEntry, SourcePart

_ENVELOPES = {
    "own": "the service's own",
    "customer": "the customer's",
    "subdomain": "a subdomain of the customer's",
}
_RECORDS = {"cname": "CNAME", "txt": "TXT", "both": "CNAME or TXT"}


def senders(catalogue: str) -> bytes:
    """`reference/senders.md`, from the text of `policies/senders.yaml`."""
    # A day stays the text that it is; what is no text is told by its type.
    said = yaml.load(catalogue, yaml.BaseLoader)
    entries = msgspec.convert(said, dict[str, CatalogueEntry], strict=False)
    blocks = [
        "Find the name by which an intent takes a service, and what mfpolicy knows of it.",
        f"{len(entries)} services. What nobody found in a source is absent, and what differs from customer"
        " to customer (a selector, an include of one's own) belongs in the intent. An intent may say more"
        " of a service, or name one that is not here: see [intent](intent.md).",
        table(["name", "service", "aligns by"], _overview(entries)),
    ]
    for name, entry in sorted(entries.items()):
        blocks += [f"## {name}", properties(_facts(entry)), "\n".join(_sources(entry.sources))]
    return page("Senders", "policies/senders.yaml", blocks)


def _overview(entries: dict[str, CatalogueEntry]) -> Iterator[Sequence[str]]:
    for name, entry in sorted(entries.items()):
        yield [f"[{name}](#{name})", text(entry.title), _aligns(entry)]


def _aligns(entry: CatalogueEntry) -> str:
    if entry.aligns is None:
        return "not known"
    return " and ".join(each.upper() for each in entry.aligns) or "nothing"


def _facts(entry: CatalogueEntry) -> Iterator[Sequence[str]]:
    """What is known, a row each."""
    known = {
        "service": text(entry.title),
        "SPF includes": listed(entry.include),
        "DKIM selectors": listed(entry.dkim),
        "usual DKIM selectors": listed(entry.dkim_usual),
        "DKIM keys published as": _RECORDS.get(entry.dkim_record or "", ""),
        "CNAMEs lead to": listed(entry.dkim_targets),
        "MAIL FROM": _ENVELOPES.get(entry.envelope or "", ""),
        "can align by": _aligns(entry),
        "MX hosts": listed(entry.mx),
        "addresses": {True: "shared with other customers", False: "of one customer", None: ""}[entry.shared],
    }
    yield from ([key, value] for key, value in known.items() if value)


def _sources(sources: Sequence[SourcePart]) -> Iterator[str]:
    for each in sources:
        yield f"- {listed(each.of)}: <{each.url}>, read {code(each.read)}"
