"""terminal: lines to standard output and standard error, safe for a terminal and any locale."""

import os
import sys
from contextlib import contextmanager

from ..client.client import clean

RED, GREEN, YELLOW = 31, 32, 33         # of ECMA-48, "select graphic rendition"


def complain(text):
    """Write `text` as a line to stderr, with nothing in it that a terminal would obey."""
    _write(sys.stderr, clean(text) + '\n')


def say(text, colour=None):
    """Write `text` as a line to stdout, as `complain` does: a pipe may lead to a terminal.

    colour (int or None): of the first word, where stdout is a terminal that shows colours.
    """
    text = clean(text)
    if colour is not None and _shows_colours(sys.stdout):
        word, space, rest = text.partition(' ')
        text = '\x1b[%dm%s\x1b[0m%s%s' % (colour, word, space, rest)
    _write(sys.stdout, text + '\n')


@contextmanager
def progress():
    """Give a function that shows on stderr, where that is a terminal, what is looked at (str)."""
    shows = sys.stderr.isatty() and os.environ.get('TERM') != 'dumb'

    def show(what):
        if shows:
            _write(sys.stderr, '\r\x1b[K%s ...' % clean(what, ''))
            sys.stderr.flush()
    try:
        yield show
    finally:
        if shows:
            _write(sys.stderr, '\r\x1b[K')
            sys.stderr.flush()


def _shows_colours(stream):
    """Whether `stream` is such a terminal, and nobody asked for none (https://no-color.org)."""
    return stream.isatty() and not os.environ.get('NO_COLOR') \
        and os.environ.get('TERM') != 'dumb'


def _write(stream, text):
    try:
        stream.write(text)
    except UnicodeEncodeError:      # a locale without these characters
        stream.write(text.encode(stream.encoding, 'backslashreplace').decode(stream.encoding))
