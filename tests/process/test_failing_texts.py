"""CALL_SECONDS bounds what the text of an exception takes, too: that is code of a class."""

import time
from xmlrpc.client import Fault, dumps

import pytest

from tests.process.ways import caller, cgi, fcgi, wsgi

SLOW = '''
import time

def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return 'text'

class Slow(Exception):
    def __str__(self):
        return spin(40)

class Property(Exception):
    faultCode = 7

    @property
    def faultString(self):
        return spin(40)

class Counted(Exception):
    read = 0

    def __str__(self):
        Counted.read += 1
        return 'text'

class Frozen(Exception):
    def __setattr__(self, name, value):
        raise TypeError('frozen')

class Interrupts(Exception):
    def __str__(self):
        raise KeyboardInterrupt

class Application:
    def slow(self):
        raise Slow

    def property(self):
        raise Property

    def linked(self, first=None, left=6):
        try:
            raise Slow from first
        except Slow as error:
            if not left:
                raise
            self.linked(error, left - 1)

    def hidden(self):
        try:
            raise Slow
        except Slow:
            raise ValueError('quick') from None

    def read(self):
        return Counted.read

    def unread(self):
        try:
            raise Counted
        except Counted:
            try:
                raise ValueError('behind a cause')
            except ValueError as second:
                raise second from KeyError('shown')

    def unread_from_none(self):
        try:
            raise Counted
        except Counted:
            raise ValueError('quick') from None

    def frozen(self, text=''):
        try:
            raise Frozen
        except Frozen as first:
            try:
                raise Frozen from first
            except Frozen:
                raise Frozen(text) from None

    def interrupts(self):
        raise Interrupts

    def late(self):
        try:
            raise Slow
        except Slow:
            spin(60)
'''
LATE = 'the call took longer than 1 seconds'
PART = [{'methodName': 'slow.slow'}]
CALLS = [('slow.slow', LATE), ('slow.linked', LATE), ('slow.property', LATE), ('slow.late', LATE),
         ('slow.interrupts', 'the application failed'),
         ('slow.hidden', 'the application failed'), ('system.multicall', LATE, PART)]


@pytest.mark.parametrize('way', [cgi, fcgi, wsgi])
def test_an_exception_whose_text_takes_long_is_a_fault_in_time(any_bundle, way):
    any_bundle.write('slow.py', SLOW)
    any_bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    with way(any_bundle) as ask:
        for method, text, *params in CALLS:
            for _ in range(2):          # again, where a call that is quick was late by chance
                begun = time.monotonic()
                with pytest.raises(Fault) as caught:
                    caller(ask)(method, *params)
                if text == LATE or caught.value.faultString.startswith(text):
                    break
            assert caught.value.faultCode == -32500
            assert caught.value.faultString.startswith(text)
            assert time.monotonic() - begun < 25, method


@pytest.mark.parametrize('method', ['slow.unread', 'slow.unread_from_none'])
def test_the_text_of_an_exception_that_a_traceback_does_not_show_is_not_read(any_bundle, method):
    any_bundle.write('slow.py', SLOW)
    with fcgi(any_bundle) as ask:
        call = caller(ask)
        with pytest.raises(Fault, match='the application failed'):
            call(method)
        assert call('slow.read') == 0


def test_an_exception_that_refuses_attributes_is_a_fault_with_its_traceback(any_bundle):
    any_bundle.write('slow.py', SLOW)
    calls = [{'methodName': 'slow.frozen', 'params': [text]} for text in ('one', 'two')]
    for method, *params in ('slow.frozen',), ('system.multicall', calls):
        done = any_bundle.run(dumps(tuple(params), method).encode())
        assert done.stdout.count(b'<int>-32500</int>') == len(params) + 1
        assert b'in frozen\n' in done.stderr


def test_the_log_names_the_exception_whose_text_takes_long_and_where_it_was_raised(any_bundle):
    any_bundle.write('slow.py', SLOW)
    any_bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    log = any_bundle.run(b'<methodCall><methodName>slow.slow</methodName></methodCall>').stderr
    assert b'OutOfTime: the call took longer than 1 seconds, for the text of an exception of the ' \
           b'class Slow\n' in log
    assert b'in slow\n' in log
