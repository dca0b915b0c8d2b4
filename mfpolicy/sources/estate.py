"""Everything that a run is about, read in one pass: intent, zones, answers, profile, rules, senders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.model.call import NOWHERE, TenantPaths
from mfpolicy.model.dns import Answers, PolicyFile, Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.intent import Intent, Sender, ZoneSource
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Profile, Rule
from mfpolicy.model.tenant import Tenant
from mfpolicy.model.unusable import Unusable
from mfpolicy.records.certificate import Chain, parse
from mfpolicy.records.certificate_file import LARGEST, PRIVATE, NotACertificate
from mfpolicy.sources.answers import read_answers
from mfpolicy.sources.intent import read_intent
from mfpolicy.sources.profiles import read_profile
from mfpolicy.sources.rules import read_rule
from mfpolicy.sources.senders import over
from mfpolicy.sources.shape import suggestion
from mfpolicy.sources.tenants import TenantSet, read_tenant
from mfpolicy.sources.zones import FORMATS, SourceFiles, ZoneSet, read_zones

MAX_FAULTS = 500  # of one file: more tell nothing new, and each costs time in every rule about files

_WITH_KEYS = (".pfx", ".p12")  # PKCS #12 is made to hold private keys

MAX_RECORDING = 128 * 2**20  # bytes; ten thousand domains take about 25 MB


class Shipped(msgspec.Struct, frozen=True):
    """What comes with the program: its rules, profiles and senders."""

    rules: tuple[Rule, ...] = ()
    profiles: dict[str, Profile] = {}
    senders: tuple[Sender, ...] = ()


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged, by which rules, and what was wrong with the files. `policies` are the MTA-STS policies
    of the repository by domain, `certificates` its certificates by path; `tenant` is None where none is
    declared, `proposal` what a change would make of it, `premises` one's own Exchange servers; `profile_file`
    is the user's own; `files` are those that had a say. `former` has, by the path of their source, the zones
    before the change where the source tells them itself."""

    intent: Intent = Intent()
    zones: tuple[Zone, ...] = ()
    former: Mapping[str, tuple[Zone, ...]] = {}
    answers: Answers = Answers()
    policies: Mapping[str, PolicyFile] = {}
    certificates: Mapping[str, Chain] = {}
    tenant: Tenant | None = None
    proposal: Tenant | None = None
    premises: Tenant | None = None
    profile: Profile
    profile_file: str = ""
    rules: tuple[Rule, ...] = ()
    senders: dict[str, Sender] = {}
    faults: tuple[Fault, ...] = ()
    files: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """An intent, and what is wrong in its files."""

    intent: Intent = Intent()
    faults: tuple[Fault, ...] = ()


def read_said(files: SourceFiles, path: str, ours: Shipped) -> Said:
    """The intent at a path, nothing without one; `Unusable` where there is no such file."""
    if not path:
        return Said()
    return Said(*read_intent(needed(files, path), path, files, [each.name for each in ours.senders]))


def read_estate(
    files: SourceFiles,
    said: Said,
    zone_paths: Sequence[ZoneSource],
    answers_path: str,
    profile: str,
    ours: Shipped,
    tenant: TenantPaths = NOWHERE,
) -> Estate:
    """Read all that a call names. Faults in the user's estate are findings; a call that names what is not
    there, answers that cannot be read or a faulty rule raise `Unusable`."""
    profile = profile or said.intent.profile
    bare = Estate(
        answers=_answers(files, answers_path),
        profile=_profile(files, profile, ours),
        profile_file=profile if _is_file(profile) else "",
        rules=(*ours.rules, *read_rules(files, said.intent.rules)),
    )
    return declaring(bare, files, said, tuple(zone_paths) or said.intent.zones, ours, tenant)


def declaring(
    estate: Estate,
    files: SourceFiles,
    said: Said,
    sources: Sequence[ZoneSource],
    ours: Shipped,
    tenant: TenantPaths = NOWHERE,
) -> Estate:
    """The estate with what an intent says, and with the zones of some sources: judged by the same rules over
    the same answers. The `tenant` of the call stands over that of the intent, path by path."""
    read = read_sources(files, sources)
    zones = united(read.values())
    policies, policy_faults = policies_of(files, said.intent)
    certificates, certificate_faults = certificates_of(files, said.intent)
    exported, proposal, premises = tenants_of(files, said.intent, tenant)
    of_tenants = [fault for each in (exported, proposal, premises) for fault in each.faults]
    own_faults = (*policy_faults, *certificate_faults, *of_tenants)
    faults = tuple(_bounded((*said.faults, *zones.faults, *own_faults)))
    named = (*zones.files, *certificates, *exported.files, *proposal.files, *premises.files)
    return msgspec.structs.replace(
        estate,
        intent=said.intent,
        zones=zones.zones,
        former={each.path: found.former for each, found in read.items() if found.former is not None},
        policies=policies,
        certificates=certificates,
        tenant=_there(exported),
        proposal=_there(proposal),
        premises=_there(premises),
        senders=over({each.name: each for each in ours.senders}, said.intent.senders),
        faults=faults,
        files=frozenset((*named, *(each.place.file for each in faults if each.place))),
    )


def needed(files: SourceFiles, path: str) -> str:
    """The text of a file that the call cannot do without."""
    return _found(files.text(path))


def _found(text: str | Fault) -> str:
    if isinstance(text, Fault):
        raise Unusable([text])
    return text


def zones_of(files: SourceFiles, sources: Sequence[ZoneSource]) -> ZoneSet:
    """The zones of some sources, what is wrong in their files, and which files those are."""
    return united(read_sources(files, sources).values())


