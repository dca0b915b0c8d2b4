"""The RFC 7208 test suite of openspf.org, release 2014.04."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dict_view import DictView

from mfpolicy.evaluate.spf_receiver import check_host
from mfpolicy.model.dns import Reason

_SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "rfc7208" / "rfc7208-tests.yml"


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else value


def _entries(entries: list[Any]) -> Iterator[tuple[str, str]]:
    given = {type for entry in entries if isinstance(entry, dict) for type in entry}
    for entry in entries:
        if entry == "TIMEOUT":
            continue
        ((type, value),) = entry.items()
        if type == "MX":
            yield type, f"{value[0]} {value[1]}."
        elif type == "SPF" and "TXT" not in given:
            yield "TXT", _text(value)
        elif value != "NONE":
            yield type, _text(value)


def _world(zone: dict[str, list[Any]]) -> dict[tuple[str, str], Any]:
    world: dict[tuple[str, str], Any] = {}
    for name, entries in zone.items():
        for type, value in _entries(entries):
            world.setdefault((name.lower(), type), []).append(value)
        if "TIMEOUT" in entries:
            world[name.lower(), "*"] = Reason.TIMEOUT
    return world


def _cases() -> list[Any]:
    if not _SUITE.exists():
        return []
    return [
        pytest.param(_world(scenario["zonedata"]), test, id=f"{scenario['description']}: {name}")
        for scenario in yaml.safe_load_all(_SUITE.read_text("utf-8"))
        for name, test in scenario["tests"].items()
    ]


@pytest.mark.skipif(not _SUITE.exists(), reason="the RFC 7208 suite does not stand beside the repository")
def test_the_whole_suite_is_read() -> None:
    assert len(_cases()) == 203


@pytest.mark.parametrize(("world", "test"), _cases())
def test_a_receiver_concludes_what_the_suite_says(world: dict[Any, Any], test: dict[str, Any]) -> None:
    receiver = check_host(DictView(world), test["host"], test["mailfrom"], test["helo"])
    expected = test["result"] if isinstance(test["result"], list) else [test["result"]]
    assert receiver.result in expected
    if "explanation" in test:
        assert (receiver.explanation or "DEFAULT") == test["explanation"]
