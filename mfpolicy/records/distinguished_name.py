"""Names of subjects and issuers (X.501), written as Windows and Exchange write them.

The names of attributes are Microsoft's (MS-OSCO, subject names of certificates), quotation is that of
CertNameToStr, and the most specific attribute comes first, as in .NET's X509Certificate2.Subject.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

_COMMON = "2.5.4.3"
_KEYS = {
    _COMMON: "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.13": "Description",
    "2.5.4.17": "PostalCode",
    "2.5.4.18": "POBox",
    "2.5.4.20": "Phone",
    "2.5.4.42": "G",
    "2.5.4.43": "I",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "E",
}
_QUOTED = re.compile(r'[,+="\n<>#;]|\A\s|\s\Z|\A\Z')


def distinguished_name(name: x509.Name) -> str:
    """A name as text: `CN=mail.contoso.com, O="Contoso, Ltd.", C=US`."""
    return ", ".join(" + ".join(_attribute(each) for each in part) for part in reversed(name.rdns))


def common_name(name: x509.Name) -> str:
    """The most specific common name; empty where there is none."""
    every = [each for part in name.rdns for each in part if each.oid.dotted_string == _COMMON]
    return _text(every[-1].value) if every else ""


def _attribute(each: x509.NameAttribute[str | bytes]) -> str:
    oid, text = each.oid.dotted_string, _text(each.value)
    doubled = text.replace('"', '""')
    value = f'"{doubled}"' if _QUOTED.search(text) else text
    return f"{_KEYS.get(oid, f'OID.{oid}')}={value}"


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.hex()
