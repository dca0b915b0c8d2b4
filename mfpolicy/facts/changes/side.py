"""One side of a change: DNS as it was or will be, what was declared, and the tenant."""

from __future__ import annotations

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.held import Held
from mfpolicy.views.overlay import Overlay


class Side:
    """A view, what is declared over it, and the SPF records that were studied on it. `tenant` is None where
    none is declared."""

    def __init__(self, view: Overlay, declared: Declared, tenant: Held | None = None) -> None:
        self.view = view
        self.declared = declared
        self.tenant = tenant
        self.spf = SpfStudy(view)

    def forget(self) -> None:
        """Let go of what was worked out so far; it can be worked out again."""
        self.view.forget()
        self.spf = SpfStudy(self.view)
