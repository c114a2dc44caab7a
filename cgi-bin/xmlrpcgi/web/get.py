"""Requests that are not a POST: GET, HEAD (the page, ?openrpc, ?health), OPTIONS, and others."""

from ..errors import Refusal, with_own
from ..message import Response
from .refusals import GUARDS


def allowed(settings):
    """The HTTP methods that this address answers, for an Allow header (str)."""
    return 'GET, HEAD, OPTIONS, POST' if settings.DOCUMENTATION else 'OPTIONS, POST'


def answer_other(request, handler, extra):
    """Return the Response to a request that is not a POST; raises Refusal."""
    settings = handler.settings
    if request.method == 'OPTIONS':
        return Response(204, [('Allow', allowed(settings))] + GUARDS + list(extra), b'')
    if request.method in ('GET', 'HEAD'):
        if request.environ.get('QUERY_STRING') == 'health':
            return _health(request, handler, extra)
        if settings.DOCUMENTATION:
            if handler.gate is not None:        # the page costs more than a call
                handler.gate.admit(request)
            return _page(request, handler, extra)
    raise with_own(Refusal(405, 'this address answers XML-RPC calls, which come by POST',
                           [('Allow', allowed(settings))]), ('X-RPC-Error', 'method'))


def _health(request, handler, extra):
    """The Response for a load balancer: the settings and the folder of classes can be used."""
    if handler.library is not None:
        handler.library.check()
    if handler.gate is not None:
        handler.gate.check()
    body = b'ok\n'
    return Response(200, [('Content-Type', 'text/plain; charset=utf-8'),
                          ('Content-Length', str(len(body)))] + GUARDS + list(extra),
                    b'' if request.method == 'HEAD' else body)


def _page(request, handler, extra):
    from .page import address_of, document, headers
    description = _description(request, handler)
    address = address_of(request)
    if request.environ.get('QUERY_STRING') == 'openrpc':
        from ..methods.openrpc import written
        body = (written(description, address) + '\n').encode('utf-8')
        found = [('Content-Type', 'application/json; charset=utf-8')]
    else:
        basic = request.environ.get('AUTH_TYPE', '').lower() == 'basic'
        login = bool(handler.settings.TOKENS_FILE)
        body = document(description, address, request.user, basic, login)
        found = [('Content-Type', 'text/html; charset=utf-8')] + headers()
    if 0 < handler.settings.MAX_ANSWER < len(body):
        raise Refusal(500, 'this page is larger than MAX_ANSWER of lib/settings.py')
    if handler.settings.GZIP_MIN:
        from .compression import accepts_gzip, deflated
        found.append(('Vary', 'Accept-Encoding'))
        if accepts_gzip(request.header('Accept-Encoding')):
            body = deflated(body)
            found.append(('Content-Encoding', 'gzip'))
    found += [('Content-Length', str(len(body)))] + GUARDS + list(extra)
    return Response(200, found, b'' if request.method == 'HEAD' else body)


def _description(request, handler):
    """What system.describe says to this caller, where it may say something."""
    from ..methods.system import describe
    # It runs what a call may run: imports of lib/, register, _listMethods.
    if handler.limits is not None:
        handler.limits.start()
    try:
        description = describe(handler, request)
    finally:
        if handler.limits is not None:
            handler.limits.stop()
    if not handler.settings.INTROSPECTION:
        description = dict(description, methods=[], namespaces=[], restricted=False,
                           unavailable=[])
    return description
