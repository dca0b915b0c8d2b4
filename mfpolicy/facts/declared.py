"""What an intent says of a domain: its own entry, else that of a pattern, over the defaults."""

from __future__ import annotations

import fnmatch

import msgspec

from mfpolicy.model.intent import DomainIntent, Intent


class Declared:
    """An intent, looked up by domain."""

    def __init__(self, intent: Intent) -> None:
        self._defaults = intent.defaults
        self._entries = {each.name: each for each in intent.domains}
        patterns = [each for each in intent.domains if "*" in each.name]
        self._patterns = sorted(patterns, key=lambda each: len(each.name), reverse=True)

    def of(self, name: str) -> DomainIntent | None:
        """A domain's own entry, else that of the longest matching pattern; None if nothing is declared."""
        matching = (each for each in self._patterns if fnmatch.fnmatchcase(name, each.name))
        found = self._entries.get(name) or next(matching, None)
        return _with_defaults(found, self._defaults) if found else None


def _with_defaults(domain: DomainIntent, defaults: DomainIntent) -> DomainIntent:
    """Each value that the entry leaves unsaid is the default's."""
    return msgspec.structs.replace(
        domain,
        mail=domain.mail or defaults.mail,
        senders=defaults.senders if domain.senders is None else domain.senders,
        dmarc=domain.dmarc if domain.dmarc.policy else defaults.dmarc,
    )
