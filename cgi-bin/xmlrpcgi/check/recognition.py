"""recognition: what a Response is: the answer to a call, our own refusal, a firewall's page, ...

Our own refusals say in the header X-RPC-Error which they are. Versions up to 1.0 did not send
it, so their texts, which will not change any more, are in a table here.
"""

import re

from ..client.client import looks_like_html, one_line, text_of
from ..client.response import decode_response
from ..errors import Fault, WireFault

# Values of X-RPC-Error, and how the text of versions without the header begins or reads.
CANNOT_START = 'cannot-start'       # rpc.cgi and its like, before the program runs
SETTINGS = 'settings'               # lib/settings.py is wrong
NO_LIB = 'no-lib'                   # there is no folder of classes
METHOD = 'method'                   # 405: calls come by POST
BODY_SIZE = 'body-size'             # 413: beyond MAX_BODY
_TEXTS_OF_1_0 = {
    CANNOT_START: re.compile(r'xmlrpcgi cannot start: '),
    SETTINGS: re.compile(r'the settings of this server'),
    NO_LIB: re.compile(r'this server has no folder of classes'),
    METHOD: re.compile(r'this address answers XML-RPC calls'),
    BODY_SIZE: re.compile(r'the request is larger than'),
}
_PAGE = re.compile(br'<meta name="generator" content="xmlrpcgi">|'
                   br'<p class="eyebrow">XML-RPC endpoint</p>')     # the latter until 1.0

_FIREWALL = re.compile(
    br'mod_?security|not acceptable|cloudflare|attention required|imunify|captcha|incapsula|'
    br'sucuri|wordfence|request rejected|web application firewall|akamai|just a moment|'
    br'access denied|request blocked|security policy', re.I)
_SOURCE = re.compile(br'\A(\xef\xbb\xbf)?#!\s*/|^from xmlrpcgi import |^from xmlrpcgi\.', re.M)
_REFUSED = (403, 409, 418, 429, 501, 503)


def answers(response):
    """Whether `response` is the answer to a call: a result, or a fault."""
    if response is None or not 200 <= response.status < 300:
        return False
    try:
        decode_response(response.body, response.type[1])
    except WireFault:
        return False
    except Fault:
        pass
    return True


def own_refusal(response):
    """Return which of our own refusals `response` is: a value of X-RPC-Error, or None."""
    named = response.headers.get('x-rpc-error', '')
    if named in _TEXTS_OF_1_0:
        return named
    if response.is_html:
        return None
    text = text_of(response.body[:2000], response.type[1])
    return next((name for name, pattern in _TEXTS_OF_1_0.items() if pattern.match(text)), None)


def first_line(response):
    """Return the first line of `response`, the sentence of our own refusal (str)."""
    return one_line(text_of(response.body[:2000], response.type[1]).strip().partition('\n')[0])


def is_own(response):
    """Whether `response` is what rpc.cgi answers to a GET: its page, or its refusal of a GET."""
    return response is not None and (
        response.status == 200 and bool(_PAGE.search(response.body))
        or response.status == 405 and own_refusal(response) == METHOD)


def is_firewall(response):
    """Whether `response` is the page of a firewall, as far as its words say."""
    if response.status == 200:          # any page may load something from such a company
        return response.is_html and bool(_FIREWALL.search(response.words().encode('utf-8')))
    return response.status == 406 or response.status in _REFUSED and response.is_html and \
        bool(_FIREWALL.search(response.body[:1 << 15]))


def is_bearer(response):
    """Whether `response` refuses a token, or asks for one (RFC 6750 section 3)."""
    return response.status == 401 and \
        response.headers.get('www-authenticate', '').lower().startswith('bearer')


def is_source(response):
    """Whether `response` shows the source of rpc.cgi or its like."""
    return bool(_SOURCE.search(response.body[:1 << 14])) and not looks_like_html(response.body)
