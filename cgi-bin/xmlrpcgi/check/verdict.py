"""verdict: what the answers to a GET and to a call say of a script's address.

A pure function of two Replies.  The order of the rows matters: what is certain comes first,
what a status alone says comes last.  Each cause has its sentence and what to do in CAUSES.
"""

import re

from ..client.client import one_line, text_of
from ..decode import decode_response
from ..errors import Fault, WireFault
from .finding import FAIL, OK, Finding

NAME = 'script'

# cause: (what is the case, what to do); %(...)s are filled by _finding.
CAUSES = {
    'shown-as-text': (
        'The script is shown as text: the server does not run it, and its source is public.',
        'put "AddHandler cgi-script .cgi" and "Options +ExecCGI" into the .htaccess of its '
        'folder (apache/htaccess.sample), or move it to the folder that the host names for CGI '
        'scripts'),
    'downloaded': (
        'The script is offered as a download (%(type)s) instead of being run.',
        'put "AddHandler cgi-script .cgi" and "Options +ExecCGI" into the .htaccess of its '
        'folder (apache/htaccess.sample), or move it to the folder that the host names for CGI '
        'scripts'),
    'forbidden': (
        'The server forbids the address (403%(words)s): CGI is not allowed in this folder, a '
        '"Require" or "Deny" line closes it, or its user may not enter the folder.',
        'on the host: chmod 755 on the folder and on rpc.cgi, "Options +ExecCGI" in the '
        '.htaccess of the folder, no deny line for it there; or move the script to the folder '
        'that the host names for CGI scripts'),
    'user-agent': (
        'The server forbids programs and lets browsers in (403 goes away with a browser\'s '
        'User-Agent): a firewall of the host looks at that header.',
        'ask the host to take this address out of the rule, or have callers send another '
        'User-Agent'),
    'blocked': (
        'A firewall in front of the script answers calls by a page of its own (%(status)s'
        '%(words)s): %(why)s.',
        'ask the host to switch ModSecurity (or what it uses) off for this address; its log '
        'names the rule'),
    'failing': (
        'The script fails (500%(words)s). The five usual causes: rpc.cgi or its folder may be '
        'written by others than its owner, or is not executable; it was uploaded with Windows '
        'line ends or a byte order mark; its first line names a Python that is not there; a '
        'line in .htaccess is not allowed by the host; the host ended it, by a limit on memory '
        'or processes.',
        'on the host: python3 cgi-bin/xmlrpcgi check names the one; without a shell: chmod 755 '
        'on the folder and on rpc.cgi, upload again in binary mode, and read the error log'),
    'htaccess': (
        'Every address in this folder fails (500), the script or not: a line of .htaccess is '
        'not allowed by the host, or misspelt.',
        'the host\'s error log names the line: put a # before it; to be sure, rename .htaccess '
        'and try again'),
    'cannot-start': (
        'The script starts and says that it cannot work: %(said)s.',
        '%(remedy)s'),
    'settings': (
        'The script runs, and refuses its settings: %(said)s.',
        'on the host: python3 cgi-bin/xmlrpcgi check names the line of lib/settings.py'),
    'no-lib': (
        'The script runs and finds no folder of classes: %(said)s.',
        'put the folder lib beside the folder of rpc.cgi, or name it in LIB in rpc.cgi'),
    'missing': (
        'There is nothing at %(path)s (404%(words)s).',
        'check the address; usual ones are /cgi-bin/rpc.cgi, /xmlrpc/ and /RPC2'),
    'elsewhere': (
        'No calls are answered at %(path)s (%(status)s), but at %(elsewhere)s.',
        'call that address'),
    'login': (
        'The server wants a user and a password (401).',
        'add --user NAME'),
    'login-refused': (
        'The server does not accept this user and password (401).',
        'check both; the lines of apache/rpc.conf show how they are set up'),
    'redirected': (
        'Calls are redirected to %(target)s (%(status)s): clients repeat them as a GET, without '
        'the call, or give up.',
        'give out that address; or have the host rewrite internally, without [R]'),
    'to-https': (
        'Calls to http:// are redirected to %(target)s (%(status)s): clients repeat them as a '
        'GET, without the call, or give up.',
        'give out the https:// address'),
    'overloaded': (
        'The host refuses for lack of resources (%(status)s%(words)s): a limit on processes or '
        'memory of this account, or maintenance.',
        'try again later; if it stays, ask the host which limit was reached'),
    'late': (
        'The server gave up waiting for the script (%(status)s%(words)s).',
        'see the error log; a call has to end before the time-out of the host'),
    'no-post': (
        'What is at %(path)s takes no calls (405%(words)s): it is no script.',
        'check the address; if it is the script\'s, the server does not run it: put "AddHandler '
        'cgi-script .cgi" and "Options +ExecCGI" into .htaccess'),
    'listing': (
        'The address is that of a folder, and the server lists its files to everybody.',
        'give the address of the script, with rpc.cgi at its end, and put "Options -Indexes" '
        'into the .htaccess of the folder'),
    'traceback': (
        'The script answers with a Python traceback to everybody: %(said)s.',
        'take "cgitb" and the like out of the script; on the host: python3 cgi-bin/xmlrpcgi '
        'check'),
    'wrong-page': (
        'A web page answers%(words)s, and no script: this is not the address for calls.',
        'check the address; usual ones are /cgi-bin/rpc.cgi, /xmlrpc/ and /RPC2'),
    'empty': (
        'The answer is empty: the script ended before it wrote one.',
        'see the error log; a memory limit of the host, or os._exit in a class, does this'),
    'refused': (
        'The server refuses the call (%(status)s%(words)s).',
        'see the error log of the host'),
    'not-xmlrpc': (
        'What answers is no XML-RPC: it begins with %(said)s.',
        'check the address; the script must not write anything but its answer'),
}

