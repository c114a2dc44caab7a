"""The ways to run a bundle: in `with cgi(bundle) as ask`, ask(message) gives the answer's body."""

import subprocess
from contextlib import contextmanager
from pathlib import Path
from xmlrpc.client import dumps, loads

import requests

from tests.process.resident import Door

PROGRAMS = Path(__file__).resolve().parent / 'programs'
SECONDS = 60


@contextmanager
def cgi(bundle):
    """A call starts rpc.cgi."""
    yield lambda message: bundle.run(message).stdout.partition(b'\r\n\r\n')[2]


@contextmanager
def fcgi(bundle):
    """One process of rpc.fcgi answers all calls."""
    with Door(bundle) as door:
        process = door.own()
        yield lambda message: process.ask(message).body


@contextmanager
def wsgi(bundle):
    """A process of the standard library's WSGI server answers all calls."""
    process = subprocess.Popen(
        [bundle.python, str(PROGRAMS / 'wsgi.py'), str(bundle.folder / 'cgi-bin')],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    url = 'http://127.0.0.1:%d/xmlrpc/' % int(process.stdout.readline())
    try:
        yield lambda message: requests.post(url, message, headers={'Content-Type': 'text/xml'},
                                            timeout=SECONDS).content
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def loaded(body):
    """The value in an answer (bytes); raises Fault."""
    return loads(body, use_builtin_types=True)[0][0]


def caller(answer_to):
    """call(method, *params): the value of a call, raises Fault; answer_to: of a way."""
    return lambda method, *params: loaded(answer_to(
        dumps(params, method, allow_none=True).encode()))
