"""Answers that are no result of a call: an HTTP status, and a sentence that says what to do."""

import sys

from ..encode import encode_fault
from ..errors import LibraryError, Refusal
from ..message import Response, drain

GUARDS = [('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store')]

REASONS = {
    200: 'OK', 204: 'No Content', 400: 'Bad Request', 403: 'Forbidden',
    404: 'Not Found', 405: 'Method Not Allowed', 411: 'Length Required', 413: 'Content Too Large',
    415: 'Unsupported Media Type', 429: 'Too Many Requests', 500: 'Internal Server Error',
}


def refuse(refusal, method='POST'):
    """Return the Response of a Refusal: its sentence as plain text, or as a fault.

    method (str): the request's; the answer to HEAD has no body (RFC 3875 section 4.3.3).
    """
    if refusal.fault is not None:
        type_, body = 'text/xml', encode_fault(refusal.fault, str(refusal))
        refusal.headers.append(('X-RPC-Fault', str(refusal.fault)))
    else:
        type_, body = 'text/plain', ('%s\n' % refusal).encode('utf-8', 'replace')
    headers = [('Content-Type', type_ + '; charset=utf-8'), ('Content-Length', str(len(body)))]
    return Response(refusal.status, headers + GUARDS + refusal.headers,
                    b'' if method == 'HEAD' else body)


def unusable(request, error):
    """Return the Response of a server that is set up wrong: the cause is for the log alone.

    error: a LibraryError or SettingsError.
    """
    drain(request, 0)
    sys.stderr.write('xmlrpcgi: %s\n' % error)
    cause, text = ('no-lib', 'this server has no folder of classes (lib)') \
        if isinstance(error, LibraryError) else \
        ('settings', 'the settings of this server are wrong')
    return refuse(Refusal(500, text + '; its error log says what to do',
                          [('X-RPC-Error', cause)]), request.method)
