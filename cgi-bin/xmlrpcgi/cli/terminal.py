"""terminal: lines to standard output and standard error, safe for a terminal and any locale."""

import sys

from ..client.client import clean


def complain(text):
    """Write `text` as a line to stderr, with nothing in it that a terminal would obey."""
    _write(sys.stderr, clean(text))


def say(text):
    """Write `text` as a line to stdout; to a terminal, without what it would obey."""
    _write(sys.stdout, clean(text) if sys.stdout.isatty() else text)


def emit(text):
    """Write `text`, the content of a file, to stdout as UTF-8, whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode('utf-8', 'replace'))
    sys.stdout.buffer.flush()


def _write(stream, text):
    try:
        stream.write(text + '\n')
    except UnicodeEncodeError:      # a locale without these characters
        stream.write(text.encode(stream.encoding, 'backslashreplace').decode(stream.encoding)
                     + '\n')
