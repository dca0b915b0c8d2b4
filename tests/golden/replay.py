"""The history of a synthetic octoDNS repository, commit by commit: what its people do well, and five faults.

python tests/golden/replay.py FOLDER   writes it as a git repository, to look at
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from replay_edits import ANYWHERE, OF_FILES, OF_MAIL, OF_PARKED
from replay_estate import MAIL, PARKED, Estate, spf
from replay_wrong import WRONG, add_wrong_zones
from replay_zones import Records, Zone, lines_of, written
from runs import Repository

Plant = Callable[[Estate, Zone], tuple[str, ...]]


class Fault(NamedTuple):
    """A planted fault: the slug of its error, its file, and the lines of its file that it stands on."""

    slug: str
    file: str
    lines: tuple[int, ...]


class Commit(NamedTuple):
    """All files; the slug of the fault that this repairs, and the fault that it brings."""

    message: str
    files: dict[str, bytes]
    planted: Fault | None = None
    repaired: str = ""


class _Live(NamedTuple):
    """A fault that is in the repository: what is to be put back, and when."""

    slug: str
    zone: Zone
    records: dict[tuple[str, str], Records]
    until: int


def history(seed: int, commits: int) -> Iterator[Commit]:
    """The state that nobody judged, then so many commits."""
    estate = Estate(seed)
    add_wrong_zones(estate)
    wrong, live = dict.fromkeys(WRONG, 0), list[_Live]()
    plants = _plan(estate, commits)
    yield Commit("the zones as they were found", _files(estate))
    for estate.now in range(1, commits + 1):
        over = next((each for each in live if each.until <= estate.now), None)
        if estate.now in plants:
            live.append(_planted(estate, plants[estate.now]))
            yield _with_fault(estate, plants[estate.now], live[-1])
        elif over:
            live.remove(over)
            over.zone.records = over.records
            estate.faulty.discard(over.zone.name)
            yield Commit(f"repair {over.slug} of {over.zone.name}", _files(estate), repaired=over.slug)
        else:
            edits = [_edited(estate, wrong) for _ in range(estate.chance.choice((1, 1, 1, 2, 3)))]
            steps = [f"next step of {name}" for name in estate.due()]
            yield Commit("; ".join(edits + steps), _files(estate))


def _plan(estate: Estate, commits: int) -> dict[int, str]:
    """At which commit which fault comes."""
    at = estate.chance.sample(range(commits // 10, commits - 10), len(_FAULTS))
    return dict(zip(at, _FAULTS, strict=True))


def _planted(estate: Estate, slug: str) -> _Live:
    """In a zone that mails, was never wrong, and has a DMARC record of its own."""
    mailing = [each for each in estate.free() if each in estate.of(MAIL) and each.name not in WRONG]
    fit = [each for each in mailing if each.values("_dmarc", "TXT")]
    zone = estate.chance.choice(fit)
    estate.faulty.add(zone.name)
    return _Live(slug, zone, dict(zone.records), estate.now + estate.chance.randrange(1, 9))


def _with_fault(estate: Estate, slug: str, live: _Live) -> Commit:
    texts = _FAULTS[slug](estate, live.zone)
    fault = Fault(slug, live.zone.path, tuple(lines_of(live.zone, *texts)))
    return Commit(f"plant {slug} in {live.zone.name}", _files(estate), planted=fault)


def _edited(estate: Estate, wrong: dict[str, int]) -> str:
    """One edit, in words."""
    kind = estate.chance.choices(("files", "wrong", "zone"), (15, 15, 70))[0]
    if kind == "files":
        of_files = estate.chance.choice(OF_FILES)
        of_files(estate)
        return of_files.__name__
    if kind == "wrong":
        return _still_wrong(estate, wrong)
    zone = estate.chance.choice([each for each in estate.free() if each.name not in wrong])
    purpose = OF_PARKED if zone in estate.of(PARKED) else OF_MAIL
    edit = estate.chance.choice(estate.chance.choices((ANYWHERE, purpose), (20, 80))[0])
    edit(estate, zone)
    return f"{edit.__name__} {zone.name}"


def _still_wrong(estate: Estate, wrong: dict[str, int]) -> str:
    """An edit of what was wrong before, each in its turn; later some are mended, and others never."""
    name = min(wrong, key=lambda each: wrong[each])
    if wrong[name] > 2 and len(wrong) > len(WRONG) // 2 and estate.chance.random() < 0.5:
        del wrong[name]
        WRONG[name].mended(estate, estate.zones[name])
        return f"mend {name}"
    wrong[name] += 1
    WRONG[name].edited(estate, estate.zones[name])
    return f"edit {name}"


def _files(estate: Estate) -> dict[str, bytes]:
    found = {zone.path: written(zone) for zone in estate.zones.values()}
    return {**found, "zones/config.yaml": estate.config().encode(), "README.md": b"Zones of a firm\n"}


def _second_spf(estate: Estate, zone: Zone) -> tuple[str, ...]:
    first, second = zone.spf, f"v=spf1 ip4:{estate.address()} include:_spf1.example.net -all"
    zone.add("", "TXT", second)
    return first, second


def _term_without_name(estate: Estate, zone: Zone) -> tuple[str, ...]:
    *terms, last = zone.spf.split()
    spf(zone, " ".join([*terms, "_spf1.example.net", last]))
    return (zone.spf,)


def _policy_as_alias(estate: Estate, zone: Zone) -> tuple[str, ...]:
    (text,) = zone.values("_dmarc", "TXT")
    zone.drop("_dmarc", "TXT")
    zone.put("_dmarc", "CNAME", text)
    return (text,)


def _half_a_key(estate: Estate, zone: Zone) -> tuple[str, ...]:
    text = estate.key()[:300]
    zone.put("half._domainkey", "TXT", text)
    return (text[:150],)


def _no_policy(estate: Estate, zone: Zone) -> tuple[str, ...]:
    (text,) = zone.values("_dmarc", "TXT")
    weak = text.replace("p=reject", "p=none", 1)
    zone.put("_dmarc", "TXT", weak)
    return (weak,)


_FAULTS: dict[str, Plant] = {
    "several-spf-records": _second_spf,
    "spf-syntax-error": _term_without_name,
    "cname-target-is-text": _policy_as_alias,
    "damaged-key": _half_a_key,
    "dmarc-policy-none": _no_policy,
}

if __name__ == "__main__":
    repository = Repository(Path(sys.argv[1]))
    for each in history(1, 300):
        repository.commit(each.files, each.message)
