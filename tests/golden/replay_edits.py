"""What people do to zones day by day, done as it should be: no mail stops, and nothing gets weaker."""

from __future__ import annotations

from collections.abc import Callable

from replay_estate import MAIL, NAMESERVERS, PARENTS, PARKED, PROVIDERS, Estate, mail_at, mailing, parked, spf
from replay_zones import Look, Records, Zone

Edit = Callable[[Estate, Zone], None]
_SENDERS = {
    "sendgrid.net": {"s1": "s1.domainkey.u{}.wl.sendgrid.net.", "s2": "s2.domainkey.u{}.wl.sendgrid.net."},
    "servers.mcsv.net": {"k2": "dkim2.mcsv.net.", "k3": "dkim3.mcsv.net."},
    "amazonses.com": {"{}a": "{}a.dkim.amazonses.com.", "{}b": "{}b.dkim.amazonses.com."},
}
_MOST_TERMS = 9  # none of them costs more than one lookup that is known


def add_host(estate: Estate, zone: Zone) -> None:
    name = f"host{estate.serial()}"
    zone.put(name, "A", estate.address())
    if estate.chance.random() < 0.5:
        zone.put(name, "AAAA", f"2001:db8::{estate.serial():x}")


def move_host(estate: Estate, zone: Zone) -> None:
    zone.put(_host(estate, zone), "A", estate.address())


def remove_host(estate: Estate, zone: Zone) -> None:
    name = _host(estate, zone)
    zone.records = {key: each for key, each in zone.records.items() if key[0] != name}


def add_alias(estate: Estate, zone: Zone) -> None:
    zone.put(f"app{estate.serial()}", "CNAME", "apps.example.net.")


def delegate(estate: Estate, zone: Zone) -> None:
    zone.put(f"lab{estate.serial()}", "NS", *NAMESERVERS)


def verify(estate: Estate, zone: Zone) -> None:
    zone.add("", "TXT", f"google-site-verification={estate.chance.randbytes(16).hex()}")


def verify_below(estate: Estate, zone: Zone) -> None:
    zone.add("_github-challenge-contoso", "TXT", estate.chance.randbytes(5).hex())


def forget_verification(estate: Estate, zone: Zone) -> None:
    texts = zone.values("", "TXT")
    zone.put("", "TXT", *[each for each in texts if not each.startswith("google-site")] or texts)


def time_of_mx(estate: Estate, zone: Zone) -> None:
    zone.records["", "MX"] = Records(zone.values("", "MX"), estate.chance.choice((300, 600, 1800, 3600)))


def time_of_texts(estate: Estate, zone: Zone) -> None:
    zone.records["", "TXT"] = Records(zone.values("", "TXT"), estate.chance.choice((300, 600, 1800, 3600)))


def another_exchanger(estate: Estate, zone: Zone) -> None:
    """Of the domain's own, where it has its own; SPF names them by mx."""
    if " mx " not in zone.spf or len(zone.values("", "MX")) > 3:
        return
    name = f"mail{estate.serial()}"
    zone.put(name, "A", estate.address())
    zone.add("", "MX", f"30 {name}.{zone.name}.")


def add_sender(estate: Estate, zone: Zone) -> None:
    include, keys = estate.chance.choice(sorted(_SENDERS.items()))
    if include in zone.spf or len(zone.spf.split()) > _MOST_TERMS:
        return
    number = estate.serial()
    _with_term(zone, f"include:{include}")
    for selector, target in keys.items():
        zone.put(f"{selector.format(number)}._domainkey", "CNAME", target.format(number))


def add_address(estate: Estate, zone: Zone) -> None:
    if len(zone.spf.split()) <= _MOST_TERMS:
        _with_term(zone, f"ip4:{estate.address()}")


def reorder_spf(estate: Estate, zone: Zone) -> None:
    version, *terms, last = zone.spf.split()
    spf(zone, " ".join([version, *estate.chance.sample(terms, len(terms)), last]))


def respell_spf(estate: Estate, zone: Zone) -> None:
    """Case, spacing and the prefix that is meant anyway (RFC 7208, 4.6.1 and 5.6)."""
    terms = [_respelled(estate, each) for each in zone.spf.split()]
    spf(zone, estate.chance.choice((" ", "  ")).join(terms))


