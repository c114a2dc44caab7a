"""What the balancer makes of requests and answers, and what clients see when nobody is left."""

import http.client
import socket
import threading
import time
import urllib.parse
import xmlrpc.client

import pytest

from tests.real.raw import Answer, chunks
from tests.tools import ledger
from tests.tools.servers.base import APACHE

from .conftest import DOORS
from .stack import until

SECONDS = 30
NAME = xmlrpc.client.dumps((), 'app.getName').encode()
FAULT = xmlrpc.client.dumps((1,), 'app.getName').encode()
PARTS = 3
ESTABLISHED = "grep -c ':1F90 [0-9A-F:]* 01 ' /proc/net/tcp || true"     # 1F90: port 8080


def head(*lines, method='POST', path='/xmlrpc/', version='1.1'):
    return '\r\n'.join(['%s %s HTTP/%s' % (method, path, version), 'Host: rpc.example',
                        *lines, '', '']).encode()


def post(body, *lines, **options):
    return head('Content-Type: text/xml', 'Content-Length: %d' % len(body), *lines,
                **options) + body


def exchange(url, *parts, pause=0.0):
    """Send bytes; all that comes until the server closes."""
    address = urllib.parse.urlsplit(url)
    with socket.create_connection((address.hostname, address.port), SECONDS) as sock:
        for part in parts:
            sock.sendall(part)
            time.sleep(pause)
        return b''.join(iter(lambda: sock.recv(65536), b''))


def value(data):
    return Answer(data).value()


@pytest.mark.parametrize('request_', [
    post(NAME), post(NAME, version='1.0'), post(NAME, path='/RPC2'),
    post(NAME, path='/cgi-bin/rpc.cgi'), post(FAULT), post(b'<no'),
    head(path='/xmlrpc/?health', method='GET'), head(method='OPTIONS')],
    ids=['call', 'HTTP/1.0', 'RPC2', 'rpc.cgi', 'fault', 'no XML', 'health', 'OPTIONS'])
def test_an_answer_is_the_members_own_byte_for_byte_and_not_in_chunks(running, request_):
    data = exchange(running.url, request_)
    assert data.startswith(b'HTTP/1.1 20'), 'and no "100 Continue" that nobody asked for'
    here = Answer(data)
    for name in running.members:
        there = Answer(exchange(running.url_of(name),
                                request_.replace(b'\r\n', b'\r\nConnection: close\r\n', 1)))
        assert (here.status_line, here.body) == (there.status_line, there.body)
        for answer in (here, there):
            answer.fields.update({'date': '', 'x-rpc-time-us': ''})
        assert here.fields == there.fields
    if here.status == 200:
        assert here.fields['content-length'] == str(len(here.body))
    assert 'transfer-encoding' not in here.fields


