"""Responses without a call's result: an HTTP status, and a sentence that says what to do."""

from ..encode import encode_fault
from ..errors import LibraryError, Refusal, with_own
from ..log import say
from ..message import Response, drain

GUARDS = [('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store')]

REASONS = {
    200: 'OK', 204: 'No Content', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden',
    404: 'Not Found', 405: 'Method Not Allowed', 411: 'Length Required', 413: 'Content Too Large',
    415: 'Unsupported Media Type', 429: 'Too Many Requests', 500: 'Internal Server Error',
}


def status_line(status):
    """Return a status with its words, like '404 Not Found'; an application may choose any."""
    if status not in REASONS:
        from http.client import responses
        return '%d %s' % (status, responses.get(status, 'Refused'))
    return '%d %s' % (status, REASONS[status])


def refuse(refusal, method='POST', more=()):
    """Return the Response of a Refusal: its sentence as plain text, or as a fault.

    method (str): the request's; the answer to HEAD has no body (RFC 3875 section 4.3.3). more: more
    headers; the Refusal stays as it is, because an application may raise one object many times.
    """
    more = list(more)
    if refusal.fault is not None:
        type_, body = 'text/xml', encode_fault(refusal.fault, str(refusal))
        more.append(('X-RPC-Fault', str(refusal.fault)))
    else:
        type_, body = 'text/plain', ('%s\n' % refusal).encode('utf-8', 'replace')
    headers = [('Content-Type', type_ + '; charset=utf-8'), ('Content-Length', str(len(body)))]
    return Response(refusal.status, headers + GUARDS + refusal.headers + more,
                    b'' if method == 'HEAD' else body)


def unusable(request, error):
    """Return the Response of a server that is set up wrong; only the log gets the cause.

    error: a LibraryError or SettingsError.
    """
    drain(request, 0)
    say(error)
    if isinstance(error, LibraryError):
        cause, text = 'no-lib', (
            'this server has no folder of classes: copy lib beside cgi-bin, or name its folder in '
            'LIB in rpc.cgi, and let this server read it; the error log names the folder')
    else:
        cause, text = 'settings', (
            'the settings of this server are wrong; its error log says what to do')
    return refuse(with_own(Refusal(500, text), ('X-RPC-Error', cause)), request.method)
