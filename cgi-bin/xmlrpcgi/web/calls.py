"""The line of each call in the log (LOG_CALLS): whose call, its outcome, how long it took.

    call orders.create [ann@192.0.2.1]: ok, 1.8 ms, 310 bytes in, 142 bytes out

Each call of a system.multicall has its line, so that none is hidden in another, and the
system.multicall itself has the last one, with the bytes of the request. Bytes are those of the
bodies, as they went over the network. GET, HEAD and OPTIONS are not calls; the access log of the
web server has them.

Loaded only where LOG_CALLS is set.
"""

from time import perf_counter

from .. import log

_LONGEST = 200              # characters of a method's name


def answered(request, response, settings):
    """Log the POST `request`, which gets `response` (Response)."""
    if request.method != 'POST':
        return
    fault = dict(response.headers).get('X-RPC-Fault')
    declared = request.environ.get('CONTENT_LENGTH', '')
    is_number = declared and not declared.strip('0123456789')       # else perhaps chunked
    came = int(declared) if is_number and len(declared) < 20 else None
    _log(request.method_name, None if fault is None else int(fault), request.started, request,
         settings, ', %s bytes in, %d bytes out' % ('?' if came is None else came,
                                                    len(response.body)),
         status=response.status, bytes_in=came, bytes_out=len(response.body))


def part(method, fault, started, request, settings):
    """Log a call that was made in a system.multicall.

    fault (int or None): its code. started (float): by perf_counter. request (Request or None)
    """
    _log(method, fault, started, request, settings, ', in system.multicall', in_multicall=True)


def _log(method, fault, started, request, settings, rest, status=200, **facts):
    ms = round((perf_counter() - started) * 1000, 3)
    user, address = (request.user, request.remote_addr) if request is not None else ('', '')
    outcome = 'fault %d' % fault if fault is not None else \
        'ok' if status == 200 else 'status %d' % status
    log.call('call %s [%s]: %s, %.1f ms%s' % (
        log.word((method or '-')[:_LONGEST]), log.caller(user, address), outcome, ms, rest),
        settings, method=method, user=user, address=address, status=status, fault=fault, ms=ms,
        **facts)
