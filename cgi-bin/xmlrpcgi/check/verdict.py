"""verdict: what the answers to a GET and to a call say of a script's address.

A pure function of two Responses.  Its order matters: what is certain comes first, what a status
alone says comes last.  The sentences and remedies are in problems.py.
"""

import re

from ..client.client import one_line, text_of
from . import recognition
from .finding import FAIL, OK, Finding
from .problems import PROBLEMS
from .recognition import answers, is_bearer, is_firewall, is_own, is_source, own_refusal

NAME = 'script'
_END = 4096                 # bytes of a traceback in which its last line is looked for
_PLAIN = ('text/plain', 'text/html', 'application/xhtml+xml', '')   # types that a browser shows


def verdict(get, post, transport):
    """Return the Finding about the address of `transport`.

    get, post (Response or None): what a GET and a call of system.listMethods gave.
    """
    fill = {'path': transport.path, 'status': post.status, 'words': _words(post),
            'type': (get or post).type[0] or 'without a type'}

    def finding(id, **more):
        return _problem(id, dict(fill, **more))
    if answers(post):
        return Finding(NAME, OK, '%s answers calls.' % transport.path)
    for response in (get, post):
        if response is not None and response.status == 200 and is_source(response):
            shown = response.type[0] in _PLAIN and 'attachment' not in \
                response.headers.get('content-disposition', '').lower()
            return finding('shown-as-text' if shown else 'downloaded')
    own = own_refusal(post)
    if own in _OF_REFUSAL:
        said = recognition.first_line(post)
        if own == recognition.CANNOT_START:
            said = said.partition('cannot start: ')[2] or said
        return finding(_OF_REFUSAL[own], said=said)
    if 300 <= post.status < 400 and post.headers.get('location'):
        target = one_line(transport.absolute(post.headers['location']))
        same = target.partition('://')[2].partition('/')[0].partition(':')[0] == \
            transport.address.host
        return finding('to-https' if same and target.startswith('https:')
                       and not transport.address.tls else 'redirected', target=target)
    if is_own(get) and (post.is_html or post.status in (403, 406)):
        return finding('blocked', why='a GET reaches the script, a call does not')
    if is_firewall(post):
        return finding('blocked', why='it is not a page of the script')
    if post.status == 401 and is_bearer(post):
        return finding('token' if transport.token is None else 'token-refused')
    if post.status == 401:
        return finding('login' if transport.user is None else 'login-refused')
    if post.status in _BY_STATUS:
        id = _BY_STATUS[post.status]
        if id in ('no-post', 'missing') and get is not None and get.status == 200 \
                and get.is_html:
            return finding(_page(get), words=_words(get))
        return finding(id)
    if post.status == 200:
        return _of_success(post, finding)
    return finding('refused')


_OF_REFUSAL = {recognition.CANNOT_START: 'cannot-start', recognition.SETTINGS: 'settings',
               recognition.NO_LIB: 'no-lib'}
_BY_STATUS = {403: 'forbidden', 404: 'missing', 410: 'missing', 405: 'no-post', 500: 'failing',
              502: 'late', 503: 'overloaded', 504: 'late', 507: 'overloaded',
              508: 'overloaded', 509: 'overloaded', 429: 'rate-limited'}


def after_second_look(id, transport, **more):
    """Return the Finding of the problem `id` (str), which one more request has shown."""
    return _problem(id, dict({'path': transport.path, 'status': '', 'words': ''}, **more))


def _problem(id, fill):
    sentence, remedy = PROBLEMS[id]
    return Finding(NAME, FAIL, sentence % fill, remedy % fill, id)


def _of_success(post, finding):
    body = post.body.strip()
    if not body:
        return finding('empty')
    if b'Traceback (most recent call last)' in body:
        return finding('traceback', said=_last_line(post))
    if post.is_html:
        return finding(_page(post))
    return finding('not-xmlrpc', said=ascii(text_of(body[:60], None)))


def _page(response):
    if re.search(br'<title>\s*index of ', response.body[:4096], re.I):
        return 'listing'
    return 'wrong-page'


def _words(response):
    words = response.words()
    return ', "%s"' % words if words else ''


def _last_line(response):
    end = text_of(response.body[-_END:], response.type[1])
    lines = re.sub('<[^>]*>', '', end).strip().split('\n')
    return one_line(lines[-1].strip())[:200]
