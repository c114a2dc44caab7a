"""terminal: lines to standard output and standard error, safe for a terminal and any locale."""

import sys

from ..client.client import clean


def complain(text):
    """Write `text` as a line to stderr, with nothing in it that a terminal would obey."""
    _write(sys.stderr, clean(text))


def say(text):
    """Write `text` as a line to stdout, as `complain` does: a pipe may lead to a terminal."""
    _write(sys.stdout, clean(text))


def _write(stream, text):
    try:
        stream.write(text + '\n')
    except UnicodeEncodeError:      # a locale without these characters
        stream.write(text.encode(stream.encoding, 'backslashreplace').decode(stream.encoding)
                     + '\n')
