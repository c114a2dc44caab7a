"""Compile folders; run as a process by the interpreter that will run rpc.cgi.

    PYTHON -IS bytecode.py all|some FOLDER ...

With `some`, files that cannot be compiled are left out: classes in lib may be unfinished.
"""

import os
import py_compile
import sys


def main(which, tops):
    os.umask(0o22)
    modes = getattr(py_compile, 'PycInvalidationMode', None)    # Python 3.6 has no hashes in it
    options = {'invalidation_mode': modes.CHECKED_HASH} if modes else {}
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name[0] not in '._']
            for name in names:
                if name.endswith('.py'):
                    try:
                        py_compile.compile(os.path.join(folder, name), doraise=True, **options)
                    except (py_compile.PyCompileError, OSError, ValueError) as error:
                        if which == 'all':
                            sys.exit(str(error))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2:])
