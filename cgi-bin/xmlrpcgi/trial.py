"""trial: calls through rpc.cgi as the web server would start it."""

import os
import subprocess
import time

from .client import one_line, text_of
from .decode import decode_response
from .encode import encode_call
from .faults import Fault, WireFault
from .finding import FAIL, OK, WARN, Finding

NAME = 'trial call'
_SECONDS = 60
_SLOW = 1.0                 # seconds of a call that does nothing
_TIMES = 3
_BODY = encode_call('system.getCapabilities', ())
# What suEXEC leaves of the environment; nothing of the user's shell.
_ENVIRON = {
    'GATEWAY_INTERFACE': 'CGI/1.1', 'SERVER_PROTOCOL': 'HTTP/1.1', 'REQUEST_METHOD': 'POST',
    'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(_BODY)), 'REMOTE_ADDR': '127.0.0.1',
    'SCRIPT_NAME': '/cgi-bin/rpc.cgi', 'QUERY_STRING': '',
    'PATH': '/usr/local/bin:/usr/bin:/bin'}


def call(script):
    """Return the Finding about calls through the file `script`."""
    times = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        try:
            done = subprocess.run([script], input=_BODY, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=_SECONDS, env=_ENVIRON,
                                  cwd=os.path.dirname(script))
        except subprocess.TimeoutExpired:
            return _failed('it does not end within %d seconds' % _SECONDS)
        except OSError as error:
            return _failed('the system does not start it: %s' % error.strerror)
        times.append(time.perf_counter() - started)
        why = _why_wrong(done.stdout)
        if why:
            said = text_of(done.stderr, 'utf-8').strip().split('\n')[-1]
            return _failed(why + ('; it says: %s' % one_line(said)[:400] if said else ''))
    text = 'A call through rpc.cgi takes %.0f ms (%.0f the first time).' % (
        min(times) * 1000, times[0] * 1000)
    if min(times) > _SLOW:
        return Finding(NAME, WARN, text, 'compile the files, see byte-code; else the machine is '
                       'slow or busy', 'slow')
    return Finding(NAME, OK, text)


def _why_wrong(output):
    """What is wrong with the answer `output` (bytes) of a script, '' where nothing is."""
    head, _, body = output.partition(b'\r\n\r\n')
    if not output:
        return 'it ends without an answer'
    if not head.startswith((b'Status:', b'Content-Type:')):
        return 'its answer does not begin with headers but with %s' % ascii(
            text_of(output[:60], 'utf-8'))
    if not head.startswith(b'Status: 200 '):
        return 'it answers %s' % one_line(text_of(
            head.partition(b'\r\n')[0][8:] + b', "' + body.strip()[:300] + b'"', 'utf-8'))
    try:
        decode_response(body)
    except WireFault as fault:
        return 'its answer is no XML-RPC (%s)' % fault.faultString
    except Fault:                           # INTROSPECTION is off
        pass
    return ''


def _failed(why):
    return Finding(NAME, FAIL, 'A call through rpc.cgi fails: %s.' % why.rstrip('.'),
                   'mend what is named above first; else the sentence says it', 'trial')
