"""What starts a run on GitHub: a repository as it is checked out, and the event's payload, of which only what
is read (docs.github.com, "Webhook events and payloads")."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from repository import Files, commit, git, repository

GOOD = """\
"":
  - type: MX
    value: {preference: 10, exchange: mail.example.org.}
  - type: TXT
    value: v=spf1 ip4:192.0.2.0/24 -all
mail: {type: A, value: 192.0.2.25}
www: {type: A, value: 192.0.2.80}
_dmarc: {type: TXT, value: v=DMARC1\\; p=quarantine\\; rua=mailto:dmarc@example.org}
"""
BROKEN = GOOD.replace("-all", "-all mx").replace("p=quarantine", "p=none").replace("ip4:192.0.2.0/24 ", "")
HARMLESS = GOOD.replace("192.0.2.80", "192.0.2.81")
ZONE = "zones/example.org.yaml"


class Event(NamedTuple):
    """A name, a payload, and the work tree as actions/checkout leaves it."""

    name: str
    payload: dict[str, Any]
    workspace: Path


def pull_request(folder: Path, change: Files, fork: bool = False, before: Files | None = None) -> Event:
    """A pull request, checked out as the merge with its base branch."""
    repository(folder, before or {ZONE: GOOD})
    base = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", "-b", "change")
    head = commit(folder, change)
    git(folder, "checkout", "-q", "--detach", base)
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", head)
    whose = "stranger/dns" if fork else "contoso/dns"
    tip = {"sha": head, "ref": "change", "repo": {"full_name": whose, "fork": fork}}
    said = {"pull_request": {"base": {"sha": base, "ref": "main"}, "head": tip}}
    return Event("pull_request", said, folder)


def push(folder: Path, change: Files) -> Event:
    """A push of one commit to the default branch."""
    repository(folder, {ZONE: GOOD})
    before = git(folder, "rev-parse", "HEAD")
    commit(folder, change)
    return Event("push", {"before": before, "repository": {"default_branch": "main"}}, folder)


def shallow(event: Event, folder: Path) -> Event:
    """The same with the newest commit only, as actions/checkout leaves it unless told."""
    git(event.workspace, "clone", "-q", "--depth", "1", event.workspace.as_uri(), str(folder))
    return event._replace(workspace=folder)
