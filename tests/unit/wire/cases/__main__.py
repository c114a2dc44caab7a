"""Check the cases under this interpreter: `python3.6 -m tests.unit.wire.cases`.

No test framework, Python 3.6 syntax: for interpreters that have nothing
installed. Prints what is wrong, and at the end how many cases there were.
Each value also goes through the writer and back.
"""

import os
import sys

from . import every

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                *[os.pardir] * 4 + ['cgi-bin']))

from xmlrpcgi import Fault, decode, encode, errors  # noqa: E402
from xmlrpcgi.client.response import decode_response  # noqa: E402


def outcome(body, charset):
    try:
        call = decode.decode_call(body, charset)
        return call.method, call.params, call.extended
    except Fault as fault:
        return fault.faultCode, fault.faultString


def back(params):
    """The values after writing and reading; a fault where one cannot be written."""
    try:
        return decode_response(encode.encode_response(params), None, decode.MAX_DEPTH + 1)
    except errors.EncodeFault as fault:
        return fault


def wrong_valid(case):
    expected = case.method, case.params, case.extended
    for body in (case.body, case.padded(decode.SCAN_FROM)):
        got = outcome(body, case.charset)
        if repr(got) != repr(expected):
            return 'expected %r, got %r' % (expected, got)
    got = back(case.params)
    if not isinstance(got, Fault) and len(got) != len(case.params):
        return 'written and read: %r' % (got,)
    if case.written:
        got = encode.Writer(case.extended).write(case.params[0])
        if got != case.written:
            return 'written as %r' % got


def wrong_invalid(case):
    for body in (case.body, case.padded(decode.SCAN_FROM)):
        code, text = outcome(body, case.charset)[:2]
        if code != case.code or case.says not in text:
            return 'expected %d %s, got %s %s' % (case.code, case.says, code, text)


def main():
    bad = 0
    for case in every():
        wrong = wrong_valid(case) if case.valid else wrong_invalid(case)
        if wrong:
            bad += 1
            print('%s: %s' % (case.name, ascii(wrong)[:500]))
    print('Python %d.%d: %d cases, %d wrong' % (sys.version_info[:2] + (len(every()), bad)))
    return bool(bad or not every())


if __name__ == '__main__':
    sys.exit(main())
