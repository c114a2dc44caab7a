"""The body of a request: how long it may be, how it may come."""

import xmlrpc.client

import pytest
from xmlrpcgi import http, message

from tests.unit.ask import Body, ask, call, handler, header

CHUNKED = {'content_length': None, 'transfer_encoding': 'chunked'}
MIB = 1 << 20


def fault_of(response):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(response.body)
    return caught.value


def test_a_post_without_length_and_not_chunked_is_411_and_reads_nothing():
    body = Body(call())
    assert ask(body, content_length=None).status == 411
    assert ask(body, content_length='').status == 411
    assert ask(body, content_length=None, transfer_encoding='identity').status == 411
    assert not body.asked


@pytest.mark.parametrize('coding', ['chunked', 'Chunked', ' CHUNKED '])
@pytest.mark.parametrize('piece', [1, 7, MIB])
def test_a_chunked_body_is_read_to_its_end(coding, piece):
    response = ask(Body(call(), piece), content_length=None, transfer_encoding=coding)
    assert xmlrpc.client.loads(response.body)[0] == ('hello',)


def test_where_both_came_the_length_counts():
    # RFC 3875 section 4.1.2: it is the size of the body as the script reads it.
    body = Body(call() + b'more')
    assert ask(body, content_length=str(len(call())), transfer_encoding='chunked').status == 200
    assert body.at == len(call())


@pytest.mark.parametrize('piece', [1, 2, 100, MIB])
def test_a_body_may_come_in_pieces(piece):
    response = ask(Body(call(text='x' * 1000), piece))
    assert xmlrpc.client.loads(response.body)[0] == ('x' * 1000,)


def test_not_a_byte_more_than_the_length_is_read():
    body = Body(call() + b'the next request', piece=10)
    assert ask(body, content_length=str(len(call()))).status == 200
    assert body.at == len(call())
    assert all(size <= len(call()) for size in body.asked)


@pytest.mark.parametrize('headers, status', [
    ({'content_encoding': 'gzip'}, 400), ({'content_encoding': 'br'}, 415),
    ({'content_type': 'image/png'}, 415), ({}, 200)])
def test_nor_for_a_refusal(headers, status):
    body = Body(call() + b'the next request', piece=10)
    assert ask(body, content_length=str(len(call())), **headers).status == status
    assert body.at == len(call()) and 0 not in body.asked


def test_of_a_chunked_body_one_byte_above_the_maximum_is_enough():
    body = Body(b' ' * 50, piece=10)
    assert ask(body, to=handler(MAX_BODY=15), **CHUNKED).status == 413
    assert body.asked[:2] == [16, 6] and body.at == 50


def test_the_end_of_a_chunked_body_is_looked_for_once():
    body = Body(call())
    assert ask(body, content_encoding='br', **CHUNKED).status == 415
    assert len(body.asked) == 2


def test_a_large_body_is_asked_for_in_blocks():
    body = Body(b' ' * (3 * MIB) + call(), piece=100 * MIB)
    response = ask(body)                # white space before <?xml is read over
    assert response.status == 200 and b'<fault>' not in response.body
    assert max(body.asked) <= MIB


