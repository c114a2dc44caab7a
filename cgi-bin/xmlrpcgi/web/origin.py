"""Calls from web pages: which sites may make them (Fetch standard, CORS protocol).

The Origin header of a browser's request names the site whose page sends it. Pages of this host and
scheme may call, and so may pages of the sites in CORS_ORIGINS, whose browsers get CORS headers.
Pages of all other sites are refused, so that they cannot call with a visitor's password. Where a
POST has no Origin, Sec-Fetch-Site or Referer is used instead.
"""

from ..errors import Refusal, with_own
from ..message import content_type

_PORTS = {'http': '80', 'https': '443'}
# Types that a page may send without the browser asking first (Fetch standard, "simple" requests).
_UNASKED = ('', 'application/x-www-form-urlencoded')


def admit_site(request, settings):
    """Return the CORS headers (list of name, value) for `request`; raises Refusal 403."""
    origin = _origin(request)
    if origin is None:
        return []
    # Browsers set this header, pages cannot: it suffices behind a proxy that rewrites Host.
    scheme, _, host = origin.partition('://')
    if host and request.environ.get('HTTP_SEC_FETCH_SITE') == 'same-origin':
        return [('Vary', 'Origin')]
    # A page of http://host may not call https://host: anybody on the network could forge the page.
    # A page of https://host may call http://host: where browsers allow it, a proxy ends TLS.
    if host and scheme in _PORTS and not (scheme == 'http' and request.https) and \
            _with_port(host, scheme) == _with_port(request.header('Host'), scheme):
        return [('Vary', 'Origin')]
    sites = [site.rstrip('/').lower() for site in settings.CORS_ORIGINS]
    origin = origin.lower()
    listed = '://' in origin and origin in sites        # 'null': a page that hides its site
    if not listed and '*' not in sites:
        raise with_own(Refusal(403, 'pages of another site may not call this address; '
                                    'CORS_ORIGINS in lib/settings.py lists the sites that may'),
                       ('Vary', 'Origin'))
    if not listed and request.method == 'POST' and \
            content_type(request.header('Content-Type'))[0] in _UNASKED:
        # A browser sends these types at once, with the visitor's password. Before text/xml it asks,
        # and our answer to that keeps passwords out.
        raise with_own(Refusal(403, 'pages of another site call with the Content-Type text/xml'),
                       ('Vary', 'Origin'))
    headers = [('Vary', 'Origin'), ('Access-Control-Allow-Origin', origin if listed else '*'),
               ('Access-Control-Expose-Headers', 'Retry-After, X-RPC-Method, X-RPC-Fault, '
                                                 'X-RPC-Time-Us')]
    if listed:
        headers.append(('Access-Control-Allow-Credentials', 'true'))
    if request.method == 'OPTIONS':
        headers += [('Access-Control-Allow-Methods', 'POST'),
                    ('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Auth-Token'),
                    ('Access-Control-Max-Age', '600')]
    return headers


def _origin(request):
    """The origin of the page that sends `request`, 'null' if unknown; None where no page does."""
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
