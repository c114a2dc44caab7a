"""Reading what is made to hurt: memory follows the limits, time the size, nothing recurses.

Attacks that fit a row are in tests/unit/wire/cases (entities and the like); these
are made here. Each runs in a process of its own, whose peak memory is that
attack's and nobody else's.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CGI_BIN = Path(__file__).resolve().parents[2] / 'cgi-bin'
MB = 1 << 20

# Reads the message in a file; prints what came of it, and the memory and processor time it took.
# The memory is the kernel's VmHWM: ru_maxrss begins with that of the process that started this one.
WORKER = r'''
import json, re, sys, time
sys.path.insert(0, sys.argv[1])
from xmlrpcgi.decode import decode_call
from xmlrpcgi.errors import WireFault
def memory(name):
    with open('/proc/self/status') as status:
        return 1024 * int(re.search(name + r':\s+(\d+) kB', status.read()).group(1))
with open(sys.argv[2], 'rb') as file:
    body = file.read()
before, start = memory('VmRSS'), time.process_time()
try:
    call = decode_call(body)
    code, text = 0, type(call.params[0]).__name__
except WireFault as fault:
    code, text = fault.faultCode, fault.faultString
print(json.dumps({'code': code, 'text': text, 'seconds': time.process_time() - start,
                  'memory': memory('VmHWM') - before, 'size': len(body)}))
'''


def message(value):
    return (b'<methodCall><methodName>echo</methodName><params><param><value>' + value +
            b'</value></param></params></methodCall>')


def attack(make, size):
    """What came of reading `make`, an expression for a message of `size` bytes or so."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(eval(make, {'message': message, 'n': size}))
        file.flush()
        done = subprocess.run([sys.executable, '-c', WORKER, str(CGI_BIN), file.name],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


MARKUP = 'a tag or comment longer than'
# name: (expression that makes n bytes or so, the fault's code and a part of its text,
#        memory in bytes for each byte of the message)
ATTACKS = {
    'long comment': ("message(b'<!--' + b'x' * n + b'-->')", -32600, MARKUP, 0.25),
    'long processing instruction': ("message(b'<?x ' + b'x' * n + b'?>')", -32600, MARKUP, 0.25),
    'long attribute': ("message(b'<int a=\"' + b'x' * n + b'\">1</int>')", -32600, MARKUP, 0.25),
    'long tag': ("message(b'<' + b'x' * n + b'/>')", -32600, MARKUP, 0.25),
    'long end tag': ("message(b'<int>1</int' + b' ' * n + b'>')", -32600, MARKUP, 0.25),
    'long entity reference': ("message(b'&' + b'x' * n + b';')", -32600, MARKUP, 4.75),
    'long doctype': ("b'<!DOCTYPE ' + b'x' * n + b'>' + message(b'')", -32600, MARKUP, 0.25),
    'doctype of white space': ("b'<!DOCTYPE a' + b' ' * n + b'>'", -32600, 'document type', 0.25),
    'long XML declaration': ("b'<?xml version=\"1.0\"' + b' ' * n + b'?>' + message(b'')",
                             -32600, MARKUP, 1.5),
    'many attributes': ("message(b'<int ' + b' '.join(b'a%d=\"\"' % i for i in range(n // 12))"
                        " + b'>1</int>')", -32600, MARKUP, 0.25),
    'many attributes on each': ("message(b''.join(b'<int ' + b' '.join(b'a%d=\"\"' % i for i in"
                                " range(9000)) + b'>1</int>' for j in range(n // 100000)))",
                                -32600, 'after the type element', 0.5),
    'text': ("message(b'x' * n)", 0, 'str', 2.75),
    'string': ("message(b'<string>' + b'x' * n + b'</string>')", 0, 'str', 2.75),
    'string beyond the BMP': ("message(b'<string>' + b'x\\xf0\\x9f\\x98\\x80' * (n // 5) +"
                              " b'</string>')", 0, 'str', 3.5),
    'string of one wide character': ("message(b'<string>\\xf0\\x9f\\x98\\x80' + b'x' * n +"
                                     " b'</string>')", 0, 'str', 6.5),
    'string of references': ("message(b'<string>' + b'&#65;' * (n // 5) + b'</string>')",
                             0, 'str', 1.5),
    'string of line ends': ("message(b'<string>' + b'\\r\\n' * (n // 2) + b'</string>')",
                            0, 'str', 1.5),
    'string of CDATA': ("message(b'<string>' + b'<![CDATA[x]]>' * (n // 13) + b'</string>')",
                        0, 'str', 0.25),
    'string of comments': ("message(b'<string>' + b'x<!---->' * (n // 8) + b'</string>')",
                           0, 'str', 0.5),
    'unclosed CDATA': ("message(b'<![CDATA[' + b'x' * n)", -32700, 'not well-formed', 2.75),
    'base64 in single letters': ("message(b'<base64>' + b'Q ' * (n // 2) + b'</base64>')",
                                 0, 'bytes', 4.5),
    'digits': ("message(b'<int>' + b'9' * n + b'</int>')", -32600, '1000 digits', 2.75),
    'digits of a double': ("message(b'<double>1.' + b'7' * n + b'</double>')", 0, 'float', 2.75),
    'zeros of a double': ("message(b'<double>0.' + b'0' * n + b'1</double>')", 0, 'float', 2.75),
    'digits of a decimal': ("message(b'<bigdecimal>' + b'7' * n + b'</bigdecimal>')",
                            -32600, 'a decimal number', 2.75),
    'dashes of a date': ("message(b'<dateTime.iso8601>1T' + b'-' * n + b'</dateTime.iso8601>')",
                         -32600, 'too long', 2.75),
    'white space in a date': ("message(b'<dateTime.iso8601>' + b' ' * n +"
                              " b'</dateTime.iso8601>')", -32600, 'is not in the form', 2.75),
    'nesting': ("message(b'<array><data><value>' * (n // 20))", -32600, 'nested deeper', 0.25),
    'nesting of structs': ("message(b'<struct><member><name>a</name><value>' * (n // 41))",
                           -32600, 'nested deeper', 0.25),
    'nesting of value': ("message(b'<value>' * (n // 7))", -32600, 'unknown type <value>', 0.25),
    'nesting of unknown': ("b'<a>' * (n // 3)", -32600, '<a> where', 0.25),
    'tiny values': ("message(b'<array><data>' + b'<value/>' * (n // 8) + b'</data></array>')",
                    None, None, 1.25),
    'tiny members': ("message(b'<struct>' + b'<member><name/><value/></member>' * (n // 32) +"
                     " b'</struct>')", None, None, 0.25),
    'members of many names': ("message(b'<struct>' + b''.join(b'<member><name>%x</name><value/>"
                              "</member>' % i for i in range(n // 42)) + b'</struct>')",
                              None, None, 3.5),
    'empty structs': ("message(b'<array><data>' + b'<value><struct/></value>' * (n // 24) +"
                      " b'</data></array>')", None, None, 4.25),
    'empty arrays': ("message(b'<array><data>' + b'<value><array/></value>' * (n // 23) +"
                     " b'</data></array>')", None, None, 4.5),
    'small structs': ("message(b'<array><data>' + b'<value><struct><member><name>a</name><value/>"
                      "</member></struct></value>' * (n // 70) + b'</data></array>')",
                      None, None, 3.75),
    'dates': ("message(b'<array><data>' + b'<value><dateTime>19980717T140855Z</dateTime></value>'"
              " * (n // 53) + b'</data></array>')", None, None, 1.75),
    'parameters': ("b'<methodCall><methodName>a</methodName><params>' + b'<param><value/></param>'"
                   " * (n // 23) + b'</params></methodCall>'", None, None, 0.5),
    'white space': ("message(b'<int>1</int>').replace(b'>', b'>' + b' ' * (n // 20), 10)",
                    None, None, 0.5),
    'white space before the call': ("b'\\n' * n + message(b'')", 0, 'str', 0.25),
    'white space after the call': ("message(b'') + b' \\n' * (n // 2)", 0, 'str', 0.25),
    'comments': ("message(b'<!---->' * (n // 7))", 0, 'str', 0.25),
    'method name': ("message(b'').replace(b'echo', b'x' * n)", 0, 'str', 2.75),
    'NULs': ("b'\\0' * n", -32700, '', 0.25),
    'bytes beyond ASCII': ("b'\\xff' * n", -32702, '', 1.5),
    'UTF-16': ("message(b'x' * (n // 2)).decode().encode('utf-16')", 0, 'str', 2),
    'shift_jis': ("b'<?xml version=\"1.0\" encoding=\"shift_jis\"?>' + message(b'\\x93\\xfa' *"
                  " (n // 2))", 0, 'str', 4.75),
    'opening brackets': ("b'<' * n", -32700, '', 1.5),
    'methodCall never ends': ("b'<methodCall><methodName>a</methodName><params>' + b' ' * n",
                              -32700, '', 2.75),
    'almost plain': ("message(b'<array><data>' + b'<value><int>1</int></value>' * (n // 27) +"
                     " b'<value><int>x</int></value></data></array>')", -32600,
                     'expected an integer', 0.5),
}


@pytest.mark.parametrize('name', ATTACKS)
def test_memory_follows_the_size_and_time_grows_linearly(name):
    make, code, text, factor = ATTACKS[name]
    small, large = attack(make, MB), attack(make, 16 * MB - 1000)
    if code is not None:
        assert large['code'] == code, large
        assert text in large['text']
    assert large['memory'] < factor * large['size'] + 3 * MB, large
    # 16 times the bytes; the processor is shared, so twice that passes.
    assert large['seconds'] < 32 * max(small['seconds'], 0.02), (small, large)
    assert large['seconds'] < 20


def test_a_string_of_64_megabytes_is_read():
    """HTTP refuses it before (MAX_BODY); the codec has no limit of its own for text."""
    result = attack("message(b'<string>' + b'x' * n + b'</string>')", 64 * MB)
    assert (result['code'], result['text']) == (0, 'str')
    assert result['memory'] < 2.5 * result['size']


def test_a_hundred_thousand_levels_are_a_fault_and_no_recursion():
    for make in ("message(b'<array><data><value>' * n + b'</value></data></array>' * n)",
                 "message(b'<struct><member><name/><value>' * n)", "b'<methodCall>' * n"):
        assert attack(make, 100000)['code'] == -32600


def test_a_million_tiny_members_are_read():
    result = attack("message(b'<struct>' + b'<member><name>a</name><value/></member>' * n + "
                    "b'</struct>')", 600000)
    assert (result['code'], result['text']) == (0, 'dict')
    result = attack("message(b'<struct>' + b'<member><name>a</name><value/></member>' * n + "
                    "b'</struct>')", 1000000)
    assert result['code'] == -32600
    assert 'more than 2000000 elements' in result['text']


def test_integers_of_ten_thousand_digits_are_refused_at_once():
    result = attack("message(b'<array><data>' + (b'<value><int>' + b'9' * 10000 + "
                    "b'</int></value>') * n + b'</data></array>')", 1000)
    assert result['code'] == -32600
    assert result['seconds'] < 5
