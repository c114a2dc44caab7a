"""Calls methods of a lib/ and counts what that looks at, as one line of JSON.

    counted.py CGI-BIN LIB METHOD ...

[answers, modules that are loaded, number of stats, number of folders that were read]
"""

import json
import os
import sys

sys.path.insert(0, sys.argv[1])
from xmlrpcgi import handler, library  # noqa: E402

BODY = '<methodCall><methodName>%s</methodName><params></params></methodCall>'
looked, scanned = [], []
stat, scandir = library.stat, os.scandir


def counted_stat(path, *more):
    looked.append(path)
    return stat(path, *more)


def counted_scandir(path='.'):
    scanned.append(path)
    return scandir(path)


library.stat, os.scandir = counted_stat, counted_scandir
made = handler.make(library.Library(sys.argv[2]))
answers = [made.call((BODY % name).encode()).body.decode() for name in sys.argv[3:]]
names = sorted(name for name in sys.modules if not name.startswith('encodings'))
print(json.dumps([answers, names, len(looked), len(scanned)]))
