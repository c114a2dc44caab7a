"""Whose request a trusted proxy passed on (X-Forwarded-For, X-Forwarded-Proto).

Only what a trusted proxy added is believed: the last address in the list that is not a trusted
proxy's. All before that came from the client, who may write anything. Proxies write an address
alone, with a port (`203.0.113.7:51234`), in brackets (`[2001:db8::7]:443`), or as IPv6
(`::ffff:203.0.113.7`): all of these are the one address.
"""

from ipaddress import ip_address, ip_network

from .twins import refuse_twins

UNIX = 'unix:'              # in the setting: a proxy that connects by a Unix socket


class Proxies:
    """The proxies that are trusted: addresses, networks (str, like '10.0.0.0/8'), and UNIX."""

    def __init__(self, trusted):
        self._networks = [ip_network(entry, strict=False) for entry in trusted if entry != UNIX]
        self._unix = UNIX in trusted

    def admit(self, request):
        """Have `request` believe its proxy; raises Refusal where a client may have said that."""
        refuse_twins()
        request.proxies = self

    def client_address(self, environ):
        """Return the client's address (str): REMOTE_ADDR where no trusted proxy is in front.

        '' where the proxy has no address and names none.
        """
        peer = environ.get('REMOTE_ADDR', '')
        address = parsed(peer)
        if address is None:
            if not self._is_unix(peer):
                return peer
            shown = ''
        else:
            shown = str(address)
        hops = environ.get('HTTP_X_FORWARDED_FOR', '').split(',')
        while hops and (address is None or self._is_known(address)):
            hop = parsed(hops.pop())
            if hop is None:
                break
            address, shown = hop, str(hop)
        return shown

    def https(self, environ):
        """Whether a trusted proxy says that the client uses TLS (bool); None where none says."""
        peer = environ.get('REMOTE_ADDR', '')
        address = parsed(peer)
        if 'HTTP_X_FORWARDED_PROTO' not in environ or not (
                self._is_unix(peer) if address is None else self._is_known(address)):
            return None
        # Several proxies make a list; the trusted one, which is next to us, wrote the last entry.
        return environ['HTTP_X_FORWARDED_PROTO'].split(',')[-1].strip().lower() == 'https'

    def _is_unix(self, peer):
        # Web servers say of a Unix socket's peer: nothing, 'unix:', 'unix:' and a path, or
        # (waitress) 'localhost'. Of any other peer they say the address in digits.
        return self._unix and (not peer or peer.startswith(UNIX) or peer == 'localhost')

    def _is_known(self, address):
        return any(address in network for network in self._networks)


def parsed(text):
    """Return the address (ipaddress) that `text` names, None where it names none.

    A port, brackets and white space are taken off; an IPv4-mapped address is IPv4.
    """
    text = text.strip()
    if text[:1] == '[':
        text, bracket, port = text[1:].partition(']')
        if not bracket or port and not _is_port(port):
            return None
    elif text.count(':') == 1:
        text, _, port = text.partition(':')
        if not _is_port(':' + port):
            return None
    if '%' in text:             # a zone may be any text
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, 'ipv4_mapped', None) or address


def _is_port(text):
    return text[0] == ':' and text[1:].isdigit() and len(text) < 7
