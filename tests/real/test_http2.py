"""HTTP/2 without TLS (h2c), as a proxy in front or a browser would send calls."""

import os
import shutil
import subprocess

import pytest

from tests.conftest import need
from tests.tools import servers
from tests.tools.servers.apache import find

CALL = b'<methodCall><methodName>app.getName</methodName></methodCall>'
CURL = ['curl', '-sS', '-i', '--http2-prior-knowledge', '-X', 'POST',
        '-H', 'Content-Type: text/xml']


@pytest.fixture(scope='module', params=['mod_cgid', 'mod_fcgid', 'mod_wsgi'])
def server(request, test_lib):
    """An Apache that speaks HTTP/2."""
    need(request.param)
    module = os.path.join(find()[1], 'mod_http2.so')
    if not os.path.exists(module) or not shutil.which('curl'):
        why = 'there is no mod_http2 or no curl here'
        if os.environ.get('CI') == 'true':
            pytest.fail(why + ' (with CI=true neither may be missing)', pytrace=False)
        pytest.skip(why)
    with servers.start(request.param, lib=test_lib, extra_conf='LoadModule http2_module %s\n'
                       'Protocols h2c http/1.1' % module) as running:
        yield running


def posted(server, *words, body=CALL):
    """The answer to a POST as curl sends it, with its head (bytes)."""
    return subprocess.run([*CURL, *words, server.url + '/xmlrpc/'], input=body, check=True,
                          stdout=subprocess.PIPE, timeout=60).stdout


def test_a_call_with_its_length_is_answered(server):
    answer = posted(server, '--data-binary', '@-')
    assert answer.startswith(b'HTTP/2 200') and b'<string>example</string>' in answer


def test_a_body_without_a_length_is_answered_or_said_to_be_missing(server):
    answer = posted(server, '-T', '-')
    if server.kind == 'mod_wsgi':       # says a Content-Length of 0, and no body
        assert b'no body came' in answer
    elif server.kind == 'mod_fcgid':    # now and then says a length, and no body
        assert b'example' in answer or b'the body ended after 0 of %d bytes' % len(CALL) in answer
    else:
        assert b'<string>example</string>' in answer


def test_no_body_is_said(server):
    assert b'no body came' in posted(server, body=b'')
