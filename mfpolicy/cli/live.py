"""How DNS is asked: the options that every command which looks at DNS has."""

from __future__ import annotations

import functools
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from mfpolicy.cli.progress import progress
from mfpolicy.model.call import Live
from mfpolicy.model.unusable import Unusable

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"([0-9]{1,5})([smh])\Z")
_LONGEST_WAIT = 24 * 3600
_NAMESERVER = click.option(
    "--nameserver",
    "nameservers",
    multiple=True,
    metavar="ADDRESS[:PORT]",
    help="Whom to ask, in order of preference (default: the system's). Repeatable.",
)
_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(0.1, 60),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the first try of a question lasts. What seems lost is sent again sooner.",
)
_TRIES = click.option(
    "--tries",
    type=click.IntRange(1, 10),
    default=2,
    show_default=True,
    help="How many tries, each twice as long, before a question counts as timed out.",
)
_FETCH = click.option(
    "--fetch-policies",
    is_flag=True,
    help="Fetch the MTA-STS policy file of each domain that announces one, over HTTPS.",
)
_PROBE = click.option(
    "--probe",
    is_flag=True,
    help="Ask the hosts of certificates and connectors by STARTTLS which certificate they show. Needs a way "
    "out to port 25, which many networks close; no mail is sent.",
)
_DNS = click.option(
    "--dns",
    default="live",
    show_default=True,
    metavar="live|offline|FILE",
    help="What DNS answers: asked now, not asked at all, or replayed from a recorded answers.json.",
)
_RECORD = click.option(
    "--record-answers",
    "recording",
    default="",
    metavar="FILE",
    help="Keep what DNS said in FILE; --dns FILE repeats the run.",
)
_ASKING = (_NAMESERVER, _TIMEOUT, _TRIES, _FETCH, _PROBE)
_Command = Callable[..., Any]


def asking_options(function: _Command) -> _Command:
    """Whom to ask and how long; the command gets them as `live`."""

    @functools.wraps(function)
    def with_live(*, dns: str = "live", wait: str = "", **given: Any) -> Any:
        names = ("nameservers", "timeout", "tries", "fetch_policies", "probe")
        asking = {each: given.pop(each) for each in names}
        return function(live=_live(dns, wait, **asking), **given)

    return _with(_ASKING, with_live)


def dns_options(function: _Command) -> _Command:
    """The same, and the choice not to ask: the command gets `live`, `answers` and `recording`."""

    @functools.wraps(function)
    def with_answers(*, dns: str, **given: Any) -> Any:
        if not dns:
            raise click.BadParameter("say live, offline, or the name of a file", param_hint="--dns")
        answers = "" if dns in ("live", "offline") and not os.path.isfile(dns) else dns
        return asking(dns=dns, answers=answers, **given)

    asking = asking_options(function)
    return _with((_DNS, _RECORD), with_answers)


def _with(options: Sequence[Callable[[_Command], _Command]], function: _Command) -> _Command:
    for option in reversed(options):
        function = option(function)
    return function


def _live(
    dns: str,
    wait: str,
    nameservers: tuple[str, ...],
    timeout: float,
    tries: int,
    fetch_policies: bool,
    probe: bool,
) -> Live | None:
    """How to ask; None where DNS is not to be asked."""
    seconds = _seconds(wait) if wait else 0.0
    # No range refuses it: it is neither below nor above.
    if math.isnan(timeout):
        raise click.BadParameter("'nan' is not a number of seconds", param_hint="--timeout")
    if dns != "live":
        given = {"--nameserver": nameservers, "--fetch-policies": fetch_policies, "--probe": probe}
        _refuse({**given, "--wait": wait})
        return None
    shown = progress()
    return Live(
        nameservers=tuple(nameservers),
        timeout=timeout,
        tries=tries,
        fetch_policies=fetch_policies,
        probe=probe,
        wait=seconds,
        progress=shown.asking if shown else None,
        waiting=shown.waiting if shown else None,
    )


def _refuse(given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value:
            raise Unusable(f"{option}: only a live run asks the world; leave it out, or say --dns live")


def _seconds(text: str) -> float:
    found = _DURATION.match(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST_WAIT:
        raise click.BadParameter(f"{text!r} is not a time such as 90s, 15m or 2h", param_hint="--wait")
    return float(seconds)
