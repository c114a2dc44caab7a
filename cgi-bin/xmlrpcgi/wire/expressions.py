"""Regular expressions compiled to be kept, so that the next process need not import `re`.

For scanner.py, which reads what is kept: to import `re` and to compile takes half as long as a
call. The compiled code of each expression goes to a file beside the package's byte-code, written
and stamped as that is (see startup.py).
"""

import _sre
import re

from .. import startup
from ..imports.kept import keep_rows


def compiled(wanted):
    """Return the expressions for `wanted`: pairs of a pattern (bytes) and flags (int)."""
    return [re.compile(pattern, flags) for pattern, flags in wanted]


def keep(path, source, wanted, at_once):
    """Write the file `path` for the expressions of the module `source` (str), if possible."""
    keep_rows(path, lambda: (('scanner', startup.stamp(source), (_sre.MAGIC, [
        _parts(*pair) for pair in wanted])),), at_once)


def _parts(pattern, flags):
    """The arguments of _sre.compile; raises where this Python lacks private functions used here.

    No public function gives the compiled code: a pickled expression has only its pattern.
    """
    try:
        from re import _compiler as compiler
    except ImportError:             # before Python 3.11
        import sre_compile as compiler
    parser = compiler._parser if hasattr(compiler, '_parser') else compiler.sre_parse
    code = compiler._code(parser.parse(pattern, flags), flags)
    made = re.compile(pattern, flags)
    outer = made.groups, {}, (None,) * (made.groups + 1)
    if made != _sre.compile(pattern, made.flags, code, *outer):
        raise ImportError
    return (pattern, int(made.flags), list(map(int, code))) + outer     # marshal takes plain ints
