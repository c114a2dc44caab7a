"""`lib` in a child that multiprocessing starts (spawn, forkserver) from a WSGI process.

Such a child does not run rpc.wsgi, but it gets the parent's sys.path. There this file's folder is
the first, and the folder of the classes follows one that does not exist: see shared.py.
"""

import sys


def _provide():
    here = __file__.rpartition('/')[0]
    folder = sys.path[sys.path.index(here + '/next') + 1]
    sys.path.insert(0, here.rpartition('/xmlrpcgi/')[0])
    try:
        from xmlrpcgi.library import Library
    finally:
        del sys.path[0]
    del sys.modules['lib']          # this module, whose place the package of the classes takes
    Library(folder)
    __import__('lib')


if __name__ == 'lib':
    _provide()
