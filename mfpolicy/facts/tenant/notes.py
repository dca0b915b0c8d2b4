"""What a run says of a tenant besides its findings: why whole groups of rules do not apply."""

from __future__ import annotations

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.licences import has_defender


def tenant_notes(held: Held) -> tuple[str, ...]:
    """Sentences, each without a full stop."""
    if has_defender(held) is not False:
        return ()
    return (
        "the tenant has no Defender for Office 365: rules about Safe Links, Safe Attachments and"
        " impersonation do not apply",
    )
