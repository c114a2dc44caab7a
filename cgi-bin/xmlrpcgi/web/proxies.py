"""Behind a proxy of one's own: whose request it was (X-Forwarded-For, X-Forwarded-Proto).

Only what a trusted proxy added is believed: the last address in the list that is
no trusted proxy. What stands before it came from the client, who may write anything.
"""

from ipaddress import ip_address, ip_network


class Proxies:
    """The proxies that are trusted: addresses and networks (str), like '10.0.0.1', '10.0.0.0/8'."""

    def __init__(self, trusted):
        self._networks = [ip_network(entry, strict=False) for entry in trusted]

    def client_address(self, environ):
        """Return the client's address (str): REMOTE_ADDR where no trusted proxy is in front."""
        address = environ.get('REMOTE_ADDR', '')
        hops = environ.get('HTTP_X_FORWARDED_FOR', '').split(',')
        while hops and self._trusts(address):
            hop = hops.pop().strip()
            if _parsed(hop) is None:
                break
            address = hop
        return address

    def https(self, environ):
        """Whether a trusted proxy says that the client uses TLS (bool); None where none says."""
        if 'HTTP_X_FORWARDED_PROTO' not in environ \
                or not self._trusts(environ.get('REMOTE_ADDR', '')):
            return None
        return environ['HTTP_X_FORWARDED_PROTO'].strip().lower() == 'https'

    def _trusts(self, address):
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def _parsed(address):
    try:
        return None if '%' in address else ip_address(address)      # a zone may be any text
    except ValueError:
        return None