def test_the_body_is_read_whole_before_anything_is_called():
    events = []
    data = Body(call(), piece=5)
    to = handler()
    to.register_function(lambda value: events.append('called') or value, 'echo')

    class Recorder:
        data = call()

        def read(self, size):
            events.append('read')
            return data.read(size)
    assert ask(Recorder(), to=to).status == 200
    assert events == ['read'] * -(-len(call()) // 5) + ['called']


@pytest.mark.parametrize('got', [0, 1, 50])
@pytest.mark.parametrize('piece', [1, MIB])
def test_a_short_body_is_400_with_fault_32300(got, piece):
    to = handler()
    response = ask(Body(call()[:got], piece), to=to, content_length=str(len(call())))
    assert response.status == 400
    assert header(response, 'Content-Type') == 'text/xml; charset=utf-8'
    assert header(response, 'X-RPC-Fault') == '-32300'
    fault = fault_of(response)
    assert fault.faultCode == -32300
    assert '%d of %d bytes' % (got, len(call())) in fault.faultString
    assert not to.called


def test_a_body_that_cannot_be_read_is_short():
    class Gone:
        data = call()

        def read(self, size):
            raise ConnectionResetError
    assert fault_of(ask(Gone())).faultCode == -32300
    assert ask(Gone(), content_type='image/png').status == 415


def test_a_chunked_body_that_breaks_off_is_not_taken_for_the_whole():
    def read(size):
        if read.calls:
            raise OSError('the client is gone')
        read.calls += 1
        return call()
    read.calls = 0
    to = handler()
    request = message.Request({'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                            'HTTP_TRANSFER_ENCODING': 'chunked'}, read)
    response = http.answer(request, to)
    assert response.status == 400 and header(response, 'X-RPC-Fault') == '-32300'
    assert to.called == []


@pytest.mark.parametrize('length', ['-1', '+5', '5.0', '0x10', '1e3', 'five', '1_000', '5, 5',
                                    ' 5', '5 ', '\u0665', '\uff15', '\xb2', '5\0', '-'])
def test_a_length_that_is_no_number_is_400(length):
    body = Body(call())
    response = ask(body, content_length=length)
    assert response.status == 400 and b'Content-Length' in response.body
    assert not body.asked


def test_leading_zeros_of_a_length_do_no_harm():
    assert ask(content_length='0000%d' % len(call())).status == 200


@pytest.mark.parametrize('length', [str(1 << 24 | 1), str(1 << 63), '9' * 100, '9' * 8000,
                                    '0' * 30 + '5'])
def test_a_huge_length_is_413(length):
    response = ask(content_length=length)
    assert response.status == 413
    assert str(1 << 24) in response.body.decode()


@pytest.mark.parametrize('how', [{}, CHUNKED])
@pytest.mark.parametrize('piece', [1, 13, MIB])
def test_the_maximum_passes_and_one_byte_more_is_413(how, piece):
    limit = len(call())
    to = handler(MAX_BODY=limit)
    assert ask(Body(call(), piece), to=to, **how).status == 200
    body = Body(call() + b' ', piece)
    response = ask(body, to=to, **how)
    assert response.status == 413
    assert header(response, 'Content-Type') == 'text/plain; charset=utf-8'
    assert body.at == limit + 1, 'the rest is read, or the client cannot read our answer'
    assert to.called == ['hello']


class Endless:
    """A body without end, that counts."""

    data = b''
    taken = 0

    def read(self, size):
        self.taken += size
        return self.block[:size]

    block = b' ' * MIB


@pytest.mark.parametrize('how', [{'content_length': '9' * 30}, {'content_length': str(1 << 40)},
                                 CHUNKED])
def test_what_is_read_and_dropped_is_bounded(how):
    body = Endless()
    assert ask(body, to=handler(MAX_BODY=1000), **how).status == 413
    assert body.taken <= (64 << 20) + 1001


def test_an_empty_body_is_no_xml():
    fault = fault_of(ask(b''))
    assert fault.faultCode == -32700
    assert fault.faultString == (
        'the message is not well-formed XML: no body came (some web servers pass one on only if it '
        'has a Content-Length)')


@pytest.mark.parametrize('error, code', [(MemoryError, -32400), (ZeroDivisionError, -32603)])
def test_what_goes_wrong_with_us_while_reading_is_a_fault_too(error, code, capsys):
    class Broken:
        data = call()

        def read(self, size):
            raise error
    response = ask(Broken())
    assert response.status == 200
    fault = fault_of(response)
    assert fault.faultCode == code
    assert fault.faultString.rpartition('(')[2].rstrip(')') in capsys.readouterr().err


def test_draining_a_request_twice_reads_once():
    body = Body(b'12345')
    request = message.Request({'CONTENT_LENGTH': '5'}, body.read)
    message.drain(request, 0)
    asked = len(body.asked)
    message.drain(request, 0)
    assert body.at == 5 and len(body.asked) == asked
