"""What counts as one address: what one household or one attacker has."""

import ipaddress


def network_of(address: str) -> str:
    """Give what is counted as one address: IPv4 as it is, IPv6 by /64, which is what one line is given."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
