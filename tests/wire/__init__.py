"""The corpus: one message a file, and beside it what it must come to.

valid/NAME.xml has NAME.expected, invalid/NAME.xml has NAME.fault. Both are
Python assignments, a comment first where the name does not say why the case is
there:

    method, params      valid: what was called; datetime, timedelta, timezone, Decimal and
                        nested(depth, value) may be used
    extended            valid: True where the message declares Apache's extensions
    code, says          invalid: the fault code, and a part of its text
    charset             the encoding named by the transport, None where it is not said

A new case is two files; nothing lists them. Python 3.6 syntax, for `python3 -m tests.wire`.
"""

import glob
import os
from datetime import datetime, timedelta, timezone
from decimal import Decimal

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Case:
    """One file: its name, its body (bytes), and the assignments beside it as attributes."""

    charset = None
    extended = False

    def __init__(self, path, beside):
        self.name = os.path.splitext(os.path.basename(path))[0]
        with open(path, 'rb') as file:
            self.body = file.read()
        with open(beside, encoding='utf-8') as file:
            source = file.read()
        assigned = dict(_NAMES)
        exec(compile(source, beside, 'exec'), assigned)
        self.__dict__.update({name: value for name, value in assigned.items()
                              if name not in _NAMES})

    def __repr__(self):
        return self.name

    def padded(self, size):
        """The body made `size` bytes larger by white space inside the message.

        Where the message has no end tag to put it before, it follows the message.
        """
        for encoding in ('ascii', 'utf-16-le', 'utf-16-be', 'utf-32-le'):
            end = '</methodCall'.encode(encoding)
            head, found, tail = self.body.rpartition(end)
            if found:
                space = ' '.encode(encoding)
                return head + space * (size // len(space) + 8) + found + tail
        return self.body + b' ' * size


def nested(depth, value):
    """Return `value` within `depth` lists."""
    for _ in range(depth):
        value = [value]
    return value


_NAMES = {'__builtins__': __builtins__, 'datetime': datetime, 'timedelta': timedelta,
          'timezone': timezone, 'Decimal': Decimal, 'nested': nested}


def cases(kind):
    """Return the cases of 'valid' or 'invalid', by name."""
    beside = {'valid': '.expected', 'invalid': '.fault'}[kind]
    return [Case(path, path[:-4] + beside)
            for path in sorted(glob.glob(os.path.join(FOLDER, kind, '*.xml')))]
