"""Random small worlds: our receiver and our address sets against pyspf and against each other."""

from __future__ import annotations

from typing import Any

import pytest
from dict_view import DictView
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.evaluate.spf_receiver import check_host
from mfpolicy.evaluate.spf_sets import address_sets
from mfpolicy.evaluate.spf_tree import study

spf = pytest.importorskip("spf", reason="pyspf is the oracle")

_NAMES = [f"{letter}.example.org" for letter in "abcde"]
_ADDRESSES = [f"192.0.2.{last}" for last in range(1, 9)]
_TERMS = st.one_of(
    st.builds(lambda a, p: f"ip4:{a}/{p}", st.sampled_from(_ADDRESSES), st.sampled_from([29, 30, 31, 32])),
    st.builds(lambda kind, name: f"{kind}:{name}", st.sampled_from(["a", "mx"]), st.sampled_from(_NAMES)),
    st.builds(lambda name: f"include:{name}", st.sampled_from(_NAMES)),
    st.builds(lambda name: f"include:{name}", st.sampled_from(_NAMES)),
    st.just("all"),
)
_HOSTS = st.lists(st.sampled_from(_ADDRESSES), min_size=1, max_size=2, unique=True)
_RECORDS = st.lists(st.tuples(st.sampled_from(["", "-", "~", "?"]), _TERMS), max_size=4)


@st.composite
def _worlds(draw: Any) -> dict[tuple[str, str], list[str]]:
    world: dict[tuple[str, str], list[str]] = {}
    for name in _NAMES:
        if draw(st.integers(0, 9)):
            terms = [qualifier + term for qualifier, term in draw(_RECORDS)]
            # pyspf refuses a record that names itself even where it is never reached.
            terms = [term for term in terms if not term.endswith(f"include:{name}")]
            world[name, "TXT"] = [" ".join(["v=spf1", *terms])]
        if draw(st.booleans()):
            world[name, "A"] = draw(_HOSTS)
        if draw(st.booleans()):
            world[name, "MX"] = [f"10 {draw(st.sampled_from(_NAMES))}."]
    return world


def _pyspf(world: dict[tuple[str, str], list[str]], ip: str) -> str:
    def lookup(name: str, type: str, *_: Any) -> list[Any]:
        values: list[Any] = world.get((name, type), [])
        if type == "TXT":
            values = [(value.encode(),) for value in values]
        if type == "MX":
            values = [(10, value.split()[1].removesuffix(".")) for value in values]
        return [((name, type), value) for value in values]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spf, "DNSLookup", lookup)
        result: str = spf.query(i=ip, s="x@a.example.org", h="a.example.org", strict=True).check()[0]
    return result


@settings(max_examples=150)
@given(_worlds(), st.sampled_from(_ADDRESSES))
def test_a_receiver_concludes_what_pyspf_concludes(world: dict[tuple[str, str], list[str]], ip: str) -> None:
    assert check_host(DictView(world), ip, "x@a.example.org", "a.example.org").result == _pyspf(world, ip)


@settings(max_examples=150)
@given(_worlds())
def test_address_sets_hold_what_receivers_conclude(world: dict[tuple[str, str], list[str]]) -> None:
    view = DictView(world)
    sets = address_sets(study(view, "a.example.org"))
    for ip in [*_ADDRESSES, "203.0.113.9", "2001:db8::1"]:
        assert sets.at(ip).result == check_host(view, ip, "x@a.example.org", "a.example.org").result
    assert sum(item.high - item.low + 1 for item in sets.v4) == 2**32