def read_sources(files: SourceFiles, sources: Sequence[ZoneSource]) -> dict[ZoneSource, ZoneSet]:
    """What each source holds."""
    found: dict[ZoneSource, ZoneSet] = {}
    for source in sources:
        if source.format not in FORMATS:
            hint = suggestion(source.format, FORMATS)
            raise Unusable(
                f"there is no zone format {source.format!r}; there are {', '.join(sorted(FORMATS))}{hint}"
            )
        found[source] = read_zones(source.format, source.path, files, source.place)
    return found


def united(found: Collection[ZoneSet]) -> ZoneSet:
    """Several sources as one."""
    return ZoneSet(
        tuple(zone for each in found for zone in each.zones),
        tuple(fault for each in found for fault in each.faults),
        tuple(file for each in found for file in each.files),
    )


def policies_of(files: SourceFiles, intent: Intent) -> tuple[dict[str, PolicyFile], tuple[Fault, ...]]:
    """The policy files that the intent names; of one that cannot be read nothing is known."""
    policies: dict[str, PolicyFile] = {}
    faults: list[Fault] = []
    for domain in intent.domains:
        if not domain.mta_sts.policy:
            continue
        path = domain.mta_sts.policy
        text = files.text(path)
        if isinstance(text, Fault):
            faults.append(text)
        else:
            policies[domain.name] = PolicyFile("FETCHED", text, place=Span(path, 0, len(text)))
    return policies, tuple(dict.fromkeys(faults))


def certificates_of(files: SourceFiles, intent: Intent) -> tuple[dict[str, Chain], tuple[Fault, ...]]:
    """The certificate files that the intent names, by path; of one that cannot be read nothing is known. No
    text of such a file is kept: somebody may have put a private key there."""
    certificates: dict[str, Chain] = {}
    faults: list[Fault] = []
    named = [path for each in intent.tenant.certificates for path in (each.current, each.next) if path]
    for path in dict.fromkeys(named):
        found = _certificate(files, path)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            certificates[path] = found
    return certificates, tuple(faults)


def _certificate(files: SourceFiles, path: str) -> Chain | Fault:
    if path.lower().endswith(_WITH_KEYS):
        return Fault("unreadable-file", f"{path} {PRIVATE}", Span(path, 0, 0))
    data = files.data(path, LARGEST)
    if isinstance(data, Fault):
        return data
    try:
        return parse(data)
    except NotACertificate as error:
        return Fault("unreadable-file", f"{path} {error}", Span(path, 0, 0))


def tenants_of(
    files: SourceFiles, intent: Intent, call: TenantPaths
) -> tuple[TenantSet, TenantSet, TenantSet]:
    """The tenant, what is proposed for it, and one's own servers: where the call says, else the intent; of no
    file without either."""
    source, servers = intent.tenant.source, intent.tenant.premises
    live, place = (call.live, None) if call.live else (source.live, source.place)
    proposed = call.proposed or ("" if call.live else source.proposed)
    premises = call.premises or servers.export
    none = TenantSet(Tenant())
    return (
        read_tenant(live, files, place) if live else none,
        read_tenant(proposed, files, None if call.proposed else place, proposed=True) if proposed else none,
        read_tenant(premises, files, servers.place, organization="on-premises") if premises else none,
    )


def _there(found: TenantSet) -> Tenant | None:
    return found.tenant if found.files or found.faults else None


def _answers(files: SourceFiles, path: str) -> Answers:
    if not path:
        return Answers()
    answers, faults = read_answers(_found(files.text(path, MAX_RECORDING)), path)
    if faults:
        raise Unusable(faults)
    return answers


def _profile(files: SourceFiles, name: str, ours: Shipped) -> Profile:
    if name in ours.profiles:
        return ours.profiles[name]
    if not _is_file(name):
        hint = suggestion(name, ours.profiles)
        raise Unusable(
            f"there is no profile {name!r}; there are {', '.join(ours.profiles)}, or a file of your own{hint}"
        )
    profile, faults = read_profile(needed(files, name), name)
    if profile is None or faults:
        raise Unusable(faults)
    return profile


def _bounded(faults: Sequence[Fault]) -> Iterator[Fault]:
    """The first faults of each file; how many more there are is one of its own, so that none passes."""
    counts: Counter[str] = Counter()
    for fault in faults:
        file = fault.place.file if fault.place else ""
        counts[file] += 1
        if counts[file] <= MAX_FAULTS:
            yield fault
    for file, count in counts.items():
        if count > MAX_FAULTS:
            text = f"has {count - MAX_FAULTS:,} more faults than the {MAX_FAULTS} that are shown"
            yield Fault("too-large", text, Span(file, 0, 0))


def _is_file(profile: str) -> bool:
    return profile.endswith((".yaml", ".yml"))


def read_rules(files: SourceFiles, folders: Sequence[str]) -> tuple[Rule, ...]:
    """The rule files right inside these folders; one that is faulty, or a folder without any, makes the
    whole run `Unusable`: rules that are never read would look like rules that pass."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for folder in folders:
        paths = [path for path in files.listing(folder) if path.endswith((".yaml", ".yml"))]
        if not paths:
            faults.append(
                Fault("unreadable-file", "there is no rule file in this folder", Span(folder, 0, 0))
            )
        for path in paths:
            rule, found = read_rule(needed(files, path), path)
            rules += [rule] if rule else []
            faults += found
    if faults:
        raise Unusable(faults)
    return tuple(rules)
