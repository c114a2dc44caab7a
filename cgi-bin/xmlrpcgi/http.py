"""The HTTP rules: every request gets a response, whatever fails.

A POST is answered here. What a plain call does not need (other methods, browsers, compression,
refusals) is in web/, and is loaded when it is needed.
"""

try:
    from posix import getpid
except ImportError:             # Windows
    from os import getpid
from time import perf_counter

from . import errors
from .message import Response, content_type, drain, read_body

_TYPES = ('text/xml', 'application/xml', '', 'application/x-www-form-urlencoded')
_USUAL_TYPES = {            # what clients send, and the charset in it
    'text/xml': None, 'application/xml': None, 'text/xml; charset=utf-8': 'utf-8',
    'text/xml; charset=UTF-8': 'UTF-8', 'text/xml;charset=utf-8': 'utf-8',
    'text/xml;charset=UTF-8': 'UTF-8', 'application/xml; charset=utf-8': 'utf-8',
}
_TYPE = 'Content-Type', 'text/xml; charset=utf-8'
_NOSNIFF = 'X-Content-Type-Options', 'nosniff'
_NO_STORE = 'Cache-Control', 'no-store'
_SAFE = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-')


def answer_by(request, make_handler):
    """Return the Response to `request` by the Handler that make_handler() returns.

    Where lib/ or its settings cannot be used, which make_handler() or the call may find, the status
    is 500, and the log says what to do.
    """
    process, handler, failed = getpid(), None, None
    try:
        handler = make_handler()
        try:
            response = answer(request, handler)
        finally:
            if handler.limits is not None:
                handler.limits.stop()       # once more: see resident/deadline.py
    except (errors.LibraryError, errors.SettingsError) as error:
        from .web.refusals import unusable
        response = unusable(request, error)
    except BaseException as error:
        if getpid() == process:
            raise
        failed = error
    if getpid() != process:     # a child of the page's code, or of C code, which tells nobody
        from .methods.forked import leave
        leave(handler, request, failed)
    if handler is not None and handler.settings.LOG_CALLS:
        from .web.calls import answered
        answered(request, response, handler.settings)
    return response


def answer(request, handler):
    """Return the Response of `handler` (Handler) to `request`.

    Raises only LibraryError and SettingsError.
    """
    raw = request.raw
    limit = handler.settings.MAX_BODY
    extra = ()
    try:
        if handler.proxies is not None:
            handler.proxies.admit(request)
        if 'HTTP_ORIGIN' in raw or 'HTTP_SEC_FETCH_SITE' in raw \
                or 'HTTP_REFERER' in raw:           # from a browser
            from .web.origin import admit_site
            extra = admit_site(request, handler.settings)
        if request.method != 'POST':
            from .web.get import answer_other
            drain(request, limit)
            return answer_other(request, handler, extra)
        if handler.gate is not None:
            handler.gate.admit(request)
        try:
            charset = _USUAL_TYPES[raw['CONTENT_TYPE']]
        except KeyError:
            charset = _other_charset(request)
        # The body has no name here, so that handler.call can free it once it is decoded.
        result = handler.call(_body(request, limit), charset, request)
        if result.refusal is not None:
            raise result.refusal
        return respond(request, handler.settings, result, extra)
    except errors.Refusal as refusal:
        from .web.refusals import refuse
        drain(request, limit)
        return refuse(refusal, request.method, list(extra) + list(request.added))
    except (errors.LibraryError, errors.SettingsError):
        raise
    except (Exception, errors.OutOfTime) as error:      # an error of our own code, or on the page
        result = handler.failed(error, request, ours=not isinstance(error, errors.OutOfTime))
        if request.method == 'POST':
            return respond(request, handler.settings, result, extra)
        from .web.refusals import refuse
        return refuse(result.refusal or errors.Refusal(500, result.text), request.method, extra)


def _body(request, limit):
    body = read_body(request, limit)
    if request.raw.get('HTTP_CONTENT_ENCODING'):
        from .web.compression import inflated
        body = inflated(body, request.environ['HTTP_CONTENT_ENCODING'], limit)
    return body


def _other_charset(request):
    type_, charset = content_type(request.environ.get('CONTENT_TYPE', ''))
    if type_ not in _TYPES and not type_.endswith('+xml'):
        raise errors.Refusal(415, 'a call comes as text/xml, not as %s' % type_[:80])
    return charset


def respond(request, settings, result, extra):
    """Return the Response that carries `result` (Result); extra: more headers (name, value)."""
    body = result.body
    headers = [_TYPE]
    if settings.GZIP_MIN and len(body) >= settings.GZIP_MIN:
        headers.append(('Vary', 'Accept-Encoding'))
        if 'gzip' in request.raw.get('HTTP_ACCEPT_ENCODING', '').lower():
            from .web.compression import accepts_gzip, deflated
            if accepts_gzip(request.environ['HTTP_ACCEPT_ENCODING']):
                body = deflated(body)
                headers.append(('Content-Encoding', 'gzip'))
    headers += ('Content-Length', str(len(body))), _NOSNIFF, _NO_STORE
    if result.method is not None:
        headers.append(_named.get(result.method) or _name(result))
    if result.fault is not None:
        headers.append(('X-RPC-Fault', '%d' % result.fault))
    headers.append(('X-RPC-Time-Us', '%d' % ((perf_counter() - request.started) * 1e6)))
    if extra:
        headers += extra
    if request.added:
        headers += request.added
    return Response(200, headers, body)


_named = {}                 # {method: its header}, of methods that exist


def _name(result):
    method = result.method[:255]
    if not _SAFE.issuperset(method):
        method = ''.join(char if char in _SAFE else '?' for char in method)
    header = 'X-RPC-Method', method
    if result.fault is None and method == result.method and len(_named) < 1000:
        _named[result.method] = header
    return header
