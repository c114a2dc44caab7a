"""Behind a proxy of one's own: whose request it was (X-Forwarded-For, X-Forwarded-Proto).

Only what a trusted proxy added is believed: the last address in the list that is
no trusted proxy. What stands before it came from the client, who may write anything.
"""

from ipaddress import ip_address, ip_network


def client_address(environ, trusted):
    """Return the address of the client (str); REMOTE_ADDR where no trusted proxy is in front.

    trusted: addresses and networks (str), like '10.0.0.1' and '10.0.0.0/8'.
    """
    address = environ.get('REMOTE_ADDR', '')
    hops = environ.get('HTTP_X_FORWARDED_FOR', '').split(',')
    while hops and _among(address, trusted):
        hop = hops.pop().strip()
        if _parsed(hop) is None:
            break
        address = hop
    return address


def from_trusted(environ, trusted):
    """Whether the request came by one of the trusted proxies (bool)."""
    return _among(environ.get('REMOTE_ADDR', ''), trusted)


def _parsed(address):
    try:
        return None if '%' in address else ip_address(address)      # a zone may be any text
    except ValueError:
        return None


def _among(address, trusted):
    parsed = _parsed(address)
    return parsed is not None and any(parsed in ip_network(entry, strict=False)
                                      for entry in trusted)
