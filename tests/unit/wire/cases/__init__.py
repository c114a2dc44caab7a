"""The cases of the wire codec: messages, and what each must come to.

One module per type or part of a message. A module has any of these tables; a
row that needs more ends in a dict of options (charset, extended, method):

    CANONICAL           (name, inner XML, value)        read, and written back exactly so
    VALID               (name, inner XML, value)        read; the writer's form is another
    INVALID             (name, inner XML, code, words)  refused; words: a part of the fault's text
    VALID_MESSAGES      (name, body, params)            the whole message
    INVALID_MESSAGES    (name, body, code, words)
    VALID_FILES         (name, params)                  the whole message, in files/NAME.xml
    INVALID_FILES       (name, code, words)

The inner XML is what stands in <value> of the one parameter of a call of `echo`
(case.message makes the envelope). Text is sent as UTF-8; bytes are sent as they
are. Long messages are computed. Only messages whose very tags are not ASCII
(UTF-16, UTF-32, EBCDIC, arbitrary bytes) are files.

A new case is a row. Python 3.6 syntax, for `python3 -m tests.unit.wire.cases`.
"""

import functools
import importlib
import pkgutil

from .case import Case, message, nested, tabled

__all__ = ['Case', 'cases', 'every', 'message', 'nested']


@functools.lru_cache(maxsize=None)
def every():
    """All cases, by name (a tuple)."""
    found = [case for _, name, _ in pkgutil.iter_modules(__path__) if name[0] != '_'
             for case in tabled(importlib.import_module('%s.%s' % (__name__, name)))]
    return tuple(sorted(found, key=str))


def cases(which):
    """The cases that are 'valid' or 'invalid', by name (a list)."""
    wanted = {'valid': True, 'invalid': False}[which]
    return [case for case in every() if case.valid is wanted]
