"""Options that several commands share, and how paths in a call become paths below one root."""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Callable
from typing import Any

import click

from mfpolicy.model.names import fits, normal
from mfpolicy.pipeline import Check, Unusable
from mfpolicy.sources.estate import ZonePath
from mfpolicy.sources.shape import ascii_name, date

INTENT = "mailflow.yaml"


def estate_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--zones and --dns, as every command that looks at DNS has them."""
    zones = click.option(
        "--zones",
        multiple=True,
        metavar="FORMAT:PATH",
        help="Zones as the repository proposes them, e.g. octodns:zones or records:records.json. Repeatable.",
    )
    dns = click.option(
        "--dns",
        default="offline",
        show_default=True,
        metavar="offline|FILE",
        help="What DNS answers: nothing is asked, or a recorded answers.json is replayed.",
    )
    return zones(dns(function))


def today_of(text: str) -> datetime.date:
    """The day to judge for; the clock's only where none is given."""
    if not text:
        return datetime.datetime.now(tz=datetime.UTC).date()
    day = date(text)
    if day is None:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-11-23", param_hint="--today")
    return day


def name_of(text: str) -> str:
    """The name that a command is about, normal and IDNA-encoded."""
    name = ascii_name(text)
    if not name or not fits(name):
        raise click.BadParameter(f"{text!r} is not a name that DNS can carry", param_hint="NAME")
    return name


def sender_domain_of(text: str) -> str:
    """The same for a domain as a client may give it: a receiver meets names that DNS cannot carry too, and
    concludes "none" (RFC 7208, 4.3)."""
    return ascii_name(text) or normal(text)


def address_of(text: str) -> str:
    """The client's address, or an empty text where none is given."""
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an IP address", param_hint="--ip") from None


def call_of(
    path: str,
    zones: tuple[str, ...],
    dns: str,
    profile: str = "",
    today: str = "",
    needs_estate: bool = True,
) -> Check:
    """The call, with the folders that reading may not leave: the repository of each path it names."""
    intent = _intent(path, required=bool(path) or not zones) if needs_estate else ""
    sources = tuple(_zone_path(each) for each in zones)
    named = [*(each.path for each in sources), *([intent] if intent else [])]
    answers = _answers(dns)
    own_profile = profile if profile.endswith((".yaml", ".yml")) else ""
    return Check(
        base=os.getcwd(),
        roots=tuple(dict.fromkeys(_repository(each) for each in (*named, answers, own_profile) if each)),
        intent=intent,
        zones=sources,
        answers=answers,
        profile=profile,
        today=today_of(today),
    )


def _answers(dns: str) -> str:
    if dns == "live" and not os.path.exists(dns):
        raise Unusable("--dns live: this version asks no DNS; say offline, or give a recorded answers.json")
    return "" if dns == "offline" else dns


def _intent(path: str, required: bool) -> str:
    if path and not os.path.exists(path):
        raise Unusable(f"{path}: there is no such file or folder")
    if path and os.path.isfile(path):
        return path
    found = os.path.join(path, INTENT)
    if os.path.isfile(found):
        return found
    if required:
        raise Unusable(
            f"{path or '.'}: there is no {INTENT} here; name one, or give zones with --zones FORMAT:PATH"
        )
    return ""


def _zone_path(text: str) -> ZonePath:
    format, colon, path = text.partition(":")
    if not colon or not path:
        raise Unusable(f"--zones {text}: say FORMAT:PATH, such as octodns:zones")
    if not os.path.exists(path):
        raise Unusable(f"--zones {text}: there is no {path} here")
    return ZonePath(format, path)


def _repository(path: str) -> str:
    """The nearest folder above that git keeps; without one, the folder that holds what was named."""
    start = os.path.dirname(os.path.realpath(path))
    folder = start
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above
    return folder
