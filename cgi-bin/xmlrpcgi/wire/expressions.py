"""Regular expressions that a process of our own need not compile.

To import `re` and compile the scanner's expressions takes half of a CGI call. So their compiled
code is kept in a file beside the package's byte-code, `__pycache__/scanner.TAG.pyc`, and made into
expressions by the C function that `re` itself calls. Written, stamped and read as the file of
byte-code is (see startup.py): whatever is wrong with it, the expressions are compiled.
"""

import _sre

from .. import startup

FILE = 'scanner'


def expressions(source, wanted):
    """Return the compiled expressions for `wanted`: pairs of a pattern (bytes) and flags (int).

    source (str): the file that has them, one module's; when it changes, they are compiled anew.
    """
    if not startup.IS_OURS:         # `re` is loaded, or will be
        return _compiled(wanted)
    folder = source.rpartition('/wire/')[0]
    path = startup.file_of(folder, FILE)
    try:
        (name, stamp, (magic, kept)), = startup.read(path)
        if magic == _sre.MAGIC and stamp == startup.stamp(source):
            return [_sre.compile(pattern, flags, list(code), groups, {}, (None,) * (groups + 1))
                    for pattern, flags, code, groups in kept]
    except Exception:       # noqa: S110  not there, cut short, of another interpreter
        pass
    made = _compiled(wanted)
    keep(path, source, wanted)
    return made


def keep(path, source, wanted):
    """Write the file `path` (see startup.file_of), if possible; says nothing."""
    startup.keep_rows(path, lambda: ((FILE, startup.stamp(source), (_sre.MAGIC, [
        _parts(*pair) for pair in wanted])),))


def _compiled(wanted):
    import re
    return [re.compile(pattern, flags) for pattern, flags in wanted]


def _parts(pattern, flags):
    """What _sre.compile takes; raises where this Python has no such inner functions."""
    import re
    try:
        from re import _compiler as compiler
    except ImportError:             # before Python 3.11
        import sre_compile as compiler
    code = compiler._code(compiler._parser.parse(pattern, flags) if hasattr(compiler, '_parser')
                          else compiler.sre_parse.parse(pattern, flags), flags)
    made = re.compile(pattern, flags)
    groups = made.groups
    if made != _sre.compile(pattern, made.flags, code, groups, {}, (None,) * (groups + 1)):
        raise ImportError
    return pattern, int(made.flags), tuple(map(int, code)), groups      # marshal takes plain ones
