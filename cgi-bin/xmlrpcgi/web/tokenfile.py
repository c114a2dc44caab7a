"""The file of tokens (TOKENS_FILE): one line per token, with the SHA-256 of the token in its place.

    NAME SHA-256 [LAST-DAY]

The last day is like 2027-01-31, in UTC; without one the token has no end. Empty lines, and lines
that begin with #, are kept as they are. Whoever can read the file cannot log in by it: a token has
256 random bits, which nobody finds by trying.

tokenchange.py changes it.
"""

import errno
from stat import S_IMODE, S_ISREG
from time import gmtime, strftime

try:
    import posix as os
except ImportError:             # Windows
    import os
try:
    from _sha2 import sha256  # hashlib loads OpenSSL first
except ImportError:
    try:
        from _sha256 import sha256  # before Python 3.12
    except ImportError:
        from hashlib import sha256

from ..files.way import EVERYBODY, GROUP, HAS_MODES, Exposed, state_of

LONGEST = 64                # characters of a name
_NAME = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-')
_HEX = frozenset('0123456789abcdef')
_MOST = 1 << 20             # bytes of the file
OTHERS = GROUP | EVERYBODY if HAS_MODES else 0     # who may write


class UnusableFile(Exception):
    """The file cannot be used; the text says why.

    remedy (str): the command that fixes it, '' where none surely does. is_missing (bool): the file
    is not there.
    """

    is_missing = False

    def __init__(self, why, remedy=''):
        super().__init__(why)
        self.remedy = remedy


class Entry:
    """A token: its name (str), SHA-256 (str of hex), and last day (str, '' for none)."""

    def __init__(self, name, digest, until=''):
        self.name = name
        self.digest = digest
        self.until = until

    def __str__(self):
        return ' '.join([self.name, self.digest, self.until]).rstrip()

    @property
    def has_expired(self):
        """Whether the last day is over (bool)."""
        return bool(self.until) and strftime('%Y-%m-%d', gmtime()) > self.until


def digest_of(token):
    """Return the SHA-256 of `token` (str) in hex (str)."""
    return sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()


def is_name(text):
    """Whether a token may have this name (bool)."""
    return 0 < len(text) <= LONGEST and _NAME.issuperset(text)


def is_day(text):
    """Whether `text` (str) is written like a day, 2027-01-31 (bool)."""
    parts = text.split('-')
    return [len(part) for part in parts] == [4, 2, 2] and not ''.join(parts).strip('0123456789') \
        and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def read(path, account=None):
    """Return the entries (list) of the file `path` (str); raises UnusableFile.

    account (int or None): the number of the user whose settings name the file, and who may own it.
    """
    return [entry for entry in parsed(text_of(path, account)) if isinstance(entry, Entry)]


def parsed(text):
    """Return an Entry per line of `text` (str), the line itself for a remark or an empty one.

    Raises UnusableFile.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0][0] == '#':
            rows.append(line)
        elif 2 <= len(words) <= 3 and is_name(words[0]) and len(words[1]) == 64 \
                and _HEX.issuperset(words[1]) and (words[2:] == [] or is_day(words[2])):
            rows.append(Entry(*words))
        else:
            raise UnusableFile('line %d is not a name, a SHA-256 and perhaps a last day' % number)
    return rows


def text_of(path, account=None):
    """Return the text of the file `path` (str), as `read` does; raises UnusableFile."""
    try:
        look_at_way(path, account)
        # Not blocking: to open a FIFO could take for ever.
        file = os.open(path, os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0)
                       | getattr(os, 'O_NOCTTY', 0))
        try:
            _check(path, os.fstat(file))
            data = b''
            while len(data) <= _MOST:
                block = os.read(file, _MOST)
                if not block:
                    break
                data += block
        finally:
            os.close(file)
    except OSError as error:
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        unusable = UnusableFile(error.strerror, _how_to_add() if missing else '')
        unusable.is_missing = missing
        raise unusable from error
    if len(data) > _MOST:
        raise UnusableFile('it is larger than %d bytes' % _MOST)
    try:
        return data.decode('ascii')
    except UnicodeDecodeError:
        raise UnusableFile('it has characters beyond ASCII') from None


def _how_to_add():
    """Return the command of this installation that adds a token (str)."""
    from os.path import abspath, dirname, isdir, join
    from shlex import quote
    package = dirname(dirname(abspath(__file__)))
    if isdir(join(package, '_bundle')):         # in a wheel
        return 'xmlrpcgi token add NAME'
    # `install` keeps versions beside the folder xmlrpcgi, which starts the one in force.
    return 'python3 %s token add NAME' % quote(join(dirname(package), 'xmlrpcgi'))


def _check(path, state):
    """Raise UnusableFile where others than its owner can say who may log in."""
    if not S_ISREG(state.st_mode):
        raise UnusableFile('it is not a plain file')
    if state.st_mode & OTHERS:
        raise UnusableFile('others than its owner may change it (mode %03o)'
                           % S_IMODE(state.st_mode), 'chmod 600 %s' % _quoted(path))


def look_at_way(path, account):
    """Raise UnusableFile where others may replace the file, OSError where it is not there."""
    try:
        state_of(path, account=account, by_owner=True)
    except Exposed as error:
        raise UnusableFile(str(error), error.remedy) from error


def _quoted(path):
    import shlex  # which imports re; a call needs neither
    return shlex.quote(path)
