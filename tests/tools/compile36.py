"""Check that cgi-bin/ and lib/ compile for Python 3.6: `python tests/tools/compile36.py`.

The grammar is checked by this interpreter, as far as it can; and by a real Python 3.6 where
there is one (on PATH, or one of pyenv's).
"""

import ast
import glob
import os
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ('cgi-bin', 'lib')
CHECK = ('import sys\nfor path in sys.argv[1:]:\n'
         '    compile(open(path, encoding="utf-8").read(), path, "exec")')


def files():
    for folder in FOLDERS:
        for path, _, names in os.walk(os.path.join(TOP, folder)):
            for name in sorted(names):
                if name.endswith(('.py', '.cgi', '.fcgi', '.wsgi')):
                    yield os.path.join(path, name)


def real():
    """A Python 3.6 that runs, or None."""
    for path in [shutil.which('python3.6')] + glob.glob(
            os.path.expanduser('~/.pyenv/versions/3.6*/bin/python')):
        if path and subprocess.run([path, '-c', 'import sys; sys.exit(sys.version_info[:2] != '
                                    '(3, 6))'], stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


def main():
    bad, paths = 0, list(files())
    for path in paths:
        try:
            with open(path, encoding='utf-8') as file:
                ast.parse(file.read(), path, feature_version=(3, 6))
        except SyntaxError as error:
            bad += 1
            print('%s:%s: not Python 3.6: %s'
                  % (os.path.relpath(path, TOP), error.lineno, error.msg))
    python = real()
    if python:
        bad += subprocess.run([python, '-c', CHECK] + paths).returncode
    print('%d files compile for Python 3.6%s' % (len(paths), '' if python else
          ' (by the grammar only: no Python 3.6 here)') if not bad else 'not all files compile')
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
