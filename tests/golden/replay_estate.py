"""The zones of one firm: those that mail, those that are parked, and what both publish."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from replay_zones import Zone

NAMESERVERS = ("ns1.example.net.", "ns2.example.net.")
PARENTS = ("example.com", "example.net", "example.org")
MAIL, PARKED = "mail", "parked"
# The SubjectPublicKeyInfo of an RSA key around its modulus, for 2048 and for 512 bits (RFC 8017, A.1.1).
_STRONG = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_WEAK = bytes.fromhex("305c300d06092a864886f70d0101010500034b003048024100")
_EXPONENT = bytes.fromhex("0203010001")


class Estate:
    """The zones by their names, the folders that they lie in, and the chance that decides what comes next."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.zones: dict[str, Zone] = {}
        self.folders = {MAIL: "mail", PARKED: "parked"}
        self.now = 0
        self.rotating: set[str] = set()
        self.starting: set[str] = set()  # parked zones that are about to mail
        self.faulty: set[str] = set()
        self._due: list[tuple[int, Zone, Callable[[], None]]] = []
        self._serial = 0
        self._shared()
        for at in range(7):
            mailing(self, f"shop-{at:02}.{PARENTS[at % 3]}", PROVIDERS[at % 3])
        for at in range(3):
            parked(self, f"brand-{at:02}.{PARENTS[at % 3]}")

    def serial(self) -> int:
        """A number that was not there before."""
        self._serial += 1
        return self._serial

    def address(self) -> str:
        """An address for documentation (RFC 5737)."""
        return f"{self.chance.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self.chance.randrange(1, 255)}"

    def key(self, octets: int = 256) -> str:
        """An RSA key as DKIM publishes it; nobody has its private half."""
        modulus = bytearray(self.chance.randbytes(octets))
        modulus[0], modulus[-1] = modulus[0] | 0x80, modulus[-1] | 1
        der = (_STRONG if octets == 256 else _WEAK) + modulus + _EXPONENT
        return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"

    def zone(self, name: str, purpose: str) -> Zone:
        """A new zone, served, and delegated to where its parent is here."""
        zone = self.zones[name] = Zone(name, self.folders[purpose])
        zone.put("", "NS", *NAMESERVERS)
        label, _, parent = name.partition(".")
        if parent in self.zones:
            self.zones[parent].put(label, "NS", *NAMESERVERS)
        return zone

    def of(self, purpose: str) -> list[Zone]:
        """The zones of one folder."""
        return [each for each in self.zones.values() if each.folder == self.folders[purpose]]

    def free(self) -> list[Zone]:
        """The zones that may be edited."""
        return [each for each in self.zones.values() if each.name not in self.starting | self.faulty]

    def later(self, commits: int, zone: Zone, step: Callable[[], None]) -> None:
        """A step on a zone that comes so many commits later, or when the zone has no fault."""
        self._due.append((self.now + commits, zone, step))

    def due(self) -> list[str]:
        """Take the steps whose time has come; the names of their zones."""
        ready = [each for each in self._due if each[0] <= self.now and each[1].name not in self.faulty]
        self._due = [each for each in self._due if each not in ready]
        for _, _, step in ready:
            step()
        return [zone.name for _, zone, _ in ready]

    def config(self) -> str:
        """octoDNS' own configuration: one provider for each folder."""
        found = ["providers:"]
        for name, folder in self.folders.items():
            found += [f"  {name}:", "    class: octodns.provider.yaml.YamlProvider"]
            found += [f"    directory: ./zones/{folder}"]
        return "\n".join([*found, "zones:", f"  '*': {{sources: [{', '.join(self.folders)}]}}", ""])

    def _shared(self) -> None:
        """The zones above the others; one of them has what others include."""
        for name in PARENTS:
            mailing(self, name, "own")
        shared = self.zones["example.net"]
        for at, host in enumerate(("ns1", "ns2")):
            shared.put(host, "A", f"192.0.2.{at + 1}")
        for at in range(1, 15):
            shared.put(f"_spf{at}", "TXT", f"v=spf1 ip4:{self.address()} -all")
        shared.put("_policy", "TXT", "v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@example.net")
        shared.put("*._report._dmarc", "TXT", "v=DMARC1")


def mailing(estate: Estate, name: str, provider: str) -> Zone:
    """A zone that sends and takes mail, as its provider tells people to publish it."""
    zone = estate.zone(name, MAIL)
    zone.put("", "A", estate.address())
    mail_at(estate, zone, provider)
    return zone


def mail_at(estate: Estate, zone: Zone, provider: str) -> None:
    """Mail for the apex of a zone."""
    _PUBLISHED[provider](estate, zone)
    zone.put("_dmarc", "TXT", f"v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@{zone.name}")


def parked(estate: Estate, name: str) -> Zone:
    """A zone without mail (M3AAWG, "Protecting Parked Domains")."""
    zone = estate.zone(name, PARKED)
    zone.put("", "MX", "0 .")
    zone.put("", "TXT", "v=spf1 -all")
    zone.put("_dmarc", "TXT", "v=DMARC1; p=reject; sp=reject")
    return zone


def spf(zone: Zone, record: str) -> None:
    """This SPF record at the apex, beside all other texts."""
    others = [each for each in zone.values("", "TXT") if not each.startswith("v=spf1")]
    zone.put("", "TXT", *others, record)


def _own(estate: Estate, zone: Zone) -> None:
    for at in (1, 2):
        zone.put(f"mail{at}", "A", estate.address())
    zone.put("", "MX", f"10 mail1.{zone.name}.", f"20 mail2.{zone.name}.")
    spf(zone, f"v=spf1 mx ip4:{estate.address()} -all")
    zone.put(f"key{estate.serial()}._domainkey", "TXT", estate.key())


def _microsoft(estate: Estate, zone: Zone) -> None:
    host = zone.name.replace("-", "").replace(".", "-")
    zone.put("", "MX", f"0 {host}.mail.protection.outlook.com.")
    spf(zone, "v=spf1 include:spf.protection.outlook.com -all")
    for at in (1, 2):
        target = f"selector{at}-{host}._domainkey.contoso.onmicrosoft.com."
        zone.put(f"selector{at}._domainkey", "CNAME", target)
    zone.put("autodiscover", "CNAME", "autodiscover.outlook.com.")


def _google(estate: Estate, zone: Zone) -> None:
    zone.put("", "MX", "1 smtp.google.com.")
    spf(zone, "v=spf1 include:_spf.google.com ~all")
    zone.put("google._domainkey", "TXT", estate.key())


_PUBLISHED: dict[str, Callable[[Estate, Zone], None]] = {
    "own": _own,
    "microsoft": _microsoft,
    "google": _google,
}
PROVIDERS = tuple(_PUBLISHED)
