"""The HTTP rules: a request in, a response out, whatever happens.

A POST is answered here. What a plain call does not need (other methods, browsers, compression,
refusals) is in web/, and is loaded when it is needed.
"""

from time import perf_counter

from .errors import LibraryError, Refusal, SettingsError
from .message import Response, content_type, drain, read_body

_TYPES = ('text/xml', 'application/xml', '', 'application/x-www-form-urlencoded')
_SAFE = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-')


def answer_by(request, make_handler):
    """Return the Response to `request` by the Handler that make_handler() returns.

    What is wrong with lib/ or its settings, as make_handler() finds or a call does, is answered
    with status 500, and the log says what to do.
    """
    try:
        handler = make_handler()
        try:
            return answer(request, handler)
        finally:
            if handler.limits is not None:
                handler.limits.stop()       # once more: see resident/deadline.py
    except (LibraryError, SettingsError) as error:
        from .web.refusals import unusable
        return unusable(request, error)


def answer(request, handler):
    """Return the Response of `handler` (Handler) to `request`.

    Raises LibraryError and SettingsError alone.
    """
    environ = request.environ
    limit = handler.settings.MAX_BODY
    request.proxies = handler.proxies
    extra = ()
    try:
        if 'HTTP_ORIGIN' in environ or 'HTTP_SEC_FETCH_SITE' in environ \
                or 'HTTP_REFERER' in environ:           # a browser's
            from .web.origin import admit_site
            extra = admit_site(request, handler.settings)
        if request.method != 'POST':
            from .web.get import answer_other
            drain(request, limit)
            return answer_other(request, handler, extra)
        if handler.rate_limits is not None:
            handler.rate_limits.admit(request)
        type_, charset = content_type(environ.get('CONTENT_TYPE', ''))
        if type_ not in _TYPES and not type_.endswith('+xml'):
            raise Refusal(415, 'a call comes as text/xml, not as %s' % type_[:80])
        body = read_body(request, limit)
        if environ.get('HTTP_CONTENT_ENCODING'):
            from .web.compression import inflated
            body = inflated(body, environ['HTTP_CONTENT_ENCODING'], limit)
        result = handler.call(body, charset, request)
        if result.refusal is not None:
            raise result.refusal
        return respond(request, handler.settings, result, extra)
    except Refusal as refusal:
        from .web.refusals import refuse
        drain(request, limit)
        return refuse(refusal, request.method, list(extra) + list(request.added))
    except (LibraryError, SettingsError):
        raise
    except Exception as error:          # out of our own code
        result = handler.failed(error, request)
        if request.method == 'POST':
            return respond(request, handler.settings, result, extra)
        from .web.refusals import refuse
        return refuse(Refusal(500, result.text), request.method)


def respond(request, settings, result, extra):
    """Return the Response that carries `result` (Result); extra: more headers."""
    body = result.body
    headers = [('Content-Type', 'text/xml; charset=utf-8')]
    if settings.GZIP_MIN and len(body) >= settings.GZIP_MIN:
        headers.append(('Vary', 'Accept-Encoding'))
        if 'gzip' in request.environ.get('HTTP_ACCEPT_ENCODING', '').lower():
            from .web.compression import accepts_gzip, deflated
            if accepts_gzip(request.environ['HTTP_ACCEPT_ENCODING']):
                body = deflated(body)
                headers.append(('Content-Encoding', 'gzip'))
    headers += (('Content-Length', str(len(body))),
                ('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store'))
    if result.method is not None:
        method = result.method[:255]
        if not _SAFE.issuperset(method):
            method = ''.join(char if char in _SAFE else '?' for char in method)
        headers.append(('X-RPC-Method', method))
    if result.fault is not None:
        headers.append(('X-RPC-Fault', '%d' % result.fault))
    headers.append(('X-RPC-Time-Us', '%d' % ((perf_counter() - request.started) * 1e6)))
    headers += extra
    headers += request.added
    return Response(200, headers, body)
