"""The WSGI door reads a body to its end and no further, and calls nothing for half of one."""

import io

import pytest

from tests.unit.wsgi_server import ECHO, ask, call


class Input(io.RawIOBase):
    """A body that keeps the sizes it was asked for, and may break off."""

    def __init__(self, data, piece=1 << 20, broken=None):
        super().__init__()
        self.data, self.piece, self.broken, self.asked = data, piece, broken, []

    def read(self, size=-1):
        assert size >= 0, 'a read without a bound'
        self.asked.append(size)
        if not self.data and self.broken:
            raise self.broken
        block, self.data = self.data[:min(size, self.piece)], self.data[min(size, self.piece):]
        return block


@pytest.mark.parametrize('piece', [1, 7, 1 << 20])
def test_no_more_is_read_than_the_length_says(door, piece):
    stream = Input(ECHO + b'of the next request', piece)
    assert ask(door, input=stream, CONTENT_LENGTH=str(len(ECHO)), check=False).value == 'hello'
    assert stream.data == b'of the next request'


def test_a_body_without_length_is_read_to_its_end_where_there_is_one_to_see(door):
    chunked = {'CONTENT_LENGTH': None, 'HTTP_TRANSFER_ENCODING': 'chunked', 'check': False}
    stream = Input(ECHO, 10)
    answer = ask(door, input=stream, **chunked, **{'wsgi.input_terminated': True})
    assert answer.value == 'hello' and max(stream.asked) <= 1 << 20
    stream = Input(ECHO)
    answer = ask(door, input=stream, **chunked)
    assert answer.status == 411 and stream.asked == []


def test_and_no_further_than_the_limit(door, lib):
    (lib / 'settings.py').write_text('MAX_BODY = 1000\n')
    for more in {'CONTENT_LENGTH': '2000'}, {'CONTENT_LENGTH': None}:
        stream = Input(b'x' * 2000, 100)
        answer = ask(door, input=stream, HTTP_TRANSFER_ENCODING='chunked', check=False,
                     **{'wsgi.input_terminated': True}, **more)
        assert answer.status == 413 and stream.data == b''


@pytest.mark.parametrize('error', [OSError('client disconnected'), ConnectionResetError(),
                                   ValueError('no chunk')])
@pytest.mark.parametrize('length', [str(len(ECHO)), None])
@pytest.mark.parametrize('sent', [0, 1, len(ECHO) - 1])
def test_no_call_is_made_of_a_body_that_breaks_off(door, error, length, sent):
    answer = ask(door, input=Input(ECHO[:sent], broken=error), CONTENT_LENGTH=length, check=False,
                 HTTP_TRANSFER_ENCODING=None if length else 'chunked',
                 **{'wsgi.input_terminated': True})
    assert answer.status == 400
    assert call(door, 'seen.calls') == 0


def test_nor_of_a_whole_one_whose_end_did_not_come(door):
    answer = ask(door, input=Input(ECHO, broken=OSError()), CONTENT_LENGTH=None, check=False,
                 HTTP_TRANSFER_ENCODING='chunked', **{'wsgi.input_terminated': True})
    assert answer.status == 400
    assert call(door, 'seen.calls') == 0
