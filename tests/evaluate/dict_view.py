"""A view made of a dict, for tests of what receivers conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mfpolicy.model.dns import POLICY, Answer, PolicyFile, Reason, Record, Unknown, unknown
from mfpolicy.model.names import normal


class DictView:
    """(name, type) -> values, or the reason why there is no answer. Whatever is not listed does not exist.
    A policy that is not among `policies` was not asked for."""

    def __init__(
        self,
        world: Mapping[tuple[str, str], Sequence[str] | Reason],
        policies: Mapping[str, PolicyFile] | None = None,
    ) -> None:
        self._policies = policies or {}
        self._world = {(normal(name), type): values for (name, type), values in world.items()}
        self._names = {name for name, _ in self._world}
        self.asked: list[tuple[str, str]] = []

    def ask(self, name: str, type: str) -> Answer | Unknown:
        self.asked.append((name, type))
        chain: list[Record] = []
        while True:
            values = self._world.get((name, type))
            if values is None:
                values = self._world.get((name, "*"))
            if isinstance(values, Reason):
                return unknown(name, type, values)
            if values is not None:
                return Answer(name, tuple(Record(name, type, value) for value in values), True, tuple(chain))
            alias = self._world.get((name, "CNAME"))
            if alias is None or isinstance(alias, Reason) or len(chain) > 8:
                return Answer(name, (), name in self._names, tuple(chain))
            chain.append(Record(name, "CNAME", alias[0]))
            name = normal(alias[0])

    def policy(self, domain: str) -> PolicyFile | Unknown:
        self.asked.append((domain, POLICY))
        return self._policies.get(domain) or unknown(domain, POLICY, Reason.NOT_ASKED)

    def exists(self, name: str) -> bool | Unknown:
        return name in self._names

    def apex(self, name: str) -> str:
        return ""
