"""The two readers of calls against each other: `python3 -m tests.tools.fuzz --readers`.

wire/scanner.py reads plain messages without a parser, and judges none: what it reads must be what
decode.py's reader makes of the same bytes, which has expat behind it. So messages are made by the
grammar of the plain form, with texts that lie at its edges, and each is changed a few times. A
comparison is a message that the scanner has read; what it leaves to the other reader cannot differ.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / 'cgi-bin'))

from xmlrpcgi import decode  # noqa: E402
from xmlrpcgi.errors import WireFault  # noqa: E402
from xmlrpcgi.wire.scanner import read_call  # noqa: E402

from tests.unit.wire.cases import cases  # noqa: E402

CHANGES = 24                    # changed messages of each that is made
EVERY = 10.0                    # seconds between two lines of progress
DEPTH, ELEMENTS = 3, 40        # limits low enough to be met

HEADS = [b'<?xml version="1.0"?>', b'<?xml version="1.0"?>\n', b"<?xml version='1.0'?>", b'',
         b'<?xml version="1.0" encoding="UTF-8"?>', b"<?xml version='1.0' encoding='utf-8' ?>\n",
         b'<?xml version="1.0" encoding="Utf-8"?> ', b'<?xml version="1.0" ?>\t\n']
# Heads that are none, or that only the other reader takes; tried now and then.
OTHER_HEADS = [
    b'<?xml version="1.0\'?>', b'<?xml version=\'1.0"?>', b'<?xml version="1.1"?>', b'<?xml?>',
    b'<?xml version="1.0" encoding="utf-8\'?>', b'<?xml version="1.0"encoding="utf-8"?>',
    b'<?xml version="1.0" encoding="utf8"?>', b'<?xml version="1.0" encoding="iso-8859-1"?>',
    b'<?xml version="1.0" standalone="yes"?>', b'<?xml version="1.0" standalone="maybe"?>',
    b'<?xml encoding="utf-8" version="1.0"?>', b'<?xml\nversion="1.0"?>', b'<?xml  version="1.0"?>',
    b'<?xml version = "1.0"?>', b'<?xml version="1.0"? >', b'<?XML version="1.0"?>', b'\n',
    b'<?xml version="1.0"?><?xml version="1.0"?>', b' <?xml version="1.0"?>', b'\xef\xbb\xbf',
    b'<?xml version="1.0"?>\x0c', b'<?xml version="1.0"\x0b?>', b'<?xml version="1.00"?>']
SPACES = [b'', b'', b'', b'', b'\n', b' ', b'\t', b'\n  ', b' \n\t']
TEXTS = [b'', b'a', b'text', b'two words', b' ', b'\n', b'\t', b'a&lt;b', b'&gt;', b'&amp;amp;',
         b'&quot;&apos;', b'&amp;lt;', b'&amp;#65;', b'>', b']]', b']', b']>', b']] >', b']]&gt;',
         b'"', b"'", b'\x7f', 'é'.encode(), '\x85'.encode(), '\u2028'.encode(), '\ufffd'.encode(),
         '\uffef'.encode(), '\uf8ff'.encode(), '\ud7ff'.encode(), '\ue000'.encode(),
         '\U0001f600'.encode(), '\U0010ffff'.encode(), '\U0001fffe'.encode(), '\ufeff'.encode(),
         '\ufdd0'.encode(), b'0', b'-1', b'1.5', b'--', b'-->', b'?>', b'/>', b'=', b';', b'%',
         b'x' * 70]
NUMBERS = [b'0', b'1', b'-1', b'+1', b'007', b'-0', b'2147483648', b'9' * 19, b'9' * 20, b'',
           b' 1', b'1 ', b'-', b'--1', b'1-', b'1_0', b'0x1', b'1.0', b'\xd9\xa1', b'1e3', b'\n2',
           b'-9' * 3]
DOUBLES = [b'0', b'1.5', b'-1.5', b'.5', b'5.', b'.', b'-.5', b'-', b'1e3', b'1E400', b'nan',
           b'inf', b'1.5.5', b'1-5', b'9' * 301, b'9' * 300, b'', b'-0.0', b' 1.5', b'0.1000',
           b'1_0.5']
DATES = [b'19980717T14:08:55', b'1998-07-17T14:08:55Z', b'19980717T14:08:55.25', b'19980717',
         b'19980717T24:00:00', b'00000000T00:00:00', b'', b' 19980717T14:08:55\n',
         b'19980230T00:00:00', b'19980717T14:08:55+02:00', b'0001-01-01', b'99991231T23:59:59']
BASES = [b'', b'YQ==', b'YWI=', b'YWJj', b'YWJj\nYWJj', b'YQ', b'YQ===', b'Y Q = =', b'YR==',
         b'Y&Q=', b'=', b'YWJj-_', b'\nYWJj\n', b' YQ==', b'YQ==YQ==']
KINDS = {
    b'string': TEXTS, b'int': NUMBERS, b'i4': NUMBERS, b'i8': NUMBERS, b'double': DOUBLES,
    b'boolean': [b'0', b'1', b'1', b'0', b'true', b'2', b'', b' 1', b'00'],
    b'dateTime.iso8601': DATES, b'base64': BASES, b'nil': [b'', b'', b' ', b'a', b'\n'],
}
NAMES = list(KINDS)
ENDS = [b'</string>', b'</string>', b'</string>', b'</name>', b'</value>', b'</methodName>']
# What is put in, or in the place of something: what XML forbids or reads in another way.
TOKENS = [bytes([code]) for code in range(32)] + [
    b'<', b'>', b'&', b';', b'/', b'"', b"'", b']]>', b']]', b']', b'&lt;', b'&amp;', b'&apos',
    b'&;', b'&lt', b'&amp ;', b'&LT;', b'&nbsp;', b'&#65;', b'&#x41;', b'&#13;', b'&#0;',
    b'&amp;&', b'&&amp;', b'&lt;;', b'& lt;', b'\xef\xbf\xbe', b'\xef\xbf\xbf', b'\xef\xbf\xbd',
    b'\xef\xbf', b'\xbf\xbe', b'\xed\xa0\x80', b'\xed\xbf\xbf', b'\xee\x80\x80', b'\xc0\x80',
    b'\xc1\xbf', b'\xc2\x80', b'\xc2', b'\x80', b'\xe0\x80\x80', b'\xe0\xa0\x80',
    b'\xf0\x80\x80\x80', b'\xf0\x90\x80\x80', b'\xf4\x8f\xbf\xbf', b'\xf4\x90\x80\x80',
    b'\xf5\x80\x80\x80', b'\xf0\x9f\xbf\xbe', b'\xff', b'\xfe', b'\xe2\x82', b'\xf0\x9f\x98',
    b'\x7f', b'<!-- -->', b'<![CDATA[a]]>', b'<?a?>', b'<a/>', b'<nil/>', b'<string/>',
    b'<value/>', b'<value></value>', b'<params/>', b'<params></params>', b'</value>', b'<value>',
    b'<data/>', b'<data>', b'</data>', b'</struct>', b'<struct>', b'<struct/>', b'<array><data>',
    b'</data></array>', b'<member>', b'</member>', b'<name/>', b'<name>', b'</name>', b'<param>',
    b'</param>', b'</params>', b'<i1>1</i1>', b'<ex:nil/>', b' a="1"', b' >', b'< ', b'<string >',
    b'</string >', b'<string\n>', b'<param></param>', b'<methodCall>', b'</methodCall>',
    b'<value><int>1</int></value>', b'<int>', b'</int>', b'\r\n', b'\xc2\xa0', b'\xef\xbb\xbf']


class Maker:
    """Makes messages in the plain form, and changes of them; `random`: a Random's function."""

    def __init__(self, seed):
        self.random = random.Random(seed).random
        self.seeds = [case.body for case in cases('valid') + cases('invalid')
                      if len(case.body) < 3000 and case.charset is None]

    def pick(self, things):
        """One of a list."""
        return things[int(self.random() * len(things))]

    def text(self):
        """A text or two that lie at an edge."""
        return self.pick(TEXTS) if self.random() < 0.7 else self.pick(TEXTS) + self.pick(TEXTS)

    def value(self, depth):
        """A <value>."""
        chance, space = self.random(), self.pick(SPACES)
        if chance < 0.15:
            return b'<value>%s</value>' % self.text()
        if chance > 0.75 and depth:
            many = range(int(self.random() * 4))
            if chance > 0.88:
                inner = b''.join([self.pick(SPACES) + self.value(depth - 1) for _ in many])
                return b'<value>%s<array>%s<data>%s%s</data></array>%s</value>' % (
                    space, self.pick(SPACES), inner, space, self.pick(SPACES))
            inner = b''.join([b'%s<member><name>%s</name>%s%s</member>' % (
                space, self.text(), self.pick(SPACES), self.value(depth - 1)) for _ in many])
            return b'<value>%s<struct>%s%s</struct></value>' % (space, inner, space)
        kind = b'string' if chance < 0.4 else self.pick(NAMES)
        # Mostly what can be read, so that what is not lies among what is.
        texts = KINDS[kind]
        text = self.pick(texts) if self.random() < 0.2 else self.pick(texts[:3])
        if not text and self.random() < 0.3:
            return b'<value><%s/></value>' % kind
        return b'<value><%s>%s</%s>%s</value>' % (
            kind, self.text() if kind == b'string' else text, kind, self.pick(SPACES))

    def message(self):
        """A whole message; now and then one of the tests'."""
        if self.random() < 0.05:
            return self.pick(self.seeds)
        head = self.pick(HEADS if self.random() < 0.9 else OTHER_HEADS)
        name = self.pick([b'a', b'app.getName', b' a ', b'\n', b'', 'é'.encode(), b']]', b'a>b'][
            :8 if self.random() < 0.1 else 2])
        space = self.pick(SPACES)
        params = b''.join([b'%s<param>%s%s%s</param>' % (
            space, self.pick(SPACES), self.value(2 if self.random() < 0.8 else 5), space)
            for _ in range(int(self.random() * 4))])
        if params or self.random() < 0.8:
            params = b'<params>%s%s</params>' % (params, space)
        return b'%s%s<methodCall>%s<methodName>%s</methodName>%s%s%s</methodCall>%s' % (
            head, space, self.pick(SPACES), name, space, params, self.pick(SPACES),
            self.pick(SPACES))

    def change(self, body):
        """Return `body`, changed in one place."""
        random = self.random
        at = int(random() * (len(body) + 1))
        chance = random()
        if chance < 0.2:                        # where nothing or white space stands
            at = body.find(b'>', at) + 1
        elif chance < 0.8:                      # where text may stand
            end = self.pick(ENDS)
            found = body.find(end, at)
            at = max(found if found >= 0 else body.rfind(end), 0)
        chance = random()
        if chance < 0.4:
            return body[:at] + self.pick(TEXTS) + body[at:]
        if chance < 0.65:
            return body[:at] + self.pick(TOKENS) + body[at:]
        if chance < 0.7:
            return body[:at] + self.pick(TEXTS) + body[at + int(random() * 3):]
        if chance < 0.8:
            return body[:at] + bytes([int(random() * 256)]) + body[at + 1:]
        if chance < 0.87:
            return body[:at] + body[at + 1 + int(random() * 4):]
        end = body.find(b'>', at + int(random() * 40)) + 1
        start = body.find(b'<', at)
        if start < 0 or end <= start:
            return body[:at]
        if chance < 0.93:                       # tags and all
            return body[:end] + body[start:end] + body[end:]
        return body[:start] + body[end:]