def tighten_spf(estate: Estate, zone: Zone) -> None:
    spf(zone, zone.spf.replace("~all", "-all"))


def share_spf(estate: Estate, zone: Zone) -> None:
    """The same addresses, in a record of their own."""
    terms = zone.spf.split()
    addresses = [each for each in terms if each.startswith("ip4:")]
    if not addresses or f"_spf.{zone.name}" in zone.spf:
        return
    zone.put("_spf", "TXT", " ".join(["v=spf1", *addresses, "-all"]))
    others = [each for each in terms[1:-1] if each not in addresses]
    spf(zone, " ".join(["v=spf1", *others, f"include:_spf.{zone.name}", terms[-1]]))


def rotate_key(estate: Estate, zone: Zone) -> None:
    """The new key beside the old one; later that is revoked, and later still removed (M3AAWG, "DKIM Key
    Rotation")."""
    old = [owner for owner, type in zone.records if type == "TXT" and _is_live_key(zone, owner)]
    if not old or zone.name in estate.rotating:
        return
    zone.put(f"key{estate.serial()}._domainkey", "TXT", estate.key())
    estate.rotating.add(zone.name)
    estate.later(4, zone, lambda: zone.put(old[0], "TXT", "v=DKIM1; p="))
    estate.later(8, zone, lambda: _rotated(estate, zone, old[0]))


def reorder_dmarc(estate: Estate, zone: Zone) -> None:
    """The policy stays behind the version (RFC 7489, 6.3)."""
    if not _dmarc(zone):
        return
    first, policy, *rest = [each.strip() for each in _dmarc(zone).split(";") if each.strip()]
    text = "; ".join([first, policy, *estate.chance.sample(rest, len(rest))])
    zone.put("_dmarc", "TXT", text + estate.chance.choice(("", ";", " ;")))


def more_reports(estate: Estate, zone: Zone) -> None:
    if _dmarc(zone).count("mailto:") == 1:
        added = f"mailto:dmarc{estate.serial()}@{zone.name},mailto:"
        zone.put("_dmarc", "TXT", _dmarc(zone).replace("mailto:", added))


def spell_out_dmarc(estate: Estate, zone: Zone) -> None:
    """What holds by default (RFC 7489, 6.3)."""
    if _dmarc(zone) and "adkim" not in _dmarc(zone):
        zone.put("_dmarc", "TXT", _dmarc(zone).rstrip("; ") + "; adkim=r; aspf=r; fo=0")


def share_dmarc(estate: Estate, zone: Zone) -> None:
    """The same policy, from the one place where the firm keeps it."""
    if _dmarc(zone) and zone.name != "example.net":
        zone.drop("_dmarc", "TXT")
        zone.put("_dmarc", "CNAME", "_policy.example.net.")


def report_tls(estate: Estate, zone: Zone) -> None:
    zone.put("_smtp._tls", "TXT", f"v=TLSRPTv1; rua=mailto:tls@{zone.name}")


def announce_tls(estate: Estate, zone: Zone) -> None:
    """MTA-STS, or a new version of its policy; reports come first."""
    report_tls(estate, zone)
    zone.put("mta-sts", "A", "192.0.2.25")
    zone.put("_mta-sts", "TXT", f"v=STSv1; id=2026{estate.serial():06}")


def newsletter(estate: Estate, zone: Zone) -> None:
    """A subdomain with all that mail needs, in one go; one is enough."""
    if "n1._domainkey.news" in zone.owners():
        return
    name, host = "news", f"mail1.{zone.name}."
    zone.put(name, "MX", f"10 {host if zone.values('mail1', 'A') else 'smtp.google.com.'}")
    zone.put(name, "TXT", f"v=spf1 ip4:{estate.address()} -all")
    zone.put(f"n1._domainkey.{name}", "TXT", estate.key())


def activate(estate: Estate, zone: Zone) -> None:
    """A parked zone begins to mail: its file moves first."""
    zone.folder = estate.folders[MAIL]
    provider = estate.chance.choice(PROVIDERS)
    estate.starting.add(zone.name)
    estate.later(2, zone, lambda: _activated(estate, zone, provider))


