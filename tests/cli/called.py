"""The command as it is called from a shell: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mfpolicy.cli import main


class Called(NamedTuple):
    """What came of a call."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it is."""
        return json.loads(self.out)


Call = Callable[..., Called]


def caller(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """A function that writes files into a folder that git keeps, and calls the command there."""
    (folder / ".git").mkdir(exist_ok=True)
    monkeypatch.chdir(folder)

    def call(files: Mapping[str, str | bytes], *arguments: str) -> Called:
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        monkeypatch.setattr(sys, "argv", ["mfpolicy", *_offline(arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Called(int(stopped.value.code or 0), printed.out, printed.err)

    return call


def _offline(arguments: Sequence[str]) -> Sequence[str]:
    """No call asks the world unless it says whom."""
    asks = arguments[:1] in (("check",), ("spf",), ("dmarc",)) and not {"--dns", "--nameserver"} & set(
        arguments
    )
    return (*arguments, "--dns", "offline") if asks else arguments


def answers(records: Mapping[str, list[Any]], rcodes: Mapping[str, str] | None = None) -> str:
    """A closed answers.v1 document of "NAME TYPE" -> records, and "NAME TYPE" -> another response code."""
    entries = [(key, "NOERROR", found) for key, found in records.items()]
    entries += [(key, rcode, []) for key, rcode in (rcodes or {}).items()]
    listed = [
        {"name": key.rpartition(" ")[0], "type": key.rpartition(" ")[2], "rcode": rcode, "records": found}
        for key, rcode, found in entries
    ]
    return json.dumps({"version": 1, "otherwise": "NXDOMAIN", "answers": listed})
