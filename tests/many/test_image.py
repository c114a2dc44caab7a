"""The image: not root, nothing to write to, healthy, and its end is graceful."""

import http.client
import threading
import time
import urllib.parse
import xmlrpc.client

from tests.tools.servers.base import ServerError
from tests.tools.servers.engine import command

from .conftest import DOORS
from .stack import STOP_SECONDS, until

SECONDS = 30
NAP = 2.0


def test_it_is_not_root_and_may_write_into_tmp_and_the_volume_only(running):
    for name in [running.balancer] + running.members:
        assert running.sh(name, 'id -u').strip() == '33'
        assert running.sh(name, 'for place in / /srv/xmlrpcgi /srv/run /etc /usr/bin; do '
                                'if touch "$place/new" 2>/dev/null; then echo "$place"; fi; done; '
                                'touch /tmp/new') == ''
    running.sh(running.members[0], 'touch /srv/data/new')


def test_its_health_check_sees_a_server_that_does_not_answer(running):
    names = [running.balancer] + running.members
    until(lambda: set(command('inspect', '-f', '{{.State.Health.Status}}', *names).split())
          == {'healthy'}, SECONDS, 'health of all')
    name = running.members[0]
    assert running.sh(name, 'python3 -IS /srv/xmlrpcgi/apache/health.py') == '200\n'
    try:
        running.sh(name, 'XMLRPCGI_LISTEN=9 python3 -IS /srv/xmlrpcgi/apache/health.py')
    except ServerError as error:
        assert 'no answer' in str(error)
    else:
        raise AssertionError('a port that nobody listens on is healthy')


def test_an_unknown_door_is_an_error_that_names_those_there_are(running):
    try:
        command('run', '--rm', '-e', 'XMLRPCGI_DOOR=cig', running.image)
    except ServerError as error:
        assert 'XMLRPCGI_DOOR=cig is not known: cgi, fcgid or wsgi.' in str(error)
    else:
        raise AssertionError('it started')


def test_on_sigterm_a_call_under_way_is_answered_whatever_the_door(running):
    """Called directly: the balancer's drain is not what is tried here."""
    answers, ended = {}, {}

    def call(name, url):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc,
                                                timeout=SECONDS)
        connection.request('POST', '/xmlrpc/', xmlrpc.client.dumps((NAP,), 'work.nap'),
                           {'Content-Type': 'text/xml'})
        answers[name] = xmlrpc.client.loads(connection.getresponse().read())[0][0]

    def stop(name):
        begun = time.monotonic()
        command('stop', '-t', str(STOP_SECONDS), name, seconds=STOP_SECONDS + 20)
        ended[name] = time.monotonic() - begun

    for name in running.members:
        running.sh(name, 'rm -f /tmp/new')
    calls = [threading.Thread(target=call, args=(name, running.url_of(name)))
             for name in running.members]
    stops = [threading.Thread(target=stop, args=(name,)) for name in running.members]
    for thread in calls:
        thread.start()
    time.sleep(0.7)
    for thread in stops:
        thread.start()
    for thread in calls + stops:
        thread.join()
    assert answers == dict.fromkeys(running.members, NAP), DOORS
    for name in running.members:
        assert command('inspect', '-f', '{{.State.ExitCode}}', name).strip() == '0'
        assert ended[name] < STOP_SECONDS - 30
    running.start(*running.members)