class Difference(Exception):
    """The readers differ about a message."""


def compare(body):
    """Whether the scanner reads `body` (bytes); raises Difference where the other one differs."""
    if not decode._is_utf8(body, None):
        return False
    found = read_call(body, DEPTH, ELEMENTS)
    if found is None:
        return False
    try:
        call = decode.decode_call(body, None, DEPTH, ELEMENTS, sys.maxsize)
    except WireFault as fault:
        raise Difference('scanner: %r\nordinary: %s' % (found, fault.faultString)) from None
    if repr(found) != repr((call.method, call.params)) or call.extended:
        raise Difference('scanner: %r\nordinary: %r' % (found, (call.method, call.params)))
    return True


def run(seed, seconds, count, keep):
    """Compare for so many seconds, or so many times; return the exit status.

    keep: keep(body, charset, why) writes a finding, and returns its path.
    """
    maker, messages, compared, started = Maker(seed), 0, 0, time.monotonic()
    said, body = started, b''
    while not count or compared < count:
        now = time.monotonic()
        if not count and now - started >= seconds:
            break
        if now - said >= EVERY:
            said = now
            report(messages, compared, now - started, seed, 'so far')
        made = maker.message()
        try:
            for number in range(CHANGES + 1):
                body = made
                for _ in range(0 if not number else 1 if number % 4 else 2):
                    body = maker.change(body)
                messages += 1
                compared += compare(body)
        except Difference as difference:
            report(messages, compared, time.monotonic() - started, seed, 'a difference')
            print(difference)
            print('fuzz: the message is findings/%s'
                  % keep(body, None, 'the readers differ').name)
            return 1
    report(messages, compared, time.monotonic() - started, seed, 'no difference')
    return 0


def report(messages, compared, seconds, seed, outcome):
    print('fuzz: %d messages, %d of them read by both and compared, %.0f a second, seed %d: %s' % (
        messages, compared, messages / max(seconds, 0.001), seed, outcome), flush=True)
