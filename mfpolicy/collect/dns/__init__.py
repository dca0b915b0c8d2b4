"""DNS as it answers now: many questions at once, each answered, or missing for a reason."""

from __future__ import annotations

from mfpolicy.collect.dns.resolver import Resolver
from mfpolicy.collect.dns.servers import Server, servers_of
from mfpolicy.model.call import Progress
from mfpolicy.model.dns import Silence

__all__ = ["Progress", "Resolver", "Server", "Silence", "servers_of"]
