"""What a change is compared with, found before anything is read: most commits do not touch mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mfpolicy.collect.files import repository_of
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
    Empty where there is, or where everything is to be judged."""
    asked = base is not None and (base.asked or call.telling)
    if base is None or not asked or call.whole or not call.brief or base.differing is None:
        return ""
    named = _paths(call)
    if may_matter(base.differing, base.names(named)) or base.lead_on(named):
        return ""
    more = "" if call.telling else "; --all judges everything"
    return f"nothing that mail depends on differs from {base.label}{more}"


def _paths(call: Check) -> list[str]:
    return [path for path in (call.intent, *(each.path for each in call.zones)) if path]
