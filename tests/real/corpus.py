"""The corpus (tests/unit/wire/cases) as requests, and what the handler answers to each here.

    python -m tests.real.corpus LIB

writes a pickle of (name, request, answer) on stdout: request is (content type, body), answer is
(status, headers, body). A process of its own, so that no test meets the classes of LIB.
"""

import pickle
import subprocess
import sys

from tests.tools.servers.base import TOP
from tests.unit.wire.cases import cases

ENCODINGS = 'ascii', 'utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be', 'cp037'


def requests():
    """[(name, content type, body)].

    What calls `echo` calls echo.every here, of tests/fixtures/lib, so that the values come back.
    """
    found = []
    for kind in 'valid', 'invalid':
        for case in cases(kind):
            body = case.body
            for encoding in ENCODINGS:
                name, every = ('echo</methodName'.encode(encoding),
                               'echo.every</methodName'.encode(encoding))
                body = body.replace(name, every)
            charset = '; charset=' + case.charset if case.charset else ''
            if not charset.isprintable():       # HTTP has no header with a NUL in it
                continue
            found.append(('%s/%s' % (kind, case.name), 'text/xml' + charset, body))
    return found


def expected(lib):
    """What the program above writes, from a process of its own."""
    done = subprocess.run([sys.executable, '-m', 'tests.real.corpus', str(lib)], cwd=TOP,
                          stdout=subprocess.PIPE, check=True)
    return pickle.loads(done.stdout)


def main(lib):
    sys.path.insert(0, TOP + '/cgi-bin')
    from xmlrpcgi.handler import Handler
    from xmlrpcgi.library import Library

    from tests.unit.ask import ask
    handler = Handler(library=Library(lib))
    found = []
    for name, kind, body in requests():
        response = ask(body, to=handler, content_type=kind)
        found.append((name, (kind, body), (response.status, response.headers, response.body)))
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == '__main__':
    main(sys.argv[1])