def forbid_keys(estate: Estate, zone: Zone) -> None:
    zone.put("*._domainkey", "TXT", "v=DKIM1; p=")


def add_zone(estate: Estate) -> None:
    name = f"new-{estate.serial():03}.{estate.chance.choice(PARENTS)}"
    if estate.chance.random() < 0.5:
        parked(estate, name)
    else:
        mailing(estate, name, estate.chance.choice(PROVIDERS))


def rewrite(estate: Estate) -> None:
    """Some files as somebody else would write them."""
    for zone in estate.chance.sample(list(estate.zones.values()), estate.chance.choice((1, 1, 1, 3, 8))):
        zone.look = look(estate)


def rewrite_all(estate: Estate) -> None:
    """A new formatter, over every file."""
    same = look(estate)
    for zone in estate.zones.values():
        zone.look = same


def rename_folder(estate: Estate) -> None:
    """A folder with all its files, as the configuration says from then on."""
    purpose = estate.chance.choice((MAIL, PARKED))
    moved, name = estate.of(purpose), f"{purpose}-{estate.serial()}"
    estate.folders[purpose] = name
    for zone in moved:
        zone.folder = name


def look(estate: Estate) -> Look:
    """Any way to write a file."""
    chance = estate.chance
    return Look(
        seed=chance.choice((0, chance.randrange(1, 1000))),
        quote=chance.choice(("", "'", '"')),
        escaped=chance.random() < 0.3,
        split=chance.random() < 0.3,
        flow=chance.random() < 0.2,
        comment=chance.choice(("", 'kept by the mail team: ask before you edit, "really"')),
        start=chance.random() < 0.5,
        newline=chance.choice(("\n", "\n", "\r\n")),
    )


ANYWHERE: tuple[Edit, ...] = (add_host, move_host, remove_host, add_alias, delegate, verify, verify_below)
OF_MAIL: tuple[Edit, ...] = (
    *(forget_verification, time_of_mx, time_of_texts, another_exchanger, add_sender, add_sender, add_address),
    *(add_address, reorder_spf, respell_spf, tighten_spf, share_spf, rotate_key, rotate_key, rotate_key),
    *(reorder_dmarc, more_reports, spell_out_dmarc, share_dmarc, report_tls, announce_tls, newsletter),
)
OF_PARKED: tuple[Edit, ...] = (activate, forbid_keys, verify, time_of_mx, time_of_texts)
OF_FILES: tuple[Callable[[Estate], None], ...] = (
    *(add_zone, rewrite, rewrite, rewrite, rewrite, rewrite_all, rename_folder, rename_folder),
)


def _activated(estate: Estate, zone: Zone, provider: str) -> None:
    mail_at(estate, zone, provider)
    estate.starting.discard(zone.name)


def _rotated(estate: Estate, zone: Zone, owner: str) -> None:
    zone.drop(owner, "TXT")
    estate.rotating.discard(zone.name)


def _host(estate: Estate, zone: Zone) -> str:
    """A host without mail; a new one where there is none yet."""
    hosts = sorted(owner for owner in zone.owners() if owner.startswith("host"))
    if not hosts:
        add_host(estate, zone)
        return _host(estate, zone)
    return estate.chance.choice(hosts)


def _with_term(zone: Zone, term: str) -> None:
    *terms, last = zone.spf.split()
    spf(zone, " ".join([*terms, term, last]))


def _respelled(estate: Estate, term: str) -> str:
    name, colon, value = term.partition(":")
    if name == "ip4" and "/" not in value:
        return f"{name}:{value}/32"
    return f"{estate.chance.choice((name, name.upper()))}{colon}{value}" if colon else term


def _is_live_key(zone: Zone, owner: str) -> bool:
    return owner.endswith("._domainkey") and zone.values(owner, "TXT")[0].startswith("v=DKIM1; k=rsa; p=M")


def _dmarc(zone: Zone) -> str:
    """Empty where the record is shared."""
    return next(iter(zone.values("_dmarc", "TXT")), "")
