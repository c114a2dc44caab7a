"""The streams of a WSGI process: no class closes them for the calls after it, or for the server."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from tests.unit.wsgi_server import call

STREAMS = '''
import io, logging, sys, threading

class Application:
    def says(self, text: str):
        print(text, 'out')
        print(text, 'err', file=sys.stderr)
        print(text, 'first', file=sys.__stdout__)
        sys.stdout.buffer.write(text.encode() + b' bytes\\n')
        return text

    def close(self):
        for stream in sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__:
            stream.close()

    def detach(self):
        sys.stdout.detach()
        sys.stderr.detach()

    def none(self):
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None
        raise ValueError('the cause')

    def reconfigure(self):
        sys.stdout.reconfigure(encoding='ascii', errors='strict')
        print('\\u20ac')

    def wrap(self):
        sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'utf-8')
        print('wrapped')

    def log(self):
        logging.getLogger('streams').addHandler(logging.StreamHandler(sys.stdout))

    def thread(self):
        began, go = threading.Event(), threading.Event()
        stream = sys.stdout
        def run():
            began.set()
            go.wait(20)
            print('late', file=stream)
        thread = threading.Thread(target=run)
        thread.start()
        began.wait(20)
        go.set()
        thread.join(20)
'''


@pytest.fixture
def streams(lib, door):
    """The door with lib/streams.py."""
    Path(lib / 'streams.py').write_text(STREAMS)
    return door


@pytest.mark.parametrize('name', ['close', 'detach', 'reconfigure', 'wrap', 'log', 'thread'])
def test_what_a_class_does_to_its_streams_is_gone_in_the_next_call(streams, capsys, name):
    before = sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__
    for text in 'one', 'two':
        assert call(streams, 'streams.' + name) is None
        assert call(streams, 'streams.says', text) == text
        out, err = capsys.readouterr()
        assert out.count(text) == 2 and text + ' bytes' in out and text + ' err' in err
    assert (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__) == before


def test_the_log_of_a_call_that_takes_its_streams_away_is_written(streams, capsys):
    assert call(streams, 'streams.none').faultCode == -32500
    assert 'ValueError: the cause' in capsys.readouterr().err
    assert call(streams, 'streams.says', 'on') == 'on'


def test_a_handler_of_logging_writes_after_its_call(streams, capsys):
    call(streams, 'streams.log')
    try:
        logging.getLogger('streams').warning('later')
        assert 'later' in capsys.readouterr().out
    finally:
        logging.getLogger('streams').handlers.clear()


# Not "detach" with "wrap": Python itself crashes where a thread detaches the io.TextIOWrapper that
# another one is using.
@pytest.mark.parametrize('names', [('close', 'detach', 'thread'), ('close', 'wrap', 'thread')])
def test_calls_at_the_same_time_leave_the_streams_of_the_process(streams, names):
    before = sys.stdout, sys.stderr
    calls = [threading.Thread(target=call, args=(streams, 'streams.' + name))
             for name in names * 6]
    for thread in calls:
        thread.start()
    for thread in calls:
        thread.join(30)
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_cannot_carry_a_character_gets_its_number(streams, monkeypatch, tmp_path):
    with open(tmp_path / 'out', 'w', encoding='ascii') as file:
        monkeypatch.setattr(sys, 'stdout', file)
        assert call(streams, 'streams.says', '\u20ac') == '\u20ac'
        monkeypatch.undo()
    assert '\\u20ac out' in (tmp_path / 'out').read_text()