def test_a_client_that_waits_for_100_continue_gets_it(running):
    data = exchange(running.url, post(NAME, 'Expect: 100-continue'))
    assert data.startswith(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK')
    assert value(data) == 'example'


def test_a_body_in_chunks_arrives(running):
    body = xmlrpc.client.dumps(('x' * 50000,), 'work.size').encode()
    for _ in DOORS:
        assert value(exchange(running.url, head(
            'Content-Type: text/xml', 'Transfer-Encoding: chunked'), chunks(body, 9999))) == 50000


def test_a_member_sees_the_clients_address_and_none_that_the_client_made_up(running):
    body = xmlrpc.client.dumps((), 'work.seen').encode()
    for _ in DOORS:
        seen = value(exchange(running.url, post(
            body, 'X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Proto: https',
            'Authorization: Basic YTpi')))
        assert seen['address'] not in ('203.0.113.9', running.address(running.balancer))
        assert '\n%s - - ' % seen['address'] in running.log(running.balancer)
        assert seen['https'] is False
        assert seen['headers']['Host'] == 'rpc.example'
        assert seen['headers']['Authorization'] == 'Basic YTpi'
        assert seen['headers']['Connection'].lower() == 'close', 'a connection for one call'


@pytest.mark.parametrize('named', ['X-Forwarded-Proto', 'close, x-forwarded-proto',
                                   'X-Forwarded-For, X-Forwarded-Proto, Authorization'])
def test_a_client_cannot_take_a_header_of_the_balancers_from_the_member(running, named):
    body = xmlrpc.client.dumps((), 'work.seen').encode()
    for _ in DOORS:
        seen = value(exchange(running.url, post(
            body, 'X-Forwarded-Proto: https', 'Authorization: Basic YTpi', 'Connection: ' + named)))
        assert seen['headers']['X-Forwarded-Proto'] == 'http'
        assert seen['address'] != running.address(running.balancer)
        assert seen['headers']['Authorization'] == 'Basic YTpi'


def test_more_than_64_mib_are_refused_before_they_come(running):
    answer = Answer(exchange(running.url, head('Content-Type: text/xml',
                                               'Content-Length: 67108865')))
    assert answer.status == 413
    assert answer.fields['content-type'] == 'text/plain; charset=utf-8'
    assert answer.body == b'the request is larger than this server takes'


def test_the_log_says_what_was_called_and_who_answered(running):
    exchange(running.url, post(FAULT))

    def last():
        lines = [line for line in running.log(running.balancer).splitlines() if '"POST ' in line]
        return lines[-1] if lines else ''
    until(lambda: 'method=app.getName fault=-32602 member=http://member-' in last(), SECONDS,
          'its line')


def held(running):
    """How many connections to members are held through a second; those of ?health are not."""
    def count():
        return sum(int(running.sh(name, ESTABLISHED)) for name in running.members)
    return min(count() for _ in range(4))


def test_slow_clients_are_held_by_the_balancer_and_not_by_a_member(running):
    body = post(xmlrpc.client.dumps(('x' * 100000,), 'work.size').encode())
    at = len(body) // PARTS
    answers = []
    sender = threading.Thread(target=lambda: answers.append(exchange(
        running.url, body[:at], body[at:2 * at], body[2 * at:], pause=1.5)))
    sender.start()
    time.sleep(0.5)
    assert held(running) == 0
    sender.join()
    assert value(answers[0]) == 100000

    address = urllib.parse.urlsplit(running.url)
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((address.hostname, address.port))
        reader.sendall(post(xmlrpc.client.dumps((900000,), 'work.text').encode()))
        reader.recv(1)
        assert held(running) == 0
        assert len(b''.join(iter(lambda: reader.recv(65536), b''))) > 900000


HAS_BEGUN = ('python3 -c "import sqlite3; c = sqlite3.connect(\'/srv/data/ledger.sqlite\', 20); '
             'print(c.execute(\'SELECT count(*) FROM line WHERE key = ?\', '
             '(\'before the end\',)).fetchone()[0])"')


def test_when_all_members_are_gone_clients_are_told_and_no_call_is_made_twice(running, compare):
    """Python's own client keeps its connection, and repeats a call on one that is just closed."""
    caught = []

    def call():
        client = xmlrpc.client.ServerProxy(running.url + '/xmlrpc/')
        assert client.app.getName() == 'example'
        try:
            client.work.add_and_nap('before the end', 40.0)
        except xmlrpc.client.ProtocolError as error:
            caught.append(error)
    caller = threading.Thread(target=call)
    caller.start()
    until(lambda: running.sh(running.members[0], HAS_BEGUN).strip() == '1', SECONDS, 'the call')
    try:
        for name in running.members:
            running.kill(name)
        caller.join(60)
        error, = caught
        assert error.errcode == 502
        assert error.headers['Content-Type'] == 'text/plain; charset=utf-8'
        assert 'Retry-After' not in error.headers, 'its author has to look first'

        answer = Answer(exchange(running.url, post(NAME)))
        assert answer.status == 503
        assert answer.fields['content-type'] == 'text/plain; charset=utf-8'
        assert answer.fields['retry-after'] == '5'
        assert answer.body == (
            b'no server is free to take the call; it was not made, try again later')
    finally:
        running.start(*running.members)
    outcome = ledger.add(running.url + '/xmlrpc/', 'after it')
    until(lambda: ledger.add(running.url + '/xmlrpc/', str(time.monotonic())).kind
          == ledger.ACKNOWLEDGED, SECONDS, 'an answer')
    report = compare(running, [outcome])
    assert not report.lost and not report.repeated


def test_the_members_error_pages_are_sentences_too(running):
    """Apache's own: here for a process that may not be started any more."""
    with open(APACHE + '/httpd.conf', encoding='ascii') as file:
        assert 'ErrorDocument 503 "' in file.read()
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(running.url).netloc,
                                            timeout=SECONDS)
    connection.request('POST', '/xmlrpc/', xmlrpc.client.dumps((), 'work.die'),
                       {'Content-Type': 'text/xml'})
    response = connection.getresponse()
    assert response.status == 500
    assert response.getheader('Content-Type') == 'text/plain; charset=utf-8'
    assert response.read() == b'the server failed while it had the call; its error log says why'
