"""Calls from web pages: which sites may make them (Fetch standard, CORS protocol).

A browser says by the Origin header which site's page sends a request. A page of
this very host and scheme may call; one of a site in CORS_ORIGINS may, and its browser is
told so; any other is refused, so that no site can call with a visitor's password.
Where a POST comes without it, Sec-Fetch-Site or Referer tell as much.
"""

from ..errors import Refusal
from ..message import content_type

_PORTS = {'http': '80', 'https': '443'}
# What a page may send without the browser asking first (Fetch standard, "simple" requests).
_UNASKED = ('', 'application/x-www-form-urlencoded')


def admit_site(request, settings):
    """Return the CORS headers for `request`'s Origin; raises Refusal 403."""
    origin = _origin(request)
    if origin is None:
        return []
    # The browser's own word, which no page can set: it is enough behind a proxy that rewrites Host.
    scheme, _, host = origin.partition('://')
    if host and request.environ.get('HTTP_SEC_FETCH_SITE') == 'same-origin':
        return [('Vary', 'Origin')]
    # http://host is another site than https://host: anybody on the way can be it. The other way
    # round it may be a proxy that ends TLS, and no browser lets an https:// page call http://.
    if host and scheme in _PORTS and not (scheme == 'http' and request.https) and \
            _with_port(host, scheme) == _with_port(request.header('Host'), scheme):
        return [('Vary', 'Origin')]
    sites = [site.rstrip('/').lower() for site in settings.CORS_ORIGINS]
    origin = origin.lower()
    listed = '://' in origin and origin in sites        # null is any page that hides its site
    if not listed and '*' not in sites:
        raise Refusal(403, 'pages of another site may not call this address; '
                           'CORS_ORIGINS in lib/settings.py lists the sites that may',
                      [('Vary', 'Origin')])
    if not listed and request.method == 'POST' and \
            content_type(request.header('Content-Type'))[0] in _UNASKED:
        # Sent with the visitor's password; of text/xml the browser asks first, and our answer
        # to that keeps passwords out.
        raise Refusal(403, 'pages of another site call with the Content-Type text/xml',
                      [('Vary', 'Origin')])
    headers = [('Vary', 'Origin'), ('Access-Control-Allow-Origin', origin if listed else '*'),
               ('Access-Control-Expose-Headers', 'Retry-After, X-RPC-Method, X-RPC-Fault, '
                                                 'X-RPC-Time-Us')]
    if listed:
        headers.append(('Access-Control-Allow-Credentials', 'true'))
    if request.method == 'OPTIONS':
        headers += [('Access-Control-Allow-Methods', 'POST'),
                    ('Access-Control-Allow-Headers', 'Authorization, Content-Type'),
                    ('Access-Control-Max-Age', '600')]
    return headers


def _origin(request):
    """The origin of the page that sends `request`, 'null' for another site's; None for no page."""
    environ = request.environ
    if 'HTTP_ORIGIN' in environ or request.method != 'POST':
        return environ.get('HTTP_ORIGIN')
    site = environ.get('HTTP_SEC_FETCH_SITE')
    if site:
        return None if site in ('same-origin', 'none') else 'null'
    if content_type(request.header('Content-Type'))[0] in _UNASKED:     # a form of an old browser
        return '/'.join(environ.get('HTTP_REFERER', '').split('/')[:3]) or None
    return None


def _with_port(host, scheme):
    """`host` (example.org, example.org:8080, [::1]) in lower case, always with a port."""
    name, colon, port = host.lower().rpartition(':')
    if not colon or ']' in port:
        name, port = host.lower(), _PORTS[scheme]
    return name + ':' + port
