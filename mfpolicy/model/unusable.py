"""A call that cannot be carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mfpolicy.model.documents import Fault


class Unusable(Exception):
    """A call, or a file it names, that cannot be used: exit code 2. `texts` turns the places into lines."""

    def __init__(self, faults: Sequence[Fault] | str, texts: Mapping[str, str] | None = None) -> None:
        super().__init__(faults if isinstance(faults, str) else "; ".join(fault.text for fault in faults))
        self.faults = () if isinstance(faults, str) else tuple(faults)
        self.texts = texts or {}
