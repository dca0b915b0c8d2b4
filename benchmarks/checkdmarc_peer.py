"""checkdmarc over a list of domains, in a process of its own, through its own library functions.

    python -m benchmarks.checkdmarc_peer NAMESERVER mail|all < domains.txt

`all` is its `check_domains`; `mail` is the part of it that reads mail records: MX, SPF, DMARC, MTA-STS and
TLS reporting. Neither opens SMTP or TLS (its default), asks BIMI or, to its favour, fetches MTA-STS policies.
It prints how many domains it judged, of them how many with a valid SPF record, and how many with DMARC.
"""

from __future__ import annotations

import sys
from typing import Any

import checkdmarc  # type: ignore[import-untyped]
from checkdmarc import dmarc, mta_sts, smtp, smtp_tls_reporting, spf

Result = dict[str, Any]


def no_download(domain: str, **_: object) -> None:
    """What checkdmarc raises itself when a policy host is out of reach."""
    raise mta_sts.MTASTSPolicyDownloadError(f"{domain}: not fetched", data=None)


def mail(domain: str, nameservers: list[str]) -> Result:
    """The checks of mail records alone."""
    return {
        "mta_sts": mta_sts.check_mta_sts(domain, nameservers=nameservers),
        "mx": smtp.check_mx(domain, nameservers=nameservers),
        "spf": spf.check_spf(domain, nameservers=nameservers),
        "dmarc": dmarc.check_dmarc(domain, nameservers=nameservers),
        "tls_rpt": smtp_tls_reporting.check_smtp_tls_reporting(domain, nameservers=nameservers),
    }


def whole(domain: str, nameservers: list[str]) -> Result:
    """All that its `check_domains` does, DNSSEC, SOA and NS too."""
    return dict(checkdmarc.check_domains([domain], bimi_selector=None, nameservers=nameservers))


def main(nameserver: str, part: str) -> None:
    mta_sts.download_mta_sts_policy = no_download
    check = whole if part == "all" else mail
    results = [check(name, [nameserver]) for name in sys.stdin.read().split()]
    counts = [sum(bool(each[key].get("valid")) for each in results) for key in ("spf", "dmarc")]
    sys.stdout.write(f"{len(results)} domains, {counts[0]} valid SPF, {counts[1]} valid DMARC\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
