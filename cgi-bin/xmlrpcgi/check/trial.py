"""trial: calls through rpc.cgi, rpc.fcgi and rpc.wsgi, started as a web server would."""

import os
import subprocess
import time

from ..client.client import one_line, text_of
from ..client.response import decode_response
from ..encode import encode_call
from ..errors import Fault, WireFault
from ..install.doors import PATH
from ..web.ratelimits import UNCOUNTED
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
    'SCRIPT_NAME': '/cgi-bin/rpc.cgi', 'QUERY_STRING': '', UNCOUNTED: '1',
    'PATH': PATH}
_LOADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'loadwsgi.py')


def timed_calls(script):
    """Return the Finding about calls through the file `script`."""
    times = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        why = _why_call_fails([script], os.path.dirname(script))
        if why:
            return _failed(why, 'rpc.cgi')
        times.append(time.perf_counter() - started)
    text = 'A call through rpc.cgi takes %.0f ms (%.0f the first time).' % (
        min(times) * 1000, times[0] * 1000)
    if min(times) > _SLOW:
        return Finding(NAME, WARN, text, 'compile the files, see byte-code; else the machine is '
                       'slow or busy', 'slow')
    return Finding(NAME, OK, text)


def single_call(door, python):
    """Return the Finding about a call through the file `door`.

    An rpc.fcgi is run as a CGI script, an rpc.wsgi loaded by the interpreter `python` (path).
    """
    name = os.path.basename(door)
    loads = name.endswith('.wsgi')
    why = _why_call_fails([python, '-I', _LOADER, door] if loads else [door], os.path.dirname(door))
    if why:
        return _failed(why, name)
    return Finding(name, OK, 'A call through %s, %s, is answered.' % (
        name, 'loaded by ' + python if loads else 'run as a CGI script'))


def _why_call_fails(command, folder):
    """Return what is wrong with a call by the process `command`, '' where nothing is."""
    try:
        done = subprocess.run(command, input=_BODY, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=_SECONDS, env=_ENVIRON, cwd=folder)
    except subprocess.TimeoutExpired:
        return 'it does not end within %d seconds' % _SECONDS
    except OSError as error:
        return 'the system does not start it: %s' % error.strerror
    why = _why_answer_is_wrong(done.stdout)
    said = text_of(done.stderr, 'utf-8').strip().split('\n')[-1]
    return why + ('; it says: %s' % one_line(said)[:400] if why and said else '')


def _why_answer_is_wrong(output):
    """Return what is wrong with the answer `output` (bytes) of a script, '' where nothing is."""
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
        return 'its answer is not XML-RPC (%s)' % fault.faultString
    except Fault:                           # INTROSPECTION is off
        pass
    return ''


def _failed(why, door):
    return Finding(NAME, FAIL, 'A call through %s fails: %s.' % (door, why.rstrip('.')),
                   'fix first what is named above; if nothing is, the sentence names it', 'trial')