_FIREWALL = re.compile(
    br'mod_?security|not acceptable|cloudflare|attention required|imunify|captcha|incapsula|'
    br'sucuri|wordfence|request rejected|web application firewall|akamai|just a moment|'
    br'access denied|request blocked|security policy', re.I)
_HTML = re.compile(br'<!doctype\s+html|<html[\s>]', re.I)
_SOURCE = re.compile(br'\A(\xef\xbb\xbf)?#!\s*/|^from xmlrpcgi import |^from xmlrpcgi\.', re.M)
_OWN_PAGE = b'XML-RPC endpoint'
_OWN_405 = b'answers XML-RPC calls'
_REFUSED = (403, 409, 418, 429, 501, 503)
_PLAIN = ('text/plain', 'text/html', 'application/xhtml+xml', '')


def verdict(get, post, transport):
    """Return the Finding about the address of `transport`.

    get, post (Reply or None): what a GET and a call of system.listMethods gave.
    """
    fill = {'path': transport.path, 'status': post.status, 'words': _words(post),
            'type': (get or post).type[0] or 'without a type'}

    def finding(cause, **more):
        return _finding(cause, dict(fill, **more))
    if answers(post):
        return Finding(NAME, OK, '%s answers calls.' % transport.path)
    for reply in (get, post):
        if reply is not None and reply.status == 200 and is_source(reply):
            shown = reply.type[0] in _PLAIN and 'attachment' not in \
                reply.headers.get('content-disposition', '').lower()
            return finding('shown-as-text' if shown else 'downloaded')
    own = _own_words(post)
    if own:
        return finding(own[0], **own[1])
    if 300 <= post.status < 400 and post.headers.get('location'):
        target = one_line(transport.absolute(post.headers['location']))
        same = target.partition('://')[2].partition('/')[0].partition(':')[0] == \
            transport.address.host
        return finding('to-https' if same and target.startswith('https:')
                       and not transport.address.tls else 'redirected', target=target)
    if is_own(get) and (is_html(post) or post.status in (403, 406)):
        return finding('blocked', why='a GET reaches the script, a call does not')
    if is_firewall(post):
        return finding('blocked', why='it is no page of the script')
    if post.status == 401:
        return finding('login' if transport.user is None else 'login-refused')
    if post.status in _BY_STATUS:
        cause = _BY_STATUS[post.status]
        if cause in ('no-post', 'missing') and get is not None and get.status == 200 \
                and is_html(get):
            return finding(_page(get), words=_words(get))
        return finding(cause)
    if post.status == 200:
        return _of_success(post, finding)
    return finding('refused')


