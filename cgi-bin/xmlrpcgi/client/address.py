"""address: the URL of a server, taken apart, and shown without the password in it."""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from .client import one_line
from .errors import ClientError

NO_PATH = '/RPC2'           # where xmlrpc.client.ServerProxy calls when the URL has no path
_SAFE = "/%:=&~+!$,;'@()*?-._"
_SCHEME = re.compile(r'([a-z][a-z0-9+.-]*:/*(?=/)/)?', re.I)
_BARE = re.compile(r'(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?(/\S*)?\Z', re.I)
_AT = '@\ufe6b\uff20'       # what the normal form NFKC makes @ of, and below :
_COLON = re.compile('[:\u2a74\ufe13\ufe55\uff1a]')
_HERE = re.compile(r'(localhost|127(\.\d+){3}|\[::1\])[:/]', re.I)


class Address:
    """The parts of a URL: tls, host, port, path with query, user and password (or None).

    An address on this machine may lack its http://. Raises ClientError for what is not an address
    of HTTP.
    """

    def __init__(self, url):
        if _HERE.match(url):
            url = 'http://' + url
        self.shown = without_login(url)
        try:
            parts = urlsplit(url)
        except ValueError:
            raise self._no_address('its host cannot be read') from None
        try:
            port = parts.port
        except ValueError:          # its text would show what is before an @ further on
            raise self._no_address('its port is not a number up to 65535') from None
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise self._without_scheme(url)
        if _behind_at(parts.netloc) != parts.netloc.rpartition('@')[2]:     # Python 3.6 lets it be
            raise self._no_address('its host cannot be read')
        self.tls = parts.scheme == 'https'
        self.host = parts.hostname
        self.port = port or (443 if self.tls else 80)
        self.path = quote(parts.path or NO_PATH, _SAFE)
        if parts.query:
            self.path += '?' + quote(parts.query, _SAFE)
        self.user = None if parts.username is None else unquote(parts.username)
        self.password = None if parts.password is None else unquote(parts.password)
        place = parts.netloc.rpartition('@')[2]
        self.base = urlunsplit((parts.scheme, place, self.path, '', ''))
        self.place = one_line(place)

    def _no_address(self, why):
        return ClientError('%s is not an address (%s): an address looks like '
                           'http://example.org/RPC2.' % (self.shown, why))

    def _without_scheme(self, url):
        bare = _BARE.match(_behind_at(url))
        if bare and (bare.group(2) or bare.group(3)):
            return ClientError('%s has no https:// or http:// before it: write https://%s, or '
                               'http:// where the server has no TLS.'
                               % (self.shown, one_line(bare.group())))
        return ClientError('%s is not an address: an address begins with http:// or '
                           'https://, like http://example.org/RPC2; without a server, --lib '
                           'FOLDER calls the classes in a folder.' % self.shown)

    def absolute(self, target):
        """Return the URL `target` (str), which may be relative to this address, to be shown."""
        try:
            target = urljoin(self.base, target)
        except ValueError:
            pass
        return without_login(target)


def without_login(url):
    """Return `url` (str) to be shown: without the user and password in it, on one line.

    A password may hold any character, so that of a URL that is not well formed more is left out.
    """
    scheme = _SCHEME.match(url).group()
    rest = url[len(scheme):]
    end = re.search('[/?#]|$', rest).start()
    rest = _behind_at(re.sub('%40', '@', rest[:end])) + rest[end:]
    place = _behind_at(rest)
    if _COLON.search(rest[:len(rest) - len(place)]):
        rest = '...@' + place
    return one_line(scheme + rest)


def _behind_at(text):
    """Return what stands behind the last @, or what looks like one, in `text` (str)."""
    return re.split('[%s]' % _AT, text)[-1]
