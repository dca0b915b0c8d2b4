"""DNS record resources that are not read, told by the names of their types."""

from __future__ import annotations

import re

# dns_txt_record_set, ovh_domain_zone_record, gandi_livedns_record, hetznerdns_record, oci_dns_rrset,
# openstack_dns_recordset_v2, namecheap_domain_records, inwx_nameserver_record, and the like.
_RECORD = re.compile(
    r"\w*(?:dns|domain|zone|nameserver)\w*_(?:record|record_?set|rrset)s?(?:_v[0-9]+)?", re.ASCII
)
_OTHERS = re.compile(
    r"(?:digitalocean|linode|namedotcom|ns1|rage4|ultradns)_(?:domain_)?record"
    r"|(?:constellix|infoblox)_(?:a|aaaa|cname|mx|ns|ptr|srv|txt)_record",
    re.ASCII,
)
_NOT_FOR_MAIL = ("_soa_record", "_ptr_record")


def is_record(type: str) -> bool:
    """Whether resources of a type are DNS records for the Internet on which mail depends."""
    if len(type) > 100 or "private_dns" in type or type.endswith(_NOT_FOR_MAIL):
        return False
    return bool(_RECORD.fullmatch(type) or _OTHERS.fullmatch(type))
