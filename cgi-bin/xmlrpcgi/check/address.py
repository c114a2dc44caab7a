"""address: looks at a server from outside, as its callers do; no shell on the host is needed.

First verdict.py says what the address is; where it answers calls, probes.py tries what clients
do, and HTTPS and the times are looked at.  Which sources are public (exposure.py) is looked at in
any case.
"""

import ipaddress
import time

from ..client.address import Address
from ..client.client import Client
from ..client.errors import ClientError
from ..client.transport import Http
from ..encode import encode_call
from . import exposure, probes
from .finding import FAIL, INFO, OK, UNREACHABLE, WARN, Finding
from .recognition import answers, is_own
from .verdict import after_second_look, verdict

_BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
_USUAL = ('/cgi-bin/rpc.cgi', '/xmlrpc/', '/RPC2', '/rpc.cgi')
_CALLS = 5                  # calls whose median time is reported
_SLOW = 2.0                 # seconds of a call that does nothing

PLAIN = encode_call('system.listMethods', ())


def findings(transport, progress=lambda what: None):
    """Return the Findings (list) about the server at the address of `transport` (Http).

    progress: see check.findings.
    Raises nothing for what a server or the network does: that is a Finding.
    """
    progress('a call')
    started = time.perf_counter()
    try:
        post = transport.post(PLAIN)
    except ClientError as error:
        return [Finding('reach', FAIL, str(error), '', UNREACHABLE)]
    first = time.perf_counter() - started
    progress('the page')
    get = attempt(transport, 'GET')
    found = verdict(get, post, transport)
    if found.level == FAIL:
        found = _second_look(found, post, transport)
    answering, all_found, names = found.level == OK, [found], []
    if answering:
        all_found.append(_page(get))
        more, names = probes.all_of(Client(transport), post, is_own(get), progress)
        progress('https')
        all_found += more + [_https(transport)]
    transport.most = probes.MOST
    progress('sources')
    all_found += exposure.findings(transport, names)
    if answering:
        progress('times')
        all_found.append(_times(transport, first))
    return all_found


def attempt(transport, method, body=None, path=None, headers=()):
    """Return the Response to a request, None where none comes."""
    try:
        return transport.send(method, body, path, headers)
    except ClientError:
        return None


def _second_look(found, post, transport):
    """Return `found`, or a more exact Finding that one more request makes certain."""
    if found.id == 'failing':
        beside = attempt(transport, 'GET', path=transport.path.rpartition('/')[0]
                         + '/xmlrpcgi-check-no-such-file.txt')
        if beside is not None and beside.status == 500 and not _runs_scripts(transport):
            return after_second_look('htaccess', transport)
    elif found.id == 'forbidden':
        browser = attempt(transport, 'POST', PLAIN, headers=[('User-Agent', _BROWSER)])
        if answers(browser):
            return after_second_look('user-agent', transport)
    elif found.id in ('missing', 'no-post', 'wrong-page'):
        for path in _USUAL:
            if path != transport.path and answers(attempt(transport, 'POST', PLAIN, path)):
                return after_second_look('elsewhere', transport, status=post.status,
                             elsewhere=transport.absolute(path))
    return found


def _runs_scripts(transport):
    """Whether a folder above answers 500 too: then it is not this folder's .htaccess."""
    above = attempt(transport, 'GET', path='/xmlrpcgi-check-no-such-file.txt')
    return above is not None and above.status == 500


def _page(get):
    if get is None:
        return Finding('page', WARN, 'A GET gets no answer.', 'see the error log of the host',
                       'page')
    if is_own(get):
        return Finding('page', OK, 'A browser sees the page of methods.' if get.status == 200
                       else 'A GET is refused with 405, as DOCUMENTATION says.')
    if get.status == 405:
        return Finding('page', OK, 'A GET is refused with 405.')
    if get.status == 200:
        return Finding('page', INFO, 'A GET gets a page that is not xmlrpcgi\'s.')
    return Finding('page', WARN, 'Calls are answered, but a browser gets %d.' % get.status,
                   'see the error log of the host', 'page')


def _https(transport):
    address = transport.address
    if _is_local(address.host):
        return Finding('https', INFO, '%s is this machine or its network: HTTPS was not looked '
                       'at.' % address.host)
    if address.port != (443 if address.tls else 80):
        return Finding('https', OK, 'The address is HTTPS.') if address.tls else Finding(
            'https', WARN, 'Calls and passwords travel unencrypted: the address is http://.',
            'give out an https:// address', 'no-https')
    other = _other_scheme(transport)
    other.most = transport.most
    response = attempt(other, 'POST', PLAIN)
    if address.tls:
        if answers(response):
            return Finding('https', WARN, 'Calls are answered over http:// too, where anybody '
                           'on the way can read them, and passwords.', 'into .htaccess: '
                           'RewriteEngine On; RewriteCond %{HTTPS} off; RewriteRule ^ - [F]',
                           'http-open')
        return Finding('https', OK, 'The address is HTTPS, and http:// does not answer calls.')
    if answers(response):
        return Finding('https', WARN, 'Calls and passwords travel unencrypted, though the server '
                       'has HTTPS.', 'give out %s' % other.address.base, 'https-unused')
    return Finding('https', WARN, 'Calls and passwords travel unencrypted, and %s does not answer '
                   'calls.' % other.address.base, 'switch HTTPS on for the site; most hosts '
                   'offer a free certificate in their control panel', 'no-https')


def _other_scheme(transport):
    """Return a transport to the same place by the other of http and https, without a password."""
    scheme, _, rest = transport.address.base.partition('://')
    rest = rest.partition('/')[2]
    host = '[%s]' % transport.address.host if ':' in transport.address.host \
        else transport.address.host
    return Http(Address('%s://%s/%s' % ('http' if scheme == 'https' else 'https', host, rest)),
                timeout=min(10, transport.timeout))


def _is_local(host):
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return '.' not in host or host.endswith(('.localhost', '.local', '.test'))
    return address.is_private or address.is_loopback


def _times(transport, first):
    times, inside = [], []
    for _ in range(_CALLS):
        started = time.perf_counter()
        response = attempt(transport, 'POST', PLAIN)
        times.append(time.perf_counter() - started)
        said = '' if response is None else response.headers.get('x-rpc-time-us', '')
        if said and len(said) < 18 and not said.strip('0123456789'):
            inside.append(int(said) / 1e6)
    median = sorted(times)[_CALLS // 2]
    text = 'The first call took %s, the median of %d more %s' % (_seconds(first), _CALLS,
                                                               _seconds(median))
    if inside:
        text += ' (%s of it in the call itself)' % _seconds(sorted(inside)[len(inside) // 2])
    if median > _SLOW:
        return Finding('times', WARN, text + ': that is slow for a call that only lists the '
                       'methods.', 'on the host: python3 cgi-bin/xmlrpcgi check tells the time '
                       'of a call without the network', 'slow')
    return Finding('times', OK, text + '.')


def _seconds(seconds):
    return '%.0f ms' % (seconds * 1000) if seconds < 10 else '%.0f s' % seconds