_BY_STATUS = {403: 'forbidden', 404: 'missing', 410: 'missing', 405: 'no-post', 500: 'failing',
              502: 'late', 503: 'overloaded', 504: 'late', 507: 'overloaded',
              508: 'overloaded', 509: 'overloaded', 429: 'overloaded'}


def again(found, transport, **more):
    """Return the Finding for the cause `found` (str), after a further look."""
    return _finding(found, dict({'path': transport.path, 'status': '', 'words': ''}, **more))


def _finding(cause, fill):
    sentence, command = CAUSES[cause]
    return Finding(NAME, FAIL, sentence % fill, command % fill, cause)


def _of_success(post, finding):
    body = post.body.strip()
    if not body:
        return finding('empty')
    if b'Traceback (most recent call last)' in body:
        return finding('traceback', said=_last_line(post))
    if is_html(post):
        return finding(_page(post))
    return finding('not-xmlrpc', said=ascii(text_of(body[:60], None)))


def _page(reply):
    if re.search(br'<title>\s*index of ', reply.body[:4096], re.I):
        return 'listing'
    return 'wrong-page'


def _own_words(post):
    """The cause and what fills its sentence, where the script itself says what is wrong."""
    text = text_of(post.body[:2000], post.type[1])
    start = re.search(r'xmlrpcgi cannot start: ([^\n]*)', text)
    if start:
        said = one_line(start.group(1).strip())
        return 'cannot-start', {'said': said, 'remedy': said}
    if post.status == 500 and not is_html(post):
        for part, cause in (('settings of this server', 'settings'),
                            ('no folder of classes', 'no-lib')):
            if part in text:
                return cause, {'said': one_line(text.strip().partition('\n')[0])}
    return None


def answers(reply):
    """Whether `reply` is the answer to a call: a result, or a fault."""
    if reply is None or not 200 <= reply.status < 300:
        return False
    try:
        decode_response(reply.body, reply.type[1])
    except WireFault:
        return False
    except Fault:
        pass
    return True


def is_own(reply):
    """Whether `reply` is what rpc.cgi gives to a GET: its page, or its refusal of it."""
    return reply is not None and (
        reply.status == 200 and _OWN_PAGE in reply.body
        or reply.status == 405 and _OWN_405 in reply.body)


def is_html(reply):
    """Whether `reply` carries a web page."""
    return bool(_HTML.search(reply.body[:4096])) or reply.type[0] == 'text/html'


def is_firewall(reply):
    """Whether `reply` is the page of a firewall, as far as its words say."""
    if reply.status == 200:             # any page may load something from such a company
        return is_html(reply) and bool(_FIREWALL.search(reply.words().encode('utf-8')))
    return reply.status == 406 or reply.status in _REFUSED and is_html(reply) and \
        bool(_FIREWALL.search(reply.body[:1 << 15]))


def is_source(reply):
    """Whether `reply` shows the source of a door script."""
    return bool(_SOURCE.search(reply.body[:1 << 14])) and not _HTML.search(reply.body[:1024])


def _words(reply):
    words = reply.words()
    return ', "%s"' % words if words else ''


def _last_line(reply):
    lines = re.sub('<[^>]*>', '', text_of(reply.body, reply.type[1])).strip().split('\n')
    return one_line(lines[-1].strip())[:200]
