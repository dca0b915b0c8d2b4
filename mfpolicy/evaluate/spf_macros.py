"""What the letters of SPF macros stand for in one check (RFC 7208, 7.2 and 7.3)."""

from __future__ import annotations

import ipaddress

import msgspec

from mfpolicy.evaluate.spf_dns import Address
from mfpolicy.model.names import is_within


class MacroValues(msgspec.Struct, frozen=True):
    """One message: the client, the sender's local part and domain, the HELO name."""

    client: Address
    local: str
    domain: str
    helo: str

    def value(self, letter: str, domain: str, names: tuple[str, ...]) -> str:
        """What a lower-case letter stands for, at the domain under check; `names` are validated for "p"."""
        values = {
            "s": f"{self.local}@{self.domain}",
            "l": self.local,
            "o": self.domain,
            "d": domain,
            "i": dotted(self.client),
            "h": self.helo,
            "c": str(self.client),
            # Who receives, and when, is nothing that records can tell.
            "r": "unknown",
            "t": "0",
            "v": "in-addr" if self.client.version == 4 else "ip6",
        }
        return values[letter] if letter in values else _validated(names, domain)


def dotted(client: Address) -> str:
    """The address as macro "i" writes it: dotted quad, or the hexadecimal digits apart (RFC 7208, 7.3)."""
    if isinstance(client, ipaddress.IPv4Address):
        return str(client)
    return ".".join(f"{int(client):032X}")


def _validated(names: tuple[str, ...], domain: str) -> str:
    """The domain itself if validated, else a name below it, else any (RFC 7208, 7.3)."""
    if domain in names:
        return domain
    below = (name for name in names if is_within(name, domain))
    return next(below, names[0] if names else "unknown")
