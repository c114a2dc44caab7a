"""What is not a call: GET, HEAD, OPTIONS, other methods, and refusals."""

from ..http import Refusal, Response, respond

_GUARDS = [('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store')]

REASONS = {
    200: 'OK', 204: 'No Content', 400: 'Bad Request', 403: 'Forbidden',
    404: 'Not Found', 405: 'Method Not Allowed', 411: 'Length Required', 413: 'Content Too Large',
    415: 'Unsupported Media Type', 429: 'Too Many Requests', 500: 'Internal Server Error',
}


def allowed(settings):
    """The methods this address answers, for an Allow header (str)."""
    return 'GET, HEAD, OPTIONS, POST' if settings.DOCUMENTATION else 'OPTIONS, POST'


def answer_other(request, handler, extra):
    """Return the Response to a request that is no POST; raises Refusal."""
    settings = handler.settings
    if request.method == 'OPTIONS':
        return Response(204, [('Allow', allowed(settings))] + _GUARDS + list(extra), b'')
    if request.method in ('GET', 'HEAD'):
        if request.environ.get('QUERY_STRING') == 'health':
            return _health(request, handler)
        if settings.DOCUMENTATION:
            if settings.RATE_LIMIT_FILE:            # it costs more than a call
                from .ratelimits import admit
                admit(request, settings)
            return _page(request, handler, extra)
    raise Refusal(405, 'this address answers XML-RPC calls, which come by POST',
                  [('Allow', allowed(settings))])


def _health(request, handler):
    """The answer for a balancer: this server has its settings and its classes' folder."""
    if handler.library is not None:
        handler.library.check()
    if handler.settings.RATE_LIMIT_FILE:
        from .ratelimits import check
        check(handler.settings)
    body = b'ok\n'
    return Response(200, [('Content-Type', 'text/plain; charset=utf-8'),
                          ('Content-Length', str(len(body)))] + _GUARDS,
                    b'' if request.method == 'HEAD' else body)


def _page(request, handler, extra):
    from ..methods.system import describe
    from .page import address_of, document, headers
    description = describe(handler)
    if not handler.settings.INTROSPECTION:
        description.update(methods=[], unavailable=[])
    basic = request.environ.get('AUTH_TYPE', '').lower() == 'basic'
    body = document(description, address_of(request), request.user, basic)
    found = [('Content-Type', 'text/html; charset=utf-8')]
    if handler.settings.GZIP_MIN:
        from .compression import accepts_gzip, deflated
        found.append(('Vary', 'Accept-Encoding'))
        if accepts_gzip(request.header('Accept-Encoding')):
            body = deflated(body)
            found.append(('Content-Encoding', 'gzip'))
    found += [('Content-Length', str(len(body)))] + _GUARDS + headers() + list(extra)
    return Response(200, found, b'' if request.method == 'HEAD' else body)


def refuse(refusal, method='POST'):
    """Return the Response of a Refusal: its sentence as plain text, or as a fault.

    method (str): the request's; the answer to HEAD has no body (RFC 3875 section 4.3.3).
    """
    if refusal.fault is not None:
        from ..encode import encode_fault
        kind, body = 'text/xml', encode_fault(refusal.fault, str(refusal))
        refusal.headers.append(('X-RPC-Fault', str(refusal.fault)))
    else:
        kind, body = 'text/plain', ('%s\n' % refusal).encode('utf-8', 'replace')
    headers = [('Content-Type', kind + '; charset=utf-8'), ('Content-Length', str(len(body)))]
    return Response(refusal.status, headers + _GUARDS + refusal.headers,
                    b'' if method == 'HEAD' else body)


def unusable(request, error):
    """Return the Response of a server that is set up wrong: the cause is for the log alone.

    error: a LibraryError or SettingsError.
    """
    import sys

    from ..http import drain
    from ..library import LibraryError
    drain(request, 0)
    sys.stderr.write('xmlrpcgi: %s\n' % error)
    text = 'this server has no folder of classes (lib)' if isinstance(error, LibraryError) \
        else 'the settings of this server are wrong'
    return refuse(Refusal(500, text + '; its error log says what to do'), request.method)


def failed(request, handler, error, extra):
    """Return the Response for an exception out of our own code; it is logged."""
    from ..library import LibraryError
    from ..settings import SettingsError
    if isinstance(error, (LibraryError, SettingsError)):        # for the door to say
        raise error
    code, text = handler.fault(error, ours=True)
    if request.method != 'POST':
        return refuse(Refusal(500, text), request.method)
    from ..encode import encode_fault
    from ..handler import Answer
    return respond(request, handler, Answer(encode_fault(code, text), None, code), extra)
