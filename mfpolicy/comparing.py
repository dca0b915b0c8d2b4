"""What a change is compared with, found before anything is read: most commits do not touch mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mfpolicy.collect.files import Files, repository_of
from mfpolicy.model.call import Check
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.relevance import may_matter

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base


@contextmanager
def compared_with(call: Check) -> Iterator[Base | None]:
    """The base of a call, open for reading; None where it has none. Raises Unusable."""
    paths = _paths(call)
    if call.base in ("none", "live") or not (call.base or any(map(repository_of, paths))):
        yield None
        return
    from mfpolicy.collect.base import base_of  # what starts processes takes long to load
    from mfpolicy.collect.git import GitError

    base = None
    try:
        base = base_of(call.base, call.folder, paths)
        yield base
    except GitError as error:
        raise Unusable(str(error)) from error
    finally:
        if base:
            base.close()


def unchanged(call: Check, base: Base | None) -> str:
    """Why there is nothing to judge: no file that may have a say differs from a base that somebody asked for.
    Empty where there is, or where one line will not do."""
    if base is None or not base.asked or not _is_brief(call) or base.differing is None or call.proposed:
        return ""
    # Most commits are told by the names of their files, without a look at the intent.
    if may_matter(base.differing, base.names(_paths(call))):
        return ""
    named = _named(call)
    if may_matter(base.differing, base.names(named)) or base.lead_on(named):
        return ""
    return f"nothing that mail depends on differs from {base.label}; --all judges everything"


def _is_brief(call: Check) -> bool:
    """Whether nobody wants everything, a document, a recording, or to wait for DNS."""
    waits = call.live is not None and call.live.wait
    return call.brief and not (call.whole or call.recording or waits)


def _paths(call: Check) -> list[str]:
    tenant = (call.tenant, call.proposed)
    return [path for path in (call.intent, *tenant, *(each.path for each in call.zones)) if path]


def _named(call: Check) -> list[str]:
    """All paths that the call names, and that its intent does."""
    if not call.intent:
        return _paths(call)
    from mfpolicy.sources.intent import read_intent

    files = Files(*call.roots, folder=call.folder)
    text = files.text(call.intent)
    intent, _ = read_intent(text if isinstance(text, str) else "", call.intent, files)
    policies = [each.mta_sts.policy for each in intent.domains if each.mta_sts.policy]
    zones = [each.path for each in intent.zones]
    certificates = [path for each in intent.tenant.certificates for path in (each.current, each.next) if path]
    source, servers = intent.tenant.source, intent.tenant.premises
    tenant = [path for path in (source.live, source.proposed, servers.export) if path]
    return [*_paths(call), *zones, *tenant, *certificates, *intent.rules, *policies, *files.tried]
