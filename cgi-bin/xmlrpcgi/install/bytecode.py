"""Compile folders; run as a process by the interpreter that will run rpc.cgi.

    PYTHON -IS bytecode.py all|some FOLDER ...

With `some`, files that cannot be compiled are left out: classes in lib may be unfinished. With
`all`, a folder is the program's, which also gets the one file of startup.py.
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
        if which == 'all':
            _keep(top)


def _keep(folder):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    from xmlrpcgi import startup
    startup.keep(folder)
    del sys.path[0]


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2:])
