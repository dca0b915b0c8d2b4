"""Options that several commands share, and how paths in a call become paths below one root."""

from __future__ import annotations

import datetime
import os
import re

import click

from mfpolicy.collect.files import repository_of
from mfpolicy.model.call import INTENT, Check, Live
from mfpolicy.model.intent import ZoneSource
from mfpolicy.model.names import fits, normal
from mfpolicy.model.spelling import meant
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.shape import ascii_name, date, domain_name
from mfpolicy.sources.zones import FORMATS

_DOMAIN = re.compile(r"[a-z0-9_.-]+\.[a-z0-9-]*[a-z-][a-z0-9-]*")


zones_option = click.option(
    "--zones",
    multiple=True,
    metavar="FORMAT:PATH",
    help="Zones as the repository proposes them, e.g. octodns:zones or records:records.json. Repeatable.",
)


tenant_option = click.option(
    "--tenant",
    default="",
    metavar="PATH",
    help="The export of a Microsoft 365 tenant, a file or a folder, in place of the intent's.",
)


proposed_option = click.option(
    "--proposed",
    default="",
    metavar="PATH",
    help="What a change would make of the tenant, in place of the intent's: Microsoft365DSC, a later export.",
)


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
    # Whoever has an address at hand means its domain.
    name = domain_name(text.rpartition("@")[2])
    if not name or not fits(name):
        raise click.BadParameter(f"{text!r} is not a name that DNS can carry", param_hint="NAME")
    return name


def sender_domain_of(text: str) -> str:
    """The same for a domain as a client may give it: a receiver meets names that DNS cannot carry too, and
    concludes "none" (RFC 7208, 4.3)."""
    return ascii_name(text) or normal(text)


def address_of(text: str) -> str:
    """The client's address, or an empty text where none is given."""
    import ipaddress  # few calls name a client, and this one starts at every commit

    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an IP address", param_hint="--ip") from None


def call_of(
    path: str,
    zones: tuple[str, ...],
    live: Live | None,
    answers: str = "",
    recording: str = "",
    profile: str = "",
    today: str = "",
    needs_estate: bool = True,
    tenant: str = "",
    proposed: str = "",
) -> Check:
    """The call, with the folders that reading may not leave: the repository of each path it names."""
    names = _names(path)
    required = bool(path) or not (zones or tenant or proposed)
    for option, given in (("--tenant", tenant), ("--proposed", proposed)):
        if given and not os.path.exists(given):
            raise Unusable(f"{option} {given}: there is no such file or folder")
    intent = _intent(path, required) if needs_estate and not names else ""
    sources = tuple(_zone_path(each) for each in zones)
    paths = [*(each.path for each in sources), intent, tenant, proposed]
    own_profile = profile if profile.endswith((".yaml", ".yml")) else ""
    return Check(
        folder=os.getcwd(),
        roots=tuple(dict.fromkeys(root_of(each) for each in (*paths, answers, own_profile) if each)),
        intent=intent,
        names=names,
        zones=sources,
        tenant=tenant,
        proposed=proposed,
        answers=answers,
        live=live,
        recording=recording,
        profile=profile,
        today=today_of(today),
    )


def _names(path: str) -> tuple[str, ...]:
    """A domain in the place of a path: nothing of that name is here, and it cannot be a file's."""
    if "." not in path.rstrip(".") or os.path.exists(path) or path.endswith((".yaml", ".yml")):
        return ()
    name = ascii_name(path) or ""
    # The last label of a domain is no number (RFC 3696, 2): that would be an address.
    return (name,) if _DOMAIN.fullmatch(name) and fits(name) else ()


def _intent(path: str, required: bool) -> str:
    if path and not os.path.exists(path):
        raise Unusable(f"{path}: there is no such file or folder, and it is no domain name")
    if path and os.path.isfile(path):
        return path
    found = os.path.normpath(os.path.join(path, INTENT))
    if os.path.isfile(found):
        return found
    if required:
        raise Unusable(
            f"{path or '.'}: there is no {INTENT} here; name one, or give zones with --zones FORMAT:PATH"
        )
    return ""


def _zone_path(text: str) -> ZoneSource:
    format, colon, path = text.partition(":")
    if not colon or not path:
        raise Unusable(f"--zones {text}: say FORMAT:PATH, such as octodns:zones")
    if format not in FORMATS:
        known = f"there are {', '.join(FORMATS)}{meant(format, FORMATS)}"
        raise Unusable(f"--zones {text}: there is no zone format {format!r}; {known}")
    if not os.path.exists(path):
        raise Unusable(f"--zones {text}: there is no {path} here")
    return ZoneSource(format, path)


def root_of(path: str) -> str:
    """The nearest folder above that git keeps; without one, the folder that holds what was named."""
    return repository_of(path) or os.path.dirname(os.path.realpath(path))


def root_of_call(call: Check) -> str:
    """The repository of the files that a call names, with `/` between its parts; the folder of the call where
    git keeps none."""
    named = [call.intent, *(each.path for each in call.zones), call.tenant, call.folder]
    roots = (repository_of(os.path.join(call.folder, each)) for each in named if each)
    return next(filter(None, roots), call.folder).replace(os.sep, "/")
